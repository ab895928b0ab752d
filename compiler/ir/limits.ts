import { durationSeconds, spanProblems } from '../conditions/duration.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { nodeAt, type Syntax } from '../parse/syntax.js';
import { validate } from '../parse/validate.js';
import { lowerCapability } from './capability.js';
import { limitSchema, lowerConditions } from './expression.js';
import { checkId, checkSelector } from './marks.js';
import type { Limit } from './policy.js';

/** A limit before it has its place among those of the files it extends: `id` only if it was given. */
export type OwnLimit = Omit<Limit, 'id' | 'key'> & { readonly id?: string };

/** One limit: a mapping with `capability`, `max` and `per`. */
export function lowerLimit(syntax: Syntax, diagnostics: Diagnostics): OwnLimit | undefined {
  const valid = validate(limitSchema, syntax, 'a limit', diagnostics);
  if (!valid || syntax.kind !== 'map') return undefined;
  const capability = lowerCapability(valid.capability, nodeAt(syntax, ['capability']).place, diagnostics);
  checkId(valid.id, syntax, diagnostics);
  for (const key of ['of', 'by'] as const) checkSelector(valid[key], syntax, key, diagnostics);
  const isSession = valid.per === 'session';
  const problems = isSession ? [] : spanProblems(valid.per, []);
  for (const { message } of problems) diagnostics.add(message, nodeAt(syntax, ['per']).place);
  const when = lowerConditions(syntax, diagnostics);
  return (
    capability && {
      capability,
      when,
      max: valid.max,
      per: isSession ? 'session' : (durationSeconds(valid.per) ?? 1),
      over: (valid.over ?? 'deny') as Limit['over'],
      reason: valid.reason ?? 'limit_exceeded',
      place: syntax.place,
      ...(valid.of !== undefined && { of: valid.of }),
      ...(valid.by !== undefined && { by: valid.by }),
      ...(valid.whose === 'everyone' && { isShared: true as const }),
      ...(valid.id !== undefined && { id: valid.id }),
      ...(valid.description !== undefined && { description: valid.description }),
    }
  );
}
