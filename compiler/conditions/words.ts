import * as z from 'zod/mini';
import { type Code, code } from '../emit/code/code.js';
import { overElements, shownArgument } from './args.js';
import { asList, type Condition, orList, shownValue, type Truth } from './condition.js';
import { stringOrList } from './schema.js';
import { wordLike } from './word-glob.js';

const quotedList = (words: readonly string[]): Code =>
  code.join(
    words.map((word) => code`${word}`),
    ', ',
  );

/** A condition on one context key: `environment` and its kin. */
const contextWord = (key: string, fact: string): Condition<readonly string[]> => ({
  key,
  dsl: { fact, operand: 'is' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => key,
  evaluate: (globs, facts) => [likeAny(facts.context(key), globs)],
  emit: (globs, context) =>
    context.constant(`${key}_is`, code`${context.use('contextIs')}(p, ${key}, ${quotedList(globs)})`),
  observe: (_globs, facts) => [`${key} ${facts.context(key) ?? 'is not given'}`],
  isFixed: true,
  region: (globs, algebra) => algebra.context(key, globs),
  describe: (globs) => `${key} is ${orList(globs)}`,
});

export const contextWords = [
  contextWord('environment', 'environment'),
  contextWord('user_role', 'role'),
  contextWord('tenant', 'tenant'),
  contextWord('agent', 'agent'),
];

const SOME_KEYS = 'a mapping of context keys that is not empty';

/** `context`: the same for any key, all of which must hold. */
export const context: Condition<{ readonly key: string; readonly globs: readonly string[] }> = {
  key: 'context',
  dsl: { fact: 'context', isNamed: true, operand: 'is' },
  schema: z
    .record(z.string(), stringOrList, { error: SOME_KEYS })
    .check(z.refine((keys) => Object.keys(keys).length > 0, SOME_KEYS)),
  lower: (value) => Object.entries(value as object).map(([key, globs]) => ({ key, globs: asList(globs) })),
  fact: ({ key }) => key,
  evaluate: ({ key, globs }, facts) => [likeAny(facts.context(key), globs)],
  emit: ({ key, globs }, emitter) =>
    emitter.constant(`context_${key}`, code`${emitter.use('contextIs')}(p, ${key}, ${quotedList(globs)})`),
  observe: ({ key }, facts) => [`${key} ${facts.context(key) ?? 'is not given'}`],
  isFixed: true,
  region: ({ key, globs }, algebra) => algebra.context(key, globs),
  describe: ({ key, globs }) => `context ${key} is ${orList(globs)}`,
};

/** `risk_level`: the mapping's risk, else the context's. */
export const riskLevel: Condition<readonly string[]> = {
  key: 'risk_level',
  dsl: { fact: 'risk', operand: 'is' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'risk_level',
  evaluate: (globs, facts) => [likeAny(facts.risk, globs)],
  emit: (globs, emitter) =>
    code`${emitter.use('risk')}(f, ${emitter.constant(`risk_${globs.join('_')}`, code`${emitter.use('riskGlobs')}(p, ${quotedList(globs)})`)})`,
  isPerTool: true,
  observe: (_globs, facts) => [`risk ${facts.risk ?? 'is not rated'}`],
  region: (globs, algebra) => algebra.risk(globs),
  describe: (globs) => `risk level is ${orList(globs)}`,
};

/** `tool_name`: the name that was called. */
export const toolName: Condition<readonly string[]> = {
  key: 'tool_name',
  dsl: { fact: 'tool', operand: 'is' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'tool_name',
  evaluate: (globs, facts) => [likeAny(facts.tool, globs)],
  emit: (globs, emitter) =>
    code`${emitter.use('toolName')}(f, ${emitter.constant(`named_${globs.join('_')}`, code`${emitter.use('toolGlobs')}(p, ${quotedList(globs)})`)})`,
  isPerTool: true,
  observe: (_globs, facts) => [facts.tool === undefined ? 'no tool' : shownValue(facts.tool)],
  region: (globs, algebra) => algebra.tool(globs),
  describe: (globs) => `tool is ${orList(globs)}`,
};

/** `table`: the argument of that name; equal but for case, quotes or a schema before it is unknown. */
export const table: Condition<readonly string[]> = {
  key: 'table',
  dsl: { fact: 'table', operand: 'is' },
  schema: stringOrList,
  lower: (value) => [asList(value)],
  fact: () => 'table',
  evaluate(globs, facts) {
    return facts.argument('table').flatMap((found): Truth[] => {
      if (typeof found === 'string') return ['unknown'];
      return overElements(found.value, (value) => {
        if (typeof value !== 'string') return 'unknown';
        if (globs.some((glob) => wordLike(glob, value))) return 'true';
        return globs.some((glob) => wordLike(bareTable(glob), bareTable(value))) ? 'unknown' : 'false';
      });
    });
  },
  emit: (globs, emitter) => {
    const exact = emitter.constant(`table_${globs.join('_')}`, code`${emitter.use('globs')}(${quotedList(globs)})`);
    const loose = emitter.constant(
      `table_like_${globs.join('_')}`,
      code`${emitter.use('bareTables')}(${quotedList(globs)})`,
    );
    return code`${emitter.use('table')}(f, ${exact}, ${loose})`;
  },
  observe: (_globs, facts) => facts.argument('table').map(shownArgument),
  reads: () => ['table'],
  region: (globs, algebra) => algebra.table(globs),
  describe: (globs) => `table is ${orList(globs)}`,
};

export function bareTable(name: string): string {
  const last = [...name]
    .filter((character) => !/["'`[\]\s]/.test(character))
    .join('')
    .split('.')
    .at(-1) as string;
  return last.toLowerCase();
}

function likeAny(value: string | undefined, globs: readonly string[]): Truth {
  if (value === undefined) return 'unknown';
  return globs.some((glob) => wordLike(glob, value)) ? 'true' : 'false';
}
