import * as z from 'zod/mini';
import type { Comparison } from '../../runtime/decide/number.js';
import { CF118 } from '../diagnostics/messages.js';
import { type Code, code } from '../emit/code.js';
import { stringOrList } from '../parse/schema.js';
import { selectorProblem } from '../parse/selector.js';
import {
  type ArgumentValue,
  asList,
  type Condition,
  type EmitContext,
  orList,
  type Problem,
  shownValue,
  type Truth,
} from './condition.js';
import { compareNumber, finiteNumber, plainNumber } from './number.js';
import { containsAny, containsCode, matchesAny, regexCode, regexProblems } from './text.js';
import { wordLike } from './word_glob.js';

type Scalar = string | number | boolean;

const SOME_SELECTORS = 'a mapping of selectors that is not empty';
const TYPES = ['string', 'number', 'boolean', 'object', 'array', 'null'] as const;
const SOME_VALUE = 'a string, a number, true or false';
const scalar = z.union([z.string(), finiteNumber, z.boolean()], { error: SOME_VALUE });
const typeWord = z.enum(TYPES, { error: `one of ${TYPES.join(', ')}` });

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

/** `args`: conditions on named arguments; all must hold. */
export const args: Condition<ArgumentCondition> = {
  key: 'args',
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
    Object.entries(value as Record<string, unknown>).flatMap(([selector, test]): Problem[] => {
      const problem = selectorProblem(selector);
      const regex = isOperators(test) ? test['regex'] : undefined;
      const regexes = regex === undefined ? [] : regexProblems(asList(regex), Array.isArray(regex));
      return [
        ...(problem === undefined ? [] : [{ message: CF118({ selector, problem }), path: [selector] }]),
        ...regexes.map(({ message, path }) => ({ message, path: [selector, 'regex', ...path] })),
      ];
    }),

  lower: (value) =>
    Object.entries(value as Record<string, unknown>).flatMap(([selector, test]) =>
      Object.entries(isOperators(test) ? test : { eq: test })
        .filter(([, operand]) => operand !== undefined)
        .map(([op, operand]) => ({ selector, op, value: LISTS.has(op) ? asList(operand) : operand })),
    ),

  fact: ({ selector }) => `args ${selector}`,

  evaluate: ({ selector, op, value }, facts) => {
    const found = facts.argument(selector);
    if (op === 'exists') return presence(found, (argument) => (argument !== 'missing') === value, value === false);
    if (op === 'type') {
      const isOfType = (argument: ArgumentValue) =>
        argument !== 'missing' && asList(value).includes(typeName(argument.value));
      return presence(found, isOfType, false);
    }
    return found.flatMap((argument): Truth[] => {
      if (argument === 'missing') return ['unknown'];
      const values = [argument.value].flat(Number.POSITIVE_INFINITY) as unknown[];
      return values.length === 0 ? ['unknown'] : values.map((item) => evaluateOperator(op, value, item));
    });
  },

  emit: ({ selector, op, value }, context) =>
    code`${context.use('argument')}(f, ${context.constant(`arg_${selector}_${op}`, testCode(selector, op, value, context))})`,

  observe: ({ selector }, facts) =>
    facts.argument(selector).map((found) => (found === 'missing' ? 'nothing there' : shownValue(found.value))),

  lookup: ({ selector, op, value }) => {
    const words = [value].flat();
    const isWords = (op === 'eq' || op === 'in') && words.every((word) => typeof word === 'string');
    return isWords && !/^\/|\?$/.test(selector) ? code`member: [${selector}, ${words}]` : undefined;
  },
  region: ({ selector, op, value }, algebra) => algebra.argument(selector, op, value),
  describe: ({ selector, op, value }) => `args ${selector} ${op} ${orList([value].flat())}`,
};

/** These look at the argument itself and are never unknown. @param absent What holds where an optional one is absent. */
function presence(
  found: readonly ArgumentValue[],
  holds: (argument: ArgumentValue) => boolean,
  absent: boolean,
): Truth[] {
  if (found.length === 0) return [absent ? 'true' : 'false'];
  return found.map((argument) => (holds(argument) ? 'true' : 'false'));
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

function testCode(selector: string, op: string, value: unknown, context: EmitContext): Code {
  const test = (kind: string, members: Code) =>
    code`${context.use('argumentTest')}({ selector: ${context.use('selector')}(${selector}), op: ${kind}, ${members} })`;
  switch (op) {
    case 'eq':
    case 'in':
      return test('in', code`values: ${[value].flat()}`);
    case 'glob':
      return test(
        'glob',
        code`globs: ${context.use('globs')}(${code.join(
          asList(value).map((glob) => code`${glob}`),
          ', ',
        )})`,
      );
    case 'prefix':
      return test('prefix', code`prefixes: ${asList(value)}`);
    case 'regex':
      return test('text', code`test: ${regexCode(asList(value), context)}`);
    case 'contains':
      return test('text', code`test: ${containsCode(asList(value), context)}`);
    case 'exists':
      return test('exists', code`exists: ${value}`);
    case 'type':
      return test('type', code`types: ${asList(value)}`);
    default:
      return test('number', code`comparison: ${op}, bound: ${value}`);
  }
}

/** Operators whose operand is any of several; one alone is a list of one. */
const LISTS: ReadonlySet<string> = new Set(['glob', 'regex', 'prefix', 'contains', 'type']);

function isOperators(test: unknown): test is Record<string, unknown> {
  return test !== null && typeof test === 'object';
}
