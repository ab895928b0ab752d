import type { RuleGroup } from '../../emit/rule-sets.js';
import type { Mark, Policy } from '../../ir/policy.js';
import { reachesRequests } from '../calls/requests.js';
import type { Question } from '../calls/space.js';
import { matcherOf, type PastPart } from '../regions/past-relations.js';
import type { MarkedBy } from './label-states.js';
import type { MarkedSpace } from './marked-space.js';

/** Which marks calls that pass have together. */
export class PassingCalls {
  private readonly marksOf = new Map<RuleGroup, readonly number[]>();

  constructor(private readonly of: MarkedSpace) {}

  /** The capabilities whose calls may mark. */
  get sets(): readonly RuleGroup[] {
    return this.of.space.sets.filter((set) => this.marksIn(set).length > 0);
  }

  marksIn(set: RuleGroup): readonly number[] {
    const { marksAt, policy } = this.of;
    const known =
      this.marksOf.get(set) ??
      set.rules.map((index) => index - marksAt).filter((at) => at >= 0 && at < policy.marks.length);
    this.marksOf.set(set, known);
    return known;
  }

  /** The marks of a capability that set or clear one of these labels. */
  marksOfLabels(set: RuleGroup, labels: ReadonlySet<string>): readonly number[] {
    const { marks } = this.of.policy;
    return this.marksIn(set).filter((at) => marks[at]?.labels.some((label) => labels.has(label)));
  }

  /**
   * The marks that calls of a capability have together and that pass.
   *
   * @param own Those that are looked at.
   * @param past What is known of their past.
   */
  marked(set: RuleGroup, own: readonly number[], past: readonly PastPart[]): (readonly MarkedBy[])[] {
    const { policy } = this.of;
    const besides = past.map((part) => matcherOf([part]));
    const found: MarkedBy[][] = [];
    const choose = (i: number, chosen: readonly Choice[]): void => {
      if (chosen.length > 0 && !this.mayPass(set, chosen, besides)) return;
      const at = own[i];
      if (at === undefined) {
        const marks = chosen.filter(({ level }) => level !== 'none').map((one) => markedBy(policy, one));
        if (marks.length > 0) found.push(marks);
        return;
      }
      for (const level of LEVELS) choose(i + 1, [...chosen, { at, level }]);
    };
    choose(0, []);
    return found;
  }

  private mayPass(set: RuleGroup, chosen: readonly Choice[], besides: Question['besides'] & {}): boolean {
    const { space, policy, marksAt } = this.of;
    const must = (at: number) => marksAt + policy.marks.length + at;
    const matched: number[] = [];
    const unmatched: number[] = [];
    for (const { at, level } of chosen) {
      if (level === 'none') unmatched.push(marksAt + at);
      else matched.push(level === 'must' ? must(at) : marksAt + at);
      if (level === 'may') unmatched.push(must(at));
    }
    const rules = set.rules.filter((index) => index < policy.rules.length);
    const denying = rules.filter((index) => policy.rules[index]?.decision === 'deny');
    const may = (question: Question) => space.mayBe(set, { ...question, besides }) !== false;
    // Nothing is enforced.
    if (policy.mode === 'observe') return may({ matched, unmatched });
    // Requests other than calls of tools pass where nothing speaks of them.
    if (reachesRequests(set) && may({ matched, unmatched: [...unmatched, ...rules] })) return true;
    return rules.some(
      (index) =>
        !denying.includes(index) && may({ matched: [...matched, index], unmatched: [...unmatched, ...denying] }),
    );
  }
}

const LEVELS = ['none', 'must', 'may'] as const;

interface Choice {
  readonly at: number;
  readonly level: (typeof LEVELS)[number];
}

function markedBy({ marks }: Policy, { at, level }: Choice): MarkedBy {
  const { labels, clears, by, result, secret } = marks[at] as Mark;
  return {
    labels,
    clears,
    must: level === 'must',
    isKeyed: by !== undefined,
    hasResult: result !== undefined || secret !== undefined,
  };
}
