import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A new folder for this test file, by its real path. It goes when the file's process ends. */
export function temporaryFolder(): string {
  if (made.length === 0) {
    process.once('exit', () => {
      for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'capfence-test-')));
  made.push(folder);
  return folder;
}
