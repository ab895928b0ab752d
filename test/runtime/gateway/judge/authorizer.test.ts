import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateModule } from '../../../../compiler/emit/evaluate.js';
import { loadPolicyText } from '../../../../compiler/ir/load.js';
import { Authorizer } from '../../../../runtime/gateway/judge/authorizer.js';
import { BoundPolicy } from '../../../../runtime/gateway/judge/bound-policy.js';
import type { EvaluatedCall } from '../../../../runtime/gateway/judge/evaluated-call.js';
import { LineJudge } from '../../../../runtime/gateway/judge/line-judge.js';
import { ToolLock } from '../../../../runtime/gateway/judge/tool-lock.js';
import { arrivalOf } from '../../../../runtime/gateway/read/arrival.js';
import { type ClientMessage, readMessage } from '../../../../runtime/wire/envelope.js';

const POLICY = `
deny: [{ capability: filesystem.write, path_prefix: /etc }]
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: [filesystem.read, { capability: filesystem.write, path_prefix: /data }]
methods: { prompts/get: filesystem.read, notifications/prod: { capability: filesystem.write, paths: [path] } }
`;

function authorizer(lock: ToolLock | null = null, ownFiles: readonly string[] = []) {
  const module = evaluateModule(loadPolicyText(POLICY).policy);
  const policy = new BoundPolicy(
    (world) => module.bind({}, world),
    { platform: 'linux', home: '/h' },
    { files: () => ownFiles, leadsToDesk: () => false },
  );
  return { policy, authorizer: new Authorizer(policy, lock) };
}

const read = (message: object) => {
  const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  return { message: readMessage(JSON.parse(text), text, true) as ClientMessage, text };
};
const call = (name: string, args: object) => ({ id: 1, method: 'tools/call', params: { name, arguments: args } });

function evaluated(message: object, lock: ToolLock | null = null, ownFiles: readonly string[] = []): string {
  const { message: one, text } = read(message);
  const found = authorizer(lock, ownFiles).authorizer.evaluate(one, text);
  switch (found.kind) {
    case 'judged':
      return `${found.verdict.decision} ${found.verdict.reason}`;
    case 'refused':
      return `refused ${found.refusal.code}`;
    case 'dropped':
      return `dropped ${found.reason}`;
    default:
      return found.kind;
  }
}

test('messages are judged, passed, refused or dropped', () => {
  const cases: readonly (readonly [object, string])[] = [
    [call('write_file', { path: '/data/x' }), 'allow policy_allow'],
    [call('write_file', { path: '/etc/x' }), 'deny policy_deny'],
    [call('write_file', { path: '/data/prod/x' }), 'require_approval approval_required'],
    [call('unheard_of', {}), 'deny unmapped_tool'],
    [call('write_file', { path: '/data/x', Path: '/etc/x' }), 'refused -32600'],
    [{ id: 1, method: 'tools/call', params: { arguments: {} } }, 'refused -32602'],
    [{ method: 'tools/call', params: { name: 'write_file', arguments: { path: '/data/x' } } }, 'dropped no_id'],
    [{ id: 1, method: 'ping' }, 'passes'],
    [{ id: 1, method: 'no/such' }, 'refused -32601'],
    [{ method: 'no/such' }, 'dropped unknown_method'],
    [{ method: 'notifications/anything' }, 'passes'],
    [{ id: 1, method: 'prompts/get', params: { name: 'p' } }, 'allow policy_allow'],
    [{ id: 1, method: 'prompts/get', params: [1] }, 'refused -32602'],
    [{ id: 1, method: 'resources/read', params: { uri: 'file:///etc/x' } }, 'allow policy_allow'],
    [{ id: 1, method: 'completion/complete', params: { ref: { uri: 'x', Uri: 'y' } } }, 'refused -32600'],
    [{ id: 1, result: {} }, 'passes'],
  ];
  for (const [message, expected] of cases) assert.equal(evaluated(message), expected, JSON.stringify(message));
});

test('a tool that is not what was locked is denied, whatever policy says', () => {
  const lock = new ToolLock([{ name: 'write_file' }, { name: 'read_file' }]);
  assert.equal(evaluated(call('write_file', { path: '/data/x' }), lock), 'allow policy_allow');
  lock.page(undefined).kept(['{"name":"write_file","description":"other"}']);
  assert.equal(evaluated(call('write_file', { path: '/data/x' }), lock), 'deny tool_changed');
  assert.equal(evaluated(call('edit_file', { path: '/data/x' }), lock), 'deny tool_not_locked');
  assert.equal(evaluated(call('edit_file', { path: '/etc/x' }), lock), 'deny policy_deny', 'denied for its own reason');
});

test("the gateway's own files are out of reach, but for what is denied anyway or only reads", () => {
  const own = ['/data/policy.yaml'];
  assert.equal(evaluated(call('write_file', { path: '/data/policy.yaml' }), null, own), 'deny gateway_protected');
  assert.equal(evaluated(call('write_file', { path: '/data/other' }), null, own), 'allow policy_allow');
  assert.equal(evaluated(call('read_file', { path: '/data/policy.yaml' }), null, own), 'allow policy_allow');
  assert.equal(evaluated(call('write_file', { path: '$X' }), null, own), 'deny policy_deny');
});

test('asked again, it says what has become of a call that waited', () => {
  const { message, text } = read(call('write_file', { path: '/data/prod/x' }));
  const lock = new ToolLock([{ name: 'write_file' }]);
  const { authorizer: one } = authorizer(lock);
  const asked = one.evaluate(message, text) as EvaluatedCall;
  assert.equal(one.again(message, text, asked), undefined, 'the approval still answers it');
  lock.isAnnounced = true;
  assert.equal(one.again(message, text, asked)?.reason, 'tool_changed');
  lock.page(undefined).kept(['{"name":"write_file","description":"other"}']);
  assert.equal(one.again(message, text, asked)?.reason, 'tool_changed');
});

test('roots that the client tells make a relative path another one from then on', () => {
  const { policy, authorizer: one } = authorizer();
  const { message, text } = read(call('write_file', { path: 'x' }));
  const decision = () => (one.evaluate(message, text) as EvaluatedCall).verdict.decision;
  assert.equal(decision(), 'deny', 'unknown is no allowed path');
  policy.addRoots({ folders: ['/data/work'], hasUnknown: false });
  assert.equal(decision(), 'allow');
  policy.addRoots({ folders: ['/data/prod'], hasUnknown: false });
  assert.equal(decision(), 'require_approval', 'every root is one more reading');
  policy.addRoots({ folders: [], hasUnknown: true });
  assert.equal(decision(), 'deny');
});

test('a line passes where all of it may, and is asked about where only that is in the way', () => {
  const judge = (observes: boolean, ...messages: object[]) => {
    const arrival = arrivalOf({ bytes: Buffer.from('x'), whole: Buffer.from('x\n') }, false);
    const line = { kind: 'messages', arrival, isBatch: messages.length > 1, forward: Buffer.from('x\n') } as const;
    const own = messages.map((one) => ({ ...read(one), value: one }));
    const judged = new LineJudge(authorizer().authorizer, observes).judge({ ...line, messages: own });
    return judged.kind === 'refused' ? judged.refusal.message : [judged.passes, judged.asked.length];
  };
  const [fine, denied, asked] = ['/data/x', '/etc/x', '/data/prod/x'].map((path) => call('write_file', { path })) as [
    object,
    object,
    object,
  ];
  assert.deepEqual(judge(false, fine), [true, 0]);
  assert.deepEqual(judge(false, denied), [false, 0]);
  assert.deepEqual(judge(false, asked), [true, 1]);
  assert.deepEqual(judge(false, fine, denied, asked), [false, 1]);
  assert.deepEqual(judge(false, fine, asked), [true, 1]);
  const told = { method: 'notifications/prod', params: { path: '/data/prod/x' } };
  assert.deepEqual(judge(false, told), [false, 0], 'nobody could be told of what has no id');
  assert.deepEqual(judge(true, denied, asked), [true, 0]);
  assert.deepEqual(judge(false, ...Array(33).fill(asked)), 'a batch with too many calls that need approval');
});

test('an approval of what one rule asks is none of what another does', () => {
  const now = { decision: 'require_approval', reason: 'r', capability: 'c', rule: 1 };
  const policy = { decide: Object.assign(() => now, { selects: () => false }), touches: () => 'no' };
  const { message, text } = read(call('t', {}));
  const asked = { method: 'tools/call', verdict: { ...now, rule: 0 } };
  assert.equal(new Authorizer(policy as never, null).again(message, text, asked as never)?.rule, 1);
});
