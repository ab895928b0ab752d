import { type ClientMessage, readMessage } from '../../wire/envelope.js';
import { membersOf } from '../../wire/members.js';
import { INVALID_REQUEST, Refusal, type RequestId } from '../../wire/refusal.js';
import type { LineMessage } from './client-line.js';

/**
 * The messages of a batch (MCP 2025-03-26), each with its text. One that is malformed refuses them all.
 *
 * @param isTaken Is a request with this id in flight?
 */
export function readBatch(
  elements: readonly unknown[],
  text: string,
  isTaken: (id: RequestId) => boolean,
): readonly LineMessage[] | Refusal {
  if (elements.length === 0) return new Refusal(INVALID_REQUEST, 'an empty batch');
  const texts = membersOf(text).map(([, element]) => element);
  const ids = new Set<RequestId>();
  const messages: LineMessage[] = [];
  for (const [i, element] of elements.entries()) {
    const own = texts[i] as string;
    const message = readMessage(element, own, false);
    const problem = message instanceof Refusal ? message.message : repeats(message, ids, isTaken);
    if (problem) return new Refusal(INVALID_REQUEST, `element ${i} of the batch: ${problem}`);
    messages.push({ message: message as ClientMessage, text: own, value: element });
  }
  return messages;
}

function repeats(message: ClientMessage, ids: Set<RequestId>, isTaken: (id: RequestId) => boolean): string | undefined {
  if (message.kind !== 'request') return undefined;
  if (ids.has(message.id) || isTaken(message.id)) return 'its id is in use';
  ids.add(message.id);
  return undefined;
}
