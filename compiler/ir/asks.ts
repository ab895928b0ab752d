import type { After } from '../conditions/condition.js';
import type { Place } from '../diagnostics/source.js';
import { atomsOf } from './atoms.js';
import type { Expression } from './policy.js';

/** What conditions ask of the past, where, and whether under `not`. */
export function asksOf(
  when: Expression,
): { readonly asked: After; readonly place: Place; readonly negated: boolean }[] {
  return atomsOf(when).flatMap(({ atom, negated }) =>
    atom.key === 'after' ? [{ asked: atom.data as After, place: atom.place, negated }] : [],
  );
}
