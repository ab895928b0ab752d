import { SQL_KINDS } from '../../../runtime/data/sql.js';
import { kindsOf } from '../../conditions/sql.js';
import { readSql } from '../../interpret/statements.js';
import type { ParsedDomain } from './parsed-domain.js';

/*
 * SQL for analysis: a statement of each kind, over each table and function that a rule names, with and without a limit.
 */

export const sqlDomain: ParsedDomain = {
  factsOf: (value, settings) => ({ sql: () => [value === null ? null : readSql(value as string, settings)] }),
  *candidates(tests) {
    const data = <T>(key: string) => [
      ...new Set(tests.filter((test) => test.key === key).flatMap((test) => test.data as T[])),
    ];
    const names = (key: string) => data<string>(key).flatMap((glob) => [sampleOf(glob), `${sampleOf(glob)}x`]);
    const tables = [...new Set([...names('sql_table'), 'other'])];
    const functions = ['', ...names('sql_function').map((name) => `${name}(1)`), 'count(1)', 'unheard_of(1)'];
    const limits = ['', ...data<number>('sql_limit_lte').flatMap((most) => [` limit ${most}`, ` limit ${most + 1}`])];
    const kinds = new Set([...kindsOf(data<string>('sql_kind')), 'select', 'insert', 'drop', 'set']);
    for (const table of tables) {
      for (const call of functions) {
        for (const limit of limits) yield `select ${call === '' ? '1' : call} from ${table}${limit}`;
      }
      for (const kind of kinds) for (const text of EXAMPLES[kind]?.(table) ?? []) yield text;
    }
    for (const call of functions.slice(1)) yield `select ${call}`;
    yield 'select 1';
    // What dialects do not read alike.
    yield* [
      'select `a` from `other`',
      'select [a] from [other]',
      "select 'a\\' from other",
      'select $$a;b$$',
      'select 1 # ; drop table other',
    ];
    yield null;
  },
  // Of kinds that no rule tells apart one is enough; names must be plain.
  isComplete(tests) {
    const lists = tests.filter(({ key }) => key === 'sql_kind').map(({ data }) => kindsOf(data as readonly string[]));
    const sortOf = (kind: string) => lists.map((list) => list.includes(kind)).join();
    const shown = new Set(Object.keys(EXAMPLES).concat('select').map(sortOf));
    const names = tests.filter(({ key }) => key === 'sql_table' || key === 'sql_function');
    const isPlain = names.every(({ data }) => (data as readonly string[]).every((name) => /^[a-z_]\w*$/.test(name)));
    // Where two policies read it differently there is more to tell apart.
    const isAlike = tests.every(({ sql }) => JSON.stringify(sql) === JSON.stringify(tests[0]?.sql));
    return isAlike && !tests[0]?.sql.isMixed && isPlain && SQL_KINDS.every((kind) => shown.has(sortOf(kind)));
  },
};

function sampleOf(glob: string): string {
  return glob.replace(/\[[^\]]*\]|[*?]/g, 'x');
}

/** A statement of a kind, over a table. */
const EXAMPLES: Readonly<Record<string, (table: string) => readonly string[]>> = {
  values: () => ['values (1)'],
  table: (table) => [`table ${table}`],
  show: () => ['show x'],
  explain: (table) => [`explain select 1 from ${table}`],
  insert: (table) => [`insert into ${table} values (1)`],
  update: (table) => [`update ${table} set a = 1`],
  delete: (table) => [`delete from ${table}`],
  create: (table) => [`create table ${table} (a int)`],
  alter: (table) => [`alter table ${table} add a int`],
  drop: (table) => [`drop table ${table}`],
  truncate: (table) => [`truncate table ${table}`],
  grant: (table) => [`grant select on ${table} to x`],
  set: () => ['set x = 1'],
  transaction: () => ['commit'],
};
