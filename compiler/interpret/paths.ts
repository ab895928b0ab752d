import { LOOKALIKES } from '../../runtime/data/lookalikes.js';
import type { GlobReading, Reading } from '../conditions/condition.js';

/*
 * Section 6 of the language, written for the reader: which strings a path may be taken for, and what each names. Slow
 * and plain on purpose; the runtime has its own, fast version, and the properties compare the two.
 */

/** Where and how paths are resolved. */
export interface PathWorld {
  readonly roots: readonly string[];
  readonly home: string | undefined;
  readonly windows: boolean;
  readonly foldCase: boolean;
  readonly mac: boolean;
  /** There are further roots that nobody can tell. */
  readonly hasUnknownRoots: boolean;
}

/** A text with so many characters in all its spellings together is unknown. */
const MAX_SPELLED = 1 << 17;
/** More spellings than this, and none of them is believed. */
const MAX_SPELLINGS = 64;

/** Every reading of a path value; `null` stands for one that can't be known. */
export function readPath(text: string, isUri: boolean, world: PathWorld): (Reading | null)[] {
  const texts = everySpelling(text, isUri, world);
  if (texts === null) return [null];
  return texts.flatMap((spelling) => literalReadings(folded(spelling, world), world));
}

/** The readings of a prefix in a rule: literal, except for `~/`, roots and Windows forms. */
export function readPrefix(prefix: string, world: PathWorld): (Reading | null)[] {
  let text = prefix.normalize('NFC');
  if (text === '~' || text.startsWith('~/')) {
    if (world.home === undefined) return [null];
    text = world.home.normalize('NFC') + text.slice(1);
  } else if (text.startsWith('~')) {
    return [null];
  }
  text = folded(text, world);
  const windows = world.windows || /^[A-Za-z]:/.test(text) || text.startsWith('\\\\');
  return plainReadings(text, { ...world, windows });
}

/** The readings of a glob in a rule: its start, a root's literal segments, and its own. */
export function readGlob(glob: string, world: PathWorld): (GlobReading | null)[] {
  const text = folded(glob.normalize('NFC'), world);
  const plain = (start: string | null, path: string): GlobReading => ({
    start,
    literal: [],
    segments: globSegments(path),
  });
  if (text.startsWith('**')) return [plain(null, text)];
  if (text === '~' || text.startsWith('~/')) {
    return world.home === undefined ? [null] : [plain('', folded(world.home.normalize('NFC'), world) + text.slice(1))];
  }
  if (text.startsWith('~')) return [null];
  if (/^[A-Za-z]:/.test(text)) {
    const path = text.slice(2).split('\\').join('/');
    return [path.startsWith('/') ? plain(text.slice(0, 2), path) : null];
  }
  if (text.startsWith('/')) return [plain('', text)];
  const segments = globSegments(text);
  if (segments[0] === '..') return [null];
  if (world.roots.length === 0) return [{ start: '.', literal: [], segments }];
  return world.roots.map((root) => {
    const [base] = lexicalReadings(folded(root.normalize('NFC'), world), { ...world, roots: [] });
    return base ? { start: base.start, literal: base.segments, segments } : null;
  });
}

function globSegments(path: string): string[] {
  const segments: string[] = [];
  for (const segment of path.split('/').filter((part) => part !== '' && part !== '.')) {
    const last = segments.at(-1);
    if (segment === '..' && last !== undefined && last !== '..') segments.pop();
    else segments.push(segment);
  }
  return segments;
}

// --- which strings ------------------------------------------------------------------------------------------------

/** A spelling, with how many percent decodings made it. */
type Spelling = readonly [text: string, decodings: number];

/** All strings the path may be taken for; null where one of them can't be known. */
function everySpelling(text: string, isUri: boolean, world: PathWorld): string[] | null {
  const uri = isUri ? pathsOfFileUri(text, world) : [];
  if (uri === 'unknown') return null;
  const spellings: Spelling[] = (uri.length > 0 ? uri : [text]).map((start) => [start, 0]);
  for (let i = 0; i < spellings.length; i++) {
    const [current, decodings] = spellings[i] as Spelling;
    if (isUnreadable(current)) return null;
    const further = rewrite(current, decodings, world);
    if (further === 'unknown') return null;
    for (const [next, count] of further) {
      if (!spellings.some(([known, before]) => known === next && before <= count)) spellings.push([next, count]);
    }
    const distinct = new Set(spellings.map(([spelling]) => spelling));
    if (distinct.size > MAX_SPELLINGS || (distinct.size > 1 && distinct.size * text.length > MAX_SPELLED)) return null;
  }
  return [...new Set(spellings.map(([spelling]) => spelling))];
}

function rewrite(text: string, decodings: number, world: PathWorld): Spelling[] | 'unknown' {
  const results: Spelling[] = [];
  const also = (...texts: string[]) => results.push(...texts.map((next): Spelling => [next, decodings]));

  const uri = pathsOfFileUri(text, world);
  if (uri === 'unknown') return 'unknown';
  also(...uri);

  if (text.startsWith('~')) {
    if (!/^~($|[/\\])/.test(text) || world.home === undefined) return 'unknown';
    also(world.home.normalize('NFC') + text.slice(1));
  }
  also(text.split('\\').join('/'));
  also(text.normalize('NFC'));
  also([...text].map((character) => LOOKALIKES.get(character) ?? character).join(''));
  also([...text].map(compatible).join(''));
  also(
    text
      .split('/')
      .map((segment) => segment.split(';')[0])
      .join('/'),
  );
  const separators = world.windows ? /[/\\]/ : /\//;
  const odd = text
    .split(separators)
    .filter((segment) => /^[. ]+$/.test(segment) && segment !== '.' && segment !== '..');
  if (odd.length > 1) return 'unknown';
  also(withoutTails(text, separators, '. ', ''));
  also(withoutTails(text, separators, '. ', '..'));
  also(withoutTails(text, separators, ' ', ''));

  if (/%[0-9a-f]{2}/i.test(text) && decodings < 2) {
    const decoded = decodePercent(text);
    if (decoded === null) return 'unknown';
    results.push([decoded, decodings + 1]);
  }
  return results;
}

function isUnreadable(text: string): boolean {
  const environment = /^\$[A-Za-z_]|^\$\{|^%[A-Za-z_][A-Za-z0-9_()]*%/;
  const isPiled = /\p{M}{31}/u.test(text);
  return (
    text === '' || text.includes('\0') || !text.isWellFormed() || environment.test(text) || isPiled || isOtherUrl(text)
  );
}

/** A scheme and `:/`, other than `file`, or a scheme that needs no slash; a single letter is a drive. */
function isOtherUrl(text: string): boolean {
  const [before = '', ...rest] = text.split(':');
  const seen = (part: string) => part.replace(/[\p{Cc}\p{Cf}]/gu, '');
  const scheme = seen(before).trim().toLowerCase();
  if (rest.length === 0 || !/^[a-z][a-z0-9+.-]{1,63}$/.test(scheme) || scheme === 'file') return false;
  return LEADS_ELSEWHERE.has(scheme) || /^[/\\]/.test(seen(rest.join(':')));
}

const LEADS_ELSEWHERE = new Set('http https ws wss ftp data jar blob javascript view-source'.split(' '));

/** Trailing characters (dots and spaces) of each segment dropped; a segment of nothing else becomes `nothing`. */
function withoutTails(text: string, separators: RegExp, dropped: string, nothing: string): string {
  let result = '';
  let segment = '';
  const finish = () => {
    const isDots = segment === '.' || segment === '..' || segment === '';
    const kept = isDots ? segment : trimmedEnd(segment, dropped);
    result += kept === '' && segment !== '' ? nothing : kept;
    segment = '';
  };
  for (const character of text) {
    if (separators.test(character)) {
      finish();
      result += character;
    } else {
      segment += character;
    }
  }
  finish();
  return result;
}

function trimmedEnd(segment: string, dropped: string): string {
  const characters = [...segment];
  while (characters.length > 0 && dropped.includes(characters.at(-1) as string)) characters.pop();
  return characters.join('');
}

/** Each run of escapes as UTF-8; where it is none, its ASCII alone; null for an overlong form. */
function decodePercent(text: string): string | null {
  let isOverlong = false;
  const decoded = text.replace(/(%[0-9a-f]{2})+/gi, (run) => {
    const bytes = run
      .split('%')
      .slice(1)
      .map((hex) => Number.parseInt(hex, 16));
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
    } catch {
      isOverlong ||= bytes.some((byte, i) => {
        const next = bytes[i + 1] ?? 0xff;
        return (
          byte === 0xc0 ||
          byte === 0xc1 ||
          (byte === 0xe0 && next < 0xa0 && next >= 0x80) ||
          (byte === 0xf0 && next < 0x90 && next >= 0x80)
        );
      });
      return bytes.map((byte, i) => (byte < 0x80 ? String.fromCharCode(byte) : run.slice(3 * i, 3 * i + 3))).join('');
    }
  });
  return isOverlong ? null : decoded;
}

/** What compatibility normalisation makes of a character, if that brings in a dot or a separator. */
function compatible(character: string): string {
  const plain = character.normalize('NFKC');
  return character > '\x7f' && /[./\\]/.test(plain) ? plain : character;
}

/** What a `file:` URI may name; no entry: it is none. */
function pathsOfFileUri(text: string, world: PathWorld): string[] | 'unknown' {
  const scheme = /^[\s\p{Cc}]*f[\s\p{Cc}]*i[\s\p{Cc}]*l[\s\p{Cc}]*e[\s\p{Cc}]*:/iu.exec(text);
  if (!scheme) return [];
  if (text.includes('\0')) return 'unknown';
  const isSpace = (character: string) => character <= ' ' || /\s/.test(character);
  const rest = text.slice(scheme[0].length).replaceAll('\t', '').replaceAll('\n', '').replaceAll('\r', '');
  const characters = [...rest];
  const from = characters.findIndex((character) => !isSpace(character));
  const to = characters.findLastIndex((character) => !isSpace(character));
  let path =
    from < 0
      ? ''
      : characters
          .slice(from, to + 1)
          .join('')
          .split('\\')
          .join('/');
  if (path.startsWith('//')) {
    const [host = '', ...rest] = path.slice(2).split('/');
    if (host !== '' && host.toLowerCase() !== 'localhost') return 'unknown';
    path = `/${rest.join('/')}`;
  }
  const beforeFragment = path.split('#')[0] as string;
  const beforeQuery = path.split(/[?#]/)[0] as string;
  return [path, beforeFragment, beforeQuery].flatMap((form) => {
    const drive = /^\/([A-Za-z])[:|](.*)$/s.exec(form);
    if (drive) return [`${drive[1]}:${drive[2]}`, ...(world.windows ? [] : [form])];
    return form.startsWith('/') ? [form] : [form, `/${form}`];
  });
}

// --- what a string names ------------------------------------------------------------------------------------------

/** The readings of one spelling, with those that only a server that knows Windows paths has. */
function literalReadings(text: string, world: PathWorld): (Reading | null)[] {
  if (world.windows && text.split(/[/\\]/).some(isShortName)) return [null];
  const readings = plainReadings(text, world);
  const foreign = !world.windows && (/^[A-Za-z]:/.test(text) || text.startsWith('\\\\'));
  return foreign ? [...readings, ...plainReadings(text, { ...world, windows: true, roots: [] })] : readings;
}

function plainReadings(spelling: string, world: PathWorld): (Reading | null)[] {
  return lexicalReadings(spelling, world).flatMap((reading) => (world.mac ? macNames(reading) : [reading]));
}

/** The other names that macOS has for a place; null where it leads anywhere. */
function macNames(reading: Reading | null): (Reading | null)[] {
  if (reading === null || reading.start !== '') return [reading];
  const names = reading.segments.map((segment) => segment.toLowerCase());
  if (['.vol', '.nofollow', '.resolve'].includes(names[0] ?? '') || names.includes('..namedfork')) return [null];
  const skipped =
    names.slice(0, 3).join('/') === 'system/volumes/data'
      ? 3
      : names[0] === 'private' && ['etc', 'var', 'tmp'].includes(names[1] ?? '')
        ? 1
        : 0;
  return skipped === 0 ? [reading] : [reading, ...macNames({ start: '', segments: reading.segments.slice(skipped) })];
}

/** A name as Windows shortens it, `PRIVAT~1`: up to eight characters, a tilde and a number, up to three behind a dot. */
function isShortName(segment: string): boolean {
  const [, base = ''] = /^([^.]{1,6}~[0-9]{1,6})(\.[^.]{0,3})?[. ]*$/.exec(segment) ?? [];
  return base.length >= 3 && base.length <= 8;
}

function lexicalReadings(spelling: string, world: PathWorld): (Reading | null)[] {
  const text = world.windows ? spelling.split('\\').join('/') : spelling;
  // A colon behind the drive names a stream of the file before it.
  if (world.windows && text.replace(/^[A-Za-z]:/, '').includes(':')) return [null];
  if (world.windows && text.startsWith('//')) return [shareReading(text)];
  if (world.windows && /^[A-Za-z]:/.test(text)) {
    return [text[2] === '/' ? walk(text.slice(0, 2).toLowerCase(), [], text.slice(2)) : null];
  }
  if (text.startsWith('/')) return [walk('', [], text)];
  const unknown = world.hasUnknownRoots ? [null] : [];
  if (world.roots.length === 0) return world.hasUnknownRoots ? [null] : [walk('.', [], text)];
  const against = world.roots.map((root) => {
    const [base] = lexicalReadings(folded(root.normalize('NFC'), world), { ...world, roots: [] });
    return base ? walk(base.start, base.segments, text) : null;
  });
  return [...against, ...unknown];
}

function shareReading(text: string): Reading | null {
  const match = /^\/\/([^/]+)\/([^/]+)(.*)$/s.exec(text);
  if (!match || match[1] === '?' || match[1] === '.') return null;
  return walk(`//${match[1]}/${match[2]}`.toLowerCase(), [], match[3] as string);
}

/** Walks the segments from a folder, as the kernel would if there were no links. */
function walk(start: string, from: readonly string[], text: string): Reading | null {
  const segments = [...from];
  for (const segment of text.split('/')) {
    if (segment === '..') {
      if (segments.length === 0 && start === '.') return null;
      segments.pop();
    } else if (segment !== '' && segment !== '.') {
      segments.push(segment);
      const absolute = start === '' ? `/${segments.join('/')}` : '';
      if (/^\/proc\/[^/]+\/(task\/[^/]+\/)?(root|cwd|fd)$|^\/dev\/fd$/s.test(absolute)) return null;
    }
  }
  return { start, segments };
}

/** The text as it is compared where case does not count. */
export function folded(text: string, world: PathWorld): string {
  return world.foldCase ? foldCase(text) : text;
}

/** Unicode simple case folding. */
export function foldCase(text: string): string {
  return [...text].map(foldedCharacter).join('');
}

/** One character to one: ß stays, and the Turkic i's fold to nothing else. */
function foldedCharacter(character: string): string {
  if (/[\u0130\u0131]/.test(character)) return character;
  const upper = character.toUpperCase();
  const lower = (upper.length === character.length ? upper : character).toLowerCase();
  return lower.length === 1 || lower.length === character.length ? lower : character;
}
