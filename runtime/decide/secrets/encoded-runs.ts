import { MIN_BASE64 } from '../../data/detectors.js';
import { BASE64_VALUES, base64Bytes, bytesText, hexBytes } from '../../text/bytes.js';

/** A part of a text that is base64 or hexadecimal, and a piece of what it says. @internal */
export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What the runs must be able to hold. @internal */
export interface Sought {
  /** The fewest characters of a secret. */
  readonly least: number;
  /** No match has a character beyond ASCII. */
  readonly isAscii: boolean;
}

/** By character code: the value of a base64 digit of either alphabet; else what it is beside. */
const VALUES = Uint8Array.from(BASE64_VALUES);
const BREAK = 64;
VALUES[0x0a] = VALUES[0x0d] = BREAK;
const NONE = 255;

const DIGITS = /[0-9A-Fa-f]+/g;

/** Hexadecimal text that is looked into is not shorter. */
const MIN_HEX = 8;

/** A run of a text that may be encoded, from its first digit to behind its last. @internal */
export type Span = readonly [start: number, end: number];

/** What is shorter is not looked into. @internal */
export function shortestRun({ least }: Sought): number {
  return Math.min(Math.max(MIN_HEX, 2 * least), MIN_BASE64);
}

/** How many of two characters are over before a run can go on. @internal */
export function outsideOf(first: number, second: number): 0 | 1 | 2 {
  if (VALUES[second] === NONE) return 2;
  return VALUES[first] === NONE ? 1 : 0;
}

/**
 * The run that a place is in; undefined where that is too short, or says nothing that could be a secret.
 *
 * @param units The text's, as `unitsOf` has them.
 * @returns the run, if it is one, and how far was looked.
 * @internal
 */
export function runAt(units: Uint8Array, place: number, length: number, sought: Sought): RunAt {
  let start = place;
  while (start > 0 && VALUES[units[start - 1] as number] !== NONE) start--;
  let end = place;
  while (end < length && VALUES[units[end] as number] !== NONE) end++;
  const isLong = end - start >= shortestRun(sought);
  return { span: isLong && mayHold(units, start, end, sought) ? [start, end] : undefined, until: Math.max(place, end) };
}

interface RunAt {
  readonly span: Span | undefined;
  readonly until: number;
}

/** The runs of a text, however long its secrets are: for detectors without windows. @internal */
export function* everyRun(units: Uint8Array, length: number, sought: Sought): Iterable<Span> {
  const step = shortestRun(sought);
  for (let place = step - 1; place < length; place += step) {
    if (VALUES[units[place] as number] === NONE) continue;
    const { span, until } = runAt(units, place, length, sought);
    if (span) yield span;
    place = Math.max(place, until + 1 - step);
  }
}

/**
 * What is encoded in runs of a text. Base64 may begin at any of four places of a run, hexadecimal at two; where matches are
 * ASCII, only pieces that are ASCII long enough are decoded, which random data hardly ever is.
 *
 * @param take Told each piece of what is decoded, with the whole run it stands in.
 */
export function decodeRuns(
  text: string,
  runs: Iterable<Span>,
  sought: Sought,
  take: (run: EncodedRun) => void,
): void {
  for (const [start, end] of runs) {
    const span = text.slice(start, end);
    for (const found of span.matchAll(DIGITS)) {
      if (found[0].length >= Math.max(MIN_HEX, 2 * sought.least))
        hexadecimal(found[0], start + found.index, sought, take);
    }
    base64(span, start, padded(text, end), sought, take);
  }
}

/** The digits of a run that has line breaks, without these. */
let digits = new Uint8Array(1 << 12);

/** Does a run say ASCII anywhere, for as long as a match is? */
function mayHold(units: Uint8Array, start: number, end: number, { least, isAscii }: Sought): boolean {
  const groups = wholeGroups(least);
  if (!isAscii || groups < 1) return true;
  if (!hasBreak(units, start, end)) return saysAscii(units, start, end, groups, least);
  if (digits.length < end - start) digits = new Uint8Array(2 * (end - start));
  let count = 0;
  for (let at = start; at < end; at++) {
    if ((VALUES[units[at] as number] as number) < BREAK) digits[count++] = units[at] as number;
  }
  return saysAscii(digits, 0, count, groups, least);
}

function hasBreak(units: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (VALUES[units[at] as number] === BREAK) return true;
  return false;
}

/** Of so many groups in a row, every one that many is among them: those alone are looked at first. */
function saysAscii(units: Uint8Array, start: number, end: number, groups: number, least: number): boolean {
  const stride = 4 * groups;
  for (let from = start + stride - 4; from < start + stride; from++) {
    for (let at = from; at + 4 <= end; at += stride) {
      if (!isAsciiAt(units, at)) continue;
      let count = 1;
      for (let group = at - 4; group >= start && isAsciiAt(units, group); group -= 4) count++;
      for (let group = at + 4; group + 4 <= end && count < groups && isAsciiAt(units, group); group += 4) count++;
      if (count >= groups) return true;
    }
  }
  for (let at = start + 2 * least - 1; at < end; at += 2 * least) {
    if (!isHex(units[at] as number)) continue;
    let first = at;
    while (first > start && isHex(units[first - 1] as number)) first--;
    let last = at + 1;
    while (last < end && isHex(units[last] as number)) last++;
    if (last - first >= 2 * least) return true;
    at = Math.max(at, last - 2 * least);
  }
  return false;
}

function isAsciiAt(units: Uint8Array, at: number): boolean {
  const first = VALUES[units[at] as number] as number;
  if ((first & 0x20) !== 0) return false;
  const second = VALUES[units[at + 1] as number] as number;
  const third = VALUES[units[at + 2] as number] as number;
  return ((second & 0x08) | (third & 0x02)) === 0;
}

function isHex(unit: number): boolean {
  return (unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66) || (unit >= 0x41 && unit <= 0x46);
}

/** Of three characters each, among those of a match wherever it begins. */
function wholeGroups(least: number): number {
  return Math.floor((least - 2) / 3);
}

/** With what fills the last group up. */
function padded(text: string, end: number): number {
  let at = end;
  while (at < end + 2 && text[at] === '=') at++;
  return at;
}

function base64(
  span: string,
  start: number,
  end: number,
  sought: Sought,
  take: (run: EncodedRun) => void,
): void {
  if (!/[\r\n]/.test(span)) {
    if (span.length >= MIN_BASE64) decoded(span, sought, (text) => take({ start, end, text }));
    return;
  }
  let at = start;
  for (const line of span.split(/[\r\n]/)) {
    if (line.length >= MIN_BASE64) {
      const from = at;
      const to = at + line.length;
      decoded(line, sought, (text) => take({ start: from, end: to === start + span.length ? end : to, text }));
    }
    at += line.length + 1;
  }
  const whole = span.replace(/[\r\n]+/g, '');
  if (whole.length < MIN_BASE64) return;
  const first = start + (/[^\r\n]/.exec(span)?.index ?? 0);
  const last = start + span.trimEnd().length;
  decoded(whole, sought, (text) => take({ start: first, end: last === start + span.length ? end : last, text }));
}

/** What base64 says, begun at each of four digits. */
function decoded(digits: string, { least, isAscii }: Sought, take: (text: string) => void): void {
  const groups = isAscii ? wholeGroups(least) : 0;
  for (let from = 0; from < 4 && from < digits.length; from++) {
    if (groups < 1) {
      take(bytesText(base64Bytes(digits.slice(from))));
      continue;
    }
    let first = -1;
    const last = digits.length - ((digits.length - from) % 4);
    for (let at = from; at <= last; at += 4) {
      const isText = at < last && isAsciiGroup(digits, at);
      if (isText && first < 0) first = at;
      if (isText || first < 0) continue;
      // The groups beside may have a part of it.
      if ((at - first) / 4 >= groups)
        take(bytesText(base64Bytes(digits.slice(Math.max(from, first - 4), at + 4))));
      first = -1;
    }
  }
}

function isAsciiGroup(digits: string, at: number): boolean {
  const a = VALUES[digits.charCodeAt(at)] as number;
  const b = VALUES[digits.charCodeAt(at + 1)] as number;
  const c = VALUES[digits.charCodeAt(at + 2)] as number;
  return ((a & 0x20) | (b & 0x08) | (c & 0x02)) === 0;
}

/** What hexadecimal digits say, begun at each of two. */
function hexadecimal(
  digits: string,
  start: number,
  { least, isAscii }: Sought,
  take: (run: EncodedRun) => void,
): void {
  const end = start + digits.length;
  const of = (from: number, to: number) =>
    take({ start, end, text: bytesText(hexBytes(digits.slice(from, to))) });
  for (const from of [0, 1]) {
    const last = digits.length - ((digits.length - from) % 2);
    if (!isAscii) {
      of(from, last);
      continue;
    }
    let first = -1;
    for (let at = from; at <= last; at += 2) {
      const isText = at < last && digits.charCodeAt(at) < 0x38;
      if (isText && first < 0) first = at;
      if (isText || first < 0) continue;
      if ((at - first) / 2 >= least) of(Math.max(from, first - 2), Math.min(last, at + 2));
      first = -1;
    }
  }
}
