import type { RequestId } from '../wire/refusal.js';

/** The client's requests that the server has yet to answer. Ids of different types are different ids. */
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

  /** All that is left. */
  takeAll(): RequestId[] {
    const ids = [...this.methods.keys()];
    this.methods.clear();
    return ids;
  }
}
