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
