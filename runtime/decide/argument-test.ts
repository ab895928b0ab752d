import { type Glob, globTest } from './glob.js';
import { type Comparison, compare, readNumber } from './number.js';
import { FALSE, TRUE, UNKNOWN } from './outcome.js';
import { type Selector, select } from './select.js';
import { type TextTest, textHas } from './text-test.js';

type Scalar = string | number | boolean;

/** One operator on the argument that a selector names. */
export type ArgumentTest = { readonly selector: Selector } & (
  | { readonly op: 'in'; readonly values: readonly Scalar[] }
  | { readonly op: 'glob'; readonly globs: readonly Glob[] }
  | { readonly op: 'text'; readonly test: TextTest }
  | { readonly op: 'prefix'; readonly prefixes: readonly string[] }
  | { readonly op: 'number'; readonly comparison: Comparison; readonly bound: number }
  | { readonly op: 'exists'; readonly exists: boolean }
  | { readonly op: 'type'; readonly types: readonly string[] }
);

export function outcomeOfArgument(args: unknown, test: ArgumentTest): number {
  if (test.op === 'exists' || test.op === 'type') return outcomeOfPresence(args, test);
  let outcome = 0;
  let isPresent = false;
  const read = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(read);
    else outcome |= outcomeOfValue(value, test);
  };
  select(args, test.selector, {
    value: (value) => {
      isPresent = true;
      read(value);
    },
    unknown: () => {
      outcome |= UNKNOWN;
    },
  });
  return isPresent && outcome === 0 ? UNKNOWN : outcome; // An empty array is no value found.
}

/** These look at the argument itself, and know. */
function outcomeOfPresence(args: unknown, test: Extract<ArgumentTest, { op: 'exists' | 'type' }>): number {
  let outcome = 0;
  select(args, test.selector, {
    value: (value) => {
      const holds = test.op === 'exists' ? test.exists : test.types.includes(typeName(value));
      outcome |= holds ? TRUE : FALSE;
    },
    unknown: () => {
      outcome |= test.op === 'exists' && !test.exists ? TRUE : FALSE;
    },
  });
  if (outcome !== 0) return outcome;
  return test.op === 'exists' && !test.exists ? TRUE : FALSE; // An optional argument that is absent.
}

function outcomeOfValue(value: unknown, test: Exclude<ArgumentTest, { op: 'exists' | 'type' }>): number {
  switch (test.op) {
    case 'in':
      if (test.values.some((listed) => listed === value)) return TRUE;
      return test.values.some((listed) => typeof listed === typeof value) && isScalar(value) ? FALSE : UNKNOWN;
    case 'number': {
      const number = readNumber(value);
      if (Number.isNaN(number)) return UNKNOWN;
      return compare(number, test.comparison, test.bound) ? TRUE : FALSE;
    }
    default:
      if (typeof value !== 'string') return UNKNOWN;
      return holdsForText(value, test) ? TRUE : FALSE;
  }
}

function holdsForText(value: string, test: Extract<ArgumentTest, { op: 'glob' | 'text' | 'prefix' }>): boolean {
  switch (test.op) {
    case 'glob':
      return test.globs.some((glob) => globTest(glob, value));
    case 'prefix':
      return test.prefixes.some((prefix) => value.startsWith(prefix));
    case 'text':
      return textHas(test.test, value);
  }
}

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
