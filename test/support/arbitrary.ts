import fc from 'fast-check';

/*
 * Generators of policies and calls that meet: they draw from the same few words, and produce the hostile cases on
 * purpose (several paths, wrong types, readings, look-alikes).
 */

const PREFIXES = [
  '/',
  '/etc',
  '/data',
  '/data/',
  '/data/prod',
  '/data/staging',
  '/data/staging/../prod',
  '/data/sta',
  '/data/é',
  './',
  '.',
  './workspace',
  'workspace/a',
  '../up',
  '~/',
  '~/docs',
  'C:\\data',
  'c:/data/prod',
  '\\\\server\\share',
  '/proc/self/root',
  '/DATA/Prod',
  '/home/me',
  '/root/one',
];

/** Pieces that, put together, make every kind of reading that docs/language.md, Paths, names. */
const PIECES = [
  'data',
  'prod',
  'staging',
  'etc',
  'workspace',
  'a',
  'DATA',
  '.',
  '..',
  '...',
  '. .',
  'x.',
  'x ',
  '',
  '~',
  '~me',
  '%2e%2e',
  '%2F',
  '%252e',
  '%252e%252e',
  '%2',
  '%ff',
  '%c3%a9',
  'é',
  'e\u0301',
  '\u2024\u2024',
  '\uff0e',
  'a\uff0fb',
  ';p',
  'data;x',
  '..;',
  'C:',
  'c:',
  '$HOME',
  '${x}',
  '%APPDATA%',
  'proc',
  'self',
  'root',
  'cwd',
  'fd',
  'dev',
  'task',
  '\0',
  '\ud800',
  'file:',
  'localhost',
  '?q',
  '#f',
  'K',
  '%5c',
  '%25',
  'home',
  'me',
  'one',
  'private',
  'PRIVAT~1',
  'ab~1.txt',
  '.vol',
  'System',
  'Volumes',
  'Data',
  '..namedfork',
  's3:',
];

export const pathText = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...PREFIXES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '/data/staging/x',
      '/data/prod/y',
      '/etc/passwd',
      '/data/staging/../../etc/passwd',
      '/data/staging/%252e%252e/prod/x',
      '/data/%2573taging/x',
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          '',
          '/',
          '/',
          '//',
          './',
          '~/',
          'file:///',
          'FILE:',
          ' file://localhost/',
          'file://other/',
          '\\\\',
          'C:\\',
          'http://',
          ' S3:/',
          '/private/',
          '/System/Volumes/Data/',
          '/private/var/',
        ),
        fc.array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('/', '/', '/', '\\', '')), { maxLength: 6 }),
      )
      .map(([start, pieces]) => start + pieces.map(([piece, separator]) => piece + separator).join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

const HOSTS = ['example.com', '*.example.com', 'localhost', '10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8', 'straße.de'];

/** URLs whose readings differ in every way that docs/language.md, URLs, names. */
export const urlText = fc.oneof(
  fc.constantFrom(
    'https://example.com/v1/x',
    'http://api.example.com:8080/v1?q#f',
    'https://evil.test\\@example.com/',
    'https://a@b@example.com/',
    'example.com',
    'localhost:8080/v1',
    '//example.com',
    'mailto:a@b',
    'https:example.com',
    'https://0x7f.1/',
    'https://[::ffff:10.0.0.1]/',
    'https://straße.de/v1',
    'postgres://user:pw@EXAMPLE.com/db',
    ' \thttps://example.com',
    'https://exa\nmple.com/',
    'https://example.com./v1/%2e%2e/x',
    'https://ex%61mple.com/',
    'file:///etc/passwd',
    'https://169.254.169.254/latest',
  ),
  fc
    .tuple(
      fc.constantFrom(
        'https://',
        'http://',
        'HTTPS://',
        'ftp:',
        'https:/',
        'https:\\\\',
        'x://',
        '//',
        '',
        'ws://',
        'data:',
      ),
      fc.constantFrom('', 'a@', 'a:b@', '@', 'a%40b@', 'example.com@'),
      fc.constantFrom(
        'example.com',
        'API.Example.com',
        '127.1',
        '0177.0.0.1',
        '2130706433',
        '[::1]',
        '[fd00::1]',
        '[64:ff9b::a00:1]',
        '[2002:a00:1::]',
        'localhost',
        'a.b.example.com.',
        'xn--strae-oqa.de',
        'a_b.example.com',
        '.example.com',
        'exämple.com',
        'faß.de',
        '1.2.3.4.5',
        'example.com%00',
      ),
      fc.constantFrom('', ':', ':443', ':0443', ':8080', ':99999', ':x'),
      fc.constantFrom(
        '',
        '/',
        '/v1',
        '/v1/../x',
        '/v1\\x',
        '/v1%2fx',
        '/v1;a/x',
        '?/v1',
        '#/v1',
        '/ v1',
        '/%761/x',
        '/a"b',
        '/é',
      ),
    )
    .map((parts) => parts.join('')),
);

/** Texts of shells, with everything that docs/language.md, Commands, names. */
export const commandText = fc.oneof(
  fc.constantFrom(
    'git status',
    'git log --oneline -5',
    'git push --force',
    'git -C /x push -f origin',
    'git status; rm -rf /',
    'ls -la',
    'ls *',
    'sudo -u root rm -rf x',
    'sh -c "rm x"',
    "bash -lc 'git push; ls'",
    'env A=1 ls',
    'A=1 git status',
    'ls > out',
    'ls 2>/dev/null',
    'ls 2>&1 | grep x',
    'python -c x',
    'timeout 5 rm x',
    'find . -exec rm {} ;',
    'npx x',
    '$(rm x)',
    'echo "$HOME" ~',
    'rm',
    '',
    '# x',
  ),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'git',
          'ls',
          'rm',
          'push',
          'status',
          '-f',
          '--force',
          '--forc',
          '-la',
          'x',
          'src/x',
          '../x',
          '*',
          '$A',
          '${A}',
          '$(a)',
          '"a b"',
          "'a",
          "'a b'",
          'a\\ b',
          '\\',
          '\\\n',
          '~',
          '~/x',
          'A=1',
          'A=~',
          'A+=1',
          '2>&1',
          '>',
          '>>x',
          '<',
          '<<',
          '<(',
          '2>/dev/null',
          '>&x',
          '&>',
          '|&',
          '|',
          '||',
          '&',
          '&&',
          ';',
          ';;',
          '\n',
          '#x',
          '(',
          ')',
          '{',
          '}',
          '!',
          'if',
          'eval',
          'sudo',
          'env',
          'xargs',
          'sh',
          '-c',
          'find',
          '-delete',
          '-u',
          'nice',
          '-5',
          '-n',
          'timeout',
          'time',
          '`',
          '\t',
          '\r',
          'é',
          '\u00a0',
          '$',
          '"$A"',
          '"$"',
          '"\\$x"',
          '=',
          'x=y',
          '--',
          '.',
          'source',
          '[',
        ),
        fc.constantFrom(' ', ' ', ' ', ' ', ''),
      ),
      { maxLength: 7 },
    )
    .map((parts) => parts.flat().join('')),
);

/** SQL, with everything that docs/language.md, SQL, names. */
export const sqlText = fc.oneof(
  fc.constantFrom(
    'select 1',
    'SELECT * FROM users LIMIT 10',
    "select a from users u, public.accounts where x = 'a;b'",
    'select 1; drop table users',
    "select 'a\\'; drop table users; --'",
    'with x as (select 1) select * from x',
    'with recursive x as (select * from x) select * from x',
    'with d as (delete from users returning *) select * from d',
    'insert into users (a, b) values (1, 2)',
    'insert into users select * from other',
    'update "Users" set a = 1 where b in (select c from d)',
    'explain analyze delete from users',
    'explain select 1',
    'select * into x from users',
    'select pg_sleep(1)',
    'select count(*), lower(a) from `users`',
    'select top 5 * from [dbo].[users]',
    'select * from users fetch first 5 rows only',
    'select 1 /* a /* b */ c */',
    'select 1 /*! ; drop table x */',
    'select 1 -- x\n; delete from users',
    'select $$;drop table x$$',
    'select 1 # x',
    'begin; commit',
    'select 1\nGO\ndrop table x',
    'select * from users for update',
    'create index i on users (lower(a))',
    'copy users to stdout',
    'call f()',
    'select U&"x"',
    'select extract(year from d) from users',
    'select a drop table x',
    'merge into users using t on 1 = 1 when matched then delete',
    '.read x',
    '',
  ),
  fc
    .array(
      fc.tuple(
        fc.constantFrom(
          'select',
          '*',
          'from',
          'users',
          'public.users',
          '"users"',
          '`users`',
          '[users]',
          'where',
          'a',
          '=',
          '1',
          "'x'",
          "'a\\'",
          "E'a\\''",
          "N'x'",
          'and',
          '(',
          ')',
          ',',
          ';',
          'insert',
          'into',
          'values',
          'update',
          'set',
          'delete',
          'drop',
          'table',
          'with',
          'x',
          'as',
          'recursive',
          'union',
          'all',
          'limit',
          '10',
          '5.',
          'top',
          'percent',
          'fetch',
          'first',
          'rows',
          'only',
          'count',
          'lower',
          'f',
          'pg_catalog.lower',
          'dbo.f',
          '--',
          '-- x\n',
          '/*',
          '*/',
          '/*!',
          '#',
          '$$',
          '$a$',
          '$1',
          '@x',
          '#t',
          'join',
          'on',
          'using',
          'for',
          'share',
          'lock',
          'in',
          'explain',
          'analyze',
          'create',
          'view',
          'outfile',
          'go',
          '\ngo\n',
          '\r',
          '\r\n',
          '\\',
          "'",
          '"',
          '[',
          ']',
          '`',
          'distinct',
          'is',
          'not',
          'lateral',
          'exists',
          'case',
          'end',
          'begin',
          'exec',
          'do',
          'grant',
          'merge',
          'then',
          'replace',
          'é',
          '\u00a0',
          '.',
          ':',
          '!',
          'u&',
          '_utf8',
          'desc',
          'truncate',
          'copy',
          'references',
          'if',
        ),
        fc.constantFrom(' ', ' ', ' ', '', '\n'),
      ),
      { maxLength: 10 },
    )
    .map((parts) => parts.flat().join('')),
);

const addressText = fc
  .array(
    fc.constantFrom(
      'a@example.com',
      'ops@partner.test',
      'Ops@Partner.test',
      'x@mail.example.com',
      'Name <a@example.com>',
      '"N, M" <a@example.com>',
      '"x@y" <a@example.com>',
      'a@b@example.com',
      '<a@example.com>',
      'x',
      '',
      ' ',
      ',',
      ';',
      '(c)',
      'a@[1.2.3.4]',
      'a@1.2.3.4',
      'a%b@example.com',
      'é@example.com',
      'a@exämple.com',
      'a.@example.com',
      '"a"@example.com',
      'g: a@example.com;',
      '\n',
      'a@example.com.',
      'a@straße.de',
      'a <b@example.com> c',
    ),
    { minLength: 1, maxLength: 4 },
  )
  .chain((parts) => fc.constantFrom(',', ', ', ';', '', ' ').map((separator) => parts.join(separator)));

const argumentName = fc.constantFrom(
  'path',
  'file',
  'filePath',
  'XMLPath',
  'paths',
  'source',
  'destination',
  'uri',
  'url',
  'file_uri',
  'target',
  'fileName',
  'content',
  'text',
  'note',
  'a',
  'b',
  '0',
  'length',
  'constructor',
  '__proto__',
  'PATH',
  'source_path',
  'in-dir',
  'PATHa',
  'command',
  'Cmd',
  'args',
  'argv',
  'amount',
  'Total',
  'table',
  'fileURIs',
  'A',
  'B',
  'Note',
  'repo',
  'Amount',
  'Table',
  'link',
  'webhookURL',
  'sql',
  'query',
  'to',
  'replyTo',
  'userEmail',
  'hosts',
);

const words = fc.constantFrom(
  'x',
  'y',
  'rm',
  'rm -rf /',
  'card 4111 1111 1111 1111',
  '4111111111111112',
  `AKIA${'IOSFODNN7EXAMPLE'}`,
  'QUtJQUlPU0ZPRE5ON0VYQU1QTEU=',
  '%34111111111111111',
  'RM\t\u00a0-rf',
  '-rf',
  'DROP TABLE',
  'drop\ntable',
  'ls',
  'a\nrm',
  'abc',
  'K',
  'users',
  'PUBLIC.users',
  '"users"',
  'hello',
  'X',
  'ys',
  'x\u0085',
  '../x',
  'x?',
  'a%2eb',
  '',
);
const numbers = fc.constantFrom(
  0,
  1,
  5,
  10,
  99.5,
  100,
  -1,
  1e21,
  '10',
  '100.0',
  '-1',
  '1,000',
  '1e3',
  'NaN',
  Number.POSITIVE_INFINITY,
);
const scalar = fc.oneof(
  { weight: 2, arbitrary: addressText },
  { weight: 2, arbitrary: sqlText },
  { weight: 2, arbitrary: commandText },
  { weight: 2, arbitrary: urlText },
  { weight: 5, arbitrary: pathText },
  { weight: 3, arbitrary: words },
  { weight: 2, arbitrary: numbers },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false) },
);

const { value: argumentValue } = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    { weight: 6, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
    { weight: 1, arbitrary: tie('value').map((value) => [value, []]) },
    { weight: 2, arbitrary: fc.array(fc.constantFrom('x', 'rm', '-rf', 'ls', 5), { minLength: 2, maxLength: 3 }) },
    { weight: 1, arbitrary: tie('object') },
  ),
  object: fc
    .array(fc.tuple(argumentName, tie('value')), { maxLength: 3 })
    .map((entries) => Object.fromEntries(entries)),
}));

const wordList = fc.array(fc.constantFrom('x', 'rm', '-rf', 'ls', 'git', 'push', '-f', 'git push', 5), {
  minLength: 1,
  maxLength: 3,
});

/** A command line as agents send it: in pieces, as a list, or both. */
const commandArguments = fc.record(
  { a: wordList, command: fc.oneof(words, wordList, commandText), args: fc.oneof(wordList, fc.constant([])) },
  { requiredKeys: ['a'] },
) as fc.Arbitrary<Record<string, unknown>>;

const anyArguments = fc
  .array(fc.tuple(argumentName, argumentValue), { maxLength: 4 })
  .map((entries) => Object.fromEntries(entries) as Record<string, unknown>);

export const callArguments = fc.oneof(
  { weight: 4, arbitrary: anyArguments },
  { weight: 1, arbitrary: commandArguments },
);

const RESOURCES = ['filesystem', 'shell', 'mcp', '*'];
const ACTIONS = ['read', 'write', 'delete', 'tool', '*'];
const SCOPES = ['*', 'prod', 'my_tool', 'a.b'];

export const capability = fc
  .tuple(
    fc.constantFrom(...RESOURCES),
    fc.constantFrom(...ACTIONS),
    fc.constantFrom(...SCOPES),
    fc.integer({ min: 1, max: 3 }),
  )
  .map(([resource, action, scope, parts]) => [resource, action, scope].slice(0, parts).join('.'));

const listOf = <T>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));

const GLOBS = [
  '/data/*',
  '/data/**',
  '/data/**/x',
  '**',
  '**/prod/**',
  '*.x',
  'workspace/**',
  './a',
  '~/**',
  'C:/data/*',
  '/d?ta/prod',
  '/DATA/*',
  '/data/../etc/*',
  '/',
];
const NEEDLES = ['rm -rf', 'RM', ' ', 'drop  table', 'x', 'é', '5', 'true', 'command'];
const PATTERNS = [
  '^x$',
  '^rm$',
  'rm\\s+-rf',
  '(?i)drop',
  '\\bls\\b',
  '^$',
  '[^a-z]',
  '(?m)^rm',
  '.+',
  '(a|b)*c',
  'é',
  '\\d{2,3}',
  '(?s)a.b',
  '\\Brm',
  'ſ|(?i)k',
];

const COMMAND_PATTERNS = [
  'git ...',
  'git push ...',
  'git status',
  'ls **',
  'rm ...',
  'ls -la',
  '*',
  '...',
  'rm *',
  'ls s?c/*',
  'A=1 git *',
  './x',
  'find ** -delete',
];

/** Labels that every random policy declares. */
export const LABELS = ['a', 'b'] as const;

const KEY_SELECTORS = ['a', 'a?', '/a/*', 'path?', 'amount'];

/** Conditions by key: one entry a condition of the language. */
const atoms: Record<string, fc.Arbitrary<unknown>> = {
  after: fc.oneof(
    listOf(fc.constantFrom(...LABELS)),
    fc.record(
      {
        label: listOf(fc.constantFrom(...LABELS)),
        within: fc.constantFrom('10s', '1m', '31d'),
        by: fc.constantFrom(...KEY_SELECTORS),
      },
      { requiredKeys: ['label'] },
    ),
  ),
  path_prefix: listOf(fc.constantFrom(...PREFIXES)),
  path_glob: listOf(fc.constantFrom(...GLOBS)),
  contains: listOf(fc.constantFrom(...NEEDLES)),
  match_keywords: listOf(fc.constantFrom(...NEEDLES)),
  match_regex: listOf(fc.constantFrom(...PATTERNS)),
  secret: fc.constantFrom<unknown>('payment_card', ['aws_access_key_id', 'jwt'], ['payment_card', 'jwt']),
  amount_gt: fc.constantFrom(0, 10, 99.5),
  amount_gte: fc.constantFrom(0, 10, 100),
  amount_lt: fc.constantFrom(0, 10, 100),
  amount_lte: fc.constantFrom(-1, 10, 100),
  caller_depth_gt: fc.constantFrom(1, 3),
  caller_depth_gte: fc.constantFrom(1, 3),
  caller_depth_lt: fc.constantFrom(1, 3),
  caller_depth_lte: fc.constantFrom(1, 3),
  environment: listOf(fc.constantFrom('prod', 'dev', 'p*', '[a-e]ev', '[!p]*')),
  tenant: listOf(fc.constantFrom('acme', '?cme')),
  user_role: listOf(fc.constantFrom('admin', '*')),
  agent: fc.constantFrom('a', '*'),
  risk_level: listOf(fc.constantFrom('high', 'low', '*')),
  context: fc.record(
    { region: fc.constantFrom('eu', 'us*'), tenant: fc.constantFrom('acme') },
    { requiredKeys: ['region'] },
  ),
  tool_name: listOf(fc.constantFrom('my_tool', 'read_*', '*')),
  only_args: listOf(fc.constantFrom('path', 'a', 'command', 'args', 'note', 'amount')),
  table: listOf(fc.constantFrom('users', 'public.users', 'u*', '"Users"')),
  host: listOf(fc.constantFrom(...HOSTS)),
  network: listOf(fc.constantFrom('loopback', 'private', 'link_local', 'metadata', 'reserved', 'public')),
  scheme: listOf(fc.constantFrom('https', 'http', 'ftp', 'postgres')),
  port: listOf(fc.constantFrom(443, 80, 8080)),
  command: listOf(
    fc.oneof(
      fc.constantFrom(...COMMAND_PATTERNS),
      fc.record(
        {
          run: fc.constantFrom(...COMMAND_PATTERNS),
          flags: listOf(fc.constantFrom('-f', '--force', '-delete')),
          no_flags: listOf(fc.constantFrom('-f', '--force', '--output')),
        },
        { requiredKeys: ['run'] },
      ),
    ),
  ),
  sql_kind: listOf(fc.constantFrom('select', 'read', 'write', 'insert', 'schema', 'admin', 'drop', 'create')),
  sql_table: listOf(fc.constantFrom('users', 'u*', 'public.users', 'x', 'Users', 'dbo.users')),
  sql_function: listOf(fc.constantFrom('count', 'lower', 'f', 'pg_*', 'pg_catalog.lower')),
  sql_limit_lte: fc.constantFrom(1, 5, 10),
  recipient: listOf(fc.constantFrom('*@example.com', 'ops@partner.test', '*@*.example.com', 'a@straße.de')),
  time: listOf(
    fc.constantFrom(
      'Mon-Fri 09:00-17:00',
      'Sat,Sun',
      '22:00-06:00',
      '08:00-12:00 Asia/Kolkata',
      'Fri-Mon 23:30-00:30 America/New_York',
    ),
  ),
  from: fc.constantFrom('2026-03-01', '2026-12-01T12:00', '2026-12-01T12:00:00+01:00'),
  until: fc.constantFrom('2026-03-31', '2026-12-31T18:00Z', '2027-01-01'),
  hints: fc.record(
    { read_only: fc.boolean(), destructive: fc.boolean(), open_world: fc.boolean() },
    { requiredKeys: ['read_only'] },
  ),
  url_path: listOf(fc.constantFrom('/', '/v1', '/v1/x', '/a/../b', '/é')),
  args: fc.dictionary(
    fc.constantFrom('a', 'b?', '/a/b', '/a/*', 'path', 'amount', '/b/0?'),
    fc.oneof(
      fc.constantFrom('x', 5, true),
      fc.record(
        {
          eq: fc.constantFrom('x', 5, false, 'rm -rf'),
          in: fc.constantFrom(['x', 'y'], [1, 5], ['x', 5]),
          glob: fc.constantFrom('x*', '[a-z]', '*\n*'),
          regex: fc.constantFrom('^x', '\\d+', 'a\\nrm'),
          prefix: fc.constantFrom('rm', '/data', 'a\n'),
          contains: fc.constantFrom('RM -rf', 'x'),
          gt: fc.constantFrom(1, 10),
          lte: fc.constantFrom(1, 10),
          host: fc.constantFrom('example.com', ['*.example.com', '10.0.0.0/8']),
          command: fc.constantFrom('git status', ['ls **', { run: 'git push ...', flags: '-f' }]),
          sql_kind: fc.constantFrom('read', ['insert']),
          email: fc.constantFrom('*@example.com'),
          name: fc.constant(true),
          exists: fc.constantFrom(true, false),
          type: listOf(fc.constantFrom('string', 'number', 'array', 'object', 'null', 'boolean')),
        },
        { requiredKeys: ['exists'] },
      ),
      fc.record({ eq: fc.constantFrom('x', 5, false, 'rm -rf') }),
      fc.record({ gt: fc.constantFrom(1, 10), lte: fc.constantFrom(99, 100) }),
      fc.record(
        { regex: fc.constantFrom('^x', '\\d+'), glob: fc.constantFrom('x*', '*') },
        { requiredKeys: ['regex'] },
      ),
    ),
    { minKeys: 1, maxKeys: 2 },
  ),
};

type Conditions = Record<string, unknown>;

const argsValues = fc.dictionary(
  fc.constantFrom('path', 'amount', 'note'),
  fc.record({ eq: fc.constantFrom('x', 5, 10), contains: fc.constantFrom('x', 'rm') }, { requiredKeys: ['eq'] }),
  { minKeys: 1, maxKeys: 2 },
);

/** Conditions with `any`, `all` and `not` inside one another, so many levels deep at most. */
function conditionsWithin(levels: number, keys: readonly string[]): fc.Arbitrary<Conditions> {
  const chosen = Object.fromEntries(keys.flatMap((key) => (atoms[key] ? [[key, atoms[key]]] : [])));
  if (keys.includes('args_values')) chosen['args'] = argsValues;
  const plain: fc.Arbitrary<Conditions> = fc
    .tuple(fc.subarray(Object.keys(chosen), { minLength: 1, maxLength: 2 }), fc.record(chosen))
    .map(([some, values]) => Object.fromEntries(some.map((key) => [key, (values as Conditions)[key]])));
  if (levels === 0) return plain;
  const inner = conditionsWithin(levels - 1, keys);
  const some = fc.array(inner, { minLength: 1, maxLength: 3 });
  return fc.oneof(
    { weight: 4, arbitrary: plain },
    { weight: 1, arbitrary: fc.tuple(plain, inner).map(([own, not]) => ({ ...own, not })) },
    { weight: 1, arbitrary: inner.map((not) => ({ not })) },
    { weight: 1, arbitrary: some.map((any) => ({ any })) },
    { weight: 1, arbitrary: fc.tuple(some, some).map(([all, any]) => ({ all, any })) },
  );
}

const ruleOf = (keys: readonly string[]) =>
  fc.oneof(
    { weight: 1, arbitrary: capability },
    {
      weight: 2,
      arbitrary: fc.tuple(capability, conditionsWithin(2, keys)).map(([name, when]) => ({ capability: name, ...when })),
    },
  );

/** The conditions of a rule, of these kinds. */
export const conditionsOf = (keys: readonly string[]) => conditionsWithin(1, keys);

/** The conditions that random policies have. */
export const ATOMS: readonly string[] = Object.keys(atoms);

export const rule = ruleOf(ATOMS);

const selector = fc.constantFrom(
  'path',
  'path?',
  'source',
  'file',
  '/a',
  '/a/*',
  '/paths/*/path',
  '/a/b?',
  '/*',
  '/__proto__',
  'uri',
  '/0',
);

/** What a mapping says beside its capability. */
export const selectors = fc.record(
  {
    paths: fc.array(selector, { maxLength: 2 }),
    tree: fc.boolean(),
    recipients: fc.array(fc.constantFrom('to', 'a?', '/a/*'), { maxLength: 2 }),
    sql: fc.array(fc.constantFrom('sql', 'a?', '/a/*'), { maxLength: 2 }),
    dialect: listOf(fc.constantFrom('postgres', 'mysql', 'sqlite', 'mssql')),
    commands: fc.array(
      fc.oneof(
        fc.constantFrom('a', 'command', 'command?', '/a/*'),
        fc.array(fc.constantFrom('command?', 'args?', 'a', '/a/*'), { minLength: 1, maxLength: 2 }),
      ),
      { maxLength: 2 },
    ),
    shell: fc.boolean(),
    urls: fc.array(fc.constantFrom('url', 'a?', '/a/*', 'link'), { maxLength: 2 }),
    amounts: fc.array(fc.constantFrom('amount', '/a/b', 'b?', '/*'), { maxLength: 2 }),
    text: fc.array(
      fc.oneof(
        selector,
        fc.constantFrom('a', 'command', 'args?'),
        fc.array(fc.constantFrom('command?', 'args?', 'a', '/a/*'), { minLength: 1, maxLength: 2 }),
      ),
      { maxLength: 2 },
    ),
    risk: fc.constantFrom('high', 'critical', 'low'),
  },
  { requiredKeys: [] },
);

const mapping = fc.oneof(
  capability,
  fc.tuple(capability, selectors).map(([name, rest]) => ({ capability: name, ...rest })),
);

const toolKey = fc.constantFrom(
  'my_tool',
  'My_Tool',
  'read_file',
  'my_*',
  '*_file',
  '__proto__',
  'constructor',
  'x?z',
  'write_file',
);

const mappingsOf = (keys: fc.Arbitrary<string>) =>
  fc
    .array(fc.tuple(keys, fc.oneof(mapping, fc.array(mapping, { minLength: 1, maxLength: 2 }))), { maxLength: 4 })
    .map((entries) => Object.fromEntries(entries));

const RESULTS = [
  { at: '/structuredContent/exitCode', eq: 0 },
  { at: 'text', prefix: 'ok' },
  { at: '/a?', gt: 3, lte: 10 },
  { secret: 'payment_card' },
];

/** Marks with these conditions. */
export const markOf = (keys: readonly string[]) =>
  fc
    .tuple(
      fc.boolean(),
      listOf(fc.constantFrom(...LABELS)),
      capability,
      fc.option(conditionsWithin(1, keys), { nil: {} }),
      fc.record({ by: fc.constantFrom(...KEY_SELECTORS), result: fc.constantFrom(...RESULTS) }, { requiredKeys: [] }),
    )
    .map(([clears, labels, name, when, rest]) => ({
      [clears ? 'clear' : 'label']: labels,
      capability: name,
      ...when,
      ...rest,
    }));

/** Limits with these conditions. */
export const limitOf = (keys: readonly string[]) =>
  fc
    .tuple(
      capability,
      fc.option(conditionsWithin(1, keys), { nil: {} }),
      fc.record(
        {
          max: fc.constantFrom(0, 1, 3, 10.5, 100),
          per: fc.constantFrom('10s', '1m', 'session', '31d'),
          of: fc.constantFrom('amount', '/a', 'a?', '/a/*'),
          by: fc.constantFrom(...KEY_SELECTORS),
          whose: fc.constantFrom('agent', 'everyone'),
          over: fc.constantFrom('deny', 'require_approval', 'warn'),
          reason: fc.constantFrom('too_much'),
        },
        { requiredKeys: ['max', 'per'] },
      ),
    )
    .map(([name, when, rest]) => ({ capability: name, ...when, ...rest }));

/** Result rules with these conditions. */
const resultRuleOf = (keys: readonly string[]) =>
  fc
    .tuple(capability, fc.option(conditionsWithin(1, keys), { nil: {} }), fc.constantFrom('payment_card', ['jwt']))
    .map(([name, when, secret]) => ({ capability: name, ...when, redact: { secret } }));

/** A policy as its file would say it, with these conditions. It always loads. */
export const policyFileOf = (keys: readonly string[]) => {
  const rule = ruleOf(keys);
  return fc.record(
    {
      deny: fc.array(rule, { maxLength: 4 }),
      require_approval: fc.array(rule, { maxLength: 3 }),
      warn: fc.array(rule, { maxLength: 2 }),
      allow: fc.array(rule, { minLength: 1, maxLength: 5 }),
      risk_levels: fc.dictionary(
        fc.constantFrom('high', 'critical', 'unrated', 'low'),
        fc.record({ action: fc.constantFrom('deny', 'block', 'require_approval', 'warn', 'allow') }),
      ),
      labels: fc.constant([...LABELS]),
      mark: fc.array(markOf(keys), { maxLength: 3 }),
      limits: fc.array(limitOf(keys), { maxLength: 2 }),
      results: fc.array(resultRuleOf(keys), { maxLength: 2 }),
      timezone: fc.constantFrom('Europe/Berlin', 'UTC'),
      paths: fc.record({ case: fc.constantFrom('sensitive', 'insensitive') }),
      sql: fc.record(
        {
          dialect: listOf(fc.constantFrom('postgres', 'mysql', 'sqlite', 'mssql')),
          functions: fc.constantFrom('f', ['F', 'dbo.f']),
        },
        { requiredKeys: ['dialect'] },
      ),
      tools: mappingsOf(toolKey),
      methods: mappingsOf(fc.constantFrom('prompts/get', 'resources/read', 'prompts/*')),
    },
    { requiredKeys: ['allow', 'labels'] },
  );
};

export const policyFile = policyFileOf(Object.keys(atoms));

export const toolName = fc.constantFrom(
  'my_tool',
  'MY_TOOL',
  'my_other',
  'read_file',
  'Read_File',
  'write_file',
  'move_file',
  'delete_directory',
  'directory_tree',
  'run_command',
  'list_allowed_directories',
  ' write_file',
  'write\uff3ffile',
  '__proto__',
  'constructor',
  'toString',
  '',
  'xyz',
  'read_graph',
  'unheard_of',
  '*',
  'a.b',
);

export const call = fc.record({ tool: toolName, args: callArguments });

export const methodCall = fc.record({
  method: fc.constantFrom(
    'resources/read',
    'prompts/get',
    'prompts/list',
    'resources/subscribe',
    'subscriptions/listen',
    'completion/complete',
    'ping',
  ),
  params: fc.oneof(
    callArguments,
    pathText.map((uri) => ({ uri })),
    fc.array(pathText, { maxLength: 2 }).map((uris) => ({ notifications: { resourceSubscriptions: uris } })),
    pathText.map((uri) => ({ ref: { type: 'ref/resource', uri } })),
    fc
      .tuple(
        fc.constantFrom('file:///{a}', '{a}', 'memo://{a}', 'file:///data/{+a}/{b}', '{a}://{b}', 'f{a}', '/data/x'),
        fc.oneof(pathText, fc.constant('ile:///etc/x')),
        fc.constantFrom({}, { arguments: { b: 'x' } }, { arguments: { a: 5 } }),
      )
      .map(([uri, value, given]) => ({
        ref: { type: 'ref/resource', uri },
        argument: { name: 'a', value },
        context: given,
      })),
    fc
      .constantFrom('memo://x', 'vscode-file:///x', '%66ile:///etc/x', 'x', 'C:/x', 'pro\tfile:x', ' memo:x')
      .map((uri) => ({
        uri,
      })),
  ),
});

export const environment = fc.record(
  {
    roots: fc.constantFrom([], ['/data'], ['/data/staging', '/root/one'], ['/']),
    home: fc.constantFrom('/home/me', '/data'),
    platform: fc.constantFrom('linux', 'darwin', 'win32'),
    hasUnknownRoots: fc.constantFrom(false, true),
    now: fc
      .constantFrom(
        '2026-03-02T08:59:59Z',
        '2026-03-29T00:59Z',
        '2026-10-25T01:30Z',
        '2026-12-01T11:00:00Z',
        '2027-01-01T00:00Z',
        '1969-12-31T23:00Z',
        '2026-11-28T04:00Z',
      )
      .map((text) => () => Date.parse(text)),
  },
  { requiredKeys: ['platform'] },
);

export const context = fc.record(
  {
    risk_level: fc.constantFrom('high', 'low', 'critical'),
    environment: fc.constantFrom('dev', 'prod'),
    tenant: fc.constantFrom('acme', 'other'),
    agent: fc.constantFrom('a', 'b'),
    region: fc.constantFrom('eu', 'us-1'),
    caller_depth: fc.constantFrom('1', '2', 'x'),
  },
  { requiredKeys: [] },
);
