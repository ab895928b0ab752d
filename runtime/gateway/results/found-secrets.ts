import type { SecretSearch } from '../../types.js';
import { measure } from '../../wire/json.js';
import { TokenWalker } from '../../wire/json-tokens.js';

/** A secret in a message, by detector: the text that is to go. @internal */
export interface FoundSecret {
  readonly detector: number;
  /** Where in the message's text it is to be replaced, within the token; of a binary part, in what it says. */
  readonly start: number;
  readonly end: number;
  readonly token: Token;
}

/** A string or number, as it is spelled. @internal */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind: 'key' | 'string' | 'number';
  /** Of a binary part: what it says. Places are those of this. */
  readonly said?: string;
}

/** @internal */
export interface Searched {
  readonly finds: readonly FoundSecret[];
  /** Binary parts that were left alone. */
  readonly binary: number;
  readonly depth: number;
}

/** Members that say which message it is, or which other it is about. */
function isReference(path: readonly (string | number)[], method: unknown): boolean {
  const [first, second] = path;
  if (path.length === 1) return first === 'jsonrpc' || first === 'id';
  if (first !== 'params' || path.length !== 2) return false;
  return (
    (second === 'progressToken' && method === 'notifications/progress') ||
    (second === 'requestId' && method === 'notifications/cancelled')
  );
}

/**
 * Every secret of a message, wherever it stands.
 *
 * @param text JSON.
 * @param message What it says.
 * @internal
 */
export function secretsInMessage(text: string, message: unknown, secrets: SecretSearch): Searched {
  const clean = new CleanSearch(secrets);
  const isClean = clean.isClean(message, false, 0);
  const { depth, colons } = measure(text, clean.longest);
  // A key that is given twice has a value that is not among those of the message.
  if (isClean && clean.keys === colons) return { finds: NO_FINDS, binary: clean.binary, depth };
  return secretsInTokens(text, message, secrets);
}

const NO_FINDS: readonly FoundSecret[] = [];
const MAX_WALKED = 128;

/** Looks whether there is anything at all, in what was parsed: mostly there is not. */
class CleanSearch {
  keys = 0;
  binary = 0;
  /** Of the longest string. */
  longest = 0;

  constructor(private readonly secrets: SecretSearch) {}

  isClean(value: unknown, isBinary: boolean, depth: number): boolean {
    if (depth > MAX_WALKED) return false;
    if (typeof value === 'string') return this.isCleanText(value, isBinary);
    if (typeof value === 'number') return this.isCleanNumber(value);
    if (value === null || typeof value !== 'object') return true;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (!this.isClean(value[i], false, depth + 1)) return false;
      return true;
    }
    for (const name of Object.keys(value)) {
      this.keys++;
      if (name.length >= this.secrets.least && this.secrets.find(name).length > 0) return false;
      const member = (value as Record<string, unknown>)[name];
      const isPart = (name === 'data' || name === 'blob') && isBinaryMember(value, name);
      if (!this.isClean(member, isPart, depth + 1)) return false;
    }
    return true;
  }

  private isCleanText(text: string, isBinary: boolean): boolean {
    const { secrets } = this;
    if (text.length > this.longest) this.longest = text.length;
    if (text.length < secrets.least) return true;
    const said = isBinary ? secrets.binaryText(text) : undefined;
    if (said === null) {
      this.binary++;
      return secrets.findAsIs(text).length === 0;
    }
    return secrets.find(text).length === 0 && (said === undefined || secrets.find(said).length === 0);
  }

  private isCleanNumber(number: number): boolean {
    // Fewer digits hold nothing; of more than are kept only the text knows.
    if (Number.isSafeInteger(number) && Math.abs(number) < 10 ** (this.secrets.least - 1)) return true;
    if (Math.abs(number) > Number.MAX_SAFE_INTEGER) return false;
    const text = String(number);
    return text.length < this.secrets.least || this.secrets.find(text).length === 0;
  }
}

/** The same, token by token as they are spelled. */
function secretsInTokens(text: string, message: unknown, secrets: SecretSearch): Searched {
  const finds: FoundSecret[] = [];
  let binary = 0;
  const walker = new TokenWalker(text);
  const method = (message as { readonly method?: unknown } | null)?.method;
  const take = (found: Finds, offset: number, token: Token): void => {
    if (found.length === 0 || (token.kind !== 'key' && isReference(walker.path(), method))) return;
    for (const { detector, start, end } of found)
      finds.push({ detector, start: offset + start, end: offset + end, token });
  };
  const number = (start: number, end: number): void => {
    const raw = text.slice(start, end);
    const found = secrets.find(raw);
    // Readers see a number's value, however it is spelled.
    const ofValue = found.length > 0 ? found : whole(secrets.find(String(Number(raw))), raw);
    take(ofValue, start, { start, end, kind: 'number' });
  };
  const string = (start: number, end: number): void => {
    if (end - start - 2 < secrets.least) return;
    const raw = text.slice(start, end);
    const isPart = (walker.isUnder('data') || walker.isUnder('blob')) && isBinaryPlace(message, walker.path());
    const said = isPart ? secrets.binaryText(JSON.parse(raw) as string) : undefined;
    if (said === null) binary++;
    if (said) {
      const found = secrets.find(said);
      if (found.length > 0) {
        take(found, 0, { start, end, kind: 'string', said });
        return;
      }
    }
    // A method that is another is another message, as a key is another member.
    const kind = walker.path().join() === 'method' ? 'key' : 'string';
    // Base64 has no escapes: what has some is looked at in every way.
    const isLeft = said === null && !raw.includes('\\');
    const found = isLeft ? secrets.findAsIs(raw.slice(1, -1)) : inString(raw, secrets);
    take(found, start + 1, { start, end, kind });
  };
  const key = (start: number, end: number): void =>
    take(inString(text.slice(start, end), secrets), start + 1, { start, end, kind: 'key' });
  walker.walk({ key, string, number });
  return { finds, binary, depth: walker.deepest };
}

type Finds = ReturnType<SecretSearch['find']>;

/** All of it goes. */
function whole(finds: Finds, raw: string): Finds {
  return finds.map(({ detector }) => ({ detector, start: 0, end: raw.length }));
}

/** @param token With its quotes. @returns places of its spelling, without them. */
function inString(token: string, secrets: SecretSearch): Finds {
  if (token.length - 2 < secrets.least) return [];
  return token.includes('\\') ? inEscaped(token, secrets) : secrets.find(token.slice(1, -1));
}

/** MCP, ImageContent, AudioContent and BlobResourceContents. */
function isBinaryMember(part: object, key: string): boolean {
  const { type, uri } = part as { readonly type?: unknown; readonly uri?: unknown };
  return key === 'blob' ? typeof uri === 'string' : type === 'image' || type === 'audio';
}

function isBinaryPlace(message: unknown, path: readonly (string | number)[]): boolean {
  let node: unknown = message;
  for (const key of path.slice(0, -1)) node = (node as Record<string | number, unknown> | null | undefined)?.[key];
  return typeof node === 'object' && node !== null && isBinaryMember(node, String(path.at(-1)));
}

/** What a string with escapes holds, by places of its spelling without quotes. */
function inEscaped(token: string, secrets: SecretSearch): Finds {
  // Mostly there is nothing, and nobody needs to know where.
  const found = secrets.find(JSON.parse(token) as string);
  return found.length === 0 ? found : secrets.findEscaped(token.slice(1, -1));
}
