import { RE2JS } from 're2js';
import { PACKED_DIGITS } from '../../runtime/decide/conditions/packed.js';
import type { RegexProgram, RegexTable } from '../../runtime/decide/conditions/regex.js';
import { CF112 } from '../diagnostics/messages.js';
import { type Code, code } from '../emit/code/code.js';
import {
  asList,
  type CallFacts,
  type Condition,
  type ConditionProblem,
  type EmitContext,
  type Mode,
  orList,
  shownValue,
  type Truth,
} from './condition.js';
import { compileRegex, regexProblem } from './regex.js';
import { stringOrList } from './schema.js';

/** `contains` and, as upstream calls it, `match_keywords`. */
const containing = (key: string, alias?: string): Condition<readonly string[]> => ({
  key,
  ...(alias !== undefined && { alias }),
  dsl: { fact: 'text', operator: 'contains', operand: 'texts' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'text',
  evaluate: (needles, facts, mode) => overTexts(facts, mode, (text) => containsAny(text, needles)),
  emit: (needles, context, mode) => code`${context.use('text')}(f, ${mode}, ${containsTest(needles, context)})`,
  lookup: (needles, context, mode) => code`${context.use('textHas')}(${mode}, ${containsTest(needles, context)})`,
  observe: (_needles, facts, mode) =>
    facts.texts(mode).map((text) => (text === null ? 'unknown text' : shownValue(text))),
  region: (needles, algebra) => algebra.textContaining(needles),
  describe: (needles) => `text contains ${orList(needles)}`,
});

export const contains = containing('contains');
export const matchKeywords = containing('match_keywords', 'contains');

/** `match_regex`: RE2's language, found anywhere in the text. */
export const matchRegex: Condition<readonly string[]> = {
  key: 'match_regex',
  dsl: { fact: 'text', operator: 'matches', operand: 'texts' },
  schema: stringOrList,
  check: (value) => regexProblems(asList(value), Array.isArray(value)),
  lower: (value) => [asList(value)],
  fact: () => 'text',
  evaluate: (patterns, facts, mode) => overTexts(facts, mode, (text) => matchesAny(text, patterns)),
  emit: (patterns, context, mode) => code`${context.use('text')}(f, ${mode}, ${regexTest(patterns, context)})`,
  lookup: (patterns, context, mode) => code`${context.use('textHas')}(${mode}, ${regexTest(patterns, context)})`,
  observe: (_patterns, facts, mode) =>
    facts.texts(mode).map((text) => (text === null ? 'unknown text' : shownValue(text))),
  region: (patterns, algebra) => algebra.textMatching(patterns),
  describe: (patterns) => `text matches ${orList(patterns)}`,
};

/** The test, made once a bind. */
function containsTest(needles: readonly string[], context: EmitContext): Code {
  return context.constant(`has ${needles.join(' ')}`, containsCode(needles, context));
}

function regexTest(patterns: readonly string[], context: EmitContext): Code {
  return context.constant(`matches ${patterns.join(' ')}`, regexCode(patterns, context));
}

function overTexts(facts: CallFacts, mode: Mode, holds: (text: string) => boolean): Truth[] {
  return facts.texts(mode).map((text) => (text === null ? 'unknown' : holds(text) ? 'true' : 'false'));
}

export function regexProblems(patterns: readonly string[], isList: boolean): ConditionProblem[] {
  return patterns.flatMap((pattern, i) => {
    const problem = regexProblem(pattern);
    if (problem === undefined) return [];
    const hint = /\(\?[=!<]/.test(pattern)
      ? 'there is no look-around: say what must not match with a deny rule or `not`'
      : 'the language is RE2: https://github.com/google/re2/wiki/Syntax';
    return [{ message: CF112({ pattern, problem, hint }), path: isList ? [i] : [] }];
  });
}

export function containsCode(needles: readonly string[], context: EmitContext): Code {
  return code`${context.use('contains')}(p, ${code.join(
    needles.map((needle) => code`${needle}`),
    ', ',
  )})`;
}

export function regexCode(patterns: readonly string[], context: EmitContext): Code {
  return code`${context.use('regex')}(p, ${code.join(
    patterns.map((pattern) => expressionCode(compileRegex(pattern), context)),
    ', ',
  )})`;
}

function expressionCode({ literal, ...automaton }: RegexTable | RegexProgram, context: EmitContext): Code {
  const expression = automatonCode(automaton, context);
  return literal === undefined ? expression : code`${context.use('needing')}(${literal}, ${expression})`;
}

/** A table is packed; a program is written out. */
function automatonCode(automaton: RegexTable | RegexProgram, context: EmitContext): Code {
  if (!('next' in automaton)) return code`${automaton}`;
  const { boundaries, classes, next, end } = automaton;
  const steps = boundaries.map((boundary, i) => (boundary - (boundaries[i - 1] ?? 0)).toString(36)).join(' ');
  const digits = next.map((state) => PACKED_DIGITS[state + 1]).join('');
  const few = classes.every((one) => one + 1 < PACKED_DIGITS.length);
  const groups = few ? classes.map((one) => PACKED_DIGITS[one + 1]).join('') : classes.join(' ');
  return code`${context.use('packed')}(${steps}, ${groups}, ${digits}, ${end.join('')})`;
}

/** In the interpreter: case aside, and white space as one space. */
export function containsAny(text: string, needles: readonly string[]): boolean {
  const plain = (words: string) => words.toLowerCase().split(/\s+/).join(' ');
  const read = plain(text);
  return needles.some((needle) => read.includes(plain(needle)));
}

/** In the interpreter: by the RE2 library itself. */
export function matchesAny(text: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => compiled(pattern).matcher(text).find());
}

const cache = new Map<string, RE2JS>();

function compiled(pattern: string): RE2JS {
  const regex = cache.get(pattern) ?? RE2JS.compile(pattern);
  if (cache.size < 1000) cache.set(pattern, regex);
  return regex;
}
