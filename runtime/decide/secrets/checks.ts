import {
  type DetectorCheck,
  MAX_HEADER,
  MAX_JUDGED,
  PLACEHOLDER_FORMS,
  PLACEHOLDER_PARTS,
  PLACEHOLDER_STARTS,
} from '../../data/detectors.js';
import { base64Bytes, bytesText } from '../../text/bytes.js';
import { armourBefore, armourFrom } from './armour.js';
import type { Span } from './encoded-runs.js';

/** What a match of a detector's pattern comes to; undefined: it is no secret. */
export type Check = (text: string, start: number, end: number) => Span | undefined;

/** @internal */
export function checkOf(check: DetectorCheck | undefined, lead = 0): Check {
  const own: Check =
    check === 'lead'
      ? (text, start, end) => withLead(text, start, end, lead)
      : check === undefined
        ? (_, start, end) => [start, end]
        : CHECKS[check];
  // The underscore by which a name is tied to it is no part of it.
  return (text, start, end) => own(text, text.charCodeAt(start) === 0x5f ? start + 1 : start, end);
}

const CHECKS: Readonly<Record<Exclude<DetectorCheck, 'lead'>, Check>> = {
  luhn: (text, start, end) => (isCardNumber(text, start, end) ? [start, end] : undefined),
  crc32: (text, start, end) => (holdsChecksum(text.slice(start, end)) ? [start, end] : undefined),
  jwt: (text, start, end) => (isJwtHeader(text.slice(start, start + MAX_HEADER)) ? [start, end] : undefined),
  // `-----BEGIN` or `-----END`.
  armour: (text, start, end) =>
    text[start + 5] === 'B' ? armourFrom(text, start, end) : armourBefore(text, start, end),
  assigned: (text, start, end) => {
    let at = start;
    while (!isSign(text.charCodeAt(at))) at++;
    while (isSign(text.charCodeAt(at)) || isBlank(text.charCodeAt(at))) at++;
    if (text[at] === '"' || text[at] === "'") at++;
    return isSecretValue(text.slice(at, Math.min(end, at + MAX_JUDGED))) ? [at, end] : undefined;
  },
  password: (text, start, end) => {
    const from = text.indexOf(':', start + 3) + 1;
    const to = text.lastIndexOf('@', end - 1);
    return isSecretValue(text.slice(from, to)) ? [from, to] : undefined;
  },
  credentials: (text, start, end) => {
    const from = text.lastIndexOf(' ', end - 1) + 1;
    return from > start && isSecretValue(text.slice(from, end)) ? [from, end] : undefined;
  },
};

function isSign(unit: number): boolean {
  return unit === 0x3a || unit === 0x3d || unit === 0x3e;
}

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09;
}

/** A letter and a digit, and nothing by which people show what is to be filled in. */
function isSecretValue(whole: string): boolean {
  const value = whole.slice(0, MAX_JUDGED);
  if (PLACEHOLDER_STARTS.includes(value[0] as string)) return false;
  if (PLACEHOLDER_PARTS.some((part) => value.includes(part))) return false;
  if (PLACEHOLDER_FORMS.some((form) => form.test(value))) return false;
  return /[A-Za-z]/.test(value) && /[0-9]/.test(value);
}

/** ISO/IEC 7812-1, annex B; digits that go on beyond it, or a fraction, are another number. */
function isCardNumber(text: string, start: number, end: number): boolean {
  if (
    /(?:\d[.\-+]?|(?:^|[^A-Za-z])\.)$/.test(text.slice(Math.max(0, start - 2), start)) ||
    /^[.-]?\d/.test(text.slice(end, end + 2))
  )
    return false;
  let sum = 0;
  let isDoubled = false;
  for (let i = end - 1; i >= start; i--) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0) continue; // A space or a hyphen.
    const value = isDoubled ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    isDoubled = !isDoubled;
  }
  return sum % 10 === 0;
}

const BASE62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Of a token with a checksum: what comes before it, and its own. */
const ENTROPY = 30;
const CHECKSUM = 6;

/** Where it is as long as tokens are known to be; GitHub says that they may become longer. */
function holdsChecksum(token: string): boolean {
  const body = token.slice(token.indexOf('_') + 1);
  if (body.length !== ENTROPY + CHECKSUM) return true;
  const told = [...body.slice(ENTROPY)].reduce((sum, digit) => sum * BASE62.length + BASE62.indexOf(digit), 0);
  return crc32(body.slice(0, ENTROPY)) === told;
}

/** Of ASCII text. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let i = 0; i < text.length; i++) {
    crc ^= text.charCodeAt(i);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** RFC 7515, section 4.1.1: every header names its algorithm. */
function isJwtHeader(token: string): boolean {
  const length = token.indexOf('.');
  if (length < 0) return false;
  try {
    const value: unknown = JSON.parse(bytesText(base64Bytes(token.slice(0, length))));
    return typeof (value as Record<string, unknown> | null)?.['alg'] === 'string';
  } catch {
    return false;
  }
}

/** What comes before the pattern has no mark of its own by which it could be found. */
function withLead(text: string, start: number, end: number, lead: number): Span | undefined {
  const before = text.slice(Math.max(0, start - lead), start);
  return before.length === lead && /^[A-Za-z0-9_.~-]+$/.test(before) ? [start - lead, end] : undefined;
}
