import type { RequestId } from '../wire/refusal.js';
import type { EndWatch } from './history/call-results.js';
import type { ResultGuard } from './results/result-guard.js';

/** A request of the client that the server has yet to answer. @internal */
export interface Waiting {
  readonly method: string;
  /** It waits here for a person: the server has not got it yet. */
  readonly isHeld: boolean;
  /** The page that a list was asked for, where it is not the first. */
  readonly cursor?: string | undefined;
  /** What is done about its result. */
  readonly guard?: ResultGuard | undefined;
  /** By which the server tells of its progress. */
  readonly progressToken?: unknown;
  /** Told how it ends, where that matters. */
  readonly watch?: EndWatch | undefined;
  /** Told the `requestState` where the server answers that it needs input (MCP 2026-07-28). */
  readonly onInputRequired?: ((state: string) => void) | undefined;
}

/** The client's requests that the server has yet to answer. Ids of different types are different ids. @internal */
export class InFlight {
  private readonly waiting = new Map<RequestId, Waiting>();

  has(id: RequestId): boolean {
    return this.waiting.has(id);
  }

  add(id: RequestId, waiting: Waiting): void {
    this.waiting.set(id, waiting);
  }

  /** Does a request of this method wait for the server's answer? */
  waitsFor(method: string): boolean {
    for (const waiting of this.waiting.values()) if (waiting.method === method && !waiting.isHeld) return true;
    return false;
  }

  /** Is the result of this request looked at? */
  isGuardedRequest(id: RequestId): boolean {
    return this.waiting.get(this.keyLike(id))?.guard !== undefined;
  }

  /** The request whose progress this is; undefined: nobody's. */
  ofProgress(token: unknown): Waiting | undefined {
    if (token === undefined) return undefined;
    for (const waiting of this.waiting.values()) if (waiting.progressToken === token) return waiting;
    return undefined;
  }

  /** Takes a request out. @returns undefined where none was waiting. */
  take(id: RequestId): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }

  /**
   * As `take`, for the server's answer: `"1"` answers 1 to clients that are content with it.
   *
   * @returns null where the server answers what it was never sent.
   */
  takeLike(id: RequestId): Waiting | undefined | null {
    const key = this.keyLike(id);
    return this.waiting.get(key)?.isHeld ? null : this.take(key);
  }

  private keyLike(id: RequestId): RequestId {
    const other = typeof id === 'number' ? String(id) : Number(id);
    return this.waiting.has(id) || String(other) !== String(id) ? id : other;
  }

  /** The client wants it no more: it stays open until the server has answered, or ended. */
  cancel(id: unknown): void {
    this.waiting.get(id as RequestId)?.watch?.cancelled();
  }

  /** All that is left. */
  takeAll(): (readonly [RequestId, Waiting])[] {
    const all = [...this.waiting];
    this.waiting.clear();
    return all;
  }
}
