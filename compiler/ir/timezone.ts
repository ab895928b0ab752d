import type { Atom } from '../conditions/condition.js';
import type { Moment, Window } from '../conditions/time.js';
import { mapAtoms } from './atoms.js';
import type { Expression } from './policy.js';

/** A rule whose conditions on time say the policy's zone where they say none. */
export function withTimezone<T extends { readonly when: Expression }>(rule: T, zone: string | undefined): T {
  return zone === undefined ? rule : { ...rule, when: mapAtoms(rule.when, (atom) => atomInZone(atom, zone)) };
}

function atomInZone(atom: Atom, zone: string): Atom {
  if (atom.key === 'time')
    return { ...atom, data: (atom.data as readonly Window[]).map((window) => ({ zone, ...window })) };
  if (atom.key !== 'from' && atom.key !== 'until') return atom;
  return { ...atom, data: { zone, ...(atom.data as Moment) } };
}
