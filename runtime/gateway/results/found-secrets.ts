import { TokenWalker } from '../../wire/json-tokens.js';
import type { SecretSearch } from '../../types.js';

/** A secret in a message, by detector: the text that is to go. @internal */
export interface FoundSecret {
  readonly detector: number;
  /** Where in the message's text it is to be replaced, within the token. */
  readonly start: number;
  readonly end: number;
  readonly token: Token;
}

/** A string or number, as it is spelled. @internal */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind: 'key' | 'string' | 'number';
  readonly path: readonly (string | number)[];
}

/** @internal */
export interface Searched {
  readonly finds: readonly FoundSecret[];
  /** Binary parts that were left alone. */
  readonly binary: number;
  readonly depth: number;
}

/** Members of the envelope say what a message is, and nothing else. */
const ENVELOPE = new Set<string | number>(['jsonrpc', 'id', 'method']);
/** Beside params: which request it is about. */
const REFERENCES = new Set<string | number>(['progressToken', 'requestId']);

/** Every secret of a message, wherever it stands. @param text JSON. @internal */
export function secretsInMessage(text: string, secrets: SecretSearch): Searched {
  const finds: FoundSecret[] = [];
  let binary = 0;
  const walker = new TokenWalker(text);
  const search = (start: number, end: number, kind: Token['kind']): void => {
    // Numbers have no quotes.
    const inner = kind === 'number' ? 0 : 1;
    const raw = text.slice(start + inner, end - inner);
    let found = inEscaped(raw, secrets);
    const isBinary = kind === 'string' && raw.length >= MIN_BINARY && isBinaryKey(walker.key());
    const said = isBinary && found.length === 0 ? binaryOf(raw, secrets) : undefined;
    if (said === null) binary++;
    else if (said) found = said;
    if (found.length === 0) return;
    const path = walker.path();
    if (kind !== 'key' && ENVELOPE.has(path[0] as string) && path.length === 1) return;
    if (path[0] === 'params' && path.length === 2 && REFERENCES.has(path[1] as string)) return;
    const token: Token = { start, end, kind, path };
    for (const one of found)
      finds.push({ detector: one.detector, start: start + inner + one.start, end: start + inner + one.end, token });
  };
  walker.walk({
    key: (start, end) => search(start, end, 'key'),
    string: (start, end) => search(start, end, 'string'),
    number: (start, end) => search(start, end, 'number'),
  });
  return { finds, binary, depth: walker.deepest };
}

type Finds = ReturnType<SecretSearch['find']>;

/** What a string holds, by places of its spelling. */
function inEscaped(raw: string, secrets: SecretSearch): Finds {
  return raw.includes('\\') ? secrets.findEscaped(raw) : secrets.find(raw);
}

/** Shorter ones hold nothing. */
const MIN_BINARY = 8;

/** Under which the base64 of a binary part stands (MCP, ImageContent, AudioContent, BlobResourceContents). */
function isBinaryKey(key: string | undefined): boolean {
  return key === 'blob' || key === 'data';
}

/** What a binary part holds: then it is the whole part; null where it is no text. */
function binaryOf(raw: string, secrets: SecretSearch): Finds | null | undefined {
  const said = secrets.binaryText(raw);
  if (said === undefined) return undefined;
  if (said === null) return null;
  return secrets.find(said).map(({ detector }) => ({ detector, start: 0, end: raw.length }));
}
