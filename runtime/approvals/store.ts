import type { Approval, ApprovalDraft, ApprovalStep } from './approval.js';

/**
 * Where requests for approval are kept, by any number of gateways and commands at once. What a store promises is in its
 * contract suite, which every store passes.
 *
 * Every operation rejects where the store can't be used: then nothing is approved.
 */
export interface ApprovalStore {
  /** Milliseconds between two looks at a request that somebody waits for. */
  readonly pollMs: number;
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
