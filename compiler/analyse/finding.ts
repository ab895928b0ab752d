import type { Message } from '../diagnostics/diagnostic.js';
import type { Place } from '../diagnostics/source.js';
import type { PolicyPromise, Rule } from '../ir/policy.js';
import type { Witness } from './calls/call.js';

export type FindingKind =
  | 'unsatisfiable'
  | 'contradiction'
  | 'several-values'
  | 'shadowed'
  | 'redundant'
  | 'conflict'
  | 'generalization'
  | 'bypass'
  | 'needs-root'
  | 'broad-allow'
  | 'unanchored-regex'
  | 'suspicious-path'
  | 'scoped-rule'
  | 'broken-promise'
  | 'unproved'
  | 'unreachable-history'
  | 'unused-label'
  | 'never-cleared'
  | 'not-analysed'
  | 'load-error'
  | 'unknown-capability'
  | 'unread-selector'
  | 'open-ended'
  | 'control-character'
  | 'command-escape'
  | 'expired'
  | 'needs-shell'
  | 'needs-dialect'
  | 'unreachable-capability'
  | 'unmapped-tool'
  | 'unread-argument';

/** Something that analysis has to say of a policy (docs/analysis.md). */
export interface Finding {
  readonly kind: FindingKind;
  readonly message: Message;
  /** null: it concerns the policy as a whole. */
  readonly rule: Rule | null;
  readonly place: Place;
  /** What each of the other rules has to do with it. */
  readonly related: readonly { readonly rule: Rule; readonly note: string }[];
  /** Other places that a `load-error` is about. */
  readonly places?: readonly { readonly place: Place; readonly message: string }[];
  readonly witness: Witness | null;
  /** How the witness is decided, for people. */
  readonly outcome?: string;
}

/** Whether the rules keep what a policy promises. */
export interface PromiseOutcome {
  readonly promise: PolicyPromise;
  readonly state: 'kept' | 'broken' | 'unproved';
  /** A call that breaks it. */
  readonly witness: Witness | null;
  /** How that is decided, for people. */
  readonly outcome?: string;
  /** It is kept, as there is no call that it speaks of. */
  readonly isVacuous?: true;
}
