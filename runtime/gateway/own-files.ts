import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../wire/envelope.js';
import { parsed } from '../wire/json.js';
import { stateDir, wrapsDir } from './places.js';
import { realPath } from './real-path.js';

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

/** The files that `wrap` has changed, by what it keeps of them. */
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
      return typeof file === 'string' ? [file, `${file}.capfence-backup`] : [];
    } catch {
      return [];
    }
  });
}
