import * as z from 'zod/mini';
import { SQL_GROUPS, SQL_KINDS } from '../../runtime/data/sql.js';
import { CF128 } from '../diagnostics/messages.js';
import { code } from '../emit/code/code.js';
import {
  asList,
  type CallFacts,
  type Condition,
  type Mode,
  orList,
  type SqlName,
  type SqlStatement,
  type Truth,
} from './condition.js';
import { stringOrList } from './schema.js';
import { or } from './truth.js';
import { wordLike } from './word-glob.js';

/* Conditions on SQL: of each text, what every statement does as every dialect reads it. */

function overSql(facts: CallFacts, truthsOf: (statement: SqlStatement) => readonly Truth[]): Truth[] {
  return facts.sql().flatMap((readings): Truth[] => {
    if (readings === null) return ['unknown'];
    const all = readings.map((statements) => {
      const truths: readonly Truth[] = statements === null ? ['unknown'] : statements.flatMap(truthsOf);
      return [...new Set(truths)].sort();
    });
    const isSame = all.every((one) => JSON.stringify(one) === JSON.stringify(all[0]));
    return isSame ? (all[0] as Truth[]) : [...all.flat(), 'unknown'];
  });
}

function observed(facts: CallFacts, show: (statement: SqlStatement) => readonly string[]): string[] {
  const shown = facts
    .sql()
    .flatMap((readings) => (readings ?? [null]).flatMap((one) => (one === null ? ['unknown SQL'] : one.flatMap(show))));
  return [...new Set(shown)];
}

const truthOf = (holds: boolean): Truth => (holds ? 'true' : 'false');
const isForbidding = (mode: Mode) => mode === 'forbid' || mode === 'forbidNot';

const GROUPS = [...Object.keys(SQL_GROUPS), 'admin'];
const KIND = `one of ${GROUPS.join(', ')}, or a kind of statement such as select or insert`;
const kindWord = z.enum([...GROUPS, ...SQL_KINDS] as [string, ...string[]], { error: KIND });

/** `sql_kind`: what statements do. */
export const sqlKind: Condition<readonly string[]> = {
  key: 'sql_kind',
  dsl: { fact: 'sql', operator: 'kind', operand: 'is' },
  schema: z.union([kindWord, z.array(kindWord).check(z.minLength(1, KIND))], { error: KIND }),
  lower: (value) => [asList(value)],
  fact: () => 'sql',
  evaluate: (words, facts) => {
    const kinds = kindsOf(words);
    return overSql(facts, (statement) => [
      ...statement.kinds.map((kind) => truthOf(kinds.includes(kind))),
      ...(statement.isOpaque || statement.kinds.length === 0 ? (['unknown'] as const) : []),
    ]);
  },
  observe: (_words, facts) => observed(facts, ({ kinds }) => kinds),
  emit: (words, context) => code`${context.use('sqlKind')}(f, ${kindsOf(words)})`,
  region: (words, algebra, mode) => algebra.parsed('sql', sqlKind, words, mode),
  describe: (words) => `SQL kind is ${orList(words)}`,
};

/** Kinds, with those of the groups among them. */
export function kindsOf(words: readonly string[]): string[] {
  const grouped = Object.values(SQL_GROUPS).flat();
  const admin = SQL_KINDS.filter((kind) => !grouped.includes(kind));
  const kinds = words.flatMap((word) => (word === 'admin' ? admin : (SQL_GROUPS[word] ?? [word])));
  return [...new Set(kinds)];
}

/** `sql_table` and `sql_function`. */
const named = (
  key: 'sql_table' | 'sql_function',
  operator: string,
  namesOf: (statement: SqlStatement) => readonly SqlName[],
  isUnknown: (statement: SqlStatement, forbids: boolean) => boolean,
): Condition<readonly string[]> => {
  const condition: Condition<readonly string[]> = {
    key,
    dsl: { fact: 'sql', operator, operand: 'is' },
    schema: stringOrList,
    check: (value) =>
      asList(value).flatMap((pattern, i) => {
        const problem = /\s/.test(pattern)
          ? 'a name has no space'
          : pattern.split('.').includes('')
            ? 'a part of it is empty'
            : undefined;
        return problem === undefined
          ? []
          : [{ message: CF128({ pattern, problem }), path: Array.isArray(value) ? [i] : [] }];
      }),
    lower: (value) => [asList(value)],
    fact: () => 'sql',
    perMode: true,
    evaluate: (patterns, facts, mode) =>
      overSql(facts, (statement) => [
        ...namesOf(statement).map((name) =>
          or(patterns.map((pattern) => nameTruth(name, pattern, isForbidding(mode)))),
        ),
        ...(isUnknown(statement, isForbidding(mode)) ? (['unknown'] as const) : []),
      ]),
    observe: (_patterns, facts) =>
      observed(facts, (statement) => namesOf(statement).map((name) => name.map(({ text }) => text).join('.'))),
    emit: (patterns, context, mode) => {
      const names = context.constant(`names ${patterns.join(' ')}`, code`${context.use('sqlNames')}(${patterns})`);
      return code`${context.use(key === 'sql_table' ? 'sqlTable' : 'sqlFunction')}(f, ${names}, ${isForbidding(mode)})`;
    },
    region: (patterns, algebra, mode) => algebra.parsed('sql', condition, patterns, mode),
    describe: (patterns) => `SQL ${operator} is ${orList(patterns)}`,
  };
  return condition;
};

const sqlTable = named(
  'sql_table',
  'table',
  ({ tables }) => tables,
  ({ hasUnknownTable, isOpaque }, forbids) => hasUnknownTable || (forbids && isOpaque),
);

const sqlFunction = named(
  'sql_function',
  'function',
  ({ functions }) => functions,
  () => false,
);

/** A name equal but for case or quotes is unknown; schemas as docs/language.md, SQL, says. */
function nameTruth(name: SqlName, pattern: string, forbids: boolean): Truth {
  const wanted = pattern.split('.');
  const [schema = ''] = name.map(({ text }) => text.toLowerCase());
  const isLonger = name.length > wanted.length;
  const isUsual = wanted.length === 1 && name.length === 2 && ['public', 'dbo', 'main'].includes(schema);
  if (isLonger && !forbids && !isUsual) return 'false';
  const compared = name.slice(-wanted.length);
  const text = compared.map((part) => part.text).join('.');
  if (compared.length < wanted.length) {
    const isLast = wordLike((wanted.at(-1) as string).toLowerCase(), (name.at(-1)?.text ?? '').toLowerCase());
    return isLast ? 'unknown' : 'false';
  }
  if (wordLike(pattern, text) && compared.every(({ isQuoted }) => !isQuoted)) return 'true';
  return wordLike(pattern.toLowerCase(), text.toLowerCase()) ? 'unknown' : 'false';
}

const ROWS = 'a whole number of rows';

/** `sql_limit_lte`: the outermost query gives so many rows at most. */
const sqlLimit: Condition<number> = {
  key: 'sql_limit_lte',
  dsl: { fact: 'sql', operator: 'limit', operand: 'number' },
  schema: z.int({ error: ROWS }).check(z.minimum(0, ROWS)),
  lower: (value) => [value as number],
  fact: () => 'sql',
  evaluate: (most, facts) =>
    overSql(facts, ({ limit }) => [
      limit === null ? 'false' : Number.isNaN(limit) ? 'unknown' : truthOf(limit <= most),
    ]),
  observe: (_most, facts) =>
    observed(facts, ({ limit }) => [
      limit === null ? 'no limit' : Number.isNaN(limit) ? 'unknown limit' : `limit ${limit}`,
    ]),
  emit: (most, context) => code`${context.use('sqlLimit')}(f, ${most})`,
  region: (most, algebra, mode) => algebra.parsed('sql', sqlLimit, most, mode),
  describe: (most) => `SQL limit at most ${most}`,
};

export const sql = [sqlKind, sqlTable, sqlFunction, sqlLimit];
