import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bind, decision } from '../support/decide.js';
import { SEED } from '../support/seed-policy.js';

const CASES: [tool: string, args: Record<string, unknown>, expected: string][] = [
  ['read_file', { path: '/anywhere' }, 'allow by allow[0] (policy_allow)'],
  ['read_file', {}, 'allow by allow[0] (policy_allow)'],
  ['write_file', { path: '/data/staging/a', content: 'x' }, 'allow by allow[1] (policy_allow)'],
  ['write_file', { path: '/data/staging' }, 'allow by allow[1] (policy_allow)'],
  ['write_file', { path: '/data/prod/a' }, 'require_approval by require_approval[0] (approval_required)'],
  ['write_file', { path: '/etc/passwd' }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: '/data/other' }, 'deny by default (policy_default_deny)'],
  ['write_file', { path: '/data/staging-evil/a' }, 'deny by default (policy_default_deny)'],
  ['write_file', { path: '/data/staging/../../etc/passwd' }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: '/data/staging/../prod/x' }, 'require_approval by require_approval[0] (approval_required)'],
  ['write_file', { path: '/data/staging/ok', file: '/etc/shadow' }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: ['/data/staging/ok', '/etc/shadow'] }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: ['/data/staging/a', '/data/staging/b'] }, 'allow by allow[1] (policy_allow)'],
  ['write_file', { files: [{ path: '/data/staging/a' }] }, 'deny by deny[1] (policy_deny)'],
  ['write_file', {}, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: 7 }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: null }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: '' }, 'deny by deny[1] (policy_deny)'],
  ['write_file', { path: 'relative' }, 'deny by deny[1] (policy_deny)'],
  [
    'move_file',
    { source: '/data/staging/a', destination: '/data/staging/b' },
    'deny by deny[0] (destructive_operation)',
  ],
  ['delete_file', { path: '/data/staging/a' }, 'deny by deny[0] (destructive_operation)'],
  ['run_command', { command: 'ls' }, 'deny by deny[2] (policy_deny)'],
  ['nice_delete_reader', { path: '/x' }, 'deny by default (unmapped_tool)'],
  ['Write_File', { path: '/data/staging/a' }, 'deny by default (unmapped_tool)'],
  ['git_status', { repo_path: '/data' }, 'deny by default (policy_default_deny)'],
];

test('the seed policy decides as its readers expect', () => {
  for (const [tool, args, expected] of CASES) {
    assert.equal(decision(SEED, tool, args), expected, `${tool} ${JSON.stringify(args)}`);
  }
});

test('a verdict is one frozen object, however often it is given', () => {
  const decide = bind(SEED);
  const first = decide('write_file', { path: '/etc/passwd' });
  assert.ok(Object.isFrozen(first));
  assert.equal(decide('write_file', { path: '/etc/shadow' }), first);
  assert.deepEqual(first, { decision: 'deny', reason: 'policy_deny', capability: 'filesystem.write', rule: 1 });
});

test('capability, method, reachable and unknown answer beside the call itself', () => {
  const decide = bind(SEED);
  assert.equal(decide.capability('filesystem.write', { path: '/data/staging/x' }).decision, 'allow');
  assert.equal(decide.capability('filesystem.write.backup', { path: '/data/staging/x' }).decision, 'allow');
  assert.equal(decide.capability('network.fetch', {}).reason, 'policy_default_deny');
  assert.equal(decide.method('prompts/get', { name: 'x' }), null);
  assert.equal(decide.method('resources/read', { uri: 'https://example.com/x' }), null);
  assert.equal(decide.method('resources/read', { uri: ' FILE:///etc/passwd' })?.capability, 'filesystem.read');
  assert.equal(decide.reachable('delete_file'), false);
  assert.equal(decide.reachable('move_file'), false);
  assert.equal(decide.reachable('write_file'), true);
  assert.equal(decide.reachable('unheard_of'), false);
  assert.deepEqual(decide.unknown('write_file', { path: 'relative' }), ['path']);
  assert.deepEqual(decide.unknown('write_file', { path: '/etc/x' }), []);
});
