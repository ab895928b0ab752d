import { args } from '../conditions/args.js';
import type { SecretQuestion } from '../conditions/condition.js';
import { schemaOf } from '../conditions/schema.js';
import { questionOf } from '../conditions/secret.js';
import { selectorProblem } from '../conditions/selector.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF103, CF104, CF110, CF118 } from '../diagnostics/messages.js';
import { entry, nodeAt, type Syntax, type SyntaxMap, toValue } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { lowerConditions, markSchema } from './expression.js';
import type { Expression, Mark } from './policy.js';
import { heldSchema } from './schema.js';

/** A mark before it has its place among those of the files it extends: `id` only if it was given. */
export type OwnMark = Omit<Mark, 'id'> & { readonly id?: string };

/** One mark: a mapping with `label` or `clear`. */
export function lowerMark(syntax: Syntax, diagnostics: Diagnostics): OwnMark | undefined {
  const valid = validate(markSchema, syntax, 'a mark', diagnostics);
  if (!valid || syntax.kind !== 'map') return undefined;
  const fail = (found: string): undefined => {
    const what = 'a mark';
    diagnostics.add(
      CF103({ what, expected: 'a mapping with either `label` or `clear`', found, hint: '' }),
      syntax.place,
    );
  };
  const words = valid.label ?? valid.clear;
  if (words === undefined) return fail('one with neither');
  if (valid.label !== undefined && valid.clear !== undefined) return fail('one with both');
  const capability = lowerCapability(valid.capability, nodeAt(syntax, ['capability']).place, diagnostics);
  checkId(valid.id, syntax, diagnostics);
  checkSelector(valid.by, syntax, 'by', diagnostics);
  const result = entry(syntax, 'result')?.value;
  const held = result && entry(result, 'secret')?.value;
  const test = result && !held ? lowerResult(result, diagnostics) : undefined;
  const secret = held && lowerSecret(result, held, diagnostics);
  // `label` and `clear` are no conditions, nor is anything else that a mark has beside them.
  const when = lowerConditions(syntax, diagnostics);
  return (
    capability && {
      labels: [...new Set([words].flat())],
      clears: valid.clear !== undefined,
      capability,
      when,
      place: syntax.place,
      ...(valid.by !== undefined && { by: valid.by }),
      ...(test && { result: test }),
      ...(secret && { secret }),
      ...(valid.id !== undefined && { id: valid.id }),
      ...(valid.description !== undefined && { description: valid.description }),
    }
  );
}

/** `result: { secret: any }`: what the server answers holds one. */
function lowerSecret(syntax: Syntax, names: Syntax, diagnostics: Diagnostics): SecretQuestion | undefined {
  const valid = validate(heldSchema, syntax, '`result`', diagnostics);
  return valid && questionOf(toValue(names));
}

/** `result: { at: /structuredContent/exitCode, eq: 0 }`: operators of `args` on what the server answers. */
function lowerResult(syntax: Syntax, diagnostics: Diagnostics): Expression | undefined {
  const at = entry(syntax, 'at');
  if (syntax.kind !== 'map' || !at) {
    diagnostics.add(
      CF104({ where: '`result`', key: 'at', hint: 'name the place in the result, such as `at: /isError`' }),
      syntax.place,
    );
    return undefined;
  }
  const selector = toValue(at.value);
  if (typeof selector !== 'string' || selectorProblem(selector) !== undefined) {
    const problem = typeof selector === 'string' ? (selectorProblem(selector) as string) : 'it is no text';
    diagnostics.add(CF118({ selector: String(selector), problem }), at.value.place);
    return undefined;
  }
  const tests: SyntaxMap = { ...syntax, entries: syntax.entries.filter(({ key }) => key !== 'at') };
  const own: SyntaxMap = {
    ...syntax,
    entries: [{ key: selector, keyPlace: at.keyPlace, value: tests }],
  };
  const written = toValue(own);
  if (!validate(schemaOf(args), own, '`result`', diagnostics)) return undefined;
  const problems = args.check?.(written) ?? [];
  for (const { message, path } of problems) diagnostics.add(message, nodeAt(own, path).place);
  if (problems.length > 0) return undefined;
  const of = args
    .lower(written)
    .map((data): Expression => ({ kind: 'atom', atom: { key: 'args', data, place: at.keyPlace } }));
  return of.length === 1 ? (of[0] as Expression) : { kind: 'all', of };
}

/** Ids that look like places are given by the loader. */
export function checkId(id: string | undefined, syntax: Syntax, diagnostics: Diagnostics): void {
  if (id !== undefined && /^[a-z_]+\[\d+\]$/.test(id)) diagnostics.add(CF110({ id }), nodeAt(syntax, ['id']).place);
}

export function checkSelector(
  selector: string | undefined,
  syntax: Syntax,
  key: string,
  diagnostics: Diagnostics,
): void {
  const problem = selector === undefined ? undefined : selectorProblem(selector);
  if (problem !== undefined)
    diagnostics.add(CF118({ selector: selector as string, problem }), nodeAt(syntax, [key]).place);
}
