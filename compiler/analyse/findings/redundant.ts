import { CF204 } from '../../diagnostics/messages.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import { forbids } from '../../ir/decision.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';
import { isSpent } from '../regions/budget.js';
import { smallest } from './shadowed.js';
import { listed } from './wording.js';

/**
 * Rules that others of the same effect already cover. The last are looked at first, and what was found redundant covers
 * nothing any more, so that all that are found can go at once.
 */
export function redundant(analysis: Analysis): void {
  const { rules } = analysis;
  for (let index = rules.length - 1; index >= 0 && !isSpent(); index--) {
    const rule = analysis.rule(index);
    analysis.progress('redundant rules', rules.length - index, rules.length);
    if (analysis.idle.has(index)) continue;
    const coverers = forbids(rule.decision) ? coveringTogether(analysis, index) : coveringAlone(analysis, index);
    if (coverers.length === 0) continue;
    const found = analysis.findIn(
      index,
      () => ({ matched: [index] }),
      (judged) => matchedBy(judged, rule),
    );
    if (typeof found === 'string') continue;
    const judged = analysis.run(found.witness);
    const others = coverers.map((other) => analysis.rule(other));
    analysis.idle.add(index);
    analysis.report({
      kind: 'redundant',
      message: CF204({
        rule: rule.id,
        coverers: `${listed(others)} ${others.length === 1 ? 'covers' : 'together cover'}`,
        others: listed(others),
      }),
      rule,
      place: rule.place,
      related: others.map((other) => ({ rule: other, note: 'covers it' })),
      witness: found.witness,
      ...(judged && { outcome: outcomeOf(judged) }),
    });
  }
}

/** For rules that forbid: those at least as strict that leave it nothing. */
function coveringTogether(analysis: Analysis, index: number): number[] {
  const { decision } = analysis.rule(index);
  const asStrict = (set: RuleGroup) =>
    set.rules.filter(
      (other) =>
        other !== index && !analysis.idle.has(other) && (other < index || analysis.rule(other).decision === decision),
    );
  const none = analysis.isNone(index, (set) => ({ matched: [index], unmatched: asStrict(set) }));
  if (none === undefined) analysis.giveUp(index, 'whether other rules cover it');
  return none ? smallest(analysis, index, new Set(analysis.setsWith(index).flatMap(asStrict))) : [];
}

/** For rules that permit: one other of the same effect. */
function coveringAlone(analysis: Analysis, index: number): number[] {
  const { decision } = analysis.rule(index);
  const [set] = analysis.setsWith(index);
  if (!set) return [];
  const others = set.rules.filter(
    (other) => other !== index && !analysis.idle.has(other) && analysis.rule(other).decision === decision,
  );
  // What covers it matches whatever it matches: one call leaves few to look at.
  const model = analysis.space.mayBe(set, { matched: [index] });
  if (model === false || model === 'budget') return [];
  for (const other of others) {
    if (!model.matches(other)) continue;
    const none = analysis.isNone(index, (one) => ({
      matched: [index],
      unmatched: analysis.isIn(one, other) ? [other] : [],
    }));
    if (none) return [other];
    if (none === undefined) analysis.giveUp(index, `whether ${analysis.rule(other).id} covers it`);
  }
  return [];
}
