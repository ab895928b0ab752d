import type { Decision, Environment } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { asksOf } from '../../ir/asks.js';
import type { CapabilityPattern, Policy, Rule } from '../../ir/policy.js';
import type { Witness } from '../calls/call.js';
import { CrossCheck } from '../calls/cross-check.js';
import { Space } from '../calls/space.js';
import { markedSpace } from '../histories/marked-space.js';
import { Pasts } from '../histories/pasts.js';
import { TraceSearch } from '../histories/trace-search.js';
import type { PastRelation } from '../regions/past-relations.js';
import { plainLabel, setApart } from './apart.js';
import { meaningOf } from './meaning.js';
import type { PromiseChange } from './promise-changes.js';
import { remappedNames } from './remapped.js';

/** Calls whose verdict changes in one way, for one reason. */
export interface VerdictChange {
  readonly from: Decision;
  readonly to: Decision;
  readonly capability: string;
  /** Which calls, for people. */
  readonly region: string;
  readonly witness: Witness;
  /** The rules that decide them; null: the default deny, or a request that is not judged. */
  readonly before: Rule | null;
  readonly after: Rule | null;
}

/** What a new policy changes. */
export interface PolicyDiff {
  readonly changes: readonly VerdictChange[];
  /** A setting that changes what is done with verdicts. */
  readonly settings: readonly {
    readonly setting: string;
    readonly from: string;
    readonly to: string;
    readonly widens: boolean;
  }[];
  /** What each promises. */
  readonly promises: readonly PromiseChange[];
  /** What could not be told: then nothing is called equivalent. */
  readonly notAnalysed: readonly string[];
}

/** What a part of the comparison finds. */
export type PartialDiff = Pick<PolicyDiff, 'changes' | 'notAnalysed'>;

/** Two policies side by side, in one environment. */
export class PolicyPair {
  private readonly checks: readonly [before: CrossCheck, after: CrossCheck];

  /** The second as it is looked at beside the first: labels that it marks otherwise are other labels. */
  readonly apart: Policy;
  /** What tools and methods do that are mapped otherwise. */
  private readonly moved: readonly Parts[];
  private readonly relations: readonly PastRelation[];
  private readonly search: TraceSearch;

  constructor(
    readonly before: Policy,
    readonly after: Policy,
    readonly environment: Environment,
  ) {
    this.checks = [new CrossCheck(before, environment), new CrossCheck(after, environment)];
    this.moved = movedUses(before, after);
    const { apart, others } = setApart(before, after, (label) =>
      [...before.marks, ...after.marks].some((mark) => mark.labels.includes(label) && this.isMoved(mark.capability)),
    );
    this.apart = apart;
    // What either asks of a label that both mark alike.
    const shared = this.asked().filter(({ labels }) => !labels.some((label) => others.has(plainLabel(label))));
    const both = joined(before, after);
    const spaces = [both, ...(this.moved.length > 0 ? [{ ...both, layers: after.layers }] : [])];
    const marked = spaces.map((policy) => markedSpace(policy, environment));
    this.search = new TraceSearch(marked, environment, [before, after]);
    // A call that is another thing to each has no one capability to be looked at by: then each by itself.
    const looked = this.moved.length > 0 ? [before, apart] : [joined(before, apart)];
    const declared = [...before.labels, ...apart.labels];
    this.relations = looked.flatMap(
      (policy) => new Pasts([policy], environment, { declared, asked: shared }).relations,
    );
  }

  /** Do calls of such a capability do something else in the one than in the other? */
  isMoved(capability: CapabilityPattern): boolean {
    return this.moved === ALL || this.moved.some((parts) => capabilityMatches(capability, parts));
  }

  get policies(): readonly Policy[] {
    return [this.before, this.apart];
  }

  /** The calls of both, in the pasts that calls which pass under both lead to. */
  space(): Space {
    const space = new Space(this.policies, this.environment);
    space.assume(this.relations);
    space.showPasts((call, asked, proves) => this.shown(call, asked, proves));
    return space;
  }

  /** A call that needs a past, with calls before it that pass under both, and after which it shows what is looked for. */
  shown(call: Witness, asked: readonly After[], proves: (call: Witness) => boolean): Witness | undefined {
    const plain = asked.map((one) => ({ ...one, labels: one.labels.map(plainLabel) }));
    const { history = {}, ...rest } = call;
    const past = Object.fromEntries(Object.entries(history).map(([label, given]) => [plainLabel(label), given]));
    return this.search.find({ ...rest, history: past }, plain, proves);
  }

  /** What is asked of pasts in one policy or the other. */
  asked(): After[] {
    return this.policies.flatMap(({ rules }) => rules.flatMap(({ when }) => asksOf(when).map(({ asked }) => asked)));
  }

  /** How each decides a call; undefined where it does not judge it at all. */
  decide(call: Witness): [ReturnType<CrossCheck['decide']>, ReturnType<CrossCheck['decide']>] {
    const [before, after] = this.checks;
    return [before.decide(call), after.decide(call)];
  }
}

/** Both at once: what both let pass passes, and has the marks of both. */
function joined(before: Policy, after: Policy): Policy {
  const enforcing = [before, after].filter(({ mode }) => mode === 'enforce');
  const known = new Set(before.marks.map(meaningOf));
  return {
    ...before,
    mode: enforcing.length > 0 ? 'enforce' : 'observe',
    rules: enforcing.flatMap(({ rules }) => rules),
    marks: [...before.marks, ...after.marks.filter((mark) => !known.has(meaningOf(mark)))],
    promises: [],
  };
}

type Parts = CapabilityPattern['parts'];

/** All that calls do may be read otherwise. */
const ALL: readonly Parts[] = [['*', '*', '*']];

function movedUses(before: Policy, after: Policy): readonly Parts[] {
  const isReadAlike = before.pathCase === after.pathCase && JSON.stringify(before.sql) === JSON.stringify(after.sql);
  const { remapped, isComplete } = remappedNames(before, after);
  if (!isReadAlike || !isComplete) return ALL;
  return remapped.flatMap((one) => [...(one.before ?? []), ...(one.after ?? [])].map(({ parts }) => parts));
}
