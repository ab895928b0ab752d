import type { ClientMessage } from '../../wire/envelope.js';
import type { Refusal, RequestId } from '../../wire/refusal.js';
import type { Arrival } from './arrival.js';

/** A line of the client as it was read. @internal */
export type ReadLine = ClientLine | RefusedLine | OwnAnswer;

/** One message, or the messages of a batch, which goes on whole or not at all. @internal */
export interface ClientLine {
  readonly kind: 'messages';
  readonly arrival: Arrival;
  readonly messages: readonly LineMessage[];
  readonly isBatch: boolean;
  /** What goes on, with its newline. It is only there until the next chunk comes. */
  readonly forward: Buffer;
  /** What the person at the client said to this call before. */
  readonly answer?: ClientAnswer | undefined;
}

/** @internal */
export interface LineMessage {
  readonly message: ClientMessage;
  /** Its own JSON. */
  readonly text: string;
  readonly value: unknown;
}

/** A line that goes no further for its form. @internal */
export interface RefusedLine {
  readonly kind: 'refused';
  readonly arrival: Arrival;
  /** The id to answer to. */
  readonly id: RequestId | null;
  readonly refusal: Refusal;
  readonly method?: string;
}

/** The client answers a request of the gateway itself. @internal */
export interface OwnAnswer {
  readonly kind: 'own';
  readonly value: unknown;
}

/** What the person at the client did with a form. */
export type FormAction = 'accept' | 'decline' | 'dismissed';

/** The answer that a retried call brings with it (MCP 2026-07-28). @internal */
export interface ClientAnswer {
  readonly approval: string;
  readonly digest: string;
  readonly action: FormAction;
}

/** What of the client's messages is for the gateway, and not for the server. @internal */
export interface OwnMessages {
  /** Is this the id of a request of this gateway? */
  isOwn(id: unknown): boolean;
  /** Is this message for the gateway? */
  isOurs(message: unknown): boolean;
  /**
   * Takes the gateway's own state out of a call that is made again.
   *
   * @returns undefined where there is none.
   */
  takeOut(params: unknown, text: string): { readonly text: string; readonly answer?: ClientAnswer } | undefined;
}
