// Named examples, by kind: what a server may read otherwise than the policy's author wrote it. In the interpreter and the
// compiled module alike.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpretMethod } from '../../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { LINUX, verdictOf } from '../../support/decide.js';

type Case = readonly [what: string, tool: string, args: Record<string, unknown>, expected: string];

const KINDS: readonly (readonly [kind: string, policy: string, cases: readonly Case[], environment?: object])[] = [
  [
    'an empty array is unknown at each place where it stands',
    'tools: { t: a.b }\ndeny: [{ capability: a.b, args: { "/o/*": secret } }]\nallow: [a.b]\n',
    [
      ['empty, beside another', 't', { o: ['x', []] }, 'deny'],
      ['empty, first', 't', { o: [[], 'x'] }, 'deny'],
      ['full', 't', { o: ['x', ['y']] }, 'allow'],
    ],
  ],
  [
    'a URL is no relative path',
    'allow: [{ capability: filesystem.read, path_prefix: ./ }]\n',
    [
      ['http', 'read_file', { path: 'http://169.254.169.254/latest' }, 'deny'],
      ['any scheme', 'read_file', { path: 'gopher:/x' }, 'deny'],
      ['data', 'read_file', { path: 'vscode-file://a/b' }, 'deny'],
      ['a name with a colon', 'read_file', { path: 'notes: today.md' }, 'allow'],
    ],
    { roots: ['/ws'] },
  ],
  [
    'a file: URI is a path under any name',
    'tools: { papers: filesystem.read }\nallow: [{ capability: filesystem.read, path_prefix: /papers }]\n',
    [
      ['beside a path', 'papers', { sources: [{ path: '/papers/a.pdf' }, { url: 'file:///etc/passwd' }] }, 'deny'],
      ['under a link', 'papers', { path: '/papers/a', link: 'FILE:///etc/passwd' }, 'deny'],
      ['where it may lie', 'papers', { path: '/papers/a', url: 'file:///papers/b' }, 'allow'],
    ],
  ],
  [
    'a capability use is as wide as its tool',
    'deny: [{ capability: filesystem.read, path_prefix: /secret }]\nallow: ["filesystem.*", git.read]\n',
    [
      ['moving reads', 'move_file', { source: '/secret/a', destination: '/b' }, 'deny'],
      ['copying reads', 'copy_file', { source: '/secret/a', destination: '/b' }, 'deny'],
      ['a dry run reads', 'edit_file', { path: '/secret/a', edits: [], dryRun: true }, 'deny'],
      ['git reads', 'git_log', { repo_path: '/r' }, 'allow'],
      ['a branch is written', 'git_branch', { repo_path: '/r' }, 'deny'],
      ['a query is whatever it says', 'read_query', { query: 'drop table x' }, 'deny'],
    ],
  ],
  [
    'git takes no option for a name',
    'allow: [{ capability: git.read, path_prefix: /r }]\n',
    [
      ['an option', 'git_diff', { repo_path: '/r', target: '--output=/r/x' }, 'deny'],
      ['in an array', 'git_log', { repo_path: '/r', args: ['HEAD', '-o/x'] }, 'deny'],
      ['a name', 'git_diff', { repo_path: '/r', target: 'HEAD' }, 'allow'],
    ],
  ],
  [
    'a key of another case makes unknown what reads it',
    `tools: { t: a.b, w: { capability: c.d, paths: [path, "backup?"] }, k: k.k }
deny: [{ capability: a.b, args: { force: { exists: true } } }, { capability: k.k, args: { "kind?": secret } }]
allow: [a.b, { capability: c.d, path_prefix: /d }, k.k]
`,
    [
      ['exists', 't', { Force: true }, 'deny'],
      ['not there', 't', { other: true }, 'allow'],
      ['a path', 'w', { path: '/d/x', Backup: '/etc/x' }, 'deny'],
      ['a left-out selector', 'k', { Kind: 'secret' }, 'deny'],
    ],
  ],
  [
    'a number below zero is unknown, unless the bound is below zero',
    `tools: { t: { capability: a.b, amounts: [n] }, u: { capability: c.d, amounts: [n] } }
allow: [{ capability: a.b, amount_lte: 100 }, { capability: c.d, amount_gte: -10 }]
`,
    [
      ['below', 't', { n: -1000000 }, 'deny'],
      ['as text', 't', { n: '-5' }, 'deny'],
      ['above', 't', { n: 5 }, 'allow'],
      ['asked for', 'u', { n: -5 }, 'allow'],
    ],
  ],
  [
    'identifiers walk nowhere',
    'tools: { t: a.b }\nallow: [{ capability: a.b, args: { owner: acme } }]\n',
    [
      ['up', 't', { owner: 'acme', repo: '../evil/repo' }, 'deny'],
      ['in the middle', 't', { owner: 'acme', branch: 'feature/../main' }, 'deny'],
      ['escaped', 't', { owner: 'acme', repo: 'a%2f..%2fb' }, 'deny'],
      ['a query', 't', { owner: 'acme', repo: 'a?x=1' }, 'deny'],
      ['dots in a name', 't', { owner: 'acme', repo: 'a.b..c' }, 'allow'],
    ],
  ],
  [
    'control characters are in no prefix, glob or regex',
    'tools: { t: a.b }\nallow: [{ capability: a.b, args: { q: { prefix: "ls " } } }, { capability: a.b, args: { r: { regex: "^(?s:.*)$" } } }]\n',
    [
      ['a line break', 't', { q: 'ls \nrm' }, 'deny'],
      ['in a regex', 't', { r: 'a\u0000b' }, 'deny'],
      ['plain', 't', { q: 'ls a' }, 'allow'],
    ],
  ],
  [
    'near-equals are not told apart by a deny',
    'tools: { t: a.b }\ndeny: [{ capability: a.b, args: { kind: { in: [secrets] } } }]\nallow: [a.b]\n',
    [
      ['case', 't', { kind: 'Secrets' }, 'deny'],
      ['space', 't', { kind: ' secrets' }, 'deny'],
      ['one', 't', { kind: 'secret' }, 'deny'],
      ['full width', 't', { kind: 'ｓecrets' }, 'deny'],
      ['another', 't', { kind: 'pods' }, 'allow'],
    ],
  ],
  [
    'no argument that its author has not thought of',
    'tools: { t: a.b }\nallow: [{ capability: a.b, only_args: [x, y] }]\n',
    [
      ['those', 't', { x: 1, y: 2 }, 'allow'],
      ['none', 't', {}, 'allow'],
      ['one more', 't', { x: 1, z: 2 }, 'deny'],
      ['of another case', 't', { X: 1 }, 'deny'],
    ],
  ],
  [
    'aliases of Windows',
    'deny: [{ capability: filesystem.read, path_prefix: "C:/private" }]\nallow: [filesystem.read]\n',
    [
      ['8.3', 'read_file', { path: 'C:/PRIVAT~1/x' }, 'deny'],
      ['a stream', 'read_file', { path: 'C:/a/x.txt:y' }, 'deny'],
      ['elsewhere', 'read_file', { path: 'C:/a/x.txt' }, 'allow'],
    ],
    { platform: 'win32' },
  ],
  [
    'aliases of macOS',
    'deny: [{ capability: filesystem.read, path_prefix: [/etc, /Users/me] }]\nallow: [filesystem.read]\n',
    [
      ['the data volume', 'read_file', { path: '/System/Volumes/Data/Users/me/x' }, 'deny'],
      ['private', 'read_file', { path: '/private/etc/passwd' }, 'deny'],
      ['by number', 'read_file', { path: '/.vol/1/2' }, 'deny'],
      ['without following', 'read_file', { path: '/.nofollow/etc/x' }, 'deny'],
      ['a fork', 'read_file', { path: '/tmp/x/..namedfork/rsrc' }, 'deny'],
      ['elsewhere', 'read_file', { path: '/opt/x' }, 'allow'],
    ],
    { platform: 'darwin' },
  ],
];

for (const [kind, policy, cases, environment = {}] of KINDS) {
  test(kind, () => {
    for (const [what, tool, args, expected] of cases)
      assert.equal(verdictOf(policy, tool, args, { ...LINUX, ...environment }), expected, what);
  });
}

test('a resource is judged by what it may name', () => {
  const { policy } = loadPolicyText(
    'deny: [{ capability: filesystem.read, path_prefix: /etc }]\nallow: [filesystem.read]\n',
  );
  const world = { context: {}, environment: LINUX };
  const read = (uri: string) => interpretMethod(policy, 'resources/read', { uri }, world)?.decision ?? 'pass';
  for (const uri of [
    '/etc/passwd',
    '../../etc/passwd',
    'file:///etc/passwd',
    '%66ile:///etc/x',
    'vscode-file:///etc/x',
    'file%3a///etc/x',
  ])
    assert.equal(read(uri), 'deny', uri);
  assert.equal(read('file:///srv/a'), 'allow');
  assert.equal(read('memo://insights'), 'pass');
  const complete = (value: string) =>
    interpretMethod(
      policy,
      'completion/complete',
      { ref: { type: 'ref/resource', uri: 'file:///{path}' }, argument: { name: 'path', value } },
      world,
    )?.decision;
  assert.equal(complete('etc/pass'), 'deny');
});

test('URLs are seen as URL parsers see them, and File: in a text is none', () => {
  const policy = 'tools: { t: a.b }\nallow: [{ capability: a.b, path_prefix: /ws }]\n';
  const world = { ...LINUX, roots: ['/ws'] };
  for (const uri of [
    'http:127.0.0.1/',
    'ht\ntp://127.0.0.1/',
    'http:\t//127.0.0.1/',
    '\u200bhttp://x',
    'data:text/plain,x',
    'jar:file:///etc/x',
  ])
    assert.equal(verdictOf(policy, 't', { uri }, world), 'deny', JSON.stringify(uri));
  for (const content of ['File: src/main.c\nmore', 'file: notes'])
    assert.equal(verdictOf(policy, 't', { path: '/ws/a', content }, world), 'allow', content);
  assert.equal(verdictOf(policy, 't', { path: '/ws/a', content: 'file:/etc/x' }, world), 'deny');
});

test('a short name of Windows may keep a tilde of the long one', () => {
  const policy = 'deny: [{ capability: filesystem.read, path_prefix: "C:/a~bcdefghijk" }]\nallow: [filesystem.read]\n';
  assert.equal(verdictOf(policy, 'read_file', { path: 'C:\\A~BCDE~1\\x' }, { ...LINUX, platform: 'win32' }), 'deny');
});
