import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, isAbsolute, join, parse, resolve, sep } from 'node:path';

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
    return realpathSync.native(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENAMETOOLONG') return resolve(path); // Nobody gets there by that name.
    return code === 'ENOENT' || code === 'ENOTDIR' ? walk(path) : undefined;
  }
}

function walk(path: string): string | undefined {
  const root = parse(path).root;
  let at = root;
  let links = 0;
  const pending = segmentsOf(path.slice(root.length)).reverse();
  for (let segment = pending.pop(); segment !== undefined; segment = pending.pop()) {
    if (segment === '..') {
      at = dirname(at);
      continue;
    }
    const next = join(at, segment);
    let target: string | undefined;
    try {
      target = lstatSync(next).isSymbolicLink() ? readlinkSync(next) : undefined;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'ENOENT' && code !== 'ENOTDIR') return undefined;
    }
    if (target === undefined) {
      at = next;
      continue;
    }
    if (++links > MAX_LINKS) return undefined;
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
