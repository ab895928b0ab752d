import { closeSync, constants, existsSync, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { similarWord } from '../diagnostics/suggest.js';
import { policySchema } from './schema.js';

/** As large as a policy file may be. */
export const MAX_BYTES = 8 * 1024 * 1024;

/** Why a file is not read. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Reads a file, never more than a policy may have and one byte: a device that goes on for ever ends there.
 *
 * @param onlyRegular For what a policy extends: a device or a pipe is an error, and is not waited for.
 * @throws UnreadableFile or an error of the file system.
 */
export function readPolicyFile(path: string, onlyRegular: boolean): Buffer {
  const file = openSync(path, onlyRegular ? constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) : constants.O_RDONLY);
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new UnreadableFile('it is a folder');
    if (stat.isBlockDevice() || stat.isCharacterDevice() || (onlyRegular && !stat.isFile()))
      throw new UnreadableFile('it is no regular file');
    const chunks: Buffer[] = [];
    for (let length = 0; length <= MAX_BYTES; ) {
      const chunk = Buffer.allocUnsafe(Math.min(1 << 16, MAX_BYTES + 1 - length));
      const read = readSync(file, chunk);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      length += read;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}

/** The folder that all a policy extends must lie in: its repository's, else its own. Links are followed. */
export function homeOf(policy: string): string {
  const own = dirname(existsSync(policy) ? realpathSync(policy) : policy);
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, '.git'))) return folder;
    if (dirname(folder) === folder) return own;
  }
}

/** Why a policy of this home may not extend the file; undefined where it may, or where the file isn't there. */
export function leadsOut(file: string, home: string): string | undefined {
  let real: string;
  try {
    real = realpathSync(file);
    if (!statSync(real).isFile()) return 'it is no regular file';
  } catch {
    // What is not there is said when it is read; but not of files elsewhere.
    real = file;
  }
  const inside = relative(realpathSync(home), real);
  if (inside === '..' || inside.startsWith(`..${sep}`) || inside.startsWith(sep) || /^[A-Za-z]:/.test(inside))
    return 'it lies outside the repository';
  return inside.split(sep).includes('.git') ? 'it belongs to git' : undefined;
}

/** The same for a fixture: it has cases, and says nothing before them that no fixture says. */
export function readsAsFixture(text: string): boolean {
  return !text.includes('\0') && /^["']?cases["']?[ \t]*:(?=[\s[]|$)/m.test(text);
}

/** Keys that say what a file is; the others stand in many kinds of files. */
const WEAK: ReadonlySet<string> = new Set(['version', 'description', 'paths', 'threshold']);
const SECTIONS = Object.keys(policySchema.def.shape).filter((key) => !WEAK.has(key));

/**
 * Does a text read as a policy, be it one with mistakes? Of one that doesn't no line is ever quoted: it may be anything,
 * secrets included. Empty files, and those of nothing but comments, have nothing to hide.
 */
export function readsAsPolicy(text: string): boolean {
  if (text.includes('\0')) return false;
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*(?:#.*)?$|^(?:---|\.\.\.)/.test(line));
  if (lines.length === 0) return true;
  if (
    lines.some((line) =>
      /^(?:policy\s|(?:deny|approve|warn|allow)\s+[\w*"]|tool\s+\S.*->|results\s+[\w*"]|pattern\s+\w+\s+"|(?:mark|limit|never|always)\s+\w)/.test(
        line,
      ),
    )
  )
    return true;
  const keys = text.matchAll(/(?:^|[{,])[ \t]*["']?([A-Za-z_]{3,32})["']?[ \t]*:(?=\s|[[{"']|$)/gm);
  for (const [, key = ''] of keys) if (SECTIONS.includes(key) || similarWord(key, SECTIONS) !== undefined) return true;
  return false;
}
