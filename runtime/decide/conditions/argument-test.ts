import { type Selector, select } from '../../text/selector.js';
import { type Comparison, compare, readNumber } from '../facts/number.js';
import { nearKey, nearKeys } from './near-equal.js';
import { type TextTest, textHas } from './text-test.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

type Scalar = string | number | boolean;

/** One operator on the argument that a selector names. */
export type ArgumentTest = { readonly selector: Selector } & (
  | {
      readonly op: 'in';
      readonly values: readonly Scalar[];
      /** In forbidding rules: another spelling of a word may be that word. */
      readonly near?: true;
    }
  | {
      readonly op: 'string';
      readonly test: TextTest;
      /** In permitting rules, all that holds of a string with a control character; null: nothing does. */
      readonly ofControls?: TextTest | null;
    }
  | { readonly op: 'number'; readonly comparison: Comparison; readonly bound: number }
  | { readonly op: 'exists'; readonly exists: boolean }
  | { readonly op: 'type'; readonly types: readonly string[] }
);

/** A test as it is asked: with what is worked out once. @internal */
export type PreparedTest = ArgumentTest & {
  readonly nearKeys?: ReadonlySet<string>;
  /** Of `in`: the values, and their types. */
  readonly listed?: ReadonlySet<unknown>;
  readonly kinds?: ReadonlySet<string>;
};

export function prepareTest(test: ArgumentTest): PreparedTest {
  if (test.op !== 'in') return test;
  const { values } = test;
  const listed = { listed: new Set<unknown>(values), kinds: new Set<string>(values.map((value) => typeof value)) };
  const words = values.filter((value) => typeof value === 'string');
  return { ...test, ...listed, ...(test.near && { nearKeys: new Set(words.flatMap(nearKeys)) }) };
}

const { hasOwnProperty: hasOwn } = Object.prototype;

export function truthSetOfArgument(args: Readonly<Record<string, unknown>>, test: PreparedTest): number {
  const { name } = test.selector;
  // A scalar under a top-level name is all that most calls have.
  if (name !== undefined && test.op !== 'exists' && test.op !== 'type' && hasOwn.call(args, name)) {
    const value = args[name];
    if (typeof value !== 'object') return truthSetOfValue(value, test);
  }
  return truthSetOfAny(args, test);
}

function truthSetOfAny(args: unknown, test: PreparedTest): number {
  if (test.op === 'exists' || test.op === 'type') return truthSetOfPresence(args, test);
  let truthSet = 0;
  const read = (value: unknown): void => {
    if (!Array.isArray(value)) truthSet |= truthSetOfValue(value, test);
    else if (value.length === 0) truthSet |= UNKNOWN;
    else for (let i = 0; i < value.length; i++) read(value[i]);
  };
  select(args, test.selector, {
    value: read,
    unknown: () => {
      truthSet |= UNKNOWN;
    },
  });
  return truthSet;
}

/** These look at the argument itself, and know, unless it stands there in another case. */
function truthSetOfPresence(args: unknown, test: Extract<ArgumentTest, { op: 'exists' | 'type' }>): number {
  let truthSet = 0;
  select(args, test.selector, {
    value: (value) => {
      const holds = test.op === 'exists' ? test.exists : test.types.includes(typeName(value));
      truthSet |= holds ? TRUE : FALSE;
    },
    unknown: (mayBeThere) => {
      if (mayBeThere) truthSet |= UNKNOWN;
      else truthSet |= test.op === 'exists' && !test.exists ? TRUE : FALSE;
    },
  });
  if (truthSet !== 0) return truthSet;
  return test.op === 'exists' && !test.exists ? TRUE : FALSE; // An optional argument that is absent.
}

function truthSetOfValue(value: unknown, test: PreparedTest & { op: 'in' | 'string' | 'number' }): number {
  switch (test.op) {
    case 'in':
      if (test.listed?.has(value)) return TRUE;
      if (test.nearKeys !== undefined && typeof value === 'string' && test.nearKeys.has(nearKey(value))) return UNKNOWN;
      return test.kinds?.has(typeof value) && isScalar(value) ? FALSE : UNKNOWN;
    case 'number': {
      const number = readNumber(value);
      if (Number.isNaN(number)) return UNKNOWN;
      return compare(number, test.comparison, test.bound) ? TRUE : FALSE;
    }
    case 'string': {
      if (typeof value !== 'string') return UNKNOWN;
      const { ofControls } = test;
      if (ofControls === undefined || !CONTROL.test(value)) return textHas(test.test, value) ? TRUE : FALSE;
      return ofControls !== null && textHas(ofControls, value) ? TRUE : UNKNOWN;
    }
  }
}

/** Unicode's category Cc. */
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
