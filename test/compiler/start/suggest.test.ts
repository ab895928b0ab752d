import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { interpretTool } from '../../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { foldersOf, valuesOf } from '../../../compiler/start/generalise.js';
import { type SeenCall, suggest } from '../../../compiler/start/suggest.js';
import { runCapfence } from '../../support/capfence.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';
import { check } from '../../support/seed.js';

const NOTHING = loadPolicyText('deny: ["*"]\n', 'none.yaml').policy;
const world = { context: {}, environment: { home: '/home/me', roots: [] } };
const seen = (tool: string, args: Record<string, unknown>): SeenCall => ({ tool, args, world });

test('folders hold what was seen, siblings become one, and the root is never meant', () => {
  const prefixes = (...paths: string[]) => foldersOf(paths).map(({ prefix }) => prefix);
  assert.deepEqual(prefixes('/data/a.txt'), ['/data']);
  assert.deepEqual(prefixes('/a.txt', '/b.txt'), ['/a.txt', '/b.txt']);
  assert.deepEqual(prefixes('/data/a/1', '/data/b/2'), ['/data/a', '/data/b']);
  assert.deepEqual(prefixes('/data/a/1', '/data/b/2', '/data/c/3'), ['/data']);
  assert.deepEqual(prefixes('/data', '/data/x/1'), ['/data']);
  assert.deepEqual(prefixes('/data/x', '/database/y'), ['/data', '/database']);
});

test('values are listed while they are few; beyond, what they begin with', () => {
  assert.deepEqual(valuesOf(['b', 'a', 'a']), { kind: 'in', values: ['a', 'b'] });
  const commands = [...Array(20).keys()].map((i) => `git status-${i}`);
  assert.deepEqual(valuesOf(commands), { kind: 'prefix', prefix: 'git ', count: 20 });
  assert.equal(valuesOf([...Array(20).keys()].map(String)), undefined);
  assert.equal(valuesOf(['a', 1]), undefined);
  assert.equal(valuesOf(['x'.repeat(1000)]), undefined);
});

test('what is suggested permits what was seen, and neither another folder nor another value', () => {
  const calls = [
    seen('read_file', { path: '/data/a/1.txt' }),
    seen('read_file', { path: '/data/a/2.txt' }),
    seen('write_file', { path: '/data/out/x', content: 'hello' }),
    seen('run_command', { command: 'git status' }),
    seen('odd tool: "x"', { mode: 'fast' }),
    seen('move_file', { source: '/data/tmp/a', destination: '/data/out/b' }),
  ];
  const { text, left } = suggest(calls, NOTHING);
  assert.deepEqual(left, [], text);
  const { policy } = loadPolicyText(text, 'suggested.yaml');
  const decision = (tool: string, args: Record<string, unknown>) => interpretTool(policy, tool, args, world).decision;
  assert.equal(decision('read_file', { path: '/data/a/3.txt' }), 'allow');
  assert.equal(decision('read_file', { path: '/data/b/3.txt' }), 'deny');
  assert.equal(decision('write_file', { path: '/data/a/1.txt' }), 'deny');
  assert.equal(decision('run_command', { command: 'git push' }), 'deny');
  assert.equal(decision('odd tool: "x"', { mode: 'slow' }), 'deny');
  assert.match(text, /"\/data\/out" # REVIEW: all that lies there, from 2 paths such as/);
  assert.match(text, /# 1 call of run_command\. REVIEW/);
  assert.ok(!/# 2 calls of read_file\. REVIEW/.test(text));
});

test('named examples: what was found by attacking suggestions', () => {
  const policyOf = (calls: SeenCall[]) => loadPolicyText(suggest(calls, NOTHING).text, 'suggested.yaml').policy;
  const decision = (calls: SeenCall[], tool: string, args: Record<string, unknown>) =>
    interpretTool(policyOf(calls), tool, args, world).decision;
  const many = [...Array(9).keys()].map((i) => seen('read_file', { path: `/data/x/f${i}` }));
  assert.equal(decision(many, 'read_file', { path: '/data/x/../../etc/shadow' }), 'deny', 'a path is no text');
  const listed = [seen('list_directory', { path: '/etc' })];
  assert.match(suggest(listed, NOTHING).text, /"\/etc" # REVIEW/);
  assert.equal(decision(listed, 'read_file', { path: '/etc/shadow' }), 'deny', 'another tool with the same capability');
  for (const name of ['*', '', 'a?']) assert.equal(decision([seen(name, {})], 'delete_everything', {}), 'deny', name);
  const search = suggest([seen('search_nodes', { query: 'a', force: true })], NOTHING).text;
  assert.match(search, /REVIEW: whatever its other arguments \(seen: force\)/);
  assert.equal(decision([seen('read_file', {})], 'read_file', { path: '/etc/shadow' }), 'deny');
});

test('what no rule can permit alone is said, not permitted', () => {
  const calls = [seen('read_file', { path: '/data/a' }), seen('read_file', { path: '../up' }), seen('read_file', {})];
  const { left } = suggest(calls, NOTHING);
  assert.deepEqual(
    left.map(({ args }) => args),
    [{ path: '../up' }, {}],
  );
});

test('property: of plain absolute paths and any arguments, all that was seen is permitted', () => {
  const segment = fc.stringMatching(/^[a-z]{1,3}$/);
  const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
  const call = fc.oneof(
    path.map((one) => seen('read_file', { path: one })),
    path.map((one) => seen('write_file', { path: one, content: 'x' })),
    fc.tuple(path, path).map(([source, destination]) => seen('move_file', { source, destination })),
    fc.record({ command: fc.string({ maxLength: 20 }) }).map((args) => seen('bash', args)),
    fc
      .tuple(
        fc.string({ minLength: 1, maxLength: 8 }),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
      )
      .map(([name, args]) => seen(`x${name.replace(/[*?[\]]/g, '')}`, args)),
  );
  check(
    fc.property(fc.array(call, { minLength: 1, maxLength: 12 }), (calls) => {
      const { text, left } = suggest(calls, NOTHING);
      // Names and texts that may be taken for others, or paths among other tools' arguments, can't be permitted alone.
      const plain = left.filter(({ tool }) => ['read_file', 'write_file', 'move_file'].includes(tool));
      assert.deepEqual(plain, [], text);
    }),
    300,
  );
});

test('from an observing gateway to a policy, over the command line', async () => {
  const policy = 'allow: [{ capability: filesystem.read, path_prefix: /nowhere }]\n';
  await withGateway({ policy, flags: ['--observe', '--audit-payloads'] }, async (gateway) => {
    for (const [id, path] of ['/data/a', '/data/b'].entries()) {
      gateway.message(toolCall(id, 'read_file', { path }));
      assert.ok((await gateway.next(withId(id))).result);
    }
    await gateway.close();
    const suggested = runCapfence(['suggest', '--audit', 'audit', '-o', 'new.yaml'], { cwd: gateway.folder });
    assert.equal(suggested.status, 0, suggested.stderr);
    assert.match(suggested.stderr, /permits 2 of 2 calls/);
    assert.match(readFileSync(join(gateway.folder, 'new.yaml'), 'utf8'), /- "\/data"/);
    const checked = runCapfence(['check', 'new.yaml'], { cwd: gateway.folder });
    assert.equal(checked.status, 0, checked.stdout);
    const replay = runCapfence(['replay', '--policy', 'new.yaml', '--audit', 'audit'], { cwd: gateway.folder });
    assert.match(replay.stdout, /deny .*→ allow|deny.*allow/);
    for (const args of [
      ['--audit', 'none'],
      ['--audit', 'audit', '--agent', 'other'],
    ]) {
      assert.equal(runCapfence(['suggest', ...args], { cwd: gateway.folder }).status, 2);
    }
  });
});
