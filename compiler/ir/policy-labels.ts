import type { After } from '../conditions/condition.js';
import { atomsOf } from './atoms.js';
import type { Policy } from './policy.js';

/** All labels that a policy sets or asks for. */
export function labelsOf({ marks, rules, limits }: Pick<Policy, 'marks' | 'rules' | 'limits'>): string[] {
  const asked = [...rules, ...marks, ...limits].flatMap(({ when }) =>
    atomsOf(when).flatMap(({ atom }) => (atom.key === 'after' ? (atom.data as After).labels : [])),
  );
  return [...new Set([...marks.flatMap(({ labels }) => labels), ...asked])];
}
