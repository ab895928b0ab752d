import type { RequestId } from '../wire/refusal.js';

/** The client's requests that the server has yet to answer. Ids of different types are different ids. @internal */
export class InFlight {
  private readonly methods = new Map<RequestId, string>();
  private readonly watched = new Map<RequestId, (state: string) => void>();

  has(id: RequestId): boolean {
    return this.methods.has(id);
  }

  add(id: RequestId, method: string): void {
    this.methods.set(id, method);
  }

  /** @param onInputRequired Told the `requestState` where the server answers that it needs input. */
  watch(id: RequestId, onInputRequired: (state: string) => void): void {
    this.watched.set(id, onInputRequired);
  }

  /** Who wants to know how this request is answered. To be asked before it is taken out. */
  watcherOf(id: RequestId): ((state: string) => void) | undefined {
    return this.watched.size === 0 ? undefined : this.watched.get(this.key(id));
  }

  /** Takes a request out. @returns its method; undefined where none was waiting. */
  take(id: RequestId): string | undefined {
    const method = this.methods.get(id);
    this.methods.delete(id);
    this.watched.delete(id);
    return method;
  }

  /** As `take`, for an answer: `"1"` answers 1 to clients that are content with it. */
  takeLike(id: RequestId): string | undefined {
    return this.take(this.key(id));
  }

  private key(id: RequestId): RequestId {
    if (this.methods.has(id)) return id;
    const other = typeof id === 'number' ? String(id) : Number(id);
    return String(other) === String(id) ? other : id;
  }

  /** All that is left. */
  takeAll(): RequestId[] {
    const ids = [...this.methods.keys()];
    this.methods.clear();
    this.watched.clear();
    return ids;
  }
}
