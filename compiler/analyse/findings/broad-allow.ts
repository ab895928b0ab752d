import { CF209 } from '../../diagnostics/messages.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';

/** An allow rule of every capability there is. */
export function broadAllow(analysis: Analysis): void {
  for (const [index, rule] of analysis.eachRule()) {
    const isBroad = rule.decision === 'allow' && rule.capability.parts.every((part) => part === '*');
    if (!isBroad || analysis.idle.has(index)) continue;
    const found = analysis.findIn(
      index,
      (set) => ({ matched: [index], unmatched: set.rules.filter((other) => other < index) }),
      (judged) => matchedBy(judged, rule) && judged.rule === rule,
    );
    if (typeof found === 'string') continue;
    const judged = analysis.run(found.witness);
    analysis.report({
      kind: 'broad-allow',
      message: CF209({ rule: rule.id }),
      rule,
      place: rule.place,
      related: [],
      witness: found.witness,
      ...(judged && { outcome: outcomeOf(judged) }),
    });
  }
}
