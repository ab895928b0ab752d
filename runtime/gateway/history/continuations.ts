import { sha256 } from '../../text/sha256.js';
import { canonicalSpelling } from '../../wire/spelling.js';

/** Calls that their server has asked about in turn, at most: of more, the oldest is a call of its own again. */
export const MAX_CONTINUED = 1024;

/** Open calls that their server has asked about, and the retries that go on with them (MCP 2026-07-28). @internal */
export class Continuations {
  /** The call, by what its retry must be. */
  private readonly asked = new Map<string, string>();
  private readonly retried = new Set<string>();

  get isEmpty(): boolean {
    return this.asked.size === 0;
  }

  /** The server asks about a call. */
  ask(id: string, state: string, tool: string, argumentsText: string): void {
    this.retried.delete(id);
    if (this.asked.size >= MAX_CONTINUED) this.asked.delete(this.asked.keys().next().value as string);
    this.asked.set(retryOf(state, tool, argumentsText), id);
  }

  /** The call that a retry would go on with. */
  find(state: string, tool: string, argumentsText: string): string | undefined {
    return this.asked.get(retryOf(state, tool, argumentsText));
  }

  /** A retry goes on with a call. @returns false where another has, or nobody was asked. */
  take(id: string): boolean {
    const questions = [...this.asked].filter(([, own]) => own === id);
    for (const [key] of questions) this.asked.delete(key);
    if (questions.length > 0) this.retried.add(id);
    return questions.length > 0;
  }

  /** Is it a retry that goes on with it? */
  isRetried(id: string): boolean {
    return this.retried.has(id);
  }

  /** The call is over. */
  end(id: string): void {
    this.retried.delete(id);
  }
}

/** The same call, whatever it brings along: that is what the server asked for. */
function retryOf(state: string, tool: string, argumentsText: string): string {
  return sha256(JSON.stringify([state, tool, canonicalSpelling(argumentsText)]));
}
