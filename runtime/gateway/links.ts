import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The real path of the nearest parent that exists, with the rest behind it; undefined where that can't be found out.
 * A link may change between this look and the server's: it narrows the race, it does not close it.
 */
export function resolveLinks(path: string): string | undefined {
  let rest = '';
  for (let at = path; ; at = dirname(at)) {
    try {
      return join(realpathSync(at), rest);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(at) === at) return undefined;
      rest = join(basename(at), rest);
    }
  }
}
