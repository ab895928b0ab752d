/*
 * The usual case: an absolute path of printable ASCII, in normal form already, that only one reading fits. Such a string
 * is its own reading and is never copied.
 */

/** 0 is plain. */
const SLASH = 1;
/** What a segment may not end in: a dot or a space. */
const TAIL = 2;
const UPPER = 3;
/** What gives a path another reading: a control, a backslash, a percent sign, a semicolon. */
const OTHER = 4;

const KINDS = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (code < 0x20 || code === 0x7f || '\\%;'.includes(character)) KINDS[code] = OTHER;
  else if (character === '/') KINDS[code] = SLASH;
  else if (character === '.' || character === ' ') KINDS[code] = TAIL;
  else if (character >= 'A' && character <= 'Z') KINDS[code] = UPPER;
}

/**
 * Whole segments of printable ASCII that do not end in a dot or a space, without a backslash, a percent sign or a
 * semicolon; and not below /proc or /dev, where the kernel makes things up. One look at each character.
 *
 * @param fold Case does not count: a letter in upper case is not in normal form.
 */
export function isCleanPath(text: string, fold: boolean): boolean {
  if (text.charCodeAt(0) !== 0x2f || text.startsWith('/proc') || text.startsWith('/dev')) return false;
  let before = SLASH;
  for (let i = 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7e) return false;
    const kind = KINDS[code] as number;
    if (kind === OTHER || (kind === UPPER && fold)) return false;
    if (kind === SLASH && (before === SLASH || before === TAIL)) return false;
    before = kind;
  }
  return before !== SLASH && before !== TAIL;
}

/**
 * The next most usual case: as clean as `isCleanPath` asks, but for segments that are empty, `.` or `..`. It has one reading,
 * in which these are taken out.
 *
 * @returns the reading; undefined where there may be others, or it is the root, or what the kernel makes up.
 */
export function tidiedPath(text: string, fold: boolean): string | undefined {
  if (text.charCodeAt(0) !== 0x2f) return undefined;
  const kept: string[] = [];
  let start = 1;
  let last = SLASH;
  for (let i = 1; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 0x2f;
    if (code > 0x7e) return undefined;
    const kind = KINDS[code] as number;
    if (kind === OTHER || (kind === UPPER && fold)) return undefined;
    if (kind !== SLASH) {
      last = kind;
      continue;
    }
    const segment = text.slice(start, i);
    start = i + 1;
    if (segment === '' || segment === '.') continue;
    if (segment === '..') kept.pop();
    else {
      if (last === TAIL || (kept.length === 0 && (segment === 'proc' || segment === 'dev'))) return undefined;
      kept.push(segment);
    }
  }
  return kept.length > 0 ? `/${kept.join('/')}` : undefined;
}
