import type { RequestId } from '../wire/refusal.js';

/** The client's requests that the server has yet to answer. Ids of different types are different ids. @internal */
export class InFlight {
  private readonly methods = new Map<RequestId, string>();

  has(id: RequestId): boolean {
    return this.methods.has(id);
  }

  add(id: RequestId, method: string): void {
    this.methods.set(id, method);
  }

  /** Takes a request out. @returns its method; undefined where none was waiting. */
  take(id: RequestId): string | undefined {
    const method = this.methods.get(id);
    this.methods.delete(id);
    return method;
  }

  /** As `take`, for an answer: `"1"` answers 1 to clients that are content with it. */
  takeLike(id: RequestId): string | undefined {
    if (this.methods.has(id)) return this.take(id);
    const other = typeof id === 'number' ? String(id) : Number(id);
    return String(other) === String(id) ? this.take(other) : undefined;
  }

  /** All that is left. */
  takeAll(): RequestId[] {
    const ids = [...this.methods.keys()];
    this.methods.clear();
    return ids;
  }
}
