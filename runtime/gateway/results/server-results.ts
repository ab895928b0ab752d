import { isObject } from '../../wire/envelope.js';
import { errorAnswer } from '../../wire/error-answer.js';
import { parsed } from '../../wire/json.js';
import { INTERNAL_ERROR, type RequestId } from '../../wire/refusal.js';
import type { ResultGuard, ResultGuards } from './result-guard.js';
import type { Treated } from './treated-message.js';
import { TOO_LARGE } from './treatment.js';
import { withheldAnswer } from './withheld.js';

/** @internal */
export interface ServerResultsSetup {
  readonly guards: ResultGuards;
  /** The request whose progress is told under this token; undefined: nobody's. */
  readonly ofProgress: (token: unknown) => { readonly guard?: ResultGuard | undefined } | undefined;
  /** Nothing is changed. */
  readonly observes: boolean;
  /** The longest line that is looked at. */
  readonly maxBytes: number;
  /** Told what became of a message that is no result. */
  readonly said: (method: string, treated: Treated) => void;
}

/** What goes on of an answer. @internal */
export interface TreatedAnswer {
  readonly treated: Treated;
  /** With its newline where the whole line has one. */
  readonly forward: Buffer | string;
}

/** What goes on of another message. @internal */
export interface TreatedOther {
  /** Absent: nothing does. */
  readonly forward?: Buffer | string;
  /** What the server gets for a request of its own that does not go on. */
  readonly answer?: string;
}

/** Result rules at the side of the server. @internal */
export class ServerResults {
  constructor(private readonly setup: ServerResultsSetup) {}

  get isWatching(): boolean {
    return this.setup.guards.isWatching;
  }

  /** Is what rules say done? */
  get isEnforced(): boolean {
    return this.isWatching && !this.setup.observes;
  }

  get maxBytes(): number {
    return this.setup.maxBytes;
  }

  /** @param bytes An answer to `tools/list`. */
  listed(bytes: Buffer): void {
    this.setup.guards.listed(bytes);
  }

  /** @param whole The line with its newline. */
  answer(id: RequestId, bytes: Buffer, whole: Buffer, guard: ResultGuard): TreatedAnswer {
    const { guards, observes, maxBytes } = this.setup;
    const isTooLong = bytes.length > maxBytes;
    const treated = isTooLong ? { ...NOTHING, withheld: TOO_LARGE } : guards.answer(bytes, guard);
    if (observes) return { treated, forward: whole };
    const { withheld, text } = treated;
    if (withheld !== undefined) return { treated, forward: `${withheldAnswer(id, { ...guard, reason: withheld })}\n` };
    return { treated, forward: text === undefined ? whole : `${text}\n` };
  }

  /** An answer that was too long to be held. */
  tooLong(id: RequestId, guard: ResultGuard): { readonly treated: Treated; readonly answer: string } {
    return {
      treated: { ...NOTHING, withheld: TOO_LARGE },
      answer: withheldAnswer(id, { ...guard, reason: TOO_LARGE }),
    };
  }

  /** A notification, a request of the server's own, or an answer to nothing. */
  other(bytes: Buffer, whole: Buffer): TreatedOther {
    const { guards, ofProgress, observes, said } = this.setup;
    const message = parsed(bytes.toString());
    const method = isObject(message) && typeof message['method'] === 'string' ? message['method'] : '';
    const params = isObject(message) ? message['params'] : undefined;
    const token = method === 'notifications/progress' && isObject(params) ? params['progressToken'] : undefined;
    const about = ofProgress(token);
    if (about && !about.guard) return { forward: whole };
    const treated = guards.message(bytes, about?.guard ?? guards.everything());
    said(treated.withheld === undefined ? method : 'a message', treated);
    if (observes) return { forward: whole };
    const { withheld, text } = treated;
    if (withheld === undefined) return { forward: text === undefined ? whole : `${text}\n` };
    const id = isObject(message) ? message['id'] : undefined;
    const isRequest = method !== '' && (typeof id === 'string' || typeof id === 'number');
    return isRequest ? { answer: errorAnswer(id, INTERNAL_ERROR, `withheld: ${withheld}`) } : {};
  }

  /** What the server says beside its messages, for a person. */
  chatter(line: Buffer): string {
    const { guards } = this.setup;
    const text = line.toString();
    const { secrets } = guards.everything().treatment;
    // What may have been a message is spelled in ways that nobody can undo any more.
    const isHeld = secrets !== undefined && (/^[ \t]*[[{]/.test(text) || secrets.find(text).length > 0);
    return isHeld
      ? `a line of the server that is no message may hold a secret: ${line.length} bytes are left out\n`
      : text;
  }
}

const NOTHING: Treated = { redacted: {}, binary: 0 };
