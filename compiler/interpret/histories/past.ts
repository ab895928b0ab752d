import type { After, Truth } from '../../conditions/condition.js';
import type { Limit } from '../../ir/policy.js';

/** What came before a call, as far as conditions and limits ask. */
export interface Past {
  /** Does one of the labels hold, of this key? @param key undefined: of any. */
  holds(asked: After, key: string | undefined): Truth;
  /** Would a call that adds so much (a decimal) go beyond the limit? */
  exceeds(limit: Limit, amount: string, key: string | undefined): boolean;
}

/** Nobody knows. */
export const NO_PAST: Past = { holds: () => 'unknown', exceeds: () => true };
