import { CF202, CF203, CF214 } from '../../diagnostics/messages.js';
import { isAlways } from '../../ir/atoms.js';
import { forbids } from '../../ir/decision.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';

/** Rules that no call can match, or that act on what is unknown alone. */
export function satisfiability(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    if (isAlways(rule.when) || analysis.idle.has(index) || analysis.historical.has(index)) continue;
    const protects = forbids(rule.decision);
    // One known value of each fact is the strongest form of an answer, and the usual one.
    const known = analysis.isNone(index, () => ({ matched: [index], singleKnown: true }));
    if (known === false) continue;
    const matched = () => ({ matched: [index] });
    const none = known ? analysis.isNone(index, matched) : undefined;
    if (none) {
      const hint = protects ? '' : 'to allow either of two things, write `any:` or two rules';
      analysis.idle.add(index);
      analysis.report({
        kind: 'unsatisfiable',
        message: CF202({ rule: rule.id, hint }),
        rule,
        place: rule.place,
        related: [],
        witness: null,
      });
    } else if (known && protects) {
      const alone = analysis.isNone(index, () => ({ matched: [index], known: true }));
      const question = () => ({ matched: [index], ...(!alone && { known: true }) });
      const found = analysis.findIn(index, question, (judged) => matchedBy(judged, rule));
      if (typeof found === 'string') continue;
      const judged = analysis.run(found.witness);
      const names = { rule: rule.id, hint: 'where either condition is enough, write `any:`' };
      if (alone) analysis.idle.add(index);
      analysis.report({
        kind: alone ? 'contradiction' : 'several-values',
        message: alone ? CF203(names) : CF214(names),
        rule,
        place: rule.place,
        related: [],
        witness: found.witness,
        ...(judged && { outcome: outcomeOf(judged) }),
      });
    } else if (known === undefined) {
      analysis.giveUp(index, 'whether any call matches it');
    }
  }
}
