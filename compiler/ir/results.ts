import { questionOf } from '../conditions/secret.js';
import { selectorProblem } from '../conditions/selector.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF118 } from '../diagnostics/messages.js';
import { entry, nodeAt, type Syntax, toValue } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { lowerConditions, resultRuleSchema } from './expression.js';
import { checkId } from './marks.js';
import type { ResultRule } from './policy.js';

/** A result rule before it has its place among those of the files it extends: `id` only if it was given. */
export type OwnResultRule = Omit<ResultRule, 'id'> & { readonly id?: string };

/** One result rule: a mapping with `capability`, and `redact`, `withhold` or `max_bytes`. */
export function lowerResultRule(syntax: Syntax, diagnostics: Diagnostics): OwnResultRule | undefined {
  const valid = validate(resultRuleSchema, syntax, 'a result rule', diagnostics);
  if (!valid || syntax.kind !== 'map') return undefined;
  const fail = (what: string, expected: string, found: string, at: Syntax): undefined => {
    diagnostics.add(CF103({ what, expected, found, hint: '' }), at.place);
  };
  const { redact, withhold } = valid;
  if (redact === undefined && withhold === undefined && valid.max_bytes === undefined)
    return fail('a result rule', 'one with `redact`, `withhold` or `max_bytes`', 'one with none of them', syntax);
  if (redact !== undefined && redact.secret === undefined && redact.at === undefined)
    return fail('`redact`', 'a mapping with `secret` or `at`', 'one with neither', nodeAt(syntax, ['redact']));
  checkId(valid.id, syntax, diagnostics);
  const capability = lowerCapability(valid.capability, nodeAt(syntax, ['capability']).place, diagnostics);
  const at = redact?.at === undefined ? undefined : [redact.at].flat();
  for (const [i, selector] of (at ?? []).entries()) {
    const problem = selectorProblem(selector);
    const path = Array.isArray(redact?.at) ? ['redact', 'at', i] : ['redact', 'at'];
    if (problem !== undefined) diagnostics.add(CF118({ selector, problem }), nodeAt(syntax, path).place);
  }
  // As they are written: the schema puts names in an order of its own.
  const written = (key: string) => toValue(entry(entry(syntax, key)?.value as Syntax, 'secret')?.value as Syntax);
  return (
    capability && {
      capability,
      when: lowerConditions(syntax, diagnostics),
      place: syntax.place,
      ...(redact && {
        redact: { ...(redact.secret !== undefined && { secret: questionOf(written('redact')) }), ...(at && { at }) },
      }),
      ...(withhold && { withhold: questionOf(written('withhold')) }),
      ...(valid.max_bytes !== undefined && { maxBytes: valid.max_bytes }),
      ...(valid.reason !== undefined && { reason: valid.reason }),
      ...(valid.id !== undefined && { id: valid.id }),
      ...(valid.description !== undefined && { description: valid.description }),
    }
  );
}
