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
  | { readonly op: 'name'; readonly name: true }
  | { readonly op: 'exists'; readonly exists: boolean }
  | { readonly op: 'type'; readonly types: readonly string[] }
);

/** A test as it is asked, with what is worked out once. All tests have one shape, so that none makes the others slow. @internal */
export class PreparedTest {
  readonly selector: Selector;
  /** The argument's name, where the selector is one. */
  readonly name: string | undefined;
  readonly op: ArgumentTest['op'];
  /** Of `in`: the values, their types, and all that nearly equals them. */
  readonly values: ReadonlySet<unknown> | undefined;
  readonly kinds: ReadonlySet<string> | undefined;
  readonly nearKeys: ReadonlySet<string> | undefined;
  readonly text: TextTest | undefined;
  /** One beginning is all that is looked for. */
  readonly prefix: string | undefined;
  readonly ofControls: TextTest | null | undefined;
  readonly comparison: Comparison | undefined;
  readonly bound: number;
  readonly exists: boolean;
  readonly types: readonly string[] | undefined;

  constructor(test: ArgumentTest) {
    this.selector = test.selector;
    this.name = test.selector.name;
    this.op = test.op;
    const values = test.op === 'in' ? test.values : undefined;
    this.values = values && new Set<unknown>(values);
    this.kinds = values && new Set<string>(values.map((value) => typeof value));
    const words = values?.filter((value) => typeof value === 'string') ?? [];
    this.nearKeys = test.op === 'in' && test.near ? new Set(words.flatMap(nearKeys)) : undefined;
    this.text = test.op === 'string' ? test.test : undefined;
    this.prefix = this.text?.kind === 'prefix' && this.text.prefixes.length === 1 ? this.text.prefixes[0] : undefined;
    this.ofControls = test.op === 'string' ? test.ofControls : undefined;
    this.comparison = test.op === 'number' ? test.comparison : undefined;
    this.bound = test.op === 'number' ? test.bound : 0;
    this.exists = test.op === 'exists' && test.exists;
    this.types = test.op === 'type' ? test.types : undefined;
  }
}

const { hasOwnProperty: hasOwn } = Object.prototype;

export function truthSetOfArgument(args: Readonly<Record<string, unknown>>, test: PreparedTest): number {
  const { name, op } = test;
  // A scalar under a top-level name is all that most calls have.
  if (name !== undefined && op !== 'exists' && op !== 'type' && hasOwn.call(args, name)) {
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
function truthSetOfPresence(args: unknown, { op, exists, types, selector }: PreparedTest): number {
  const absent = op === 'exists' && !exists ? TRUE : FALSE;
  let truthSet = 0;
  select(args, selector, {
    value: (value) => {
      const holds = op === 'exists' ? exists : types?.includes(typeName(value));
      truthSet |= holds ? TRUE : FALSE;
    },
    unknown: (mayBeThere) => {
      truthSet |= mayBeThere ? UNKNOWN : absent;
    },
  });
  return truthSet === 0 ? absent : truthSet; // An optional argument that is absent.
}

function truthSetOfValue(value: unknown, test: PreparedTest): number {
  if (test.values !== undefined) return truthSetOfMember(value, test.values, test);
  if (test.comparison !== undefined) {
    const number = readNumber(value);
    if (Number.isNaN(number)) return UNKNOWN;
    return compare(number, test.comparison, test.bound) ? TRUE : FALSE;
  }
  if (typeof value !== 'string') return UNKNOWN;
  if (test.op === 'name') return NAME.test(value) && value !== '.' && value !== '..' ? TRUE : FALSE;
  const { ofControls } = test;
  if (ofControls === undefined || !CONTROL.test(value)) {
    const has = test.prefix !== undefined ? value.startsWith(test.prefix) : textHas(test.text as TextTest, value);
    return has ? TRUE : FALSE;
  }
  return ofControls !== null && textHas(ofControls, value) ? TRUE : UNKNOWN;
}

/** What is a name and nothing else to a file system, a URL and a shell. */
const NAME = /^[A-Za-z0-9._-]+$/;

function truthSetOfMember(
  value: unknown,
  values: ReadonlySet<unknown>,
  { nearKeys: near, kinds }: PreparedTest,
): number {
  if (values.has(value)) return TRUE;
  if (near !== undefined && typeof value === 'string' && near.has(nearKey(value))) return UNKNOWN;
  return kinds?.has(typeof value) && isScalar(value) ? FALSE : UNKNOWN;
}

/** Unicode's category Cc. @internal */
export const CONTROL = /[\x00-\x1f\x7f-\x9f]/;

function isScalar(value: unknown): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
