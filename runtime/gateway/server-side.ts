import { isUtf8 } from 'node:buffer';
import type { LinePiece } from '../wire/bounded-lines.js';
import { isObject } from '../wire/envelope.js';
import { errorAnswer } from '../wire/error-answer.js';
import { parsed } from '../wire/json.js';
import type { WholeLine } from '../wire/lines.js';
import { membersOf, memberText } from '../wire/members.js';
import { INTERNAL_ERROR, type RequestId } from '../wire/refusal.js';
import { scanEnvelope } from '../wire/scan.js';
import type { InFlight } from './in-flight.js';
import type { BoundPolicy } from './judge/bound-policy.js';
import type { ClientRoots } from './judge/client-roots.js';
import type { ListedPage, ToolLock } from './judge/tool-lock.js';
import type { ServerResults } from './results/server-results.js';

/** A list of tools beyond this is passed on as it is: a text can hardly be longer. Calls are judged all the same. */
const MAX_FILTERED = 256 * 1024 * 1024;

/** What becomes of one line of the server. @internal */
export interface ServerOutcome {
  /** With its newline. */
  readonly forward?: Buffer | string;
  /** A line that is no message: for a person. */
  readonly banner?: Buffer | string;
  /** What the server gets for a request of its own that does not go on. */
  readonly answer?: string;
}

/** What becomes of a part of a line. @internal */
export interface PieceOutcome {
  readonly piece?: Buffer;
  readonly banner?: Buffer | string;
  readonly answers?: readonly string[];
  /** What takes the place of an answer that was dropped. */
  readonly replies: readonly string[];
}

/** @internal */
export interface ServerSideSetup {
  readonly policy: BoundPolicy;
  readonly roots: ClientRoots;
  readonly inFlight: InFlight;
  /** Is the client being asked something by the gateway itself? */
  readonly isAsking: () => boolean;
  /** Is this the id of a request that the gateway itself has sent to the client? */
  readonly isOwn: (id: RequestId) => boolean;
  /** What the server's tools must still be; null where nothing was locked. */
  readonly lock: ToolLock | null;
  /** Leave tools in lists that no call could get past the policy. */
  readonly listAll: boolean;
  /** What is done about results; null where the policy says nothing of them. */
  readonly results: ServerResults | null;
  /** Told the protocol version that the server answers. */
  readonly onVersion: (version: string) => void;
}

/**
 * Reads what the server says. Bytes pass as they came; only answers to `tools/list` and `initialize` are parsed.
 *
 * @internal
 */
export class ServerSide {
  constructor(private readonly setup: ServerSideSetup) {}

  handle({ bytes, whole }: WholeLine): ServerOutcome {
    const envelope = scanEnvelope(bytes);
    if (envelope === null) return this.brokenAnswer(bytes) ?? this.handleOther(bytes, whole);
    // A message says what it is; an object that does not may be a server's own chatter, and even no JSON.
    if (!envelope.isMessage && parsed(bytes.toString()) === undefined) return { banner: this.chatter(whole) };
    // Nobody but the gateway asks under its ids, and nobody but the client answers them.
    if (envelope.id != null && this.setup.isOwn(envelope.id)) return {};
    if (envelope.hasMethod && this.setup.lock && saysToolsChanged(bytes)) this.setup.lock.isAnnounced = true;
    if (envelope.asksRoots && envelope.id != null) this.setup.roots.ask(envelope.id);
    const { results } = this.setup;
    // Clients are content with answers that lack this and that, so whatever bears a result and an id is one.
    if (envelope.isResponse && envelope.id != null) {
      const waiting = this.setup.inFlight.takeLike(envelope.id);
      if (waiting === null) return {};
      if (results && waiting?.method === 'tools/list') results.listed(bytes);
      const outcome = waiting?.guard && results?.answer(envelope.id, bytes, whole, waiting.guard);
      waiting?.watch?.answered(bytes, outcome?.treated);
      if (waiting?.onInputRequired) tellInputRequired(bytes.toString(), waiting.onInputRequired);
      if (waiting?.method === 'initialize') this.readVersion(bytes.toString());
      if (waiting?.method === 'tools/list' && this.filters) {
        if (bytes.length > MAX_FILTERED) {
          // Calls are judged all the same; but what was not compared with the lock is not shown.
          if (!this.setup.lock) return { forward: whole };
          return { forward: `${errorAnswer(envelope.id, INTERNAL_ERROR, 'the list of tools is too long to check')}\n` };
        }
        const text = outcome ? outcome.forward.toString().trimEnd() : bytes.toString('utf8');
        const filtered = this.filtered(text, waiting.cursor);
        if (filtered !== text) return { forward: `${filtered}\n` };
      }
      if (outcome) return { forward: outcome.forward };
      // Whose answer it is, nobody knows.
      if (!waiting && results?.isWatching) return results.other(bytes, whole);
      return { forward: whole };
    }
    return results?.isWatching ? results.other(bytes, whole) : { forward: whole };
  }

  /** Whether the long line that is coming in goes to the client, to a person, or nowhere. */
  private longGoes: 'on' | 'banner' | 'nowhere' = 'on';

  /**
   * A part of a line that is too long to be held. It is passed on unread, where nothing depends on what it says; else it
   * is dropped, and what waits for it gets an error.
   */
  handlePiece({ bytes, isFirst, isLast, envelope }: LinePiece): PieceOutcome {
    if (isFirst) {
      const isMessage = envelope.startsAs !== 'other';
      this.longGoes = !isMessage ? 'banner' : this.dependsOnLong() ? 'nowhere' : 'on';
    }
    const replies = isLast && this.longGoes !== 'banner' ? this.endLong(envelope) : [];
    return {
      ...(this.longGoes === 'on' && { piece: bytes }),
      ...(this.longGoes === 'banner' && !this.setup.results?.isEnforced && { banner: bytes }),
      replies,
    };
  }

  /** Is there something that the gateway must read, and that this might be? */
  private dependsOnLong(): boolean {
    const { inFlight, isAsking, results } = this.setup;
    return (
      (results?.isEnforced ?? false) ||
      isAsking() ||
      inFlight.waitsFor('initialize') ||
      (this.filters && inFlight.waitsFor('tools/list'))
    );
  }

  private endLong({ id, method, isResponse }: LinePiece['envelope']): string[] {
    const { inFlight, roots, isOwn } = this.setup;
    if (id == null || isOwn(id)) return [];
    if (method === 'roots/list') roots.ask(id);
    if (!isResponse) return [];
    const waiting = inFlight.takeLike(id);
    const withheld = waiting?.guard && this.setup.results?.tooLong(id, waiting.guard);
    waiting?.watch?.answered(undefined, withheld?.treated);
    if (this.longGoes === 'on' || !waiting) return [];
    if (withheld) return [withheld.answer];
    return [errorAnswer(id, INTERNAL_ERROR, 'the answer of the server is too long to be read')];
  }

  /** How long a line may be that is held. */
  mostHeld(usual: number): number {
    const { results } = this.setup;
    return results?.isWatching ? Math.max(usual, results.maxBytes) : usual;
  }

  /** What began as answers to guarded calls, and can't be read: the calls wait for nothing else. */
  private brokenAnswer(bytes: Buffer): ServerOutcome | undefined {
    const { results, inFlight } = this.setup;
    if (!results?.isEnforced) return undefined;
    const text = bytes.toString();
    if (isUtf8(bytes) && parsed(text) !== undefined) return undefined;
    const answers = idsIn(text).flatMap((id) => {
      if (!inFlight.isGuardedRequest(id)) return [];
      const waiting = inFlight.takeLike(id);
      const outcome = waiting?.guard && results.answer(id, bytes, bytes, waiting.guard);
      waiting?.watch?.answered(bytes, outcome?.treated);
      return outcome ? [outcome.forward.toString()] : [];
    });
    return answers.length > 0 ? { forward: answers.join('') } : undefined;
  }

  /** What the server says beside its messages. */
  private chatter(line: Buffer): Buffer | string {
    const { results } = this.setup;
    return results?.isEnforced ? results.chatter(line) : line;
  }

  /** An array is a batch of 2025-03-26; anything else was not meant for the client. */
  private handleOther(bytes: Buffer, whole: Buffer): ServerOutcome {
    const value = parsed(bytes.toString());
    const { results } = this.setup;
    if (isObject(value) && results?.isWatching) return results.other(bytes, whole);
    if (!Array.isArray(value)) return isObject(value) ? { forward: whole } : { banner: this.chatter(whole) };
    const text = bytes.toString('utf8');
    const elements = membersOf(text).map(([, element]) => element);
    const answered = elements.map((element, i) => {
      const message: unknown = value[i];
      if (!isObject(message) || !isId(message['id'])) {
        const alone = Buffer.from(element);
        return this.elementOf(results?.isWatching ? results.other(alone, alone) : undefined, element);
      }
      if (this.setup.isOwn(message['id'])) return undefined;
      if (message['method'] === 'roots/list') this.setup.roots.ask(message['id']);
      const alone = Buffer.from(element);
      if ('method' in message)
        return this.elementOf(results?.isWatching ? results.other(alone, alone) : undefined, element);
      const waiting = this.setup.inFlight.takeLike(message['id']);
      if (waiting === null) return undefined;
      const outcome = waiting?.guard && results?.answer(message['id'], alone, alone, waiting.guard);
      waiting?.watch?.answered(alone, outcome?.treated);
      if (outcome) return this.elementOf(outcome, element);
      if (waiting === undefined && results?.isWatching) return this.elementOf(results.other(alone, alone), element);
      if (waiting?.method === 'tools/list') results?.listed(alone);
      if (waiting?.method === 'initialize') this.readVersion(element);
      return waiting?.method === 'tools/list' && this.filters ? this.filtered(element, waiting.cursor) : element;
    });
    if (answered.every((element, i) => element === elements[i])) return { forward: whole };
    const kept = answered.filter((element) => element !== undefined);
    return kept.length > 0 ? { forward: `[${kept.join(',')}]\n` } : {};
  }

  /** What stands for an element of a batch; undefined: nothing does. */
  private elementOf(outcome: ServerOutcome | undefined, element: string): string | undefined {
    if (outcome === undefined) return element;
    const { forward } = outcome;
    return forward === undefined ? undefined : forward.toString().trimEnd();
  }

  private readVersion(line: string): void {
    const message = parsed(line);
    const result = isObject(message) ? message['result'] : undefined;
    if (isObject(result) && typeof result['protocolVersion'] === 'string')
      this.setup.onVersion(result['protocolVersion']);
  }

  private get filters(): boolean {
    return !this.setup.listAll || this.setup.lock !== null;
  }

  /** The text of a `tools/list` answer without the tools that are not for the client; the rest stays as it is spelled. */
  private filtered(text: string, cursor: string | undefined): string {
    const page = this.setup.lock?.page(cursor);
    // A key given twice is read by one client here and by another there.
    let filtered = text;
    if (page && hasTwice(text)) page.isAmbiguous();
    for (const [, result, at] of membersOf(text)
      .filter(([key]) => key === 'result')
      .toReversed()) {
      for (const [, list, listAt] of membersOf(result)
        .filter(([key]) => key === 'tools')
        .toReversed()) {
        filtered =
          filtered.slice(0, at + listAt) + this.passable(list, page) + filtered.slice(at + listAt + list.length);
      }
      const next = parsed(memberText(result, ['nextCursor']) ?? '');
      if (typeof next === 'string') page?.continuesAt(next);
    }
    return filtered;
  }

  /** The text of a list of tools, without those that no call could get past the policy, or that differ from the lock. */
  private passable(list: string, page: ListedPage | undefined): string {
    const elements = membersOf(list).map(([, element]) => element);
    const locked = page?.kept(elements) ?? elements;
    const kept = locked.filter((element) => {
      const tool = parsed(element);
      if (this.setup.listAll || !isObject(tool) || typeof tool['name'] !== 'string') return true;
      return this.setup.policy.decide.reachable(tool['name']);
    });
    return kept.length === elements.length ? list : `[${kept.join(',')}]`;
  }
}

/** What may be the ids of messages in a text that is no JSON. */
function idsIn(text: string): RequestId[] {
  const ids = [...text.matchAll(/"id"[ \t]*:[ \t]*("(?:[^"\\]|\\.){0,256}"|-?[0-9]{1,16})/g)].map(([, id]) =>
    parsed(id as string),
  );
  return [...new Set(ids.filter(isId))];
}

/** Is there a second `result`, or a second list of tools in one? */
function hasTwice(text: string): boolean {
  const results = membersOf(text).filter(([key]) => key === 'result');
  return (
    results.length > 1 || results.some(([, result]) => membersOf(result).filter(([key]) => key === 'tools').length > 1)
  );
}

/** A result of 2026-07-28 that asks in turn (`resultType: "input_required"`). */
function tellInputRequired(line: string, watcher: (state: string) => void): void {
  const message = parsed(line);
  const result = isObject(message) ? message['result'] : undefined;
  if (!isObject(result) || result['resultType'] !== 'input_required') return;
  const state = result['requestState'];
  if (state === undefined || typeof state === 'string') watcher(state ?? '');
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || typeof id === 'number';
}

/** Is it `notifications/tools/list_changed`, however it is spelled? Longer ones say more than that. */
function saysToolsChanged(bytes: Buffer): boolean {
  if (bytes.length > 4096) return false;
  const message = parsed(bytes.toString());
  return isObject(message) && message['method'] === 'notifications/tools/list_changed';
}
