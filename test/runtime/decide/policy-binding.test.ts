import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { evaluateModule } from '../../../compiler/emit/evaluate.js';
import { loadPolicySync, loadPolicyText } from '../../../compiler/ir/load.js';
import { BindError } from '../../../runtime/bind-error.js';
import type { Context, Environment } from '../../../runtime/types.js';
import { temporaryFolder } from '../../support/folder.js';

const LINUX: Environment = { platform: 'linux', home: '/home/ann' };

function bound(text: string, context: Context = {}, environment: Environment = LINUX, compiledFor: Context = {}) {
  return evaluateModule(loadPolicyText(text).policy, compiledFor).bind(context, environment);
}

const words = ({ decision, reason, capability }: { decision: string; reason: string; capability: string }) =>
  `${decision} ${reason} ${capability}`;

test('a policy is bound to the context that it was compiled for, and to the catalogue', () => {
  const text = 'allow:\n  - { capability: x.y, environment: dev }\ntools: { t: x.y }\n';
  assert.equal(bound(text, {}, LINUX, { environment: 'dev' })('t', {}).decision, 'allow', 'what was fixed holds');
  assert.throws(() => bound(text, { environment: 'prod' }, LINUX, { environment: 'dev' }), BindError);
  const module = evaluateModule(loadPolicyText(text).policy);
  Object.assign(module.manifest, { catalogue: 0 });
  assert.throws(() => module.bind({}, LINUX), /compiled against tool catalogue 0/);
  Object.assign(module.manifest, { format: undefined });
  assert.throws(() => module.bind({}, LINUX), /written by another version of capfence: compile it again/);
  assert.throws(() => bound(text, {}, { ...LINUX, roots: ['here'] }), BindError);
});

test('the strictest of what a tool does decides, the first of equals', () => {
  const decide = bound(
    'allow: [a.b, c.d]\nrequire_approval: [e.f]\ndeny: [g.h]\n' +
      'tools: { two: [a.b, e.f], same: [c.d, a.b], three: [e.f, g.h, a.b] }\n',
  );
  assert.equal(words(decide('two', {})), 'require_approval approval_required e.f');
  assert.equal(words(decide('same', {})), 'allow policy_allow c.d');
  assert.equal(words(decide('three', {})), 'deny policy_deny g.h');
});

test('a name that looks like a mapped one does what that one does, too', () => {
  const decide = bound('allow: [mcp.tool.*, a.b]\ndeny: [c.d]\ntools: { remove: c.d, "rm_*": c.d, fine: a.b }\n');
  for (const name of ['Remove', ' remove', 'ｒemove', 'RM_all']) assert.equal(decide(name, {}).decision, 'deny', name);
  assert.equal(words(decide('unheard_of', {})), 'allow policy_allow mcp.tool.unheard_of');
  assert.equal(words(bound('deny: [c.d]\n')('unheard_of', {})), 'deny unmapped_tool mcp.tool.unheard_of');
});

test('of many rules, too, a pointer is no name', () => {
  const rules = Array.from({ length: 20 }, (_, i) => `  - { capability: x.y, args: { /a/b: v${i} } }\n`).join('');
  const decide = bound(`allow:\n${rules}  - { capability: x.y, args: { b?: w } }\ntools: { t: x.y }\n`);
  assert.equal(decide('t', { a: { b: 'v3' }, b: 'x' }).decision, 'allow');
  assert.equal(decide('t', { '/a/b': 'v3', b: 'x' }).decision, 'deny');
  assert.equal(decide('t', { a: { b: 'none' }, b: 'w' }).decision, 'allow');
  assert.equal(decide('t', { '/a/b': 'v3', 'b?': 'w', b: 'x' }).decision, 'deny');
});

test('methods: mapped, passed on, or a file by its URI', () => {
  const decide = bound(
    'allow:\n  - prompt.use\n  - { capability: filesystem.read, path_prefix: /data }\nmethods: { prompts/get: prompt.use, ping: pass }\n',
  );
  assert.equal(decide.method('prompts/get', { name: 'x' })?.decision, 'allow');
  assert.equal(decide.method('ping', {}), null);
  assert.equal(decide.method('resources/read', { uri: 'file:///data/x' })?.decision, 'allow');
  assert.equal(decide.method('resources/read', { uri: 'file:///etc/x' })?.decision, 'deny');
  assert.equal(decide.method('resources/read', { uri: 'https://a.test/' }), null);
  assert.deepEqual([decide.mapsMethod('ping'), decide.mapsMethod('tools/list')], [true, false]);
  assert.deepEqual(decide.unknownMethod('resources/read', { uri: 'x' }), ['path']);
});

test('a tool is out of reach only where no call of it could ever pass or be approved', () => {
  const decide = bound(
    'deny: [a.b]\nallow:\n  - { capability: c.d, path_prefix: /data }\n  - { capability: e.f, environment: dev }\n' +
      'require_approval: [g.h]\ntools: { denied: a.b, some: c.d, context: e.f, asked: g.h, none: { capability: c.d, paths: [] } }\n',
  );
  const reached = ['denied', 'some', 'context', 'asked', 'none'].map((tool) => decide.reachable(tool));
  assert.deepEqual(reached, [false, true, false, true, false]);
});

test('which facts a verdict rests on without knowing them', () => {
  const decide = bound(
    'deny:\n  - { capability: c.d, path_prefix: /etc }\nallow:\n  - { capability: c.d, path_prefix: /data, amount_lt: 5 }\n' +
      'tools: { t: c.d }\n',
  );
  assert.deepEqual(decide.unknown('t', {}), ['path']);
  assert.deepEqual(decide.unknown('t', { path: '/data/x' }), ['amount'], 'what kept the allow rule from matching');
  assert.deepEqual(decide.unknown('t', { path: '/x', amount: 1 }), [], 'a plain no');
  assert.deepEqual(decide.unknown('t', { path: '/data/x', amount: 1 }), []);
});

test('risk levels tighten, never loosen', () => {
  const decide = bound(
    'allow: [a.b]\ndeny: [c.d]\nrisk_levels: { high: { action: require_approval }, low: { action: allow } }\n' +
      'tools: { risky: { capability: a.b, risk: high }, denied: { capability: c.d, risk: low }, plain: a.b }\n',
  );
  assert.equal(words(decide('risky', {})), 'require_approval risk_level_high a.b');
  assert.equal(decide('denied', {}).decision, 'deny');
  assert.equal(decide('plain', {}).decision, 'allow');
});

test('which arguments a selector reads, case aside', () => {
  const decide = bound(
    'allow:\n  - { capability: c.d, args: { force: false } }\ntools: { t: { capability: c.d, paths: [target] } }\n',
  );
  const selected = ['target', 'TARGET', 'Force', 'amount', 'other'].map((key) => decide.selects('tool', 't', key));
  assert.deepEqual(selected, [true, true, true, true, false]);
});

test("a call that reaches one of the gateway's own files is told from one that may, and one that doesn't", () => {
  const decide = bound(
    'allow: ["*"]\ntools: { write: filesystem.write, read: filesystem.read, rmdir: { capability: x.y, tree: true } }\n',
  );
  const guard = decide.guard(['/var/capfence'], ['/srv']);
  const asked = (tool: string, args: Record<string, unknown>) => decide.touches('tool', tool, args, guard);
  assert.equal(asked('write', { path: '/var/capfence/policy.yaml' }), 'yes');
  assert.equal(asked('write', { path: '/var/capfencer' }), 'no');
  assert.equal(asked('write', { path: '../var/capfence' }), 'yes', 'relative to a folder of the server');
  assert.equal(asked('write', { path: '$HOME/x' }), 'maybe');
  assert.equal(asked('read', { path: '/var/capfence/policy.yaml' }), 'no', 'to read is not to change');
  assert.equal(asked('rmdir', { path: '/var' }), 'yes', 'what lies below goes with it');
});

test("a name that one file of several maps is mapped, and looks like no other file's", () => {
  const dir = temporaryFolder();
  writeFileSync(join(dir, 'base.yaml'), 'tools: { Read_File: b.write }\n');
  writeFileSync(
    join(dir, 'p.yaml'),
    'extends: base.yaml\ntools: { read_file: a.read }\ndeny: [b.write]\nallow: [a.read]\n',
  );
  const decide = evaluateModule(loadPolicySync(join(dir, 'p.yaml')).policy).bind({}, LINUX);
  assert.equal(decide('read_file', {}).decision, 'allow');
});
