import { sha256 } from '../text/sha256.js';

/** What an approval is bound to: a change in any of it asks again. */
export interface ApprovalSubject {
  readonly agent: string;
  /** The server's command and its arguments. */
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly method: string;
  readonly tool: string;
  /** Canonical text of the arguments, numbers as they were spelled. */
  readonly arguments: string;
  /** What else the call brings along, such as answers to what its server may ask; canonical text, as the arguments. */
  readonly params: string | undefined;
  /** SHA-256 of the policy, hexadecimal. */
  readonly policy: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
}

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
 * One hash for everything an approval is bound to: over its JSON, with the members of every object in the order of their
 * names.
 */
export function subjectDigest(subject: ApprovalSubject): string {
  const { agent, cwd, method, params, policy, roots, tool, upstream } = subject;
  const context = Object.fromEntries(Object.entries(subject.context).sort(([a], [b]) => (a < b ? -1 : 1)));
  // The arguments are a text, so that their numbers stay as they were spelled.
  return sha256(
    JSON.stringify({
      agent,
      arguments: subject.arguments,
      context,
      cwd,
      method,
      params,
      policy,
      roots,
      tool,
      upstream,
    }),
  );
}

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
