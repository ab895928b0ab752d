import { instantOf, type Moment, until } from '../../conditions/time.js';
import { CF218 } from '../../diagnostics/messages.js';
import type { Expression } from '../../ir/policy.js';
import { type Analysis, matchedBy, outcomeOf } from '../analysis.js';

/** Rules whose `until` is past at the moment of the check. */
export function expired(analysis: Analysis): void {
  const now = analysis.environment.now?.() ?? Date.now();
  const day = new Date(now).toISOString();
  for (const [, rule] of analysis.eachRule()) {
    const past = conjuncts(rule.when).find(
      (part) =>
        part.kind === 'atom' &&
        part.atom.key === until.key &&
        (instantOf(part.atom.data as Moment, until.key) as number) <= now,
    );
    if (past?.kind !== 'atom') continue;
    const witness = { capability: rule.capability.text.replaceAll('*', 'x'), args: {}, context: {}, now: day };
    const judged = analysis.run(witness);
    if (!judged || matchedBy(judged, rule)) continue;
    analysis.report({
      kind: 'expired',
      message: CF218({ rule: rule.id, until: (past.atom.data as Moment).text, day: day.slice(0, 10) }),
      rule,
      place: past.atom.place,
      related: [],
      witness,
      outcome: outcomeOf(judged),
    });
  }
}

/** What must hold whatever else does. */
function conjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'all' ? expression.of.flatMap(conjuncts) : [expression];
}
