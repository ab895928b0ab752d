import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { readSql } from '../../../compiler/interpret/statements.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { SQL_DIALECTS, type SqlDialect } from '../../../runtime/data/sql.js';
import { sqlStatements } from '../../../runtime/decide/sql/sql-statements.js';
import { sqlTokens } from '../../../runtime/decide/sql/sql-tokens.js';
import { sqlText } from '../../support/arbitrary.js';
import { check } from '../../support/seed.js';
import { judgeOf } from '../../support/verdicts.js';

const kindsOf = (text: string, dialect: SqlDialect) =>
  readSql(text, { dialects: [dialect], functions: [] })?.[0]?.map(({ kinds }) => kinds.join(' ')) ?? null;
const tablesOf = (text: string, dialect: SqlDialect = 'postgres') =>
  readSql(text, { dialects: [dialect], functions: [] })?.[0]?.flatMap(({ tables }) =>
    tables.map((name) => name.map(({ text }) => text).join('.')),
  );

test('a statement is of all kinds that it contains', () => {
  const cases: [SqlDialect, string, string[] | null][] = [
    ['postgres', 'SELECT 1; drop table x;', ['select', 'drop']],
    ['postgres', 'WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d', ['delete select']],
    ['postgres', 'EXPLAIN DELETE FROM t', ['explain']],
    ['postgres', 'EXPLAIN (ANALYZE, VERBOSE) DELETE FROM t', ['delete explain']],
    ['mysql', 'EXPLAIN ANALYZE SELECT 1', ['explain select']],
    ['postgres', 'SELECT * INTO a FROM b', ['create select']],
    ['mysql', "SELECT 1 INTO OUTFILE '/x'", ['select write_file']],
    ['postgres', 'SELECT * FROM t FOR UPDATE', ['lock select']],
    ['mysql', 'SELECT * FROM t LOCK IN SHARE MODE', ['lock select']],
    ['postgres', 'COPY t TO STDOUT', ['copy']],
    ['postgres', 'DO $$ begin end $$', ['call']],
    ['postgres', 'BEGIN; COMMIT', ['transaction', 'transaction']],
    ['sqlite', 'PRAGMA x', ['pragma']],
    ['sqlite', "ATTACH 'x' AS y", ['attach']],
    ['mssql', 'SELECT 1 DROP TABLE t', ['select', 'drop']],
    ['mssql', 'SELECT 1\nGO\nDROP TABLE t', ['select', 'drop']],
    ['mssql', 'UPDATE t SET a = 1', ['update']],
    ['postgres', 'INSERT INTO t SELECT * FROM u', ['insert select']],
    ['postgres', 'INSERT INTO t VALUES (1) ON CONFLICT DO UPDATE SET a = 1', ['insert update']],
    ['postgres', 'wibble t', null],
    ['postgres', '', null],
  ];
  for (const [dialect, text, kinds] of cases) assert.deepEqual(kindsOf(text, dialect), kinds, `${dialect}: ${text}`);
});

test('comments and quotes as each dialect reads them', () => {
  assert.deepEqual(kindsOf('select 1 /* /* */ ; drop table x -- */', 'postgres'), ['select']);
  assert.deepEqual(kindsOf('select 1 /* /* */ ; drop table x', 'mysql'), ['select', 'drop']);
  assert.deepEqual(kindsOf('select $$;drop table x$$', 'postgres'), ['select']);
  assert.deepEqual(kindsOf('select 1 --1; drop table x', 'mysql'), ['select', 'drop']);
  assert.deepEqual(kindsOf('select 1 # ; drop table x', 'mysql'), ['select']);
  assert.deepEqual(kindsOf('select [a;b] from t', 'mssql'), ['select']);
  for (const [text, dialect] of [
    ['select 1 /*! ; drop table x */', 'mysql'],
    ["select U&'x'", 'postgres'],
    ["select 'x", 'postgres'],
    ['select 1 /* x', 'sqlite'],
    ['select \\x', 'postgres'],
    ['.read x', 'sqlite'],
    ['select 1\n!ls', 'sqlite'],
    ['@x', 'postgres'],
    ['select "x', 'mysql'],
    ['select\u00a01', 'mssql'],
  ] as const) {
    assert.equal(kindsOf(text, dialect), null, text);
  }
  const two = readSql("select 'a\\'; drop table x; --'", { dialects: ['mysql'], functions: [] });
  assert.equal(two?.length, 2);
});

test('the tables that are named, and common table expressions where they are in scope', () => {
  assert.deepEqual(tablesOf('select * from a, s.b join c on a.x = c.x where a.y in (select y from d)'), [
    'a',
    's.b',
    'c',
    'd',
  ]);
  assert.deepEqual(tablesOf('with x as (select * from x) select * from x'), ['x']);
  assert.deepEqual(tablesOf('with recursive x as (select * from x) select * from x'), []);
  assert.deepEqual(tablesOf('with x as (select 1) select * from (select * from x) y, z'), ['z']);
  assert.deepEqual(tablesOf('(with x as (select 1) select * from x) union select * from x'), ['x']);
  assert.deepEqual(tablesOf('insert into a (b, c) values (1, 2)'), ['a']);
  assert.deepEqual(tablesOf('update a set b = (select c from d)'), ['a', 'd']);
  assert.deepEqual(tablesOf('delete from a using b'), ['a', 'b']);
  assert.deepEqual(tablesOf('select extract(year from a) from b where x is distinct from y'), ['b']);
  assert.deepEqual(tablesOf('truncate table a'), ['a']);
  assert.deepEqual(tablesOf('select * from generate_series(1, 2)'), []);
});

test('conditions on SQL', () => {
  const judge = (rule: object, args = {}) =>
    judgeOf({ sql: { dialect: 'postgres' }, allow: [{ capability: 'x.y', ...rule }], ...args });
  const verdicts = (rule: object, texts: string[]) => texts.map((sql) => judge(rule)({ sql }));
  assert.deepEqual(
    verdicts({ sql_kind: 'read' }, [
      'select 1',
      'select lower(a) from t',
      'select f(1)',
      'call f()',
      'select 1; delete from t',
      'show x',
      'table t',
    ]),
    ['allow', 'allow', 'deny', 'deny', 'deny', 'allow', 'allow'],
  );
  assert.deepEqual(
    verdicts({ sql_table: 'users' }, [
      'select * from users',
      'select * from public.users',
      'select * from hr.users',
      'select * from Users',
      'select * from "users"',
      'select 1',
      'select * from users, x',
    ]),
    ['allow', 'allow', 'deny', 'deny', 'deny', 'deny', 'deny'],
  );
  assert.deepEqual(
    verdicts({ sql_limit_lte: 10 }, [
      'select 1 limit 10',
      'select 1 limit 11',
      'select 1',
      'select 1 limit a',
      'select 1 fetch first 5 rows only',
      'select 1 fetch first 5 rows with ties',
      'select * from (select 1 limit 5) x',
      'select 1 limit 5 + 9',
      'select 1 limit all',
    ]),
    ['allow', 'deny', 'deny', 'deny', 'allow', 'deny', 'deny', 'deny', 'deny'],
  );
  assert.deepEqual(
    verdicts({ sql_function: ['count', 'lower'] }, [
      'select count(*), lower(a) from t',
      'select upper(a)',
      'select 1',
      'select COUNT(*)',
    ]),
    ['allow', 'deny', 'deny', 'deny'],
  );
  const own = judgeOf({
    sql: { dialect: 'postgres', functions: ['mine', 'app.f'] },
    allow: [{ capability: 'x.y', sql_kind: 'select' }],
  });
  assert.deepEqual(
    ['select mine(1)', 'select app.f(1)', 'select other(1)'].map((sql) => own({ sql })),
    ['allow', 'allow', 'deny'],
  );
  const deny = judgeOf({
    deny: [
      { capability: 'x.y', sql_kind: ['schema'] },
      { capability: 'x.y', sql_table: 'secrets' },
    ],
    allow: ['x.y'],
  });
  for (const sql of [
    'drop table x',
    'select 1; create table x (a int)',
    'select f(1)',
    'select * from "SECRETS"',
    'select * from a.secrets',
    'exec x',
    'wibble',
    '',
  ])
    assert.equal(deny({ sql }), 'deny', sql);
  assert.equal(deny({ sql: 'select * from a' }), 'allow');
});

test('dialects of a policy and of a mapping', () => {
  const any = judgeOf({ allow: [{ capability: 'x.y', sql_kind: 'select' }] });
  assert.equal(any({ query: 'select 1' }), 'allow');
  assert.equal(any({ query: 'select 1 # ; drop table x' }), 'deny');
  const one = judgeOf(
    { allow: [{ capability: 'x.y', sql_kind: 'select' }] },
    { mapping: { sql: ['query'], dialect: 'mysql' } },
  );
  assert.equal(one({ query: 'select 1 # ; drop table x' }), 'allow');
  for (const rule of [
    { sql_kind: 'reads' },
    { sql_table: 'a b' },
    { sql_table: 'a..b' },
    { sql_limit_lte: -1 },
    { sql_limit_lte: 1.5 },
  ]) {
    assert.throws(
      () => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', ...rule }] })),
      PolicyError,
      JSON.stringify(rule),
    );
  }
});

test('interpreter and runtime read every text alike', () => {
  check(
    fc.property(
      fc.oneof(sqlText, fc.string({ unit: 'binary', maxLength: 40 })),
      fc.constantFrom(...SQL_DIALECTS),
      (text, dialect) => {
        const tokens = sqlTokens(text, dialect, false);
        const statements = tokens && sqlStatements(tokens, dialect, new Set());
        const shown =
          statements && statements.length > 0 ? statements.map((one) => ({ ...one, limit: one.limit ?? null })) : null;
        assert.deepEqual(
          shown,
          readSql(text.replaceAll('\\', ''), { dialects: [dialect], functions: [] })?.[0] && text.includes('\\')
            ? shown
            : (readSql(text, { dialects: [dialect], functions: [] })?.[0] ?? null),
        );
      },
    ),
    4000,
    60_000,
  );
});
