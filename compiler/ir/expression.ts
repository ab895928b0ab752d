import * as z from 'zod/mini';
import { CONDITIONS } from '../conditions/index.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF111 } from '../diagnostics/messages.js';
import { ruleFields } from '../parse/schema.js';
import { nodeAt, type Syntax, type SyntaxMap, toValue } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import type { Expression } from './policy.js';

/** Conditions nest at most so deep. */
const MAX_DEPTH = 32;

const conditionFields = Object.fromEntries(
  [...CONDITIONS.values()].map(({ key, schema }) => [key, z.optional(schema)] as const),
);
const SOME = 'a list of conditions that is not empty';
const combinators = {
  any: z.optional(z.array(z.unknown(), { error: SOME }).check(z.minLength(1, SOME))),
  all: z.optional(z.array(z.unknown(), { error: SOME }).check(z.minLength(1, SOME))),
  not: z.optional(z.unknown()),
};

/** A rule written as a mapping, its nested conditions unchecked. */
export const ruleSchema = z.strictObject({ ...ruleFields, ...conditionFields, ...combinators });
const conditionsSchema = z.strictObject({ ...conditionFields, ...combinators }, { error: 'a mapping of conditions' });

/** The conditions of a checked rule mapping, all of which must hold. */
export function lowerConditions(syntax: SyntaxMap, diagnostics: Diagnostics, depth = 0): Expression {
  const of: Expression[] = [];
  for (const { key, keyPlace, value } of syntax.entries) {
    const condition = CONDITIONS.get(key);
    if (condition) {
      const plain = condition.schema.safeParse(toValue(value));
      if (!plain.success) continue;
      const problems = condition.check?.(plain.data) ?? [];
      for (const { message, path } of problems) diagnostics.add(message, nodeAt(value, path).place);
      if (problems.length > 0) continue;
      for (const data of condition.lower(plain.data)) of.push({ kind: 'atom', atom: { key, data, place: keyPlace } });
    } else if (key === 'any' || key === 'all') {
      const items = value.kind === 'list' ? value.items : [];
      of.push({ kind: key, of: items.map((item) => lowerNested(item, diagnostics, depth + 1)) });
    } else if (key === 'not') {
      of.push({ kind: 'not', of: lowerNested(value, diagnostics, depth + 1) });
    }
  }
  return of.length === 1 ? (of[0] as Expression) : { kind: 'all', of };
}

function lowerNested(syntax: Syntax, diagnostics: Diagnostics, depth: number): Expression {
  const nothing: Expression = { kind: 'all', of: [] };
  if (depth > MAX_DEPTH) {
    diagnostics.add(CF111({ limit: MAX_DEPTH }), syntax.place);
    return nothing;
  }
  const where = 'a condition';
  const valid = validate(conditionsSchema, syntax, where, diagnostics);
  if (!valid || syntax.kind !== 'map') return nothing;
  if (syntax.entries.length === 0) {
    // It would always hold, which nobody means who writes a condition.
    diagnostics.add(
      CF103({ what: where, expected: 'a mapping of conditions', found: 'empty', hint: '' }),
      syntax.place,
    );
  }
  return lowerConditions(syntax, diagnostics, depth);
}
