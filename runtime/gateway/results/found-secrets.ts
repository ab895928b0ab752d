import type { SecretSearch } from '../../types.js';
import { measure } from '../../wire/json.js';
import { TokenWalker } from '../../wire/json-tokens.js';

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

/**
 * Every secret of a message, wherever it stands.
 *
 * @param text JSON.
 * @param message What it says.
 * @internal
 */
export function secretsInMessage(text: string, message: unknown, secrets: SecretSearch): Searched {
  const clean = new CleanSearch(secrets);
  const { depth, colons } = measure(text);
  // A key that is given twice has a value that is not among those of the message.
  if (depth <= MAX_WALKED && clean.isClean(message, '', 0) && clean.keys === colons)
    return { finds: NO_FINDS, binary: clean.binary, depth };
  return secretsInTokens(text, secrets);
}

const NO_FINDS: readonly FoundSecret[] = [];
const MAX_WALKED = 128;

/** Looks whether there is anything at all, in what was parsed: mostly there is not. */
class CleanSearch {
  keys = 0;
  binary = 0;

  constructor(private readonly secrets: SecretSearch) {}

  isClean(value: unknown, key: string, depth: number): boolean {
    if (typeof value === 'string') return this.isCleanText(value, key);
    if (typeof value === 'number') return this.isCleanNumber(value);
    if (value === null || typeof value !== 'object') return true;
    if (Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) if (!this.isClean(value[i], '', depth + 1)) return false;
      return true;
    }
    for (const name of Object.keys(value)) {
      this.keys++;
      if (name.length >= this.secrets.least && this.secrets.find(name).length > 0) return false;
      if (!this.isClean((value as Record<string, unknown>)[name], name, depth + 1)) return false;
    }
    return true;
  }

  private isCleanText(text: string, key: string): boolean {
    const { secrets } = this;
    if (text.length < secrets.least) return true;
    const said = key === 'data' || key === 'blob' ? secrets.binaryText(text) : undefined;
    if (said === null) {
      this.binary++;
      return secrets.findAsIs(text).length === 0;
    }
    return secrets.find(text).length === 0 && (said === undefined || secrets.find(said).length === 0);
  }

  private isCleanNumber(number: number): boolean {
    // Fewer digits hold nothing.
    if (Number.isSafeInteger(number) && Math.abs(number) < 10 ** (this.secrets.least - 1)) return true;
    const text = String(number);
    return text.length < this.secrets.least || this.secrets.find(text).length === 0;
  }
}

/** The same, token by token as they are spelled. */
function secretsInTokens(text: string, secrets: SecretSearch): Searched {
  const finds: FoundSecret[] = [];
  let binary = 0;
  const walker = new TokenWalker(text);
  const search = (start: number, end: number, kind: Token['kind']): void => {
    // Numbers have no quotes.
    const inner = kind === 'number' ? 0 : 1;
    if (kind !== 'number' && end - start - 2 * inner < secrets.least) return;
    const raw = text.slice(start + inner, end - inner);
    // MCP, ImageContent, AudioContent and BlobResourceContents.
    const isBinary = kind === 'string' && (walker.isUnder('data') || walker.isUnder('blob'));
    const said = isBinary ? secrets.binaryText(JSON.parse(text.slice(start, end)) as string) : undefined;
    if (said === null) binary++;
    // Base64 has no escapes: what has some is looked at in every way.
    let found =
      said === null && !raw.includes('\\') ? secrets.findAsIs(raw) : inString(text.slice(start, end), kind, secrets);
    if (said && found.length === 0) found = whole(secrets.find(said), raw);
    // Readers see a number's value, however it is spelled.
    if (kind === 'number' && found.length === 0) found = whole(secrets.find(String(Number(raw))), raw);
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

/** All of it goes. */
function whole(finds: Finds, raw: string): Finds {
  return finds.map(({ detector }) => ({ detector, start: 0, end: raw.length }));
}

/** @param token With its quotes. @returns places of its spelling, without them. */
function inString(token: string, kind: Token['kind'], secrets: SecretSearch): Finds {
  if (kind === 'number') return secrets.find(token);
  return token.includes('\\') ? inEscaped(token, secrets) : secrets.find(token.slice(1, -1));
}

/** What a string with escapes holds, by places of its spelling without quotes. */
function inEscaped(token: string, secrets: SecretSearch): Finds {
  // Mostly there is nothing, and nobody needs to know where.
  const found = secrets.find(JSON.parse(token) as string);
  return found.length === 0 ? found : secrets.findEscaped(token.slice(1, -1));
}
