import * as z from 'zod/mini';
import type { Comparison } from '../../runtime/decide/facts/number.js';
import { CF118 } from '../diagnostics/messages.js';
import { type Code, code } from '../emit/code/code.js';
import { command } from './command.js';
import {
  type ArgumentValue,
  asList,
  type Condition,
  type ConditionProblem,
  type EmitContext,
  type Mode,
  orList,
  shownValue,
  type Truth,
} from './condition.js';
import { compareNumber, finiteNumber, plainNumber, SIGNS } from './number.js';
import { recipient } from './recipient.js';
import { stringOrList } from './schema.js';
import { selectorProblem } from './selector.js';
import { sql } from './sql.js';
import { containsAny, containsCode, matchesAny, regexCode, regexProblems } from './text.js';
import { urls } from './urls.js';
import { wordLike } from './word-glob.js';

type Scalar = string | number | boolean;

const SOME_SELECTORS = 'a mapping of selectors that is not empty';
const TYPES = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const;
const SOME_VALUE = 'a string, a number, true or false';
const scalar = z.union([z.string(), finiteNumber, z.boolean()], { error: SOME_VALUE });
const typeWord = z.enum(TYPES, { error: `one of ${TYPES.join(', ')}` });

/** Conditions on what is parsed, as operators on one argument. */
export const PARSED: Readonly<Record<string, Condition<unknown>>> = Object.fromEntries(
  [...urls, command, ...sql, recipient].map((condition) => [
    condition.key === 'recipient' ? 'email' : condition.key,
    condition as unknown as Condition<unknown>,
  ]),
);

const operators = z.strictObject(
  {
    eq: z.optional(scalar),
    in: z.optional(z.array(scalar, { error: 'a list of values' }).check(z.minLength(1, 'a list of values'))),
    glob: z.optional(stringOrList),
    regex: z.optional(stringOrList),
    prefix: z.optional(stringOrList),
    contains: z.optional(stringOrList),
    gt: z.optional(finiteNumber),
    gte: z.optional(finiteNumber),
    lt: z.optional(finiteNumber),
    lte: z.optional(finiteNumber),
    exists: z.optional(z.boolean({ error: 'true or false' })),
    recipient: z.optional(recipient.schema as z.ZodMiniType),
    name: z.optional(z.literal(true, { error: 'true' })),
    ...Object.fromEntries(Object.entries(PARSED).map(([op, { schema }]) => [op, z.optional(schema as z.ZodMiniType)])),
    type: z.optional(
      z.union([typeWord, z.array(typeWord).check(z.minLength(1))], { error: `one of ${TYPES.join(', ')}` }),
    ),
  },
  { error: `${SOME_VALUE}, or a mapping of operators` },
);

const isNotEmpty = (value: unknown) => !isOperators(value) || Object.keys(value).length > 0;
const SOME_TEST = `${SOME_VALUE}, or a mapping of operators that is not empty`;

/** One operator on the argument that a selector names. */
interface ArgumentCondition {
  readonly selector: string;
  readonly op: string;
  readonly value: unknown;
}

/** How an operator is written in the DSL: a word or a sign, and what follows it. */
interface ArgumentForm {
  readonly op: string;
  readonly operator: string;
  readonly operand: 'value' | 'values' | 'texts' | 'number' | 'names' | { readonly is: boolean };
}

/** The operators of `args` in the DSL. */
export const ARGUMENT_FORMS: readonly ArgumentForm[] = [
  { op: 'eq', operator: '=', operand: 'value' },
  { op: 'in', operator: 'in', operand: 'values' },
  { op: 'glob', operator: 'like', operand: 'texts' },
  { op: 'regex', operator: 'matches', operand: 'texts' },
  { op: 'prefix', operator: 'starts', operand: 'texts' },
  { op: 'contains', operator: 'contains', operand: 'texts' },
  ...Object.entries(SIGNS).map(([op, operator]): ArgumentForm => ({ op, operator, operand: 'number' })),
  { op: 'exists', operator: 'exists', operand: { is: true } },
  { op: 'exists', operator: 'missing', operand: { is: false } },
  { op: 'name', operator: 'named', operand: { is: true } },
  { op: 'type', operator: 'is', operand: 'names' },
];

/** `args`: conditions on named arguments; all must hold. */
export const args: Condition<ArgumentCondition> = {
  key: 'args',
  dsl: { fact: 'args', isNamed: true, operand: 'tests' },
  schema: z
    .record(
      z.string(),
      z.union([z.string(), finiteNumber, z.boolean(), operators.check(z.refine(isNotEmpty, SOME_TEST))], {
        error: SOME_TEST,
      }),
      {
        error: SOME_SELECTORS,
      },
    )
    .check(z.refine(isNotEmpty, SOME_SELECTORS)),

  check: (value) =>
    Object.entries(value as Record<string, unknown>).flatMap(([selector, test]): ConditionProblem[] => {
      const problem = selectorProblem(selector);
      const regex = isOperators(test) ? test['regex'] : undefined;
      const regexes = regex === undefined ? [] : regexProblems(asList(regex), Array.isArray(regex));
      return [
        ...(problem === undefined ? [] : [{ message: CF118({ selector, problem }), path: [selector] }]),
        ...(isOperators(test) ? parsedProblems(selector, test) : []),
        ...regexes.map(({ message, path }) => ({ message, path: [selector, 'regex', ...path] })),
      ];
    }),

  lower: (value) =>
    Object.entries(value as Record<string, unknown>).flatMap(([selector, test]) =>
      Object.entries(isOperators(test) ? test : { eq: test })
        .filter(([, operand]) => operand !== undefined)
        .map(([name, operand]) => {
          const op = name === 'recipient' ? 'email' : name;
          return { selector, op, value: loweredOperand(op, operand) };
        }),
    ),

  fact: ({ selector }) => `args ${selector}`,
  perNegation: true,

  evaluate: ({ selector, op, value }, facts, mode) => {
    const found = facts.argument(selector);
    const parsed = PARSED[op];
    if (parsed) return [...parsed.evaluate(value, facts.at(selector), mode)];
    if (op === 'exists') return presence(found, (argument) => (argument !== 'missing') === value, value === false);
    if (op === 'type') {
      const isOfType = (argument: ArgumentValue) =>
        typeof argument === 'object' && asList(value).includes(typeName(argument.value));
      return presence(found, isOfType, false);
    }
    return found.flatMap((argument): Truth[] =>
      typeof argument === 'string'
        ? ['unknown']
        : overElements(argument.value, (item) => operatorTruth(op, value, item, plainMode(mode))),
    );
  },

  emit: ({ selector, op, value }, context, mode) => {
    const parsed = PARSED[op];
    if (!parsed)
      return code`${context.use('argument')}(f, ${prepared({ selector, op, value }, plainMode(mode), context)})`;
    const at = context.constant(`at_${selector}`, code`${context.use('selector')}(${selector})`);
    return code`${context.use('onArgument')}(f, ${at}, (f) => ${parsed.emit(value, context, mode)})`;
  },

  observe: ({ selector }, facts) => facts.argument(selector).map(shownArgument),

  lookup: ({ selector, op, value }, context, mode) => {
    const isWords = (op === 'eq' || op === 'in') && [value].flat().every((word) => typeof word === 'string');
    if (!(isWords || op in SIGNS || op === 'prefix') || /^\/|\?$/.test(selector)) return undefined;
    return code`${context.use('argumentAt')}(${selector}, ${prepared({ selector, op, value }, plainMode(mode), context)})`;
  },
  reads: ({ selector }) => namesIn(selector),
  perMode: true,
  region: ({ selector, op, value }, algebra, mode) => algebra.argument(selector, op, value, mode),
  describe: ({ selector, op, value }) =>
    PARSED[op] ? `args ${selector} ${PARSED[op].describe(value)}` : `args ${selector} ${op} ${orList([value].flat())}`,
};

/** An operator that is a condition on what is parsed. */
export function parsedOperator(op: string): Condition<unknown> | undefined {
  return PARSED[op];
}

/** Only what is parsed ranges in another way under `not`. */
function plainMode(mode: Mode): Exclude<Mode, 'permitNot'> {
  return mode === 'permitNot' ? 'permit' : mode;
}

function loweredOperand(op: string, operand: unknown): unknown {
  const parsed = PARSED[op];
  if (parsed) return parsed.lower(operand)[0];
  return LISTS.has(op) ? asList(operand) : operand;
}

function parsedProblems(selector: string, test: Record<string, unknown>): ConditionProblem[] {
  return Object.entries(test).flatMap(([op, operand]) => {
    const problems = operand === undefined ? [] : (PARSED[op === 'recipient' ? 'email' : op]?.check?.(operand) ?? []);
    return problems.map(({ message, path }) => ({ message, path: [selector, op, ...path] }));
  });
}

/** These look at the argument itself and are never unknown. @param absent What holds where an optional one is absent. */
function presence(
  found: readonly ArgumentValue[],
  holds: (argument: ArgumentValue) => boolean,
  absent: boolean,
): Truth[] {
  if (found.length === 0) return [absent ? 'true' : 'false'];
  return found.map((argument) => (argument === 'other case' ? 'unknown' : holds(argument) ? 'true' : 'false'));
}

/** The truth for each element of an array, nested ones too, or for the value itself; an empty array is unknown. */
export function overElements(value: unknown, truth: (item: unknown) => Truth): Truth[] {
  if (!Array.isArray(value)) return [truth(value)];
  return value.length === 0 ? ['unknown'] : value.flatMap((item) => overElements(item, truth));
}

/** In permitting rules a control character is hidden from a person who reads the pattern. */
function operatorTruth(op: string, operand: unknown, value: unknown, mode: Mode): Truth {
  if (mode === 'permit' && GUARDED.has(op) && typeof value === 'string' && CONTROL.test(value)) {
    const meant = asList(operand).filter((pattern) => hasControl(op, pattern));
    return meant.length > 0 && evaluateOperator(op, meant, value) === 'true' ? 'true' : 'unknown';
  }
  const truth = evaluateOperator(op, operand, value);
  const isNear = mode !== 'permit' && (op === 'eq' || op === 'in') && truth === 'false';
  return isNear && [operand].flat().some((word) => nearlyEqual(word, value)) ? 'unknown' : truth;
}

/** Equal but for case, the white space around them, Unicode compatibility, or one `s` at the end. */
export function nearlyEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'string' || typeof b !== 'string') return false;
  const [one, other] = [plainWord(a), plainWord(b)];
  return one === other || `${one}s` === other || one === `${other}s`;
}

/** What all that nearly equals a word shares with it. */
export function nearStem(word: string): string {
  return plainWord(word).replace(/s+$/, '');
}

function plainWord(word: string): string {
  return word.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
}

/** Comparisons that look into a string. */
const GUARDED: ReadonlySet<string> = new Set(['prefix', 'glob', 'regex', 'contains']);
const CONTROL = /\p{Cc}/u;

/** Does the pattern itself have a control character? An expression may spell one as an escape. */
export function hasControl(op: string, pattern: string): boolean {
  if (CONTROL.test(pattern)) return true;
  const escapes = /\\(?:\\|[aftnrv]|[0-7]{1,3}|x[0-9a-fA-F]{2}|x\{[0-9a-fA-F]+\})/g;
  return op === 'regex' && [...pattern.matchAll(escapes)].some(([spelled]) => CONTROL.test(escaped(spelled.slice(1))));
}

/** The character that RE2's escape stands for. */
function escaped(body: string): string {
  const named = { a: '\x07', f: '\f', t: '\t', n: '\n', r: '\r', v: '\v' }[body];
  if (named !== undefined) return named;
  if (/^[0-7]/.test(body)) return String.fromCharCode(Number.parseInt(body, 8));
  const point = body.startsWith('x') ? Number.parseInt(body.replace(/[x{}]/g, ''), 16) : 0x5c;
  return point <= 0x10ffff ? String.fromCodePoint(point) : '';
}

/** The names of members that a selector goes through. */
export function namesIn(selector: string): string[] {
  const path = selector.replace(/\?$/, '');
  if (!path.startsWith('/')) return [path];
  const tokens = path.slice(1).split('/');
  return tokens.filter((token) => token !== '*').map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export function shownArgument(found: ArgumentValue): string {
  if (typeof found === 'object') return shownValue(found.value);
  return found === 'missing' ? 'nothing there' : 'something under a name in another case';
}

function evaluateOperator(op: string, operand: unknown, value: unknown): Truth {
  const truth = (holds: boolean): Truth => (holds ? 'true' : 'false');
  switch (op) {
    case 'eq':
    case 'in': {
      const listed = [operand].flat() as Scalar[];
      const isJson = typeof value !== 'number' || Number.isFinite(value);
      const isComparable = isJson && listed.some((one) => typeof one === typeof value);
      return isComparable ? truth(listed.includes(value as Scalar)) : 'unknown';
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return compareNumber(plainNumber(value), op as Comparison, operand as number);
    default: {
      if (typeof value !== 'string') return 'unknown';
      if (op === 'name') return truth(/^[A-Za-z0-9._-]+$/.test(value) && value !== '.' && value !== '..');
      const words = asList(operand);
      if (op === 'glob') return truth(words.some((glob) => wordLike(glob, value)));
      if (op === 'prefix') return truth(words.some((prefix) => value.startsWith(prefix)));
      return truth(op === 'regex' ? matchesAny(value, words) : containsAny(value, words));
    }
  }
}

function typeName(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** The test, made once a bind. */
function prepared(condition: ArgumentCondition, mode: Mode, context: EmitContext): Code {
  return context.constant(`arg_${condition.selector}_${condition.op}`, testCode(condition, mode, context));
}

function testCode({ selector, op, value }: ArgumentCondition, mode: Mode, context: EmitContext): Code {
  const test = (kind: string, members: Code) =>
    code`${context.use('argumentTest')}({ selector: ${context.use('selector')}(${selector}), op: ${kind}, ${members} })`;
  switch (op) {
    case 'eq':
    case 'in':
      return test(
        'in',
        mode === 'permit' ? code`values: ${[value].flat()}` : code`values: ${[value].flat()}, near: true`,
      );
    case 'glob':
    case 'prefix':
    case 'regex':
    case 'contains': {
      const patterns = asList(value);
      const members = code`test: ${stringTest(op, patterns, context)}`;
      if (mode !== 'permit') return test('string', members);
      const meant = patterns.filter((pattern) => hasControl(op, pattern));
      const ofControls = meant.length > 0 ? stringTest(op, meant, context) : code`${null}`;
      return test('string', code`${members}, ofControls: ${ofControls}`);
    }
    case 'exists':
      return test('exists', code`exists: ${value}`);
    case 'name':
      return test('name', code`name: true`);
    case 'type':
      return test('type', code`types: ${asList(value)}`);
    default:
      return test('number', code`comparison: ${op}, bound: ${value}`);
  }
}

function stringTest(op: string, patterns: readonly string[], context: EmitContext): Code {
  const list = code.join(
    patterns.map((pattern) => code`${pattern}`),
    ', ',
  );
  switch (op) {
    case 'glob':
      return code`${context.use('globTestOf')}(${list})`;
    case 'prefix':
      return code`${context.use('prefixTest')}(${list})`;
    case 'regex':
      return regexCode(patterns, context);
    default:
      return containsCode(patterns, context);
  }
}

/** Operators whose operand is any of several; one alone is a list of one. */
const LISTS: ReadonlySet<string> = new Set(['glob', 'regex', 'prefix', 'contains', 'type']);

function isOperators(test: unknown): test is Record<string, unknown> {
  return test !== null && typeof test === 'object';
}
