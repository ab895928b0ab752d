import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileInMemory } from '../../../compiler/in-memory.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { type SnapshotTool, withTools } from '../../../compiler/ir/tool-snapshot.js';
import { LEVELS, type Level } from '../../../compiler/start/levels.js';
import { scaffold } from '../../../compiler/start/scaffold.js';

const tool = (name: string, properties: object = {}, more: object = {}): SnapshotTool => ({
  name,
  inputSchema: { type: 'object', properties, ...more },
  ...('annotations' in more && { annotations: more.annotations }),
});
const text = { type: 'string' };

interface Options {
  readonly level?: Level;
  readonly folders?: readonly string[];
  readonly trustsHints?: boolean;
}

function made(
  tools: readonly SnapshotTool[],
  { level = 'balanced', folders = ['/project'], trustsHints = false }: Options = {},
) {
  const snapshot = { server: { name: 'mcp-server-shop', version: '1' }, tools };
  const yaml = scaffold(snapshot, { name: 'test', folders, level, trustsHints });
  const policy = withTools(loadPolicyText(yaml, 'test.yaml').policy, snapshot);
  const decide = compileInMemory(policy).bind({}, { home: '/home/me', platform: 'linux' });
  return { yaml, says: (name: string, args: object = {}) => decide(name, args as never).decision };
}

test('each tool has a capability of its own, by what it is about and what it does', () => {
  const tools = ['get_order', 'list_orders', 'create_order', 'delete_order', 'describe_order', 'orders'].map((name) =>
    tool(name),
  );
  const { yaml } = made(tools);
  const capabilities = [...yaml.matchAll(/capability: (shop\.[\w.]+), paths/g)].map(([, capability]) => capability);
  assert.deepEqual(capabilities, [
    'shop.get_order.read',
    'shop.orders.read',
    'shop.order.write',
    'shop.order.delete',
    'shop.describe_order.read',
    'shop.orders.use',
  ]);
});

test('files are bound to the folder, for reading too; keys and passwords are for nobody', () => {
  const tools = [
    tool('read_file', { path: text, isUrl: { type: 'boolean' } }),
    tool('write_file', { path: text, content: text }),
    tool('list_allowed_directories'),
    tool('move_file', { source: text, destination: text }),
  ];
  const { says } = made(tools);
  assert.equal(says('read_file', { path: '/project/a' }), 'allow');
  assert.equal(says('read_file', { path: '/project/../etc/passwd' }), 'require_approval');
  assert.equal(says('read_file', { path: '/etc/passwd' }), 'require_approval');
  assert.equal(says('read_file', { path: 'https://evil.example/x', isUrl: true }), 'deny');
  assert.equal(says('read_file', { path: '/project/a', isUrl: true }), 'require_approval');
  assert.equal(says('read_file', { path: '/project/a', isUrl: false }), 'allow');
  for (const path of ['/project/.env', '/project/.ssh/id_rsa', '/home/me/.aws/credentials', '/project/x/server.pem'])
    assert.equal(says('read_file', { path }), 'deny', path);
  assert.equal(says('write_file', { path: '/project/a' }), 'allow');
  assert.equal(says('write_file', { path: '/workshop/a' }), 'require_approval');
  assert.equal(says('list_allowed_directories'), 'allow');
  assert.equal(says('move_file', { source: '/project/a', destination: '/project/b' }), 'require_approval');
  assert.equal(says('move_file', { source: '/project/.ssh', destination: '/project/b' }), 'deny');
  assert.equal(says('move_file', { source: '/project/.ssh/', destination: '/project/b' }), 'deny');
  const cautious = made(tools, { level: 'cautious' });
  assert.equal(cautious.says('read_file', { path: '/project/a' }), 'allow');
  assert.equal(cautious.says('read_file', { path: '/etc/passwd' }), 'deny');
  assert.equal(cautious.says('write_file', { path: '/project/a' }), 'require_approval');
  assert.equal(cautious.says('list_allowed_directories'), 'allow');
  const nowhere = made(tools, { folders: [] });
  assert.equal(nowhere.says('read_file', { path: '/project/a' }), 'require_approval');
});

test('a tool that looks may be given a file to save to: asked about outside the folder', () => {
  const tools = [
    tool('page_find', { text, filename: text }),
    tool('page_click', { target: { ...text, description: 'Element to click' } }),
  ];
  const { says } = made(tools);
  assert.equal(says('page_find', { text: 'x' }), 'allow');
  assert.equal(says('page_find', { filename: '/project/x' }), 'allow');
  assert.equal(says('page_find', { filename: '/etc/cron.d/x' }), 'require_approval');
  assert.equal(says('page_find', { filename: 'x' }), 'require_approval');
  assert.equal(says('page_find', { filename: '/project/.ssh/authorized_keys' }), 'deny');
  assert.equal(made(tools, { level: 'cautious' }).says('page_find', { filename: '/etc/x' }), 'deny');
  assert.equal(made(tools, { level: 'open' }).says('page_click', { target: 'e12' }), 'allow', 'no file');
});

test('secrets of a service are not shown', () => {
  const kind = { resourceType: text };
  const tools = [
    tool('kube_get', kind),
    tool('get_secret_value', { id: text }),
    tool('list_api_tokens'),
    tool('get_env'),
    tool('get_tokenizer'),
  ];
  for (const level of LEVELS) {
    const { says } = made(tools, { level });
    const expected = level === 'open' ? 'require_approval' : 'deny';
    assert.equal(says('kube_get', { resourceType: 'pods' }), 'allow');
    assert.equal(says('kube_get', {}), 'allow');
    for (const resourceType of ['secrets', 'Secret/x', ['pods', 'secrets'], 'pods,secrets'])
      assert.equal(says('kube_get', { resourceType }), expected, `${level} ${resourceType}`);
    for (const name of ['get_secret_value', 'list_api_tokens', 'get_env']) assert.equal(says(name), expected, name);
    assert.equal(says('get_tokenizer'), 'allow');
  }
});

test('addresses lead to the public web alone; commands and statements that look pass', () => {
  const { says } = made([
    tool('fetch_page', { url: text }, { required: ['url'] }),
    tool('start_process', { command: text }, { required: ['command'] }),
    tool('query', { sql: text }, { required: ['sql'] }),
    tool('query-docs', { topic: { ...text, description: 'What to look for' } }, { required: ['topic'] }),
    tool('send_message', { to: text, body: text }),
    tool('create_hook', { url: text }),
  ]);
  assert.equal(says('fetch_page', { url: 'https://example.com/' }), 'allow');
  for (const url of [
    'http://127.0.0.1/',
    'http://169.254.169.254/x',
    'http://10.0.0.1',
    'file:///etc/passwd',
    'http://localhost',
  ])
    assert.equal(says('fetch_page', { url }), 'deny', url);
  assert.equal(says('create_hook', { url: 'http://[::1]/' }), 'deny');
  assert.equal(says('create_hook', { url: 'https://example.com/' }), 'require_approval');
  assert.equal(says('start_process', { command: 'ls' }), 'allow');
  assert.equal(says('start_process', { command: 'git status' }), 'require_approval', 'a repository may run a program');
  assert.equal(says('start_process', { command: 'ls; rm -rf /' }), 'require_approval');
  assert.equal(says('query', { sql: 'select 1' }), 'allow');
  assert.equal(says('query', { sql: 'drop table t' }), 'require_approval');
  assert.equal(says('query-docs', { topic: 'x' }), 'require_approval', 'its server says nothing of it');
  assert.equal(says('send_message', { to: 'a@example.com' }), 'require_approval');
});

test('hints are believed when that is asked for, as they are locked, for what is only said to look', () => {
  const reads = { annotations: { readOnlyHint: true } };
  const tools = [
    tool('page_tabs', {}, reads),
    tool('page_type', {}, reads),
    tool('run_page', { code: text }, reads),
    tool('delete_page', {}, reads),
    tool('mail_page', { recipient: text }, reads),
    tool('page_things'),
    tool('page_messages', { filename: text }, reads),
  ];
  const plain = made(tools);
  assert.ok(tools.every(({ name }) => plain.says(name) === 'require_approval'));
  const { says, yaml } = made(tools, { trustsHints: true });
  assert.equal(says('page_tabs'), 'allow');
  assert.equal(says('page_messages'), 'allow');
  assert.equal(says('page_messages', { filename: '/etc/x' }), 'require_approval', 'it may write');
  for (const name of ['page_type', 'run_page', 'delete_page', 'mail_page', 'page_things'])
    assert.equal(says(name), 'require_approval', name);
  // What is not in the lock says nothing.
  const unlocked = compileInMemory(loadPolicyText(yaml, 'test.yaml').policy).bind({}, {});
  assert.equal(unlocked('page_tabs', {}).decision, 'require_approval');
});

test('what takes away, pays or runs is denied by the cautious, and asked about by the others', () => {
  const names = [
    'delete_order',
    'refund_order',
    'run_order',
    'create_order',
    'post_order',
    'order_things',
    'list_orders',
  ];
  const table = Object.fromEntries(
    LEVELS.map((level) => [
      level,
      names.map((name) =>
        made(
          names.map((one) => tool(one)),
          { level },
        ).says(name),
      ),
    ]),
  );
  const [deny, ask, allow] = ['deny', 'require_approval', 'allow'];
  assert.deepEqual(table, {
    cautious: [deny, deny, deny, ask, ask, ask, allow],
    balanced: [ask, ask, ask, ask, ask, ask, allow],
    open: [ask, ask, ask, allow, ask, ask, allow],
  });
});

test('what is commented out loads once it is uncommented', () => {
  const tools = [
    tool('fetch_page', { url: text }),
    tool('send_message', { to: text }),
    tool('delete_order'),
    tool('read_file', { path: text }),
    tool('list_issues'),
  ];
  const { yaml } = made(tools);
  const uncommented = yaml
    .split('\n')
    .map((line) => (/^# (?:limits|mark):$|^# {3}- \{ (?:id|label):/.test(line) ? line.slice(2) : line))
    .join('\n');
  const { policy } = loadPolicyText(uncommented, 'test.yaml');
  assert.ok(policy.limits.length >= 3 && policy.marks.length >= 3, uncommented);
  const asking = yaml.split('\n').filter((line) => /^# {3}- \{ capability: .*after:/.test(line));
  assert.ok(asking.length >= 2);
  const withRules = uncommented.replace(
    'require_approval:',
    `require_approval:\n${asking.map((line) => line.slice(2)).join('\n')}`,
  );
  assert.ok(loadPolicyText(withRules, 'test.yaml').policy.rules.length > policy.rules.length);
});

test('named examples: what was found by attacking policies that init had written', () => {
  const object = { type: 'object' };
  const tools = [
    tool('navigate', { url: text, launchOptions: object }, { required: ['url'] }),
    tool('run_command', { command: text, workdir: text }, { required: ['command'] }),
    tool('privileged-command', { command: text }, { required: ['command'] }),
    tool('compare_files', { file1: text, file2: text }),
    tool('capture_it', { save_as: text }),
    tool('get_web3', { url1: text }),
    tool('do_check', { shellCommand: text }),
    tool('get_rows', { sqlQuery: text }),
    tool('query_database', { query: { ...text, description: 'Query the company database' } }),
    tool('vm_update', { name: text }),
    tool('status_post'),
    tool('log_transfer', { amount: { type: 'number' } }),
    tool('get_then_update'),
    tool('resolve_incident'),
    tool('get_api_key'),
    tool('getDBPassword'),
    tool('readAWSCredentials'),
    tool('get_connection_string'),
    tool('list_things', { resource_types: { type: 'array', items: text } }),
    tool('read_resource', { uri: text }, { required: ['uri'] }),
    tool('get_file_contents', { owner: text, repo: text, path: text }),
    {
      name: 'read_document',
      inputSchema: {
        type: 'object',
        properties: { input: { $ref: '#/$defs/In' } },
        $defs: { In: { type: 'object', properties: { path: text, url: text } } },
      },
    },
  ];
  for (const level of LEVELS) {
    const { says } = made(tools, { level });
    const passes: readonly (readonly [string, object])[] = [
      ['read_resource', { uri: 'https://example.com/' }],
      ['get_file_contents', { owner: 'o', repo: 'r', path: 'README.md' }],
    ];
    const held: readonly (readonly [string, object])[] = [
      ['navigate', { url: 'https://example.com/', launchOptions: { executablePath: '/tmp/x' } }],
      ['run_command', { command: 'ls', workdir: '/root/.ssh' }],
      ['privileged-command', { command: 'ls' }],
      ['compare_files', { file1: '/etc/shadow' }],
      ['capture_it', { save_as: '/home/u/.bashrc' }],
      ['get_web3', { url1: 'http://169.254.169.254/' }],
      ['do_check', { shellCommand: 'rm -rf ~' }],
      ['get_rows', { sqlQuery: 'DROP TABLE users' }],
      ['query_database', { query: 'DROP TABLE users' }],
      ...(level === 'open'
        ? []
        : ([
            ['vm_update', {}],
            ['get_then_update', {}],
          ] as const)),
      ['status_post', {}],
      ['log_transfer', { amount: 1 }],
      ['resolve_incident', {}],
      ['get_api_key', {}],
      ['getDBPassword', {}],
      ['readAWSCredentials', {}],
      ['get_connection_string', {}],
      ['list_things', { resource_types: ['secrets'] }],
      ['read_document', { input: { path: '/etc/shadow' } }],
      ['read_document', { input: { url: 'http://169.254.169.254/' } }],
    ];
    for (const [name, args] of held)
      assert.notEqual(says(name, args), 'allow', `${level} ${name} ${JSON.stringify(args)}`);
    if (level !== 'cautious')
      for (const [name, args] of passes) assert.equal(says(name, args), 'allow', `${level} ${name}`);
  }
});
