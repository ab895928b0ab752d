import type { Progress } from '../../diagnostics/progress.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import type { Rule } from '../../ir/policy.js';
import type { Space } from '../calls/space.js';
import { isSpent } from '../regions/budget.js';
import { decisionAt, type LevelClass, levelClasses } from '../regions/level.js';
import { regionText } from '../regions/region-text.js';
import { differingPairs, type Pair } from './differing-pairs.js';
import type { PartialDiff, PolicyPair, VerdictChange } from './policy-pair.js';

/**
 * What changes because the rules do.
 *
 * @param firstOnly One change is enough: then the search ends.
 */
export function ruleChanges(pair: PolicyPair, progress: Progress, firstOnly = false): PartialDiff {
  const search = new ChangeSearch(pair);
  const { sets } = search.space;
  for (const [i, set] of sets.entries()) {
    if (firstOnly && search.changes.size > 0) break;
    progress('capabilities', i, sets.length);
    search.lookIn(set, firstOnly);
  }
  return { changes: [...search.changes.values()], notAnalysed: [...search.notAnalysed] };
}

/** Looks through the calls of a capability for those that another rule decides, and otherwise. */
class ChangeSearch {
  readonly space: Space;
  readonly changes = new Map<string, VerdictChange>();
  readonly notAnalysed = new Set<string>();
  private readonly classes: readonly LevelClass[];
  /** Both policies read levels and paths alike. */
  private readonly sameReading: boolean;

  constructor(private readonly pair: PolicyPair) {
    const { before, after, policies } = pair;
    this.space = pair.space();
    this.classes = levelClasses(policies);
    const levels = policies.map(({ riskLevels }) => JSON.stringify(Object.entries(riskLevels).sort()));
    this.sameReading =
      levels[0] === levels[1] &&
      before.pathCase === after.pathCase &&
      JSON.stringify(before.sql) === JSON.stringify(after.sql);
  }

  lookIn(set: RuleGroup, firstOnly: boolean): void {
    const { own, others } = this.sides(set);
    const pairs = differingPairs(this.space, own, others, this.sameReading);
    for (const level of this.classes)
      for (const pair of pairs) if (!isSpent() && !(firstOnly && this.changes.size > 0)) this.tryPair(set, pair, level);
  }

  /** The rules of the set that are of the one policy, and those of the other. */
  private sides({ rules }: RuleGroup): { own: number[]; others: number[] } {
    const { length } = this.pair.before.rules;
    return { own: rules.filter((index) => index < length), others: rules.filter((index) => index >= length) };
  }

  /** Looks for calls that the one rule decides before and the other after. */
  private tryPair(set: RuleGroup, [old, next]: Pair, level: LevelClass): void {
    const { before, after } = this.pair;
    const rules = { before: this.ruleAt(old), after: this.ruleAt(next) };
    const from = decisionAt(before, rules.before, level.level);
    const to = decisionAt(after, rules.after, level.level);
    const key = `${old} ${next} ${from} ${to}`;
    if (from === to || this.changes.has(key)) return;
    const { own, others } = this.sides(set);
    const matched = [old, next].filter((index) => index !== undefined);
    const unmatched = [
      ...own.filter((index) => old === undefined || index < old),
      ...others.filter((index) => next === undefined || index < next),
    ];
    const besides = level.condition ? [level.condition] : [];
    const found = this.space.find(set, { matched, unmatched, besides }, (witness) => {
      const [was, is] = this.pair.decide(witness);
      return was?.decision === from && is?.decision === to && was.rule === rules.before && is.rule === rules.after;
    });
    if (found === 'none') return;
    if (typeof found === 'string') {
      const names = [rules.before, rules.after].map((rule) => rule?.id ?? 'the default').join(' and ');
      this.notAnalysed.add(`whether calls of ${set.capability} change from ${from} to ${to} between ${names}`);
      return;
    }
    const exceptions = unmatched.filter(
      (index) => this.space.mayBe(set, { matched: [...matched, index], besides, singleKnown: true }) !== false,
    );
    this.changes.set(key, {
      from,
      to,
      capability: narrower(rules.before, rules.after) ?? set.capability,
      region: regionText(
        narrowest(this.space, set, matched).map((index) => this.ruleAt(index)),
        exceptions.flatMap((index) => this.ruleAt(index) ?? []),
      ),
      witness: found.witness,
      ...rules,
    });
  }

  /** null: the default deny. */
  private ruleAt(index: number | undefined): Rule | null {
    const { before, after } = this.pair;
    // As their policies have them.
    return index === undefined ? null : (before.rules[index] ?? after.rules[index - before.rules.length] ?? null);
  }
}

/** Of two rules that meet, the one that lies within the other says it all. */
function narrowest(space: Space, set: RuleGroup, rules: readonly number[]): readonly number[] {
  const [a, b] = rules;
  if (a === undefined || b === undefined) return rules;
  const isWithin = (inner: number, outer: number) =>
    space.mayBe(set, { matched: [inner], falsified: [outer], singleKnown: true }) === false;
  if (isWithin(b, a)) return [b];
  return isWithin(a, b) ? [a] : rules;
}

/** The capabilities that both patterns match. */
function narrower(a: Rule | null, b: Rule | null): string | undefined {
  if (!a || !b) return (a ?? b)?.capability.text;
  const parts = a.capability.parts.map((part, i) => (part === '*' ? b.capability.parts[i] : part));
  return parts.join('.').replace(/(?:\.\*)+$/, '');
}
