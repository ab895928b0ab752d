import type { Environment } from '../../runtime/types.js';
import { CF212 } from '../diagnostics/messages.js';
import type { Progress } from '../diagnostics/progress.js';
import type { Place } from '../diagnostics/source.js';
import type { RuleGroup } from '../emit/rule-sets.js';
import type { Interpretation } from '../interpret/interpret.js';
import type { Policy, Rule } from '../ir/policy.js';
import type { Witness } from './calls/call.js';
import { CrossCheck } from './calls/cross-check.js';
import { type Question, type SearchResult, Space } from './calls/space.js';
import { environmentOf } from './calls/world.js';
import type { Finding, PromiseOutcome } from './finding.js';
import type { MarkedSpace } from './histories/marked-space.js';
import { Pasts } from './histories/pasts.js';
import { fileOf } from './histories/trace-graph.js';
import { isSpent } from './regions/budget.js';

/** A policy under analysis: its space of calls, its judges, and what has been found so far. */
export class Analysis {
  readonly environment: Environment;
  readonly space: Space;
  readonly findings: Finding[] = [];
  /** Rules without an effect of their own: they are told of once. */
  readonly idle = new Set<number>();
  /** Rules of which it was told that they need a past that there is not. */
  readonly historical = new Set<number>();
  /** What became of each promise. */
  readonly promises: PromiseOutcome[] = [];
  /** Capabilities that nothing exercises: told of once. */
  readonly unknownCapabilities = new Set<string>();
  /** What calls lead to; and the policy with its promises and marks as rules. */
  readonly pasts: Pasts;
  private readonly crossCheck: CrossCheck;
  private readonly companionJudges: ReadonlyMap<string, CrossCheck>;
  private readonly setsOf: readonly RuleGroup[][];
  private readonly judged = new Map<string, Interpretation | undefined>();
  private readonly members = new Map<RuleGroup, ReadonlySet<number>>();
  private readonly unanalysed = new Map<number, string>();

  constructor(
    readonly policy: Policy,
    environment: Environment,
    /** Called as work goes on: what is done, and how much of how much. */
    readonly progress: Progress = () => {},
    /** Policies of other servers of the same agent. */
    readonly companions: readonly Policy[] = [],
  ) {
    this.environment = environmentOf(environment);
    this.space = new Space([policy], this.environment);
    this.crossCheck = new CrossCheck(policy, this.environment);
    // Alone, its declared labels may hold or not; with the policies that set them, it is known.
    this.pasts = new Pasts([policy, ...companions], this.environment, {
      declared: companions.length > 0 ? [] : policy.labels,
    });
    this.space.assume(this.pasts.relations);
    this.space.showPasts(this.pasts.shown);
    this.companionJudges = new Map(companions.map((one) => [fileOf(one), new CrossCheck(one, this.environment)]));
    this.crossCheck.beside(this.companionJudges);
    const setsOf: RuleGroup[][] = policy.rules.map(() => []);
    for (const set of this.space.sets) for (const index of set.rules) setsOf[index]?.push(set);
    this.setsOf = setsOf;
  }

  /** The policy with its promises, limits and marks as rules. */
  get marked(): MarkedSpace {
    return this.pasts.spaces[0] as MarkedSpace;
  }

  get rules(): readonly Rule[] {
    return this.policy.rules;
  }

  /** Where the policy begins, for what concerns no rule. */
  get start(): Place {
    const file = this.policy.sources[0]?.file;
    const own = this.rules.find(({ place }) => place.source.file === file) ?? (this.rules[0] as Rule);
    return own.place.source.place(0);
  }

  rule(index: number): Rule {
    return this.policy.rules[index] as Rule;
  }

  /** The rule sets a rule is in. */
  setsWith(index: number): readonly RuleGroup[] {
    return this.setsOf[index] as RuleGroup[];
  }

  /** Is the rule in the set? */
  isIn(set: RuleGroup, index: number): boolean {
    let members = this.members.get(set);
    if (!members) {
      members = new Set(set.rules);
      this.members.set(set, members);
    }
    return members.has(index);
  }

  /** A judge of another policy, in pasts that calls of all of them lead to. */
  judgeOf(policy: Policy): CrossCheck {
    const judge = new CrossCheck(policy, this.environment);
    judge.beside(this.companionJudges, this.crossCheck);
    return judge;
  }

  run(witness: Witness): Interpretation | undefined {
    // The same call is looked at again and again while a finding is made.
    const key = JSON.stringify(witness);
    if (!this.judged.has(key)) {
      if (this.judged.size >= MAX_JUDGED) this.judged.clear();
      this.judged.set(key, this.crossCheck.decide(witness));
    }
    return this.judged.get(key);
  }

  /** The first call of any of a rule's sets; `none` only where it is certain for all. */
  findIn(
    index: number,
    question: (set: RuleGroup) => Question,
    proves: (judged: Interpretation) => boolean,
  ): SearchResult {
    let result: SearchResult = 'none';
    for (const set of this.setsWith(index)) {
      const found = this.space.find(set, question(set), (witness) => {
        const judged = this.run(witness);
        return judged !== undefined && proves(judged);
      });
      if (typeof found !== 'string') return found;
      if (found !== 'none') result = found;
    }
    return result;
  }

  /** Is there certainly no such call in any of the rule's sets? `undefined`: that can't be said. */
  isNone(index: number, question: (set: RuleGroup) => Question): boolean | undefined {
    let spent = false;
    for (const set of this.setsWith(index)) {
      const answer = this.space.mayBe(set, question(set));
      if (answer === 'budget') spent = true;
      else if (answer) return false;
    }
    return spent ? undefined : true;
  }

  /** The rules one by one, as long as there is time. */
  *eachRule(): Iterable<readonly [index: number, rule: Rule]> {
    for (const entry of this.rules.entries()) {
      if (isSpent()) return;
      yield entry;
    }
  }

  report(finding: Finding): void {
    this.findings.push(finding);
  }

  /** Says of a rule that something could not be told. */
  giveUp(index: number, what: string): void {
    // That the time is over is said once for all.
    if (this.unanalysed.has(index) || isSpent()) return;
    this.unanalysed.set(index, what);
    const rule = this.rule(index);
    this.report({
      kind: 'not-analysed',
      message: CF212({ rule: rule.id, what }),
      rule,
      place: rule.place,
      related: [],
      witness: null,
    });
  }
}

const MAX_JUDGED = 16;

/** "deny by deny[0]", or the limit that tightened it. */
export function outcomeOf(judged: Interpretation): string {
  if (judged.limit) return `${judged.decision} by the limit ${judged.limit.id}`;
  return judged.rule ? `${judged.decision} by ${judged.rule.id}` : `${judged.decision} by default`;
}

/** Did the rule match the call that was judged? */
export function matchedBy(judged: Interpretation, rule: Rule): boolean {
  return judged.considered.some((considered) => considered.rule === rule && considered.matches);
}
