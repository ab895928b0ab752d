import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '../text/sha256.js';

/** A draft that is older belongs to a process that died, in milliseconds. */
const STALE_DRAFT_MS = 60 * 60 * 1000;

/**
 * Files that are there whole or not at all, in a folder that any number of processes share. A file is never changed: it is
 * written under a name of its own and then linked to its place, which fails where the place is taken. Of all processes that
 * want to make the same file exactly one succeeds, and one that dies in between leaves a draft that is swept away later.
 *
 * @internal
 */
export class StepFiles {
  constructor(readonly dir: string) {}

  /** Creates a file. @returns false where another process was first. */
  create(name: string, content: object): boolean {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const draft = join(this.dir, `draft-${process.pid}-${nodeCrypto().randomBytes(8).toString('hex')}`);
    writeFileSync(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx', flush: true });
    try {
      linkSync(draft, join(this.dir, name)); // Fails where the name is taken, unlike a rename.
      this.sync();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** @returns undefined where there is no such file. @throws where it can't be read. */
  read<T>(name: string): T | undefined {
    const path = join(this.dir, name);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
    }
  }

  names(): string[] {
    try {
      return readdirSync(this.dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  remove(name: string): void {
    rmSync(join(this.dir, name), { force: true });
  }

  /** Removes the drafts of those who died. */
  sweep(): void {
    for (const name of this.names()) {
      if (!name.startsWith('draft-')) continue;
      const modified = statSync(join(this.dir, name), { throwIfNoEntry: false })?.mtimeMs;
      if (modified !== undefined && modified < Date.now() - STALE_DRAFT_MS) this.remove(name);
    }
  }

  /** After a power loss a step must not be undone. Not every system syncs folders. */
  private sync(): void {
    try {
      const fd = openSync(this.dir, 'r');
      fsyncSync(fd);
      closeSync(fd);
    } catch {
      // Then the file system sees to it by itself.
    }
  }
}
