import type { GrantBasis } from './grant.js';

/** What a gateway asks a person, before the store has given it an id and a time. */
export interface ApprovalDraft {
  /** SHA-256 of the subject, hexadecimal. */
  readonly digest: string;
  readonly agent: string;
  readonly tool: string;
  readonly method: string;
  readonly capability: string;
  /** The arguments' JSON as it may be shown: keys sorted, numbers as they were spelled, secrets masked. */
  readonly arguments: string;
  /** What else the call brings along, where it does: JSON, as the arguments. */
  readonly params?: string | undefined;
  /** The rule that asks. */
  readonly rule: string;
  /** File and line of that rule. */
  readonly place: string | undefined;
  readonly reason: string;
  /** What the verdict rests on without knowing it. */
  readonly unknown: readonly string[];
  /** Secrets masked. */
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
  readonly policy: string;
  readonly policy_sha256: string;
  /** The audit folder of the gateway that asks, and the host it is on. */
  readonly audit: string;
  readonly host: string;
  /** What a grant of calls like this one is bound to; absent where none can be given: a limit asks, which is approved only. */
  readonly grantable?: GrantBasis;
}

/** Where a request stands. All but the first two are final. */
export type ApprovalState = 'pending' | 'approved' | 'rejected' | 'expired' | 'used' | 'withdrawn';

/** One change of a request's state. */
export interface ApprovalStep {
  readonly state: Exclude<ApprovalState, 'pending'>;
  /** UTC. */
  readonly time: string;
  /** Who did it. */
  readonly by: string;
  readonly why?: string;
}

/** A request for a person's decision, and what became of it. */
export interface Approval extends ApprovalDraft {
  readonly id: string;
  /** UTC. */
  readonly created: string;
  /** UTC. From then on it can be neither approved nor used. */
  readonly expires: string;
  readonly state: ApprovalState;
  /** Oldest first. */
  readonly steps: readonly ApprovalStep[];
}

/** From which states a request can come to another, and whether before or after it expires. */
export const MOVES: Readonly<
  Record<ApprovalStep['state'], { readonly from: readonly ApprovalState[]; readonly isInTime: boolean | null }>
> = {
  approved: { from: ['pending'], isInTime: true },
  rejected: { from: ['pending'], isInTime: true },
  used: { from: ['approved'], isInTime: true },
  withdrawn: { from: ['pending', 'approved'], isInTime: null },
  expired: { from: ['pending', 'approved'], isInTime: false },
};

/**
 * Does this request still stand for identical calls? A rejection does until the request would have expired, so that an
 * agent can't wear a person down by asking again.
 */
export function isOpen({ state, expires }: Approval, now: number): boolean {
  return (state === 'pending' || state === 'approved' || state === 'rejected') && now < Date.parse(expires);
}

/** The state to show: what has expired may not have been marked so yet. */
export function stateAt({ state, expires }: Approval, now: number): ApprovalState {
  return MOVES.expired.from.includes(state) && now >= Date.parse(expires) ? 'expired' : state;
}
