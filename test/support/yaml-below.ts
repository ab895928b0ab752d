import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The paths of all files of YAML in a folder and those below it. */
export function yamlBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? yamlBelow(path) : path.endsWith('.yaml') ? [path] : [];
  });
}
