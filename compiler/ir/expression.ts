import * as z from 'zod/mini';
import { CONDITIONS } from '../conditions/index.js';
import { schemaOf } from '../conditions/schema.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF111 } from '../diagnostics/messages.js';
import { nodeAt, type Syntax, type SyntaxMap, toValue } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import type { Expression } from './policy.js';
import { claimFields, limitFields, markFields, resultRuleFields, ruleFields } from './schema.js';

/** Conditions nest at most so deep. */
const MAX_DEPTH = 32;

const conditionFields = Object.fromEntries(
  [...CONDITIONS.values()].map((condition) => [condition.key, z.optional(schemaOf(condition))] as const),
);
const SOME = 'a list of conditions that is not empty';
const combinators = {
  any: z.optional(z.array(z.unknown(), { error: SOME }).check(z.minLength(1, SOME))),
  all: z.optional(z.array(z.unknown(), { error: SOME }).check(z.minLength(1, SOME))),
  not: z.optional(z.unknown()),
};

/** A rule written as a mapping, its nested conditions unchecked. */
export const ruleSchema = z.strictObject({ ...ruleFields, ...conditionFields, ...combinators });
export const markSchema = z.strictObject({ ...markFields, ...conditionFields, ...combinators });
export const limitSchema = z.strictObject({ ...limitFields, ...conditionFields, ...combinators });
export const resultRuleSchema = z.strictObject(
  { ...resultRuleFields, ...conditionFields, ...combinators },
  { error: 'a mapping with `capability`, and `redact`, `withhold` or `max_bytes`' },
);
export const claimSchema = z.strictObject({ ...claimFields, ...conditionFields, ...combinators });
const conditionsSchema = z.strictObject({ ...conditionFields, ...combinators }, { error: 'a mapping of conditions' });

/** The conditions of a checked rule mapping, all of which must hold. */
export function lowerConditions(syntax: SyntaxMap, diagnostics: Diagnostics, depth = 0): Expression {
  const of: Expression[] = [];
  for (const { key, keyPlace, value } of syntax.entries) {
    const condition = CONDITIONS.get(key);
    if (condition) {
      // As it was written: the schema checks, but puts keys in an order of its own.
      const written = toValue(value);
      if (!schemaOf(condition).safeParse(written).success) continue;
      const problems = condition.check?.(written) ?? [];
      for (const { message, path } of problems) diagnostics.add(message, nodeAt(value, path).place);
      if (problems.length > 0) continue;
      for (const data of condition.lower(written)) {
        of.push({ kind: 'atom', atom: { key: condition.alias ?? key, data, place: keyPlace } });
      }
    } else if (key === 'any' || key === 'all') {
      const items = value.kind === 'list' ? value.items : [];
      of.push(
        flat(
          key,
          items.map((item) => lowerNested(item, diagnostics, depth + 1)),
        ),
      );
    } else if (key === 'not') {
      of.push({ kind: 'not', of: lowerNested(value, diagnostics, depth + 1) });
    }
  }
  return flat('all', of);
}

/** One way to write each: no `all` in an `all`, no `any` in an `any`, none of one. */
function flat(kind: 'all' | 'any', parts: readonly Expression[]): Expression {
  const of = parts.flatMap((part) => (part.kind === kind ? part.of : [part]));
  return of.length === 1 ? (of[0] as Expression) : { kind, of };
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
