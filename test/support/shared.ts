import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Files beside the project that are not part of it: tests that read them say so and skip where they are absent. */
export const SHARED = fileURLToPath(new URL('../../../shared/', import.meta.url));

/** For a test's `skip`: a reason, or false where the folder is there. */
export function without(folder: string): string | false {
  return existsSync(SHARED + folder) ? false : `../shared/${folder} is not here`;
}
