import { base64Bytes, utf8Text } from '../../text/bytes.js';

/** Finds something in texts. */
interface TextFinder {
  found(text: string): ReadonlySet<number>;
  /** As it stands, in no other reading. */
  findAsIs(text: string): readonly { readonly detector: number }[];
}

/** As deep as results nest that are looked at whole. */
const MAX_DEPTH = 128;

/** @internal */
export interface FoundInResult {
  readonly detectors: ReadonlySet<number>;
  /** It nests so deep that not all of it was looked at. */
  readonly isCut: boolean;
}

/**
 * The detectors that find something in a result: in any of its strings and numbers, keys included; in binary parts that are
 * texts; and in the texts of its parts as if they were one.
 */
export function foundInResult(result: unknown, finder: TextFinder): FoundInResult {
  const walk = new ResultWalk(finder);
  walk.value(result, false, 0);
  for (const text of joinedParts(result)) walk.look(text);
  return walk;
}

class ResultWalk implements FoundInResult {
  readonly detectors = new Set<number>();
  isCut = false;

  constructor(private readonly finder: TextFinder) {}

  look(text: string): void {
    for (const detector of this.finder.found(text)) this.detectors.add(detector);
  }

  value(value: unknown, isBinary: boolean, depth: number): void {
    if (typeof value === 'string') this.text(value, isBinary);
    else if (typeof value === 'number') this.look(String(value));
    else if (value === null || typeof value !== 'object') return;
    else if (depth > MAX_DEPTH) this.isCut = true;
    else if (Array.isArray(value)) for (const item of value) this.value(item, false, depth + 1);
    else {
      for (const [name, member] of Object.entries(value)) {
        this.look(name);
        this.value(member, isBinaryMember(value, name), depth + 1);
      }
    }
  }

  private text(text: string, isBinary: boolean): void {
    const said = isBinary ? binaryText(text) : undefined;
    if (said !== null) {
      this.look(text);
      if (said !== undefined) this.look(said);
      return;
    }
    // What is binary and no text is left alone, but as it stands.
    for (const { detector } of this.finder.findAsIs(text)) this.detectors.add(detector);
  }
}

/** Does the base64 of a binary part stand there (MCP, ImageContent, AudioContent, BlobResourceContents)? */
function isBinaryMember(part: object, key: string): boolean {
  const { type, uri } = part as { readonly type?: unknown; readonly uri?: unknown };
  if (key === 'blob') return typeof uri === 'string';
  return key === 'data' && (type === 'image' || type === 'audio');
}

/** What a binary part says: null where that is no UTF-8 text, undefined where it is no base64. */
export function binaryText(base64: string): string | null | undefined {
  if (base64.length === 0) return undefined;
  // Most binary data shows at once that it is no text.
  const beginning = base64.slice(0, PROBED);
  if (!/[^A-Za-z0-9+/_-]/.test(beginning) && isBinary(base64Bytes(beginning))) return null;
  if (!BASE64.test(base64)) return undefined;
  const bytes = base64Bytes(base64);
  return bytes.length > 0 ? (utf8Text(bytes) ?? null) : null;
}

const PROBED = 64;

/** Bytes that are no beginning of a text. */
function isBinary(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] as number;
    if ((byte >= 0x80 && byte < 0xc2) || byte > 0xf4) return true;
    // Overlong forms, surrogates, and what is beyond Unicode (RFC 3629, section 4).
    const next = bytes[at];
    if (next !== undefined) {
      if ((byte === 0xe0 && next < 0xa0) || (byte === 0xed && next > 0x9f)) return true;
      if ((byte === 0xf0 && next < 0x90) || (byte === 0xf4 && next > 0x8f)) return true;
    }
    // What follows a first byte is none; the last character may be cut.
    for (let more = byte < 0xc2 ? 0 : byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3; more > 0 && at < bytes.length; more--) {
      if (((bytes[at++] as number) & 0xc0) !== 0x80) return true;
    }
  }
  return false;
}

const BASE64 = /^[A-Za-z0-9+/_\-\r\n]*={0,2}[\r\n]*$/;

/** The texts of the parts of a result, those that stand in one list together. */
export function joinedParts(result: unknown): string[] {
  const { content, contents, messages } = (result ?? {}) as Readonly<Record<string, unknown>>;
  return [content, contents, messages].flatMap((parts) => {
    const texts = Array.isArray(parts) ? parts.flatMap(textOf) : [];
    return texts.length > 1 ? [texts.join('')] : [];
  });
}

/** MCP, TextContent, EmbeddedResource, TextResourceContents and PromptMessage. */
function textOf(part: unknown): string[] {
  const { text, resource, content } = (part ?? {}) as Readonly<Record<string, unknown>>;
  const inner = [resource, content].map((one) => (one as { readonly text?: unknown } | null | undefined)?.text);
  return [text, ...inner].filter((one) => typeof one === 'string');
}
