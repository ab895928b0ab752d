import { idOf, isObject, readMessage } from '../../wire/envelope.js';
import { parseStrict, type StrictJson } from '../../wire/json.js';
import type { Line } from '../../wire/lines.js';
import { INVALID_REQUEST, Refusal, type RequestId } from '../../wire/refusal.js';
import { type Arrival, arrivalOf } from './arrival.js';
import { readBatch } from './batch.js';
import type { ClientAnswer, OwnMessages, ReadLine, RefusedLine } from './client-line.js';

/** @internal */
export interface LineReaderSetup {
  readonly own: OwnMessages;
  /** Is a request with this id in flight? */
  readonly isTaken: (id: RequestId) => boolean;
  readonly keepsPayloads: boolean;
  readonly maxMessageBytes: number;
}

/** The first step of a line's way: bytes become messages, or are refused. @internal */
export class LineReader {
  /** Whether the server speaks 2025-03-26, the one revision with batches. */
  allowsBatches = false;

  constructor(private readonly setup: LineReaderSetup) {}

  /** @returns undefined for lines of nothing but spaces and tabs. */
  read(line: Line): ReadLine | undefined {
    if (line.bytes !== null && isBlank(line.bytes)) return undefined;
    const arrival = arrivalOf(line, this.setup.keepsPayloads);
    if (line.bytes === null) return refused(arrival, null, `longer than ${this.setup.maxMessageBytes} bytes`);
    const json = parseStrict(line.bytes);
    if (json instanceof Refusal) {
      const id = json.text === undefined ? null : this.freeId(json.text);
      return { kind: 'refused', arrival, id, refusal: json };
    }
    arrival.payload.plain = json.text;
    if (Array.isArray(json.value)) return this.batch(arrival, json, json.rewritten ?? line.whole);
    const own = isObject(json.value) ? this.setup.own.takeOut(json.value['params'], json.text) : undefined;
    if (!own) return this.single(arrival, json, json.rewritten ?? line.whole);
    // What is judged is what goes on.
    const rewritten = Buffer.from(`${own.text}\n`);
    const inner = parseStrict(rewritten.subarray(0, -1));
    if (inner instanceof Refusal) return { kind: 'refused', arrival, id: null, refusal: inner };
    return this.single(arrival, inner, inner.rewritten ?? rewritten, own.answer);
  }

  private single(arrival: Arrival, json: StrictJson, forward: Buffer, answer?: ClientAnswer): ReadLine {
    const { text, value } = json;
    const message = readMessage(value, text, json.hasPlainNumbers);
    if (message instanceof Refusal) return { kind: 'refused', arrival, id: this.freeId(text), refusal: message };
    if (message.kind === 'request' && this.setup.isTaken(message.id)) {
      return { ...refused(arrival, null, 'an id in flight'), method: message.method };
    }
    if (message.kind === 'response' && this.setup.own.isOwn(message.id)) return { kind: 'own', value };
    return { kind: 'messages', arrival, messages: [{ message, text, value }], isBatch: false, forward, answer };
  }

  private batch(arrival: Arrival, { value, text }: StrictJson, forward: Buffer): ReadLine {
    const { own, isTaken } = this.setup;
    if (!this.allowsBatches) return refused(arrival, null, 'no batches in this protocol version');
    const elements = value as readonly unknown[];
    const messages = readBatch(elements, text, isTaken);
    if (messages instanceof Refusal) return { kind: 'refused', arrival, id: null, refusal: messages };
    // The revisions that have batches have neither forms nor states.
    if (elements.some((element) => own.isOurs(element))) {
      return refused(arrival, null, 'an answer to the gateway in a batch');
    }
    return { kind: 'messages', arrival, messages, isBatch: true, forward };
  }

  /** The id to answer to: not one that is in flight, whose answer this would seem to be. */
  private freeId(text: string): RequestId | null {
    const id = idOf(text);
    return id !== null && this.setup.isTaken(id) ? null : id;
  }
}

/** Refused as no request that the protocol knows. @internal */
export function refused(arrival: Arrival, id: RequestId | null, problem: string): RefusedLine {
  return { kind: 'refused', arrival, id, refusal: new Refusal(INVALID_REQUEST, problem) };
}

/** Nothing but spaces and tabs, the one carriage return that may end a line aside. */
function isBlank(bytes: Buffer): boolean {
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  for (let i = 0; i < end; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
}
