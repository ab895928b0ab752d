import { type Dirent, readdirSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';

const NAMES = { policy: /(?<!\.test)\.(?:ya?ml|capfence)$/, fixture: /\.test\.ya?ml$/ } as const;
/** More files than these are not looked at. */
const MAX_FILES = 2000;

/** The files that may be policies, or their tests, in the folder of the workspace that a file is in, or beside it. */
export function policyFiles(path: string, folders: readonly string[], kind: 'policy' | 'fixture'): string[] {
  const own = folders.find((folder) => path.startsWith(`${folder}${sep}`)) ?? dirname(path);
  const found: string[] = [];
  const pending = [own];
  let count = 0;
  for (let folder = pending.shift(); folder !== undefined && count < MAX_FILES; folder = pending.shift()) {
    for (const entry of entriesOf(folder)) {
      if (++count > MAX_FILES) break;
      const file = join(folder, entry.name);
      if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules') pending.push(file);
      else if (entry.isFile() && NAMES[kind].test(entry.name)) found.push(file);
    }
  }
  return found;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // Not ours to read.
  }
}
