import { MIN_BASE64 } from '../../data/detectors.js';
import { BASE64_VALUES, base64Bytes, bytesText, hexBytes, hexValue, latin1Text } from '../../text/bytes.js';

/** A part of a text. @internal */
export type Span = readonly [start: number, end: number];

/** What detectors must find at least. @internal */
export interface Sought {
  /** The fewest characters of a secret. */
  readonly least: number;
  /** No match has a character that is not printed in ASCII, blanks and line breaks aside. */
  readonly isText: boolean;
}

/** A piece of a run of digits that is to be decoded. @internal */
export interface Encoded {
  /** All that is encoded with it. */
  readonly run: Span;
  /** The digits that are decoded, in the text; of a run of several lines those of `digits`. */
  readonly piece: Span;
  readonly isHex: boolean;
  /** Of several lines: all their digits. */
  readonly digits?: string;
}

/** By character code: the value of a base64 digit of either alphabet; else what it is beside. */
const VALUES = Uint8Array.from(BASE64_VALUES);
const BREAK = 64;
VALUES[0x0a] = VALUES[0x0d] = BREAK;
const NONE = 255;

/** Hexadecimal text that is looked into is not shorter. */
const MIN_HEX = 8;

/** What is shorter is not looked into. @internal */
export function shortestRun({ least }: Sought): number {
  return Math.min(Math.max(MIN_HEX, 2 * least), MIN_BASE64);
}

/** What two characters are to a run: one of them ends it, or one is a line break in it. @internal */
export const ENDS = 1;
export const BREAKS = 2;

/** @internal */
export function inRun(first: number, second: number): number {
  const [a, b] = [VALUES[first], VALUES[second]];
  return (a === NONE || b === NONE ? ENDS : 0) | (a === BREAK || b === BREAK ? BREAKS : 0);
}

/**
 * The run that a part of a text is in: what of it is to be decoded is added to a list.
 *
 * @param units The text's, as `unitsOf` has them.
 * @param from All from here to `to` is in the run. @param hasBreak A line break is among it.
 * @returns how far the run goes.
 * @internal
 */
export function readRun(
  text: string,
  units: Uint8Array,
  from: number,
  to: number,
  hasBreak: boolean,
  sought: Sought,
  found: Encoded[],
): number {
  let kinds = hasBreak ? BREAK : 0;
  let start = from;
  for (; start > 0; start--) {
    const value = VALUES[units[start - 1] as number] as number;
    if (value === NONE) break;
    kinds |= value;
  }
  let end = to;
  for (; end < text.length; end++) {
    const value = VALUES[units[end] as number] as number;
    if (value === NONE) break;
    kinds |= value;
  }
  if (end - start < shortestRun(sought)) return end;
  if ((kinds & BREAK) !== 0) lines(text, units, [start, end], sought, found);
  else oneLine(text, units, start, end, sought, found);
  return end;
}

/** The runs of a text, however long its secrets are: for detectors that may be anywhere. @internal */
export function readEveryRun(text: string, units: Uint8Array, sought: Sought, found: Encoded[]): void {
  const step = shortestRun(sought);
  for (let place = step - 1; place < text.length; place += step) {
    if (VALUES[units[place] as number] !== NONE) {
      place = Math.max(place, readRun(text, units, place, place, false, sought, found) + 1 - step);
    }
  }
}

function oneLine(text: string, units: Uint8Array, start: number, end: number, sought: Sought, found: Encoded[]): void {
  if (end - start >= MIN_BASE64) {
    for (const piece of piecesOf(units, start, end, sought))
      found.push({ run: [start, padded(text, end)], piece, isHex: false });
  }
  hexadecimal(units, start, end, sought, found);
}

/** Each line by itself, and all of them together. */
function lines(text: string, units: Uint8Array, [start, end]: Span, sought: Sought, found: Encoded[]): void {
  const digits = new Uint8Array(end - start);
  let count = 0;
  let first = end;
  let last = start;
  for (let at = start; at < end; at++) {
    if (VALUES[units[at] as number] === BREAK) continue;
    let stop = at;
    while (stop < end && VALUES[units[stop] as number] !== BREAK) digits[count++] = units[stop++] as number;
    oneLine(text, units, at, stop, sought, found);
    first = Math.min(first, at);
    last = stop;
    at = stop;
  }
  if (count < MIN_BASE64) return;
  const run: Span = [first, last === end ? padded(text, end) : last];
  const pieces = piecesOf(digits, 0, count, sought);
  const whole = pieces.length > 0 ? text.slice(start, end).replace(/[\r\n]+/g, '') : '';
  for (const piece of pieces) found.push({ run, piece, isHex: false, digits: whole });
}

/** With what fills the last group up. */
function padded(text: string, end: number): number {
  let at = end;
  while (at < end + 2 && text[at] === '=') at++;
  return at;
}

/** Of three characters each, among those of a match wherever it begins. */
function wholeGroups(least: number): number {
  return Math.floor((least - 2) / 3);
}

/**
 * What is decoded of base64 digits. It may begin at each of four of them; where matches are text, only pieces are decoded that
 * are text for long enough, which random data hardly ever is.
 */
function piecesOf(digits: Uint8Array, start: number, end: number, { least, isText }: Sought): readonly Span[] {
  const groups = isText ? wholeGroups(least) : 0;
  let pieces = NO_PIECES;
  if (groups < 1) {
    pieces = [];
    for (let from = start; from < start + 4; from++) pieces.push([from, end]);
    return pieces;
  }
  // Of so many groups in a row, every one that many is among them: those alone are looked at first.
  const stride = 4 * groups;
  let after: Int32Array | undefined;
  for (let at = start + stride - 4; at + 4 <= end; at += stride) {
    const few = textGroups(digits, at);
    for (let from = 0; few >> from !== 0; from++) {
      const place = at + from;
      if (((few >> from) & 1) === 0 || place + 4 > end) continue;
      after ??= new Int32Array(4);
      if (place < (after[from] as number)) continue;
      let first = place;
      while (first - 4 >= start && isTextGroup(digits, first - 4)) first -= 4;
      let last = place + 4;
      while (last + 4 <= end && isTextGroup(digits, last)) last += 4;
      after[from] = last;
      // The groups beside may have a part of it.
      if (last - first < stride) continue;
      if (pieces === NO_PIECES) pieces = [];
      pieces.push([Math.max(start + from, first - 4), Math.min(end, last + 4)]);
    }
  }
  return pieces;
}

/** Mostly there are none. */
const NO_PIECES: Span[] = [];

/** Which of four groups, each a digit after the other, are text: a bit each. What is behind the last digit is no digit. */
function textGroups(digits: Uint8Array, at: number): number {
  const a = VALUES[digits[at] as number] as number;
  const b = VALUES[digits[at + 1] as number] as number;
  const c = VALUES[digits[at + 2] as number] as number;
  const d = VALUES[digits[at + 3] as number] as number;
  const e = VALUES[digits[at + 4] as number] as number;
  const f = VALUES[digits[at + 5] as number] as number;
  const g = VALUES[digits[at + 6] as number] as number;
  return (
    (areText(a, b, c, d) ? 1 : 0) |
    (areText(b, c, d, e) ? 2 : 0) |
    (areText(c, d, e, f) ? 4 : 0) |
    (areText(d, e, f, g) ? 8 : 0)
  );
}

/** Are the three bytes of these digits text? Mostly the first is not even ASCII. */
function areText(first: number, second: number, third: number, fourth: number): boolean {
  return (
    ((first & 0x20) | (second & 0x08) | (third & 0x02)) === 0 &&
    ((IS_TEXT[(first << 2) | (second >> 4)] as number) &
      (IS_TEXT[((second & 15) << 4) | (third >> 2)] as number) &
      (IS_TEXT[((third & 3) << 6) | fourth] as number)) ===
      1
  );
}

function isTextGroup(digits: Uint8Array, at: number): boolean {
  return areText(
    VALUES[digits[at] as number] as number,
    VALUES[digits[at + 1] as number] as number,
    VALUES[digits[at + 2] as number] as number,
    VALUES[digits[at + 3] as number] as number,
  );
}

/** By byte: is it printed, or a blank or line break? */
const IS_TEXT = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 0x20 && byte < 0x7f) || byte === 0x09 || byte === 0x0a || byte === 0x0d ? 1 : 0,
);

/** Runs of hexadecimal digits in a line: what they say may begin at each of two. */
function hexadecimal(units: Uint8Array, start: number, end: number, { least, isText }: Sought, found: Encoded[]): void {
  const shortest = Math.max(MIN_HEX, 2 * least);
  for (let at = start + shortest - 1; at < end; at += shortest) {
    if (!isHex(units[at] as number)) continue;
    let first = at;
    while (first > start && isHex(units[first - 1] as number)) first--;
    let last = at + 1;
    while (last < end && isHex(units[last] as number)) last++;
    if (last - first >= shortest) {
      const run: Span = [first, last];
      for (const from of [first, first + 1]) {
        const to = last - ((last - from) % 2);
        if (!isText || saysText(units, from, to, least)) found.push({ run, piece: [from, to], isHex: true });
      }
    }
    while (at + shortest < last) at += shortest;
  }
}

/** Are so many bytes in a row text? */
function saysText(units: Uint8Array, from: number, to: number, least: number): boolean {
  let count = 0;
  for (let at = from; at < to; at += 2) {
    const byte = (hexValue(units[at] as number) << 4) | hexValue(units[at + 1] as number);
    count = IS_TEXT[byte] === 1 ? count + 1 : 0;
    if (count >= least) return true;
  }
  return false;
}

function isHex(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66) || (unit >= 0x41 && unit <= 0x46);
}

/** What a piece says. @internal */
export function saidBy(text: string, { piece: [from, to], isHex: hex, digits }: Encoded, { isText }: Sought): string {
  const spelled = (digits ?? text).slice(from, to);
  const bytes = hex ? hexBytes(spelled) : base64Bytes(spelled);
  return isText ? latin1Text(bytes) : bytesText(bytes);
}
