import { foldName } from './tool-name.js';

/** Longer keys are unknown: a ledger keeps thousands of them. */
const MAX_KEY = 1024;

/**
 * A key of a label or a limit, spelled so that no two keys are spelled alike: a string as it is, but in quotes where it could
 * be taken for a number, a boolean or such a spelling.
 *
 * @returns null for what is no key.
 */
export function keyOf(value: unknown): string | null {
  if (typeof value === 'string') {
    if (value.length > MAX_KEY) return null;
    return AMBIGUOUS.test(value) ? JSON.stringify(value) : value;
  }
  if (typeof value === 'boolean' || Number.isSafeInteger(value)) return String(value);
  return null;
}

const AMBIGUOUS = /^(?:-?[0-9]+|true|false|".*)$/s;

const folds = new Map<string, string>();
const MAX_FOLDS = 8192;

/** What is the same of all keys that may be one: case, surrounding white space, Unicode compatibility and type aside. */
export function foldKeyText(key: string): string {
  let fold = folds.get(key);
  if (fold === undefined) {
    const text = key.startsWith('"') ? (JSON.parse(key) as string) : key;
    fold = foldName(text);
    if (folds.size >= MAX_FOLDS) folds.clear();
    folds.set(key, fold);
  }
  return fold;
}
