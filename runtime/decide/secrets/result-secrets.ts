import { base64Bytes, utf8Text } from '../../text/bytes.js';

/** Finds something in texts. */
interface TextFinder {
  found(text: string): ReadonlySet<number>;
  /** As it stands, in no other reading. */
  findAsIs(text: string): readonly { readonly detector: number }[];
}

/**
 * The detectors that find something in a result: in any of its strings and numbers, keys included; in binary parts that are
 * texts; and in the texts of its parts as if they were one.
 */
export function foundInResult(result: unknown, finder: TextFinder): ReadonlySet<number> {
  const found = new Set<number>();
  const look = (text: string): void => {
    for (const detector of finder.found(text)) found.add(detector);
  };
  const lookAsIs = (text: string): void => {
    for (const { detector } of finder.findAsIs(text)) found.add(detector);
  };
  walk(result, undefined, look, lookAsIs);
  for (const text of joinedParts(result)) look(text);
  return found;
}

type Look = (text: string) => void;

function walk(value: unknown, key: string | undefined, look: Look, lookAsIs: Look): void {
  if (typeof value === 'string') {
    const said = key !== undefined && isBinaryKey(key) ? binaryText(value) : undefined;
    // What is binary and no text is left alone, but as it stands.
    if (said === null) lookAsIs(value);
    else {
      look(value);
      if (said !== undefined) look(said);
    }
  } else if (typeof value === 'number') look(String(value));
  else if (Array.isArray(value)) for (const item of value) walk(item, undefined, look, lookAsIs);
  else if (value !== null && typeof value === 'object') {
    for (const [name, member] of Object.entries(value)) {
      look(name);
      walk(member, name, look, lookAsIs);
    }
  }
}

/** Under which a binary part's base64 stands (MCP, ImageContent, AudioContent, BlobResourceContents). */
export function isBinaryKey(key: string): boolean {
  return key === 'blob' || key === 'data';
}

/** What a binary part says: null where that is no UTF-8 text, undefined where it is no base64. */
export function binaryText(base64: string): string | null | undefined {
  if (base64.length === 0) return undefined;
  // Most binary data shows at once that it is no text.
  const beginning = base64.slice(0, PROBED);
  if (!/[^A-Za-z0-9+/_-]/.test(beginning) && isBinary(base64Bytes(beginning))) return null;
  if (!BASE64.test(base64)) return undefined;
  const bytes = base64Bytes(base64);
  return bytes.length > 0 && !bytes.includes(0) ? (utf8Text(bytes) ?? null) : null;
}

const PROBED = 64;

/** Bytes that are no beginning of a text. */
function isBinary(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at++] as number;
    if (byte === 0 || (byte >= 0x80 && byte < 0xc2) || byte > 0xf4) return true;
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
  const { content, contents } = (result ?? {}) as { readonly content?: unknown; readonly contents?: unknown };
  return [content, contents].flatMap((parts) => {
    const texts = Array.isArray(parts) ? parts.flatMap(textOf) : [];
    return texts.length > 1 ? [texts.join('')] : [];
  });
}

/** MCP, TextContent, EmbeddedResource and TextResourceContents. */
function textOf(part: unknown): string[] {
  const { text, resource } = (part ?? {}) as {
    readonly text?: unknown;
    readonly resource?: { readonly text?: unknown };
  };
  return [text, resource?.text].filter((one) => typeof one === 'string');
}
