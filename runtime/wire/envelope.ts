import { simpleFold } from '../text/case-fold.js';
import { foldName } from '../text/tool-name.js';
import { endOfString, isCleanName } from './json.js';
import { membersOf } from './members.js';
import { INVALID_PARAMS, INVALID_REQUEST, Refusal, type RequestId } from './refusal.js';

/** One JSON-RPC message of a client, checked. */
export type ClientMessage =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: unknown }
  | { readonly kind: 'notification'; readonly method: string; readonly params: unknown }
  | { readonly kind: 'response'; readonly id: RequestId };

/** The parameters of a `tools/call`. */
export interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

const ENVELOPE_KEYS = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);
const PARAMS_KEYS = new Set(
  (
    'name arguments uri cursor task taskId ref argument context level protocolVersion capabilities clientInfo ' +
    'requestId reason progressToken progress total message inputResponses requestState notifications _meta'
  ).split(' '),
);
const NO_KEYS: ReadonlySet<string> = new Set();

/**
 * Checks one value that came as a message.
 *
 * @param text The JSON text of the value, for the spelling of its id.
 * @param hasPlainNumbers No number in the text is spelled unlike its value.
 */
export function readMessage(value: unknown, text: string, hasPlainNumbers: boolean): ClientMessage | Refusal {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    return new Refusal(INVALID_REQUEST, 'not a JSON-RPC message');
  }
  const message = value as Record<string, unknown>;
  const colliding = collidingKeys(message, ENVELOPE_KEYS);
  if (colliding) return new Refusal(INVALID_REQUEST, colliding);
  if (message['jsonrpc'] !== '2.0') return new Refusal(INVALID_REQUEST, 'jsonrpc must be "2.0"');
  const hasId = Object.hasOwn(message, 'id');
  if (hasId && !isPlainId(message['id'], text, hasPlainNumbers)) {
    return new Refusal(INVALID_REQUEST, 'id must be a string or a safe integer in plain digits');
  }
  const answers = Object.hasOwn(message, 'result') || Object.hasOwn(message, 'error');
  if (!Object.hasOwn(message, 'method')) {
    const isOne = Object.hasOwn(message, 'result') !== Object.hasOwn(message, 'error');
    if (!answers || !isOne || !hasId) return new Refusal(INVALID_REQUEST, 'neither a request nor a response');
    return { kind: 'response', id: message['id'] as RequestId };
  }
  const method = message['method'];
  if (typeof method !== 'string') return new Refusal(INVALID_REQUEST, 'method must be a string');
  if (answers) return new Refusal(INVALID_REQUEST, 'method beside result or error');
  if (!isCleanName(method)) return new Refusal(INVALID_REQUEST, 'a NUL or half a surrogate pair in the method');
  if (method !== 'tools/call' && looksLikeToolCall(method)) {
    return new Refusal(INVALID_REQUEST, 'a method that a server may take for tools/call');
  }
  const params = message['params'];
  if (params !== null && typeof params === 'object' && !Array.isArray(params)) {
    const alike = collidingKeys(params as Record<string, unknown>, PARAMS_KEYS);
    if (alike) return new Refusal(INVALID_REQUEST, alike);
  }
  return hasId
    ? { kind: 'request', id: message['id'] as RequestId, method, params }
    : { kind: 'notification', method, params };
}

/** The tool and arguments of a `tools/call`; without arguments they are empty. */
export function readToolCall(params: unknown): ToolCall | Refusal {
  if (!isObject(params)) return new Refusal(INVALID_PARAMS, 'params must be an object');
  const name = params['name'];
  if (typeof name !== 'string') return new Refusal(INVALID_PARAMS, 'params.name must be a string');
  if (!isCleanName(name)) return new Refusal(INVALID_REQUEST, 'a NUL or half a surrogate pair in the tool name');
  const args = Object.hasOwn(params, 'arguments') ? params['arguments'] : {};
  if (!isObject(args)) return new Refusal(INVALID_PARAMS, 'params.arguments must be an object');
  return { name, arguments: args };
}

/**
 * Refuses arguments in which two keys differ only by case, where a selector reads either: a case-insensitive server
 * may take the one that was not judged. `protocol` keys may not even be spelled in another case.
 */
export function collidingArguments(
  node: unknown,
  isSelected: (key: string) => boolean,
  protocol: ReadonlySet<string> = NO_KEYS,
): string | undefined {
  if (node === null || typeof node !== 'object') return undefined;
  const keys = Object.keys(node);
  if (!Array.isArray(node)) {
    const found = colliding(keys, protocol).find((pair) => pair.some(isSelected));
    if (found) return sentence(found);
  }
  for (const key of keys) {
    const child = (node as Record<string, unknown>)[key];
    if (child === null || typeof child !== 'object') continue;
    const found = collidingArguments(child, isSelected, protocol);
    if (found) return found;
  }
  return undefined;
}

/** The id that an error answers: the message's own where it is beyond doubt, else null. @param text Valid JSON. */
export function idOf(text: string): RequestId | null {
  if (!/^[ \t\r\n]*\{/.test(text)) return null;
  const members = membersOf(text);
  // A response bears the id of somebody else's request.
  if (!members.some(([key]) => key === 'method') && members.some(([key]) => key === 'result' || key === 'error'))
    return null;
  const ids = members.filter(([key]) => simpleFold(key) === 'id');
  const [key, spelled] = ids[0] ?? [];
  if (ids.length !== 1 || key !== 'id' || spelled === undefined) return null;
  const id: unknown = JSON.parse(spelled);
  if (typeof id === 'string') return isCleanName(id) ? id : null;
  return Number.isSafeInteger(id) && String(id) === spelled ? (id as number) : null;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function collidingKeys(object: Record<string, unknown>, protocol: ReadonlySet<string>): string | undefined {
  const [pair] = colliding(Object.keys(object), protocol);
  return pair && sentence(pair);
}

function sentence([key, other]: readonly [string, string]): string {
  const quoted = (text: string) => JSON.stringify(text.slice(0, 256));
  return `the key ${quoted(key)}, which differs from ${quoted(other)} only by case`;
}

/** Folding keeps lengths. False only says that this was not found out. */
function haveDifferentLengths(keys: readonly string[]): boolean {
  let seen = 0;
  for (const { length } of keys) {
    const bit = 1 << (length & 31);
    if (seen & bit) return false;
    seen |= bit;
  }
  return true;
}

/** What folding may change. */
const FOLDS = /[^\x00-@[-\x7f]/;

/** Pairs of keys, or of a key and a protocol key, that are equal but for case. */
function colliding(keys: readonly string[], protocol: ReadonlySet<string>): [string, string][] {
  // Most objects need no folding: protocol keys differ by more than case, and so do keys of different lengths.
  if (keys.every((key) => protocol.has(key))) return [];
  if (protocol.size === 0 && (haveDifferentLengths(keys) || !keys.some((key) => FOLDS.test(key)))) return [];
  const pairs: [string, string][] = [];
  const seen = new Map<string, string>(Array.from(protocol, (key) => [key.toLowerCase(), key]));
  for (const key of keys) {
    const fold = simpleFold(key);
    const other = seen.get(fold);
    if (other !== undefined && other !== key) pairs.push([key, other]);
    else seen.set(fold, key);
  }
  return pairs;
}

/** Strings, and integers that every reader takes for the same: no fraction, exponent, `-0`, nothing beyond 2^53. */
function isPlainId(id: unknown, text: string, hasPlainNumbers: boolean): boolean {
  if (typeof id === 'string') return isCleanName(id);
  if (!Number.isSafeInteger(id)) return false;
  return hasPlainNumbers || String(id) === topLevelNumber(text, 'id');
}

/** How the number under a top-level key is spelled. The text is valid JSON, an object, and has no key twice. */
function topLevelNumber(text: string, wanted: string): string | undefined {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x7b || unit === 0x5b) depth++;
    else if (unit === 0x7d || unit === 0x5d) depth--;
    else if (unit === 0x22) {
      const end = endOfString(text, i);
      const key = depth === 1 ? text.slice(i, end + 1) : '';
      i = end;
      if (depth !== 1 || key.length > 6 * wanted.length + 2) continue;
      const colon = /[ \t\n\r]*:[ \t\n\r]*/y;
      colon.lastIndex = end + 1;
      if (!colon.test(text) || JSON.parse(key) !== wanted) continue;
      const number = /-?[0-9.eE+-]+/y;
      number.lastIndex = colon.lastIndex;
      return number.exec(text)?.[0];
    }
  }
  return undefined;
}

/** Would a lenient server take this method for `tools/call`? */
function looksLikeToolCall(method: string): boolean {
  // Compatibility makes no text shorter than half: a long one is not it, and need not be normalised.
  const plain = method.replace(/[\s\p{C}]/gu, '');
  return plain.length <= 64 && foldName(plain.normalize('NFKC').replace(/[\s\p{C}]/gu, '')) === 'tools/call';
}
