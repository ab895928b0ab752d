/**
 * One lexical reading of a path: where it starts, and the segments from there. `path` is `''` for the start itself,
 * else `/a/b`: no `.`, `..`, empty segment or trailing slash.
 *
 * @internal
 */
export interface PathForm {
  /** `''` a POSIX root, `'.'` relative, `'c:'` a drive, `'//server/share'` a UNC share. */
  readonly start: string;
  readonly path: string;
}

/** The start of a relative path that is not resolved. */
export const RELATIVE = '.';

/**
 * The lexical form of one string, taken literally: no decoding, no look-alikes.
 *
 * @param windows `\` separates too, and two leading separators begin a UNC name.
 * @returns null where the string can't be resolved: it climbs out of a relative start, is relative to a drive's
 *   current folder, a device path, or passes through a link that the system makes up (`/proc/self/root`).
 */
export function pathForm(text: string, windows: boolean): PathForm | null {
  const separated = windows ? text.replaceAll('\\', '/') : text;
  if (windows && separated.startsWith('//')) return uncForm(separated);
  if (windows && isDrive(separated)) return driveForm(separated);
  if (windows && separated.includes(':')) return null;
  if (separated.startsWith('/')) return resolve('', separated);
  return resolve(RELATIVE, separated);
}

/** Is a segment of the 8.3 form, which Windows makes of a longer name: `PRIVAT~1`? */
export function hasShortName(separated: string): boolean {
  return separated.includes('~') && SHORT_NAME.test(separated);
}

const SHORT_NAME = /(?:^|\/)(?=[^/.]{3,8}(?:[./]|$))[^/.]{1,6}~[0-9]{1,6}(?:\.[^/.]{0,3})?[. ]*(?:\/|$)/;

/**
 * `c:` and what follows; null for `c:x`, which is relative to a folder we can't know, and where another colon names a
 * stream of a file.
 */
export function driveForm(text: string): PathForm | null {
  if (text.includes(':', 2)) return null;
  return text.charCodeAt(2) === 47 ? resolve(text.slice(0, 2).toLowerCase(), text.slice(2)) : null;
}

/** `//server/share/…`; null without a share, and for the device names `//?/` and `//./`. */
export function uncForm(text: string): PathForm | null {
  const [server, share, ...rest] = text.slice(2).split('/');
  if (!server || !share || text.includes(':') || server === '?' || server === '.') return null;
  return resolve(`//${server}/${share}`.toLowerCase(), rest.join('/'));
}

export function isDrive(text: string): boolean {
  const letter = text.charCodeAt(0) | 32;
  return letter >= 97 && letter <= 122 && text.charCodeAt(1) === 58;
}

/** Resolves a relative form against an absolute one. `text` is the unresolved string, since it may climb. */
export function resolveAgainst(root: PathForm, text: string, windows: boolean): PathForm | null {
  if (windows && text.includes(':')) return null;
  return resolve(root.start, `${root.path}/${windows ? text.replaceAll('\\', '/') : text}`);
}

function resolve(start: string, text: string): PathForm | null {
  const stack: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') {
      stack.push(segment);
      if (start === '' && isMagicLink(stack)) return null;
    } else if (stack.pop() === undefined && start === RELATIVE) {
      return null;
    }
  }
  return { start, path: stack.length === 0 ? '' : `/${stack.join('/')}` };
}

/** Links made up by the kernel lead anywhere: `..` behind one is not the segment before it. */
function isMagicLink(stack: readonly string[]): boolean {
  const last = stack[stack.length - 1] as string;
  if (stack[0] === 'dev') return stack.length === 2 && last === 'fd';
  if (stack[0] !== 'proc' || (last !== 'root' && last !== 'cwd' && last !== 'fd')) return false;
  return stack.length === 3 || (stack.length === 5 && stack[2] === 'task');
}
