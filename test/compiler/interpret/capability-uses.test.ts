import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, decision, verdictOf } from '../../support/decide.js';

test('exact name beats glob, longer glob beats shorter', () => {
  const policy = `
tools: { "get_*": a.read, "get_secret_*": b.read, get_secret_x: c.read }
deny: [b.read]
allow: [a.read, c.read]
`;
  assert.equal(verdictOf(policy, 'get_thing', {}), 'allow');
  assert.equal(verdictOf(policy, 'get_secret_y', {}), 'deny');
  assert.equal(verdictOf(policy, 'get_secret_x', {}), 'allow');
});

test('a call has the strictest verdict of its capability uses', () => {
  const policy = `
tools: { both: [{ capability: a.one }, { capability: b.two }] }
require_approval: [b.two]
allow: [a.one]
`;
  assert.equal(decision(policy, 'both', {}), 'require_approval by require_approval[0] (approval_required)');
});

test('selectors: names, pointers, stars, optional, empty list', () => {
  const policy = (paths: string) =>
    `tools: { t: { capability: fs.write, paths: ${paths} } }\nallow: [{ capability: fs.write, path_prefix: /ok }]\n`;
  const allows = (paths: string, args: Record<string, unknown>) => verdictOf(policy(paths), 't', args) === 'allow';
  assert.ok(allows('[dest]', { dest: '/ok/a', path: '/etc' }));
  assert.ok(!allows('[dest]', { path: '/ok/a' }));
  assert.ok(allows('[/a/b]', { a: { b: '/ok/x' } }));
  assert.ok(allows('[/a~1b]', { 'a/b': '/ok/x' }));
  assert.ok(allows('[/files/*/to]', { files: [{ to: '/ok/1' }, { to: '/ok/2' }] }));
  assert.ok(!allows('[/files/*/to]', { files: [{ to: '/ok/1' }, {}] }));
  assert.ok(!allows('[/files/*/to]', { files: [] }));
  assert.ok(allows('[a, "b?"]', { a: '/ok/1' }));
  assert.ok(!allows('[a, "b?"]', { a: '/ok/1', b: null }));
  assert.ok(!allows('[a]', { a: [] }));
  assert.ok(allows('[a]', { a: [['/ok/1'], '/ok/2'] }));
  assert.ok(!allows('[]', { path: '/ok/1' }), 'no path, for certain: the condition is false');
});

test('names that differ only by case, white space or compatibility are judged as both', () => {
  const policy = 'allow: ["*"]\ndeny: [filesystem.delete]\n';
  for (const name of ['DELETE_FILE', ' delete_file', 'delete_file\u00a0', 'delete\uff3ffile', 'ｄelete_file']) {
    assert.equal(verdictOf(policy, name, { path: '/x' }), 'deny', name);
  }
  assert.equal(verdictOf(policy, 'delete_files', { path: '/x' }), 'allow');
});

test('a glob covers names that differ from its names only so', () => {
  const policy =
    'tools: { "getFile*": filesystem.read }\ndeny: [{ capability: filesystem.read, path_prefix: /etc }]\nallow: [mcp, filesystem]\n';
  for (const name of ['getFileX', 'GETFILEX', 'getfilex', ' getFileX']) {
    assert.equal(verdictOf(policy, name, { path: '/etc/x' }), 'deny', name);
  }
});

test('a file: URI is judged wherever a method can name one', () => {
  const decide = bind('allow: [{ capability: filesystem.read, path_prefix: /ok }]\n', { roots: ['/ok'] });
  const denied = (method: string, params: Record<string, unknown>) =>
    decide.method(method, params)?.decision === 'deny';
  for (const uri of [
    'file:///etc/x',
    `${' '.repeat(5000)}file:///etc/x`,
    'f ile:///etc/x',
    'FI\u0001LE:///etc/x',
    '\u0085file:///etc/x',
    ['file:///etc/x'],
  ]) {
    assert.ok(denied('resources/read', { uri }), JSON.stringify(uri).slice(-40));
  }
  assert.ok(denied('subscriptions/listen', { notifications: { resourceSubscriptions: [['file:///etc/x']] } }));
  assert.ok(denied('completion/complete', { ref: { type: 'ref/resource', uri: 'file:///etc/{name}' } }));
  assert.equal(decide.method('resources/read', { uri: 'file:///ok/a' })?.decision, 'allow');
});

test("a policy's own entry wins over the catalogue; own names are exact", () => {
  assert.equal(verdictOf('tools: { read_file: secret.read }\nallow: [filesystem.read]\n', 'read_file', {}), 'deny');
  assert.equal(verdictOf('tools: { Bash: my.tool }\ndeny: [shell]\nallow: [my.tool]\n', 'Bash', {}), 'allow');
});

test('prototype names are plain names', () => {
  const policy = 'allow: [mcp.tool.constructor]\n';
  assert.equal(verdictOf(policy, 'constructor', {}), 'allow');
  for (const name of ['__proto__', 'toString', 'hasOwnProperty', '']) assert.equal(verdictOf(policy, name, {}), 'deny');
  const inherited = Object.create({ path: '/ok' }) as Record<string, unknown>;
  assert.equal(
    verdictOf('allow: [{ capability: filesystem.read, path_prefix: /ok }]\n', 'read_file', inherited),
    'deny',
  );
});

test('risk levels only tighten or mark', () => {
  const policy = `
tools: { a: { capability: x.a, risk: high }, b: { capability: x.b, risk: low }, c: { capability: x.c, risk: critical } }
risk_levels: { high: { action: require_approval }, low: { action: warn }, critical: { action: allow }, unrated: { action: block } }
allow: [x.a, x.b, x.c, x.d]
deny: [{ capability: x.e, reason: never }]
`;
  assert.equal(decision(policy, 'a', {}), 'require_approval by allow[0] (risk_level_high)');
  assert.equal(decision(policy, 'b', {}), 'warn by allow[1] (risk_level_low)');
  assert.equal(decision(policy, 'c', {}), 'allow by allow[2] (policy_allow)');
  const unrated = bind(policy).capability('x.d', {});
  assert.deepEqual({ ...unrated }, { decision: 'deny', reason: 'risk_level_unrated', capability: 'x.d', rule: 4 });
  assert.equal(bind(policy).capability('x.e', {}).reason, 'never');
  assert.equal(bind(policy, {}, { risk_level: 'low' }).capability('x.d', {}).decision, 'warn');
});

test('a call without a scope meets only rules without one', () => {
  const policy =
    'deny: [shell.execute.production]\nallow: [shell.execute]\ntools: { p: shell.execute.production, q: shell.execute }\n';
  assert.equal(verdictOf(policy, 'p', {}), 'deny');
  assert.equal(verdictOf(policy, 'q', {}), 'allow');
});

test('the bounded memory of unknown names does not change a verdict', () => {
  const decide = bind('allow: [mcp.tool.known]\n');
  for (let i = 0; i < 5000; i++) assert.equal(decide(`tool_${i}`, {}).capability, `mcp.tool.tool_${i}`);
  assert.equal(decide('known', {}).decision, 'allow');
});
