import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, parse, resolve, sep } from 'node:path';

/** As many links may lead to one another (Linux: 40). */
const MAX_LINKS = 40;

/**
 * Where a path leads once its links are followed, as a kernel walks it: `..` behind a link is the parent of where that
 * leads. What is not there yet has no links, and stays as it is written; a link to something that isn't there leads there
 * all the same, since to write through it makes it.
 *
 * A link may change between this look and the server's: it narrows the race, it does not close it.
 *
 * @returns undefined where that can't be found out.
 */
export function realPath(path: string): string | undefined {
  try {
    // Asked first: an exception costs more than both answers.
    if (lstatSync(path, { throwIfNoEntry: false })) return realpathSync.native(path);
  } catch {
    // It went in between, or may not be seen: that shows on the way there.
  }
  try {
    return walk(path);
  } catch (error) {
    // A name that is too long is nobody's.
    return (error as NodeJS.ErrnoException).code === 'ENAMETOOLONG' ? resolve(path) : undefined;
  }
}

/** @throws what `lstat` throws, but for what is not there. */
function walk(path: string): string | undefined {
  const root = parse(path).root;
  let at = root;
  let links = 0;
  /** What is not there, or is no folder: nothing below it is there. */
  let end: string | undefined;
  const pending = segmentsOf(path.slice(root.length)).reverse();
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === '..') {
      if (at === end) end = undefined;
      at = dirname(at);
      continue;
    }
    const next = at.endsWith(sep) ? at + segment : at + sep + segment;
    const found = end === undefined ? lstatSync(next, { throwIfNoEntry: false }) : undefined;
    if (!found?.isSymbolicLink()) {
      if (!found?.isDirectory()) end ??= next;
      at = next;
      continue;
    }
    if (++links > MAX_LINKS) return undefined;
    const target = readlinkSync(next);
    if (isAbsolute(target)) at = parse(target).root;
    pending.push(...segmentsOf(isAbsolute(target) ? target.slice(at.length) : target).reverse());
  }
  return at;
}

function segmentsOf(path: string): string[] {
  return path.split(sep === '\\' ? /[/\\]/ : '/').filter((segment) => segment !== '' && segment !== '.');
}

/**
 * Folders, each also by the name that links lead to: servers resolve their folders when they start, and name what they
 * found from there.
 */
export function withRealPaths(folders: readonly string[]): string[] {
  return [...new Set(folders.flatMap((folder) => [folder, realPath(folder) ?? folder]))];
}
