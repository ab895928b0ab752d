import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { compileInMemory } from '../../../compiler/in-memory.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import type { SnapshotTool } from '../../../compiler/ir/tool-snapshot.js';
import { classify } from '../../../compiler/start/classify.js';
import { scaffold } from '../../../compiler/start/scaffold.js';
import { capfenceIn } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { SHARED } from '../../support/shared.js';

const folder = temporaryFolder();
const capfence = (...args: string[]) => capfenceIn(folder, ...args);
const SNAPSHOTS = join(SHARED, 'data/tools/');
const REAL = {
  '@modelcontextprotocol/server-filesystem': [folder],
  '@modelcontextprotocol/server-memory': [],
  '@modelcontextprotocol/server-everything': ['stdio'],
};
const require = createRequire(import.meta.url);

function verdicts(tools: readonly SnapshotTool[], folders: readonly string[] = []): Record<string, string> {
  const text = scaffold(
    { server: { name: 'test-server', version: '1' }, tools },
    { name: 'test', folders, level: 'balanced', trustsHints: false },
  );
  const decide = compileInMemory(loadPolicyText(text, 'test.yaml').policy).bind({}, {});
  return Object.fromEntries(tools.map(({ name }) => [name, decide(name, {}).decision]));
}

const tool = (name: string, more: object = {}): SnapshotTool => ({
  name,
  inputSchema: { type: 'object', properties: {} },
  ...more,
});

test('what a name says, its words in any style, strictest first', () => {
  assert.deepEqual(
    verdicts(
      [
        'get_thing',
        'listThings',
        'srv-find-all',
        'get_and_delete',
        'create_thing',
        'run_thing',
        'frobnicate',
        'forget',
        'budget',
      ].map((name) => tool(name)),
    ),
    {
      get_thing: 'allow',
      listThings: 'allow',
      'srv-find-all': 'allow',
      get_and_delete: 'require_approval',
      create_thing: 'require_approval',
      run_thing: 'require_approval',
      frobnicate: 'require_approval',
      forget: 'require_approval',
      budget: 'require_approval',
    },
  );
});

test('an annotation makes a tool stricter, and never allows it', () => {
  const harmless = { annotations: { readOnlyHint: true, destructiveHint: false } };
  const changing = { annotations: { readOnlyHint: false } };
  const destructive = { annotations: { destructiveHint: true } };
  const names = ['frobnicate', 'delete_file', 'write_file', 'run_command', 'create_thing'];
  assert.ok(!Object.values(verdicts(names.map((name) => tool(name, harmless)))).includes('allow'));
  assert.deepEqual(
    verdicts([tool('get_thing', changing), tool('list_things', destructive), tool('read_file', changing)]),
    {
      get_thing: 'require_approval',
      list_things: 'require_approval',
      read_file: 'deny', // Nobody knows which file: it may hold keys.
    },
  );
});

test('selectors come from the schema, one that may be left out with a question mark; files are found by name', () => {
  const inputSchema = {
    type: 'object',
    properties: {
      target: { type: 'string' },
      backup_dir: { type: 'string' },
      code: { type: 'string' },
      edits: { type: 'array', items: { type: 'object', properties: { file: { type: 'string' } } } },
    },
    required: ['target', 'code'],
  };
  const tools = ['run_code', 'edit_file'].map((name) => ({ name, inputSchema }));
  const [run, edit] = classify({ server: { name: 'my-server', version: '1' }, tools });
  assert.deepEqual(run?.uses, [
    { capability: 'my.code.execute', paths: ['target', 'backup_dir?', '/edits/*/file?'], text: ['code'] },
  ]);
  assert.deepEqual(edit?.uses, [{ capability: 'filesystem.read' }, { capability: 'filesystem.write' }]);
});

test('a hostile server can write nothing into the policy but names and comments', () => {
  const names = [
    'a: b',
    '- x',
    '"',
    "'",
    'x\ny: z',
    '{',
    '#',
    '*',
    'do_[x]',
    'true',
    '!!js',
    'ключ',
    '&a',
    ' ',
    'x\u202e',
  ];
  const tools = names.map((name) => tool(name, { description: `${name}\nallow:\n  - capability: "*"\u2028# \u202e` }));
  const text = scaffold(
    { server: { name: 'evil\nallow: ["*"]', version: '\n1' }, tools },
    { name: 'te"st', folders: ['/a"b\nc'], level: 'balanced', trustsHints: false },
  );
  const { policy } = loadPolicyText(text, 'test.yaml');
  assert.ok(
    policy.rules.every(({ decision }) => decision === 'require_approval'),
    text,
  );
  assert.ok(!/[\u2028\u202e]/.test(text));
  const decide = compileInMemory(policy).bind({}, {});
  for (const { name } of tools) assert.notEqual(decide(name, {}).decision, 'allow', name);
});

test('every snapshot of a real server becomes a policy that checks without a warning', {
  skip: !existsSync(SNAPSHOTS) && '../shared is not here',
}, () => {
  for (const file of readdirSync(SNAPSHOTS).filter((name) => name.startsWith('tools-'))) {
    const made = capfence('init', '--tools', join(SNAPSHOTS, file), '--folder', '/data', '-o', `${file}.yaml`);
    assert.equal(made.status, 0, made.stderr);
    const check = capfence('check', `${file}.yaml`, '--tools', join(SNAPSHOTS, file));
    assert.equal(check.status, 0, `${file}: ${check.stdout}`);
    const { tools } = JSON.parse(readFileSync(join(SNAPSHOTS, file), 'utf8')) as { tools: unknown[] };
    assert.ok(made.stdout.trim().split('\n').length >= tools.length, made.stdout);
    const denied = made.stdout.split('\n').filter((line) => line.includes('denied'));
    assert.ok(
      denied.every((line) => / get-env | printEnv /.test(line)),
      `${file}: ${denied.join()}`,
    );
    const compiled = capfence('compile', `${file}.yaml`, '--tools', join(SNAPSHOTS, file), '-o', 'out');
    assert.equal(compiled.status, 0, compiled.stderr);
  }
});

for (const [name, args] of Object.entries(REAL)) {
  test(`init in front of ${name}`, () => {
    const folderOf = dirname(require.resolve(`${name}/package.json`));
    const server = [process.execPath, join(folderOf, 'dist/index.js'), ...args];
    const base = name.split('-').at(-1) as string;
    const made = capfence('init', '-o', `${base}.yaml`, '--lock', `${base}.lock.json`, '--', ...server);
    assert.equal(made.status, 0, made.stderr);
    const check = capfence('check', `${base}.yaml`, '--tools', `${base}.lock.json`);
    assert.equal(check.status, 0, check.stdout);
    assert.equal(capfence('scan', '--check', `${base}.lock.json`, '--', ...server).status, 0);
    if (base === 'filesystem') {
      assert.match(made.stdout, new RegExp(`allowed {2}write_file \\{"path":"${folder}/example"`));
      assert.match(made.stdout, /asks {5}write_file \{"path":"\/etc\/example"/);
      assert.match(made.stdout, /asks {5}move_file/);
    }
    // Not over what is there.
    assert.equal(capfence('init', '-o', `${base}.yaml`, '--', ...server).status, 2);
  });
}

test('what can not be done is one clear line', () => {
  for (const args of [
    ['init'],
    ['init', '--', 'no-such-command-here'],
    ['init', '--tools', 'missing.json', '-o', 'x.yaml'],
  ]) {
    const { status, stderr } = capfence(...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr.trim().split('\n').at(-1) as string, /error: /);
  }
  writeFileSync(join(folder, 'none.json'), '{"tools":[]}');
  assert.equal(capfence('init', '--tools', 'none.json', '-o', 'none.yaml').status, 2);
  assert.ok(!existsSync(join(folder, 'none.yaml')));
});
