import type { Decision } from '../../runtime/types.js';

/** Strictest first: the order in which rules take precedence. */
export const PRECEDENCE: readonly Decision[] = ['deny', 'require_approval', 'warn', 'allow'];

export function isStricter(a: Decision, b: Decision): boolean {
  return PRECEDENCE.indexOf(a) < PRECEDENCE.indexOf(b);
}

/** Deny and approval rules protect: any value forbids, and unknown is enough for them. */
export function forbids(decision: Decision): boolean {
  return decision === 'deny' || decision === 'require_approval';
}
