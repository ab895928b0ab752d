import { DECISIONS, type Decision } from '../../runtime/decision.js';
import type { Condition, Mode } from '../conditions/condition.js';

export function isStricter(a: Decision, b: Decision): boolean {
  return DECISIONS.indexOf(a) < DECISIONS.indexOf(b);
}

/** Deny and approval rules protect: any value forbids, and unknown is enough for them. */
export function forbids(decision: Decision): boolean {
  return decision === 'deny' || decision === 'require_approval';
}

/** In which kind of rule, and under how many `not`, a condition stands. */
export function modeOf(
  { perNegation }: Pick<Condition<unknown>, 'perNegation'>,
  decision: Decision,
  negated: boolean,
): Mode {
  if (!forbids(decision)) return negated && perNegation ? 'permitNot' : 'permit';
  return negated ? 'forbidNot' : 'forbid';
}
