import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeOf } from '../../support/verdicts.js';

/** What got another statement, another table or more rows past a reading once; each by the dialect whose server runs it. */
const judge = (dialect: string, rule: object) => judgeOf({ sql: { dialect }, allow: [{ capability: 'x.y', ...rule }] });

test('no statement and no table hides from a rule for SELECT of one table', () => {
  const hidden: [string, string, string][] = [
    [
      'a continued E string keeps its escapes',
      'postgres',
      "select v, E'a'\n'\\'' from users; drop table canary; -- ' from users",
    ],
    ['a name before a quote', 'sqlite', "select v from users where @abs('); drop table canary; select @abs(')"],
    [
      'a comment wants a blank that MySQL knows',
      'mysql',
      'select 5 --\u00a0x from (select 1 as \u00a0x) t; drop table canary',
    ],
    ['ANSI_QUOTES changes what a quote is', 'mysql', "select 1 as \"\\\", 'a\\'' ; drop table canary; -- ' -- \""],
    [
      'a name in quotes is not the CTE of another case',
      'postgres',
      'with "SECRETS" as (select 1 from users) select * from secrets',
    ],
    [
      'a CTE ends with its statement',
      'postgres',
      'with secrets as (select 1 from users) select * from secrets; select * from secrets',
    ],
    ['a word as alias', 'postgres', 'select secrets.v from users output, secrets'],
    ['another', 'postgres', 'select secrets.v from users set, secrets'],
    ['another', 'sqlite', 'select 1 from users offset, secrets'],
    ['a join of one dialect', 'mysql', 'select * from users straight_join secrets'],
    ['a table behind IN', 'sqlite', "select * from users where 'M' in secrets"],
    ['a table behind NOT IN', 'sqlite', "select * from users where 'M' not in main.secrets"],
    ['APPLY', 'mssql', 'select users.* from users outer apply secrets'],
    [
      'UPDATE … FROM in WITH',
      'postgres',
      'with x as (update users set name=s.v from secrets s returning 1) select * from x',
    ],
    ['a second statement that only MySQL has', 'mysql', 'select * from users; handler secrets open'],
    ['a sequence moves', 'mysql', 'select next value for sq from users'],
    ['a function of no table of ours', 'postgres', 'select summary(1) from users'],
    ['a name in quotes is not the function of another case', 'postgres', 'select "Lower"(2) from users'],
    ['versions of a table, then another', 'mysql', 'select * from users for system_time all, secrets'],
  ];
  for (const [name, dialect, sql] of hidden) {
    assert.equal(judge(dialect, { sql_kind: 'select', sql_table: 'users' })({ sql }), 'deny', `${name}: ${sql}`);
  }
  assert.equal(judge('postgres', { sql_kind: 'select', sql_table: 'users' })({ sql: 'select v from users' }), 'allow');
});

test('no write is a read', () => {
  const read = judge('postgres', { sql_kind: 'read' });
  for (const sql of [
    'explain ("analyze") delete from canary',
    'explain (costs, verbose, buffers, format text, analyze) delete from canary',
    'explain analyze create table t as select 1',
    'explain analyze execute foo',
    'create table x as execute bar',
    'select 1 insert into newt',
  ]) {
    assert.equal(read({ sql }), 'deny', sql);
  }
  for (const sql of ['select 1', 'explain select 1', 'explain analyze select 1', 'show server_version']) {
    assert.equal(read({ sql }), 'allow', sql);
  }
});

test('a limit is a number and no expression', () => {
  const ten = judge('postgres', { sql_kind: 'read', sql_limit_lte: 10 });
  for (const limit of [
    '1 operator(pg_catalog.*) 100',
    '1 notnull*100',
    '0 or 1',
    '1_00',
    '0b1111',
    '1 collate nocase*100',
    'all',
  ]) {
    assert.equal(ten({ sql: `select v from users limit ${limit}` }), 'deny', limit);
  }
  for (const sql of ['select 1 limit 5 offset 3', 'select 1 limit 5;', '(select 1 limit 5)']) {
    assert.equal(ten({ sql }), 'allow', sql);
  }
});

test('a deny rule for a table finds it wherever statements name tables', () => {
  const secrets = judgeOf({
    sql: { dialect: 'postgres' },
    deny: [{ capability: 'x.y', sql_table: 'secrets' }],
    allow: ['x.y'],
  });
  for (const sql of [
    'drop table users, secrets',
    'truncate users, secrets',
    'copy binary secrets to stdout',
    'lock secrets',
    'grant all on secrets to x',
    'comment on column secrets.v is null',
    'alter index secrets rename to x',
    'create table a (like secrets)',
    'create table a () inherits (secrets)',
    'drop view secrets',
  ]) {
    assert.equal(secrets({ sql }), 'deny', sql);
  }
  for (const sql of [
    'select count(*) over (partition by a) from users',
    'delete from users where a in (select b from c)',
    'create table t (id int, name varchar(20), primary key (id))',
  ]) {
    assert.equal(secrets({ sql }), 'allow', sql);
  }
});

test('long texts of one shape are read, not stalled on', { timeout: 20_000 }, () => {
  const ctes = Array.from({ length: 2000 }, (_, at) => `a${at} as (select f(1)),`).join('');
  const texts = [
    `select * from ${'a.'.repeat(32_000)}a`,
    '"".'.repeat(21_000),
    'f('.repeat(32_000),
    `go${' '.repeat(65_000)}x`,
    'go '.repeat(21_000),
    'select into '.repeat(5_400),
    'into '.repeat(13_000),
    '(with '.repeat(10_900),
    'x with ('.repeat(8_000),
    `with ${ctes}b as (select 1) select 1`,
    `explain ${','.repeat(60_000)}`,
    `explain ${'='.repeat(60_000)}`,
    `explain ${'x '.repeat(30_000)}`,
    '(insert)'.repeat(8_000),
  ];
  for (const dialect of ['postgres', 'mssql']) {
    const read = judge(dialect, { sql_kind: 'select', sql_table: 'users' });
    for (const sql of texts) assert.equal(read({ sql }), 'deny', sql.slice(0, 40));
  }
});

test('what real servers ran past the second reading', () => {
  const A = { sql_kind: 'select', sql_table: 'users' };
  const B = { sql_kind: 'read' };
  const C = { sql_kind: 'read', sql_limit_lte: 10 };
  const G = { sql_kind: ['insert', 'update', 'delete', 'select'], sql_table: 'users' };
  const walk = 'with recursive x(a) as (select 1 union all select a+1 from x where a<2)';
  const ran: [string, object, string][] = [
    ['postgres', A, 'select s.* from secrets s, (select 1 from users) u'],
    ['postgres', A, 'select s.* from secrets s where v in (select v from users) or (select count(*) from users)>0'],
    ['postgres', A, 'select public.secrets.* from public.secrets, (select 1 from users) u'],
    ['postgres', A, 'with x as (select s.* from secrets s) select x.v from x, users'],
    ['sqlite', G, 'insert into users(v) select s.* from secrets s returning v'],
    ['postgres', G, 'update users set v=(select s.* from secrets s) returning v'],
    ['postgres', G, 'delete from users using (select s.* from secrets s) q returning q.v'],
    ['mysql', A, 'select secrets.v from users join users c on @where is null, secrets'],
    ['mysql', A, 'select secrets.v from users join users c on @.where is null, secrets'],
    ['sqlite', A, 'select secrets.v from users join users c on $a::where is null, secrets'],
    ['sqlite', A, 'select secrets.v from users left join users b on :select is null, secrets'],
    [
      'postgres',
      A,
      'with u as (select 1 as where, v from users) select secrets.v from u join users on (u).where=1, secrets',
    ],
    [
      'postgres',
      A,
      'with u as (select v, 1 as "where" from users) select secrets.v from users join u on ((u)).where=1, secrets',
    ],
    ['mysql', A, 'select secrets.v from users use index for order by (), secrets'],
    ['mysql', A, 'select secrets.v from users use index for group by (), secrets'],
    ['postgres', B, `${walk} search depth first by a set ord delete from users`],
    ['postgres', A, `${walk} search depth first by a set ord update canary set v='z' from users`],
    ['postgres', B, `${walk} cycle a set c using p delete from users`],
    ['postgres', B, "with setval as (select 1) select setval('sq',99) as x from users"],
    ['postgres', B, "with nextval as (select 1), b as (select nextval('sq') as c) select * from b"],
    [
      'postgres',
      A,
      "with query_to_xml as (select 1) select query_to_xml('select * from secrets',true,true,'') as x from users",
    ],
    ['mysql', B, 'with setval as (select 1) select setval(sq,1000) as x from users'],
    ['postgres', C, 'with u as (select v, 1 as limit from users) select v from u order by u.limit desc, 1'],
    ['postgres', C, 'with u as (select v, 1 as "limit" from users) select v from u order by (u).limit desc, 1'],
    ['mysql', C, 'select v from users order by @limit desc, 1'],
    ['sqlite', C, 'select v from users order by :limit desc, 1'],
    ['sqlite', C, 'select v from users --\0\nlimit 5'],
    ...['explain', 'conflict', 'set', 'by', 'is', 'natural', 'inner', 'cross', 'like', 'join'].map(
      (word): [string, object, string] => ['postgres', B, `select ${word}(1) from users`],
    ),
    ['postgres', B, 'select * from users, join(1)'],
    ['postgres', A, "select ('sq'::regclass).nextval from users limit 5"],
    ['postgres', A, "select ((array['sq'::regclass])[1]).nextval from users limit 5"],
    ['postgres', A, "select v from users where ('sq'::regclass).nextval > 0"],
    ['postgres', G, "update users set v=('sq'::regclass).nextval where id=1"],
    ['postgres', A, 'select a.v from users a join users b on conflict(b.id)=1'],
    ['postgres', G, 'insert into users(id) select 1 from users a join users b on conflict(1)=1'],
    ['postgres', A, "select trim(leading is(1)::text from 'x') from users"],
    ['postgres', A, 'select v from users where v ilike set(1)::text'],
    ['postgres', B, 'select v from users where v ilike join(1)::text'],
    ['postgres', A, 'select count(*) over (order by id rows set(1) preceding) from users'],
    ['postgres', A, 'select * from users, lateral is(1)'],
    ['postgres', A, 'select v from users fetch first set(1) rows only'],
    ['mysql', B, "table users into outfile '/x'"],
  ];
  for (const [dialect, rule, sql] of ran) assert.equal(judge(dialect, rule)({ sql }), 'deny', `${dialect}: ${sql}`);
  const denies = (dialect: string) =>
    judgeOf({ sql: { dialect }, deny: [{ capability: 'x.y', sql_table: 'secrets' }], allow: ['x.y'] });
  for (const sql of [
    'select secrets.* from secrets',
    'select s.* from secrets s where (1=1)',
    'select secrets.* from users cross join secrets',
    "with query_to_xml as (select 1) select x.* from users, query_to_xml('select 1',true,true,'') as x",
  ]) {
    for (const dialect of ['postgres', 'mysql', 'sqlite', 'mssql']) assert.equal(denies(dialect)({ sql }), 'deny', sql);
  }
  for (const sql of ['select u.* from users u', "select users.* from users where users.name like 'a'"]) {
    for (const dialect of ['postgres', 'mysql', 'sqlite', 'mssql'])
      assert.equal(judge(dialect, A)({ sql }), 'allow', sql);
  }
  for (const sql of [
    'select count(*), name from users group by (name) order by (name) limit 5',
    'update users set (name, v) = (1, 2)',
    "insert into users (name) values ('a') on conflict (name) do update set (v) = (1)",
    'with recursive x(a) as (select 1 union all select a + 1 from x where a < 2) select * from x, users',
    'select v from users for update',
  ]) {
    assert.equal(
      judge('postgres', { sql_kind: ['select', 'insert', 'values', 'update', 'lock'], sql_table: 'users' })({ sql }),
      'allow',
      sql,
    );
  }
});
