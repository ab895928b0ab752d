import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isObject } from '../../wire/envelope.js';
import { parsed } from '../../wire/json.js';
import { realPath } from '../judge/real-path.js';
import { stateDir, wrapsDir } from './places.js';

/**
 * Every file that an agent must not change: those that are given, the state folder, and the clients' configurations that
 * `capfence wrap` has put a gateway into, each also where its links lead.
 *
 * @param given What this gateway was started with: policy, module, lock, keys, audit and approvals, its own program.
 */
export function ownFiles(given: readonly string[]): string[] {
  const all = [...given, stateDir(), ...wrappedConfigs()];
  return [...new Set(all.flatMap((file) => [file, realPath(file) ?? file]))];
}

/** The folders among a server's arguments: the reference filesystem server resolves relative paths against its first. */
export function workingFoldersOf(command: readonly string[]): string[] {
  const named = command.slice(1).map((arg) => resolve(arg.replace(/^--?[\w-]+=/, '')));
  return [...new Set(named)].filter(isFolder);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // An argument may be anything: a script, a sentence.
  }
}

/** The files that `wrap` has changed, by what it keeps of them: configurations, and the policies and locks in them. */
function wrappedConfigs(): string[] {
  let names: string[];
  try {
    names = readdirSync(wrapsDir());
  } catch {
    return []; // Nothing was wrapped.
  }
  return names.flatMap((name) => {
    try {
      const record = parsed(readFileSync(join(wrapsDir(), name), 'utf8'));
      const file = isObject(record) ? record['file'] : undefined;
      return typeof file === 'string' ? [file, ...policiesIn(record)] : [];
    } catch {
      return [];
    }
  });
}

/** The policies and locks of all wrapped servers: one of them must not loosen another's. */
function policiesIn(record: unknown): string[] {
  const entries = isObject(record) && Array.isArray(record['entries']) ? record['entries'] : [];
  return entries.flatMap((entry: unknown) => {
    const after = isObject(entry) && typeof entry['after'] === 'string' ? entry['after'] : '';
    return [...after.matchAll(/"--(?:policy|lock)"\s*,\s*("(?:[^"\\]|\\.)*")/g)].flatMap(([, quoted = '']) => {
      const file = parsed(quoted);
      return typeof file === 'string' ? [resolve(file)] : [];
    });
  });
}
