import { LOOKALIKES } from '../../data/lookalikes.js';

/**
 * Every string that some server might take a path string for (docs/language.md, Paths), the string itself included.
 * They are made by a few rewrites, applied to each other's results until nothing new appears; a rewrite applies only
 * where it changes the string, so an ordinary path has one spelling.
 */

/** Far longer than any system's limit (Windows: 32,767): no path. */
export const MAX_PATH = 1 << 19;
/** Each spelling costs the length of the path: so many characters in all its spellings are more than any honest one has. */
const MAX_SPELLED = 1 << 17;
/** More spellings than an honest path has, by far. */
export const MAX_SPELLINGS = 64;

/** What a server might make of a path string. @internal */
export interface Spellings {
  readonly texts: readonly string[];
  /** True where one of the readings can't be known. */
  readonly unknown: boolean;
}

/** @internal */
export interface SpellingOptions {
  readonly home: string | undefined;
  readonly windows: boolean;
  /** The string is a URI by its place, so a `file:` URI is only its path. */
  readonly uri: boolean;
}

export function spellings(text: string, options: SpellingOptions): Spellings {
  const seen = new Map<string, number>(); // spelling -> how often it was percent-decoded, at least
  let unknown = false;
  const pending: { text: string; decoded: number }[] = [];
  const add = (next: string, decoded: number): void => {
    const known = seen.get(next);
    if (known !== undefined && known <= decoded) return;
    seen.set(next, decoded);
    pending.push({ text: next, decoded });
  };

  const target = options.uri ? fileUri(text, options.windows) : undefined;
  if (target === undefined) add(text, 0);
  else if (target === null) unknown = true;
  else for (const path of target) add(path, 0);

  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { text: current, decoded } = item;
    if (isUnreadable(current) || hasOtherScheme(current)) {
      unknown = true;
      continue;
    }
    const file = fileUri(current, options.windows);
    if (file === null) unknown = true;
    else if (file) for (const path of file) add(path, decoded);
    if (current.charCodeAt(0) === 126) {
      const rest = current.slice(1);
      if (rest !== '' && rest[0] !== '/' && rest[0] !== '\\') unknown = true;
      else if (options.home === undefined) unknown = true;
      else add(options.home + rest, decoded);
    }
    if (current.includes('\\')) add(current.replaceAll('\\', '/'), decoded);
    if (decoded < 2 && PERCENT.test(current)) {
      const plain = percentDecode(current);
      if (plain === null) unknown = true;
      else add(plain, decoded + 1);
    }
    if (NON_ASCII.test(current)) {
      add(current.normalize('NFC'), decoded);
      add(replaceCompatible(current), decoded);
      add(replaceLookalikes(current), decoded);
    }
    if (current.includes(';')) add(current.replace(/;[^/]*/g, ''), decoded);
    if (DOTTED.test(current)) {
      const odd = trimSegments(current, options.windows, '', DOTS_AND_SPACES);
      if (odd.nothings > 1) unknown = true; // Each may read as one thing or another.
      add(odd.text, decoded);
      add(trimSegments(current, options.windows, '..', DOTS_AND_SPACES).text, decoded);
      add(trimSegments(current, options.windows, '', SPACES).text, decoded);
    }
    if (seen.size > MAX_SPELLINGS || (seen.size > 1 && seen.size * text.length > MAX_SPELLED))
      return { texts: [], unknown: true };
  }
  return { texts: [...seen.keys()], unknown };
}

const PERCENT = /%[0-9a-fA-F]{2}/;
const NON_ASCII = /[^\x00-\x7f]/;
/**
 * Does it begin with a scheme other than `file`, and behind it a slash, or is it one that URL parsers take without? What
 * they strip (WHATWG URL: tabs and line breaks anywhere, blanks and controls around) is stripped. A single letter is a
 * drive.
 */
function hasOtherScheme(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon < 2) return false;
  const scheme = text.slice(0, colon).replace(UNSEEN, '').trim();
  if (scheme.length > MAX_SCHEME || !SCHEME.test(scheme) || scheme.toLowerCase() === 'file') return false;
  if (BARE_SCHEMES.has(scheme.toLowerCase())) return true;
  let after = colon + 1;
  while (after < text.length && STRIPPED.test(text[after] as string)) after++;
  return text[after] === '/' || text[after] === '\\';
}

const MAX_SCHEME = 64;
const SCHEME = /^[a-z][a-z0-9+.-]+$/i;
const UNSEEN = /[\p{Cc}\p{Cf}]/gu;
const STRIPPED = /[\p{Cc}\p{Cf}]/u;
/** Schemes that need no slash to lead elsewhere. */
const BARE_SCHEMES: ReadonlySet<string> = new Set([
  'http',
  'https',
  'ws',
  'wss',
  'ftp',
  'data',
  'jar',
  'blob',
  'javascript',
  'view-source',
]);
/** A segment that ends in a dot or a space. */
const DOTTED = /[. ](?:[/\\]|$)/;

/** Strings that name nothing we can resolve: empty, NUL, half a character, an environment variable in front. */
function isUnreadable(text: string): boolean {
  return text === '' || text.includes('\0') || LONE_SURROGATE.test(text) || VARIABLE.test(text) || MARKS.test(text);
}

const LONE_SURROGATE = /\p{Surrogate}/u;
/** More marks on one character than text for streams has (UAX #15): to normalise them takes the square of their number. */
const MARKS = /\p{M}{31}/u;
const VARIABLE = /^(?:\$[A-Za-z_]|\$\{|%[A-Za-z_][A-Za-z0-9_()]*%)/;

/**
 * The paths a `file:` URI may stand for: with and without its query and fragment, which a URL parser drops and a
 * prefix strip keeps. undefined: not a `file:` URI; null: another host's file, or one that nobody can tell.
 */
function fileUri(text: string, windows: boolean): string[] | null | undefined {
  const start = endOfFileScheme(text);
  if (start < 0) return undefined;
  if (text.includes('\0')) return null; // Where it would be stripped, some reader ends.
  const rest = trimBlanks(text.slice(start).replace(/[\t\n\r]/g, '')).replaceAll('\\', '/');
  let path = rest;
  if (rest.startsWith('//')) {
    const slash = rest.indexOf('/', 2);
    const host = slash < 0 ? rest.slice(2) : rest.slice(2, slash);
    if (host !== '' && host.toLowerCase() !== 'localhost') return null;
    path = slash < 0 ? '/' : rest.slice(slash);
  }
  const paths: string[] = [];
  for (const form of [path, path.replace(/#.*$/s, ''), path.replace(/[?#].*$/s, '')]) {
    const drive = /^\/[A-Za-z][:|]/.test(form);
    if (drive) paths.push(`${form[1]}:${form.slice(3)}`);
    if (!drive || !windows) paths.push(form);
    if (!form.startsWith('/')) paths.push(`/${form}`);
  }
  return paths;
}

/**
 * Index behind `file:`, whatever the case, white space and control characters before and in it; -1 where the text does
 * not begin so.
 */
export function endOfFileScheme(text: string): number {
  const first = text.charCodeAt(0);
  if (first > 0x20 && first < 0x7f && (first | 0x20) !== 0x66) return -1; // The usual case.
  let matched = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i] as string;
    if (character.toLowerCase() === 'file:'[matched]) {
      if (++matched === 5) return i + 1;
    } else if (!BLANK_OR_CONTROL.test(character)) return -1;
  }
  return -1;
}

/** Is it a `file:` URI, wherever it stands? `File: notes`, as text and headers have it, is none. */
export function isFileUri(text: string): boolean {
  const start = endOfFileScheme(text);
  return start >= 0 && text[start] !== ' ';
}

const BLANK_OR_CONTROL = /[\s\p{Cc}]/u;

/** Without the white space and control characters around it. Loops, since a regex for the end would be quadratic. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}

function isBlank(text: string, index: number): boolean {
  return text.charCodeAt(index) <= 0x20 || /\s/.test(text[index] as string);
}

/**
 * Percent escapes decoded. A run of them that is not UTF-8 keeps the bytes beyond ASCII as they are written, as lenient
 * decoders do; null where it is an overlong form, which some decode and no standard does.
 */
function percentDecode(text: string): string | null {
  let overlong = false;
  const decoded = text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      if (/%(?:c[01]|e0%[89]|f0%8)/i.test(run)) overlong = true;
      return run.replace(/%[0-7][0-9a-fA-F]/g, decodeURIComponent);
    }
  });
  return overlong ? null : decoded;
}

/** Characters that Unicode compatibility turns into something with a dot or a separator. */
function replaceCompatible(text: string): string {
  return text.replace(COMPATIBLE, (character) => character.normalize('NFKC'));
}

/** All of them (Unicode 15; the properties compare with normalising each character). */
const COMPATIBLE =
  /[\u2024-\u2026\u2100\u2101\u2105\u2106\u2488-\u249b\u33c2\u33c7\u33d8\ufe19\ufe30\ufe52\ufe68\uff0e\uff0f\uff3c\u{1f100}]/gu;

function replaceLookalikes(text: string): string {
  return text.replace(LOOKALIKE, (character) => LOOKALIKES.get(character) as string);
}

const LOOKALIKE = new RegExp(`[${[...LOOKALIKES.keys()].join('')}]`, 'gu');

const DOTS_AND_SPACES = '. ';
const SPACES = ' ';

/**
 * As a file system sees it that drops trailing dots and spaces, or spaces alone; a segment of nothing else becomes
 * `nothing`. `nothings` counts those.
 */
function trimSegments(
  text: string,
  windows: boolean,
  nothing: string,
  dropped: string,
): { text: string; nothings: number } {
  const separator = windows ? /([/\\])/ : /(\/)/;
  let nothings = 0;
  const segments = text.split(separator).map((segment) => {
    if (segment === '.' || segment === '..' || segment === '') return segment;
    let end = segment.length;
    while (end > 0 && dropped.includes(segment[end - 1] as string)) end--;
    if (end > 0) return segment.slice(0, end);
    nothings++;
    return nothing;
  });
  return { text: segments.join(''), nothings };
}
