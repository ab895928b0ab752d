import type { Approval, ApprovalDraft, ApprovalStep } from './approval.js';
import type { Grant, GrantDraft } from './grant.js';

/**
 * Where requests for approval are kept, by any number of gateways and commands at once. What a store promises is in its
 * contract suite, which every store passes.
 *
 * Every operation rejects where the store can't be used: then nothing is approved.
 */
export interface ApprovalStore {
  /** Milliseconds between two looks at a request that somebody waits for. */
  readonly pollMs: number;
  /** What people have granted beyond single calls. */
  readonly grants: GrantStore;
  /**
   * The open request for the same digest: one that is there, or a new one. However many ask at once, one is made.
   *
   * @param seconds How long a new one is valid.
   */
  ask(draft: ApprovalDraft, seconds: number): Promise<{ readonly approval: Approval; readonly isNew: boolean }>;
  find(id: string): Promise<Approval | undefined>;
  /** All that are still kept, oldest first. */
  list(): Promise<Approval[]>;
  /**
   * Moves a request to another state, if it may go there from where it stands. However many try at once, one does it.
   *
   * @returns the request in its new state; undefined where it was not moved.
   */
  move(id: string, to: ApprovalStep['state'], by: string, why?: string): Promise<Approval | undefined>;
  /** Forgets what was over before this time, in milliseconds since 1970. */
  prune(before: number): Promise<void>;
  close(): Promise<void>;
}

/** Grants of a store of approvals. Every operation rejects where the store can't be used: then nothing is granted. */
export interface GrantStore {
  /** @param seconds For how long; undefined: as long as its session lasts. */
  add(draft: GrantDraft, seconds: number | undefined): Promise<Grant>;
  /** All that are still kept, oldest first. */
  list(): Promise<Grant[]>;
  /**
   * Counts a use. However many use it at once, no more do than it is for.
   *
   * @returns undefined where it is over.
   */
  use(id: string, by: string): Promise<Grant | undefined>;
  /** Takes it back. @returns undefined where it is over, or is not there. */
  revoke(id: string, by: string): Promise<Grant | undefined>;
}

/**
 * Marks what has expired as such.
 *
 * @returns the requests that were marked by this call, and by no other.
 */
export async function expireDue(store: ApprovalStore, now: number): Promise<Approval[]> {
  const due = (await store.list()).filter(
    ({ state, expires }) => (state === 'pending' || state === 'approved') && now >= Date.parse(expires),
  );
  const moved = await Promise.all(due.map(({ id }) => store.move(id, 'expired', 'capfence')));
  return moved.filter((approval) => approval !== undefined);
}
