import type { Verdict } from '../../types.js';
import type { Refusal } from '../../wire/refusal.js';
import type { EvaluatedCall } from './evaluated-call.js';

/** What policy and protocol say of one message, before anything is recorded, asked or sent. */
export type Evaluation =
  | { readonly kind: 'passes' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly tool?: string }
  /** Nobody could be told of its outcome, and a server may act on it all the same. */
  | { readonly kind: 'dropped'; readonly reason: 'no_id' | 'unknown_method'; readonly tool?: string }
  | EvaluatedCall;

export function isPermitted({ decision }: Verdict): boolean {
  return decision === 'allow' || decision === 'warn';
}
