import { DEEPEST, findBySelector } from './arguments.js';

/** Longer keys are unknown. */
const MAX_KEY = 1024;

/** The keys of a label or a limit that a selector finds; null: there is one, and it can't be read. */
export function keysAt(args: unknown, by: string): (string | null)[] {
  return valuesAt(args, by).map((found) => (found === undefined ? null : spelledKey(found.value)));
}

/** What a selector finds, arrays taken apart; undefined: what can't be read. */
export function valuesAt(args: unknown, selector: string): ({ readonly value: unknown } | undefined)[] {
  return findBySelector(args, selector).flatMap((found) =>
    typeof found === 'string' ? [undefined] : apart(found.value, 0),
  );
}

function apart(value: unknown, depth: number): ({ readonly value: unknown } | undefined)[] {
  if (!Array.isArray(value) || value.length === 0) return [{ value }];
  return depth > DEEPEST ? [undefined] : value.flatMap((item) => apart(item, depth + 1));
}

/** Numbers and booleans as JSON has them, and a string in quotes where it could be taken for one. */
function spelledKey(value: unknown): string | null {
  if (typeof value === 'boolean' || (typeof value === 'number' && Number.isSafeInteger(value)))
    return JSON.stringify(value);
  if (typeof value !== 'string' || value.length > MAX_KEY) return null;
  return /^-?\d+$/.test(value) || value === 'true' || value === 'false' || value.startsWith('"')
    ? JSON.stringify(value)
    : value;
}
