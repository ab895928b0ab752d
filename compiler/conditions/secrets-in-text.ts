import { crc32 } from 'node:zlib';
import { RE2JS } from 're2js';
import {
  type Detector,
  INVISIBLE,
  MAX_HEADER,
  MAX_JUDGED,
  MIN_BASE64,
  PLACEHOLDER_FORMS,
  PLACEHOLDER_PARTS,
  PLACEHOLDER_STARTS,
} from '../../runtime/data/detectors.js';

/*
 * Secrets in texts, as the reference interpreter finds them: every reading is spelled out, and each detector is looked for by
 * the RE2 library.
 */

export type SecretPattern = Pick<Detector, 'name' | 'pattern' | 'check' | 'lead'>;

/** The names of those that find something in a text. */
export function secretsIn(text: string, detectors: readonly SecretPattern[]): string[] {
  return namesOf([...new Set(readingsOf(text))], detectors);
}

function namesOf(readings: readonly string[], detectors: readonly SecretPattern[]): string[] {
  return detectors.filter((one) => readings.some((reading) => isIn(reading, one))).map(({ name }) => name);
}

/** The same for what a server answers: any string and number of it, keys included, and its parts as if they were one. */
export function secretsInResult(result: unknown, detectors: readonly SecretPattern[]): string[] {
  const strings = secretsInStrings(result, false, detectors);
  const together = partsTogether(result).flatMap((text) => secretsIn(text, detectors));
  return [...new Set([...strings, ...together])];
}

function secretsInStrings(value: unknown, isBinary: boolean, detectors: readonly SecretPattern[]): string[] {
  if (typeof value === 'string') return secretsInString(value, isBinary, detectors);
  if (typeof value === 'number') return secretsIn(JSON.stringify(value), detectors);
  if (value === null || typeof value !== 'object') return [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsInStrings(item, false, detectors));
  const { type, uri } = value as { readonly type?: unknown; readonly uri?: unknown };
  const binaryKeys = [
    ...(type === 'image' || type === 'audio' ? ['data'] : []),
    ...(typeof uri === 'string' ? ['blob'] : []),
  ];
  return Object.entries(value).flatMap(([name, member]) => [
    ...secretsIn(name, detectors),
    ...secretsInStrings(member, binaryKeys.includes(name), detectors),
  ]);
}

/** What is binary and no text is left alone, but as it stands. */
function secretsInString(text: string, isBinary: boolean, detectors: readonly SecretPattern[]): string[] {
  const said = isBinary ? binaryText(text) : undefined;
  if (said === null) return namesOf([text], detectors);
  return [...secretsIn(text, detectors), ...(said === undefined ? [] : secretsIn(said, detectors))];
}

/** What a binary part says: null where that is no text, undefined where it is no base64. */
function binaryText(base64: string): string | null | undefined {
  // Its beginning says it, whatever comes behind.
  const beginning = base64.slice(0, 64);
  if (/^[\w+/-]+$/.test(beginning) && isNoText(Buffer.from(beginning, 'base64'))) return null;
  if (!/^[\w+/\-\r\n]+={0,2}[\r\n]*$/.test(base64)) return undefined;
  const bytes = Buffer.from(base64, 'base64');
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text === '' ? null : text;
  } catch {
    return null;
  }
}

/** Bytes that are no beginning of UTF-8: the last character may be cut. */
function isNoText(bytes: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return false;
  } catch {
    return true;
  }
}

type Part = {
  readonly text?: unknown;
  readonly resource?: { readonly text?: unknown } | null;
  readonly content?: { readonly text?: unknown } | null;
} | null;

function partsTogether(result: unknown): string[] {
  const members = Object.entries((result ?? {}) as Record<string, unknown>);
  const lists = members.filter(
    ([key, value]) => ['content', 'contents', 'messages'].includes(key) && Array.isArray(value),
  );
  return lists.map(([, parts]) =>
    (parts as readonly Part[])
      .flatMap((part) => [part?.text, part?.resource?.text, part?.content?.text])
      .filter((text) => typeof text === 'string')
      .join(''),
  );
}

function readingsOf(text: string): string[] {
  return [
    text,
    text.replace(INVISIBLE, ''),
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => bytesText(Buffer.from(run.split('%').join(''), 'hex'))),
    text.replace(/\\u[0-9a-f]{4}|\\["\\/bfnrt]/gi, unescaped),
    ...base64Readings(text),
    ...hexReadings(text),
  ];
}

/** Only `\u`, in any case of its digits, and the letters as JSON has them. */
function unescaped(spelled: string): string {
  try {
    return JSON.parse(`"${spelled}"`) as string;
  } catch {
    return spelled;
  }
}

function base64Readings(text: string): string[] {
  const lines = text.match(/[A-Za-z0-9+/_-]+/g) ?? [];
  const wholes = (text.match(/[A-Za-z0-9+/_\-\r\n]+/g) ?? []).map((run) => run.replace(/[\r\n]/g, ''));
  return [...lines, ...wholes]
    .filter((run) => run.length >= MIN_BASE64)
    .flatMap((run) => [0, 1, 2, 3].map((from) => bytesText(Buffer.from(run.slice(from), 'base64'))));
}

function hexReadings(text: string): string[] {
  const runs = text.match(/[0-9A-Fa-f]{8,}/g) ?? [];
  return runs.flatMap((run) => [0, 1].map((from) => bytesText(Buffer.from(run.slice(from), 'hex'))));
}

function bytesText(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** From each place on the pattern is followed as far as it goes; where that is no secret, the next place is tried. */
function isIn(text: string, detector: SecretPattern): boolean {
  const matcher = compiled(detector.pattern).matcher(text);
  for (let from = 0; from <= text.length && matcher.find(from); from = matcher.start() + 1) {
    if (passes(detector, text, matcher.start(), matcher.end())) return true;
  }
  return false;
}

const cache = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
  const regex = cache.get(pattern) ?? RE2JS.compile(pattern, RE2JS.LONGEST_MATCH);
  if (cache.size < 1000) cache.set(pattern, regex);
  return regex;
}

function passes({ check, lead = 0 }: SecretPattern, text: string, from: number, end: number): boolean {
  // An underscore before it is no part of it.
  const start = text[from] === '_' ? from + 1 : from;
  const found = text.slice(start, end);
  if (check === undefined) return true;
  switch (check) {
    case 'luhn':
      return isCard(text.slice(0, start), found, text.slice(end));
    case 'crc32':
      return hasChecksum(found.replace(/^[a-z]+_/, ''));
    case 'jwt':
      return namesAlgorithm(found.split('.')[0] as string);
    case 'armour':
      return found.startsWith('-----B') ? isFollowedByKey(text, start, end) : comesAfterKey(text, start);
    case 'assigned':
      return isSecretValue(found.replace(/^[^:=]*[:=>][:=> \t]*/, '').replace(/^["']/, ''));
    case 'password':
      return isSecretValue(found.replace(/^:\/\/[^:]*:/, '').replace(/@[^@]*$/, ''));
    case 'credentials':
      return isSecretValue(found.split(' ').at(-1) as string);
    case 'lead':
      return new RegExp(`[A-Za-z0-9_.~-]{${lead}}$`).test(text.slice(Math.max(0, start - lead), start));
  }
}

function isSecretValue(whole: string): boolean {
  const value = whole.slice(0, MAX_JUDGED);
  const isPlaceholder =
    [...PLACEHOLDER_STARTS].some((start) => value.startsWith(start)) ||
    PLACEHOLDER_PARTS.some((part) => value.includes(part)) ||
    PLACEHOLDER_FORMS.some((form) => value.match(form) !== null);
  return !isPlaceholder && /[a-z]/i.test(value) && /\d/.test(value);
}

function isCard(before: string, found: string, after: string): boolean {
  if (/(?:\d[.+-]?|(?:^|[^A-Za-z])\.)$/.test(before.slice(-2)) || /^[.-]?\d/.test(after)) return false;
  const digits = [...found.replace(/\D/g, '')].map(Number).reverse();
  const values = digits.map((digit, i) => (i % 2 === 0 ? digit : [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit]) as number);
  return values.reduce((sum, value) => sum + value, 0) % 10 === 0;
}

function hasChecksum(body: string): boolean {
  if (body.length !== 36) return true;
  let left = crc32(Buffer.from(body.slice(0, 30)));
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'[left % 62] + digits;
    left = Math.floor(left / 62);
  }
  return digits === body.slice(30);
}

function namesAlgorithm(header: string): boolean {
  if (header.length >= MAX_HEADER) return false;
  try {
    const value = JSON.parse(Buffer.from(header, 'base64').toString()) as { readonly alg?: unknown } | null;
    return typeof value?.alg === 'string';
  } catch {
    return false;
  }
}

/** The text before a marker on its line, where that is short: lines of a key stand behind the like. */
function linePrefix(text: string, at: number): string {
  const prefix = text.slice(0, at).split('\n').at(-1) as string;
  return prefix.length > 80 ? '' : prefix;
}

/** A line without what its first line has before it (numbers may differ, and blanks); undefined where it has not. */
function withoutPrefix(line: string, prefix: string): string | undefined {
  if (prefix.trim() === '') return line;
  const pattern = prefix
    .replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
    .replace(/[0-9]+/g, '[0-9]+')
    .replace(/[ \t]+/g, '[ \\t]*');
  const found = new RegExp(`^[ \\t]*${pattern}`).exec(line)?.[0];
  return found === undefined ? undefined : line.slice(found.length);
}

/** Lines of base 64, the last two of which may be short, up to a footer or as far as they go. */
function isFollowedByKey(text: string, start: number, end: number): boolean {
  return ['', linePrefix(text, start)].some((prefix) => hasKeyLines(text, end, prefix));
}

function hasKeyLines(text: string, end: number, prefix: string): boolean {
  const lines = text.slice(end).split('\n', 400);
  let count = 0;
  let short = 0;
  for (const [i, line] of lines.entries()) {
    let rest = i === 0 ? line : withoutPrefix(line, prefix);
    if (rest === undefined) break;
    if (i > 0 && count === 0) rest = rest.replace(/^[A-Za-z-]{1,40}: [^\r]{0,200}/, '');
    for (;;) {
      rest = rest.replace(/^[ \t]*/, '');
      if (/^-----END [A-Z0-9 ]{1,60}-----/.test(rest)) return count >= 24;
      const run = /^[A-Za-z0-9+/=]*/.exec(rest)?.[0].length ?? 0;
      if (run === 0) break;
      if (run < 16 && (count < 16 || ++short > 2)) return count >= 24;
      count += run;
      rest = rest.slice(run);
    }
    if (rest.length > 12) break;
  }
  return count >= 24;
}

/** The same from the footer back. */
function comesAfterKey(text: string, start: number): boolean {
  const line = text.slice(0, start).split('\n').at(-1) as string;
  const alone = /[A-Za-z0-9+/=]*$/.exec(line.replace(/[ \t]+$/, ''))?.[0].length ?? 0;
  if (alone >= 24) return true;
  return ['', linePrefix(text, start)].some((prefix) => hasKeyLinesBefore(text, start, prefix));
}

function hasKeyLinesBefore(text: string, start: number, prefix: string): boolean {
  const before = text
    .slice(Math.max(0, start - 16_384), start)
    .split('\n')
    .slice(0, -1)
    .reverse()
    .slice(0, 400);
  let count = 0;
  let short = 0;
  for (const one of before) {
    const content = withoutPrefix(one, prefix)?.replace(/^[ \t]*/, '');
    const run = content === undefined ? 0 : (/^[A-Za-z0-9+/=]*/.exec(content)?.[0].length ?? 0);
    if (content === undefined || run === 0 || content.length - run > 12) break;
    if (run < 16 && (count >= 16 || ++short > 2)) break;
    count += run;
  }
  return count >= 24;
}
