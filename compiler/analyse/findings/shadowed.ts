import { CF201 } from '../../diagnostics/messages.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';
import { listed } from './wording.js';

/** Rules whose every call is decided by stricter ones. */
export function shadowed(analysis: Analysis): void {
  const { rules } = analysis;
  for (const [index, rule] of analysis.eachRule()) {
    analysis.progress('shadowed rules', index, rules.length);
    if (analysis.idle.has(index) || rule.decision === 'deny') continue;
    const stricter = (set: RuleGroup) =>
      set.rules.filter(
        (other) => other < index && !analysis.idle.has(other) && analysis.rule(other).decision !== rule.decision,
      );
    const none = analysis.isNone(index, (set) => ({ matched: [index], unmatched: stricter(set) }));
    if (none === undefined) analysis.giveUp(index, 'whether stricter rules leave it anything to decide');
    if (!none) continue;
    const found = analysis.findIn(
      index,
      () => ({ matched: [index] }),
      (judged) => matchedBy(judged, rule) && judged.rule !== null && judged.rule !== rule,
    );
    if (typeof found === 'string') continue; // Nothing to show: no call of it could be made.
    const judged = analysis.run(found.witness);
    const coverers = smallest(analysis, index, new Set(analysis.setsWith(index).flatMap(stricter)));
    const others = coverers.map((other) => analysis.rule(other));
    analysis.idle.add(index);
    analysis.report({
      kind: 'shadowed',
      message: CF201({
        rule: rule.id,
        coverers: `${listed(others)} ${others.length === 1 ? 'decides' : 'together decide'}`,
        hint: `remove it, or narrow ${listed(others)}`,
      }),
      rule,
      place: rule.place,
      related: others.map((other) => ({ rule: other, note: 'decides first' })),
      witness: found.witness,
      ...(judged && { outcome: outcomeOf(judged) }),
    });
  }
}

/** As few of the rules as still leave the rule no call: one if it can be. */
export function smallest(analysis: Analysis, index: number, candidates: ReadonlySet<number>): number[] {
  const covered = (by: readonly number[]) =>
    analysis.isNone(index, (set) => ({
      matched: [index],
      unmatched: by.filter((other) => analysis.isIn(set, other)),
    })) === true;
  // Only rules that may match some call of it can matter.
  const sets = analysis.setsWith(index);
  const near = new Set(sets.flatMap((set) => [...analysis.space.meeting(set, index)]));
  const meeting = [...candidates].filter((other) => near.has(other));
  // One that covers it alone matches any call of it: one call leaves few to look at.
  const model = sets[0] && analysis.space.mayBe(sets[0], { matched: [index] });
  const likely = typeof model === 'object' ? meeting.filter((other) => model.matches(other)) : meeting;
  const single = likely.find((other) => covered([other]));
  if (single !== undefined) return [single];
  let kept = meeting;
  for (const other of meeting.length <= MAX_TRIED ? meeting.toReversed() : []) {
    const fewer = kept.filter((one) => one !== other);
    if (covered(fewer)) kept = fewer;
  }
  return kept;
}

const MAX_TRIED = 200;
