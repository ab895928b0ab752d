import { isAscii, isUtf8 } from 'node:buffer';
import { unitEscape } from '../text/unit-escape.js';
import { INVALID_REQUEST, PARSE_ERROR, Refusal } from './refusal.js';

/** JSON that means the same to every reader. @internal */
export interface StrictJson {
  readonly value: unknown;
  /** Its text, as it may be forwarded. */
  readonly text: string;
  /** The text's bytes and a newline, where line separators had to be escaped; else what came may go on. */
  readonly rewritten: Buffer | null;
  /** No number in it has a fraction, an exponent or a minus zero: each is spelled as its value is. */
  readonly hasPlainNumbers: boolean;
}

/** As deep as arrays and objects may nest. */
const MAX_DEPTH = 128;

/**
 * Reads one line as JSON, and refuses what another reader could take for something else: bytes that aren't UTF-8, a
 * line break that some splitters see, a key given twice.
 */
export function parseStrict(line: Buffer): StrictJson | Refusal {
  const cr = line.indexOf(0x0d);
  if (cr >= 0 && cr < line.length - 1) return new Refusal(INVALID_REQUEST, 'a carriage return inside the line');
  const ascii = isAscii(line);
  if (!ascii && !isUtf8(line)) return new Refusal(PARSE_ERROR, 'not UTF-8');
  const text = line.toString(ascii ? 'latin1' : 'utf8');
  if (text.charCodeAt(0) === 0xfeff) return new Refusal(PARSE_ERROR, 'a byte order mark');
  const shape = measure(text);
  if (shape.depth > MAX_DEPTH) {
    const readable = text.length <= MAX_DEEP_TEXT && parsed(text) !== undefined;
    return new Refusal(INVALID_REQUEST, `nested deeper than ${MAX_DEPTH}`, readable ? text : undefined);
  }
  const value = parsed(text);
  if (value === undefined) return new Refusal(PARSE_ERROR, 'not JSON');
  // The grammar holds from here on: every colon outside a string stands between a key and its value.
  const keys = countKeys(value);
  if (typeof keys === 'string') return new Refusal(INVALID_REQUEST, keys, text);
  if (keys !== shape.colons) return new Refusal(INVALID_REQUEST, 'a key is given twice in one object', text);
  const { hasPlainNumbers } = shape;
  if (ascii || !BREAKS.some((bytes) => line.includes(bytes))) return { value, text, rewritten: null, hasPlainNumbers };
  // They stand in strings, and escaped they are the same strings.
  const plain = text.replace(/[\u2028\u2029\u0085]/g, unitEscape);
  return { value, text: plain, rewritten: Buffer.from(`${plain}\n`), hasPlainNumbers };
}

/** Some readers end a line at these. Searched for as bytes: that is native, and most lines have none. */
const BREAKS = ['\u2028', '\u2029', '\u0085'].map((text) => Buffer.from(text));

/** Parsing deep nesting costs far more than its length: beyond this nobody looks for the id of what is refused anyway. */
const MAX_DEEP_TEXT = 1 << 20;

/** A text's value; undefined where it is no JSON. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @internal */
interface Shape {
  readonly depth: number;
  readonly colons: number;
  readonly hasPlainNumbers: boolean;
}

/**
 * How deep brackets nest, how many colons stand outside strings, and whether numbers are plain. Linear; strings are
 * skipped natively.
 *
 * @param longest How long a string is that the text is known to have: one of more than half of it is skipped at once.
 */
export function measure(text: string, longest = 0): Shape {
  // Such a string begins before this place and ends behind it, as no other does: they don't overlap.
  const covered = 2 * longest > text.length ? text.length - longest : text.length;
  let depth = 0;
  let deepest = 0;
  let colons = 0;
  let hasPlainNumbers = true;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case 0x22:
        i = endOfString(text, i, covered, longest);
        break;
      case 0x3a:
        colons++;
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > deepest) deepest = depth;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
        break;
      case 0x2d: // A minus before zero; other minuses stand in exponents.
        if (text.charCodeAt(i + 1) === 0x30) hasPlainNumbers = false;
        break;
      case 0x2e:
      case 0x45:
        hasPlainNumbers = false;
        break;
      case 0x65: // The e of an exponent, not of true, false.
        if (text.charCodeAt(i - 1) <= 0x39) hasPlainNumbers = false;
        break;
    }
  }
  return { depth: deepest, colons, hasPlainNumbers };
}

/**
 * Index of the quote that ends the string which begins at `start`; the text's end where there is none.
 *
 * @param covered Only a string of at least `longest` characters goes on over this place.
 */
export function endOfString(text: string, start: number, covered = text.length, longest = 0): number {
  let from = start + 1;
  for (;;) {
    const end = text.indexOf('"', from);
    if (end < 0) return text.length;
    let slash = end - 1;
    while (text.charCodeAt(slash) === 0x5c) slash--;
    if ((end - slash) % 2 === 1) return end;
    from = start <= covered && end > covered ? Math.max(end, start + longest) + 1 : end + 1;
  }
}

/** How many keys there are in all objects together; a sentence where one of them may not be. */
function countKeys(value: unknown): number | string {
  if (value === null || typeof value !== 'object') return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const inner = countKeys(value[i]);
      if (typeof inner === 'string') return inner;
      count += inner;
    }
    return count;
  }
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return 'the key __proto__';
    if (!isCleanName(key)) return 'a NUL or half a surrogate pair in a key';
    const inner = countKeys((value as Record<string, unknown>)[key]);
    if (typeof inner === 'string') return inner;
    count += 1 + inner;
  }
  return count;
}

/** No NUL and no lone surrogate: readers in C and in Rust would see another name, or none. */
export function isCleanName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i);
    if (unit === 0) return false;
    if (unit >= 0xd800 && unit <= 0xdfff) return name.isWellFormed() && !name.includes('\0');
  }
  return true;
}
