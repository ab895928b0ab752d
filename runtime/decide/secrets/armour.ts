import type { Span } from './encoded-runs.js';

/*
 * Key material in the armour of RFC 7468 and RFC 9580, as tools show it: each line behind the same sign as the first (a diff, a
 * quotation, a comment, the name of a file), or behind its number; the strings of a program, one a line; cut off at either end.
 */

/** So many characters of base 64 make a key. */
const MIN_KEY = 24;
/** A line has so many of them, but for the last ones. */
const MIN_LINE = 16;
const MAX_SHORT = 2;
/** So many lines belong to a key, and so many characters before and behind what a line has of it. */
const MAX_LINES = 400;
const MAX_PREFIX = 80;
const MAX_SUFFIX = 12;
/** What is looked at before the end of a key. */
const MAX_BEFORE = 16_384;

/** From its first line on, `start` to `end`; undefined where no key follows. */
export function armourFrom(text: string, start: number, end: number): Span | undefined {
  const prefix = prefixOf(text, start);
  // What stands before the first line need not stand before the others.
  return keyFrom(text, start, end, prefix) ?? (prefix && keyFrom(text, start, end, undefined));
}

function keyFrom(text: string, start: number, end: number, prefix: RegExp | undefined): Span | undefined {
  let at = end;
  let count = 0;
  let short = 0;
  let last = end;
  for (let line = 0; line < MAX_LINES; line++) {
    for (;;) {
      at = afterBlanks(text, at);
      const footer = footerAt(text, at);
      if (footer > 0) return count < MIN_KEY ? undefined : [start, at + footer];
      const run = afterBase64(text, at) - at;
      if (run === 0) break;
      if (run < MIN_LINE && (count < MIN_LINE || ++short > MAX_SHORT)) return ended(count, start, last);
      count += run;
      at += run;
      last = at;
    }
    const next = nextLine(text, at);
    if (next < 0) break;
    const inner = afterPrefix(text, next, prefix);
    if (inner < 0) break;
    at = count === 0 ? afterHeader(text, inner) : inner;
  }
  return ended(count, start, last);
}

/** Before its last line, `start` to `end`; undefined where none comes before. */
export function armourBefore(text: string, start: number, end: number): Span | undefined {
  const own = Math.max(lineStart(text, start), start - MAX_BEFORE);
  // All of it on one line.
  const before = beforeBlanks(text, start);
  const run = beforeBase64(text, before);
  if (before - run >= MIN_KEY) return run < own ? undefined : [run, end];
  const prefix = prefixOf(text, start);
  return keyBefore(text, start, end, prefix) ?? (prefix && keyBefore(text, start, end, undefined));
}

function keyBefore(text: string, start: number, end: number, prefix: RegExp | undefined): Span | undefined {
  const own = Math.max(lineStart(text, start), start - MAX_BEFORE);
  let first = -1;
  let count = 0;
  let short = 0;
  let line = own;
  for (let lines = 0; lines < MAX_LINES && line > 0 && start - line < MAX_BEFORE; lines++) {
    const lineEnd = line - 1;
    line = lineStart(text, lineEnd);
    const inner = afterPrefix(text, line, prefix);
    if (inner < 0) break;
    const from = afterBlanks(text, inner);
    const to = afterBase64(text, from);
    if (to === from || lineEnd - to > MAX_SUFFIX) break;
    if (to - from < MIN_LINE && (count >= MIN_LINE || ++short > MAX_SHORT)) break;
    count += to - from;
    first = from;
  }
  return count < MIN_KEY ? undefined : [first, end];
}

function ended(count: number, start: number, last: number): Span | undefined {
  return count < MIN_KEY ? undefined : [start, last];
}

function footerAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x2d) return 0;
  return /^-----END [A-Z0-9 ]{1,60}-----/.exec(text.slice(at, at + 80))?.[0].length ?? 0;
}

/** What stands before a line's content, as an expression; undefined: nothing that matters. */
function prefixOf(text: string, at: number): RegExp | undefined {
  const prefix = text.slice(Math.max(lineStart(text, at), at - MAX_PREFIX - 1), at);
  if (prefix.length > MAX_PREFIX || prefix.trim() === '') return undefined;
  const parts = prefix.match(/[0-9]+|[ \t]+|[\s\S]/g) ?? [];
  const pattern = parts.map((part) =>
    /[0-9]/.test(part) ? '[0-9]+' : /[ \t]/.test(part) ? '[ \\t]*' : part.replace(/[^A-Za-z0-9]/, '\\$&'),
  );
  return new RegExp(`[ \\t]*${pattern.join('')}`, 'y');
}

/** @returns -1 where the prefix is not there. */
function afterPrefix(text: string, at: number, prefix: RegExp | undefined): number {
  if (prefix === undefined) return at;
  prefix.lastIndex = at;
  return prefix.test(text) ? prefix.lastIndex : -1;
}

/** `Proc-Type: 4,ENCRYPTED` and its kin. */
function afterHeader(text: string, at: number): number {
  const header = /^[A-Za-z-]{1,40}: [^\r\n]{0,200}/.exec(text.slice(at, at + 250))?.[0].length ?? 0;
  return at + header;
}

/** Where the next line begins, if this one soon ends; else -1. */
function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 || end - at > MAX_SUFFIX ? -1 : end + 1;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function afterBlanks(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

function beforeBlanks(text: string, from: number): number {
  let at = from;
  while (at > 0 && isBlank(text.charCodeAt(at - 1))) at--;
  return at;
}

function afterBase64(text: string, from: number): number {
  let at = from;
  while (isBase64(text.charCodeAt(at))) at++;
  return at;
}

function beforeBase64(text: string, from: number): number {
  let at = from;
  while (at > 0 && from - at < MAX_BEFORE && isBase64(text.charCodeAt(at - 1))) at--;
  return at;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

function isBase64(unit: number): boolean {
  return (
    (unit >= 0x61 && unit <= 0x7a) ||
    (unit >= 0x41 && unit <= 0x5a) ||
    (unit >= 0x2f && unit <= 0x39) ||
    unit === 0x2b ||
    unit === 0x3d
  );
}
