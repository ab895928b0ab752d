import { realpathSync } from 'node:fs';
import { dirname, join, parse, sep } from 'node:path';

/**
 * The real path of the nearest parent that exists, with the rest behind it; undefined where that can't be found out.
 * A link may change between this look and the server's: it narrows the race, it does not close it.
 */
export function resolveLinks(path: string): string | undefined {
  let at = parse(path).root;
  let exists = true;
  for (const segment of path.slice(at.length).split(sep === '\\' ? /[/\\]/ : '/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') {
      at = dirname(at);
      continue;
    }
    at = join(at, segment);
    if (!exists) continue;
    try {
      at = realpathSync(at);
    } catch (error) {
      // What is not there yet has no links; anything else can't be found out.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
      exists = false;
    }
  }
  return at;
}
