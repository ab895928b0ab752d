import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const SERVER = [process.execPath, fileURLToPath(new URL('../../support/results-server.mjs', import.meta.url))];

const POLICY = `
mark:
  - { label: secret, capability: filesystem.read, path_prefix: /home/u/.ssh }
  - { label: untrusted, capability: web }
  - { label: tested, capability: ci.test, result: { at: /structuredContent/exitCode, eq: 0 } }
  - { clear: tested, capability: filesystem.write }
  - { label: profiled, capability: clients.read, by: client_id }
limits:
  - { id: spend, capability: payments.transfer, max: 100, per: 24h, of: /amount, by: /customer, over: require_approval }
  - { id: few, capability: few, max: 2, per: 1m }
deny:
  - { capability: mail.send, after: secret, reason: secret_would_leave }
require_approval:
  - { capability: payments, after: untrusted }
allow:
  - { capability: deploy, after: { label: tested, within: 30m } }
  - { capability: clients.update, after: { label: profiled, by: client_id } }
  - filesystem
  - mail
  - payments
  - clients.read
  - ci
  - web
  - few
tools:
  send: mail.send
  test: ci.test
  read_client: clients.read
  update_client: clients.update
  deploy: deploy
  transfer: payments.transfer
  fetch: web
  few: few
  release: { capability: ci }
`;

const run = (flags: string[], use: (gateway: Started) => Promise<void>) =>
  withGateway({ policy: POLICY, flags, server: SERVER }, use);

let ids = 0;

/** Calls a tool and waits for the answer. */
async function call(gateway: Started, tool: string, args: Record<string, unknown> = {}): Promise<Reply> {
  const id = `call ${ids++}`;
  gateway.message(toolCall(id, tool, args));
  return gateway.next(withId(id));
}

const reasonOf = ({ error }: Reply) => error?.data?.['reason'] ?? 'passes';

test('a limit that can not count a call says what it could not read', async () => {
  await run([], async (gateway) => {
    const unkeyed = await call(gateway, 'transfer', { amount: 5 });
    assert.deepEqual(unkeyed.error?.data?.['unknown'], ['/customer']);
    assert.match(String(unkeyed.error?.data?.['help']), /capfence approve/);
    const both = await call(gateway, 'transfer', { amount: 'five', customer: { id: 1 } });
    assert.deepEqual(both.error?.data?.['unknown'], ['/amount', '/customer']);
    const sum = await call(gateway, 'transfer', { amount: [100, 1e-17], customer: 'acme' });
    assert.equal(sum.error?.data?.['decision'], 'require_approval', 'added up as decimals');
    assert.equal(sum.error?.data?.['reason'], 'limit_exceeded');
    const customers = Array.from({ length: 4200 }, (_, i) => `c${i}`);
    assert.equal(reasonOf(await call(gateway, 'transfer', { amount: 1, customer: customers })), 'limit_exceeded');
    const beyond = await call(gateway, 'transfer', { amount: 101, customer: 'acme' });
    assert.equal(beyond.error?.data?.['unknown'], undefined);
    for (const _ of [1, 2]) await call(gateway, 'few');
    const later = String((await call(gateway, 'few')).error?.data?.['help']);
    assert.match(later, /try again then/);
    assert.doesNotMatch(later, /don't repeat/);
  });
});

test('after a secret was read, nothing leaves, and the refusal says which call read it', async () => {
  await run([], async (gateway) => {
    assert.equal(reasonOf(await call(gateway, 'send', { to: 'a@b.c' })), 'passes');
    assert.equal(reasonOf(await call(gateway, 'read_file', { path: '/home/u/notes' })), 'passes');
    assert.equal(reasonOf(await call(gateway, 'send')), 'passes');
    assert.equal(reasonOf(await call(gateway, 'read_file', { path: '/home/u/.ssh/id_rsa' })), 'passes');
    const { error } = await call(gateway, 'send');
    assert.equal(error?.data?.['reason'], 'secret_would_leave');
    const history = error?.data?.['history'] as Record<string, string>;
    assert.equal(history['label'], 'secret');
    assert.equal(history['tool'], 'read_file');
    assert.ok(Math.abs(Date.parse(history['time'] ?? '') - Date.now()) < 60_000);
    assert.match(String(error?.data?.['help']), /the label secret comes from read_file, called at /);
    await gateway.close();
    const records = gateway.records();
    const read = records.find(({ id }) => id === history['record']);
    assert.equal(read?.['tool'], 'read_file');
    assert.deepEqual(read?.['marks'], ['secret']);
    const result = records.find(({ kind }) => kind === 'result');
    assert.equal(result?.['call'], read?.['id']);
    assert.equal(result?.['status'], 'ok');
    assert.match(String(result?.['result_sha256']), /^[0-9a-f]{64}$/);
    assert.ok(Number(result?.['result_bytes']) > 0 && Number(result?.['micros']) > 0);
    assert.equal(records.filter(({ kind }) => kind === 'result').length, 1);
  });
});

test('what is open is unknown: a label that may come forbids, and permits nothing', async () => {
  await run([], async (gateway) => {
    gateway.message(toolCall('open', 'read_file', { path: '/home/u/.ssh/k', hang: 'a' }));
    assert.equal(reasonOf(await call(gateway, 'send')), 'secret_would_leave');
    gateway.message(toolCall('profile', 'read_client', { client_id: 'c1', hang: 'b' }));
    assert.equal(reasonOf(await call(gateway, 'update_client', { client_id: 'c1' })), 'policy_default_deny');
    await call(gateway, 'release', { name: 'b' });
    assert.equal(reasonOf(await call(gateway, 'update_client', { client_id: 'c1' })), 'passes');
    assert.equal(reasonOf(await call(gateway, 'update_client', { client_id: 'c2' })), 'policy_default_deny');
    assert.equal(reasonOf(await call(gateway, 'update_client', { client_id: 'C1' })), 'policy_default_deny');
  });
});

test('only what was tested since the last change is deployed', async () => {
  await run([], async (gateway) => {
    const tested = (exitCode: number) => call(gateway, 'test', { answer: { structuredContent: { exitCode } } });
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'policy_default_deny');
    await tested(1);
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'policy_default_deny');
    await tested(0);
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'passes');
    await call(gateway, 'write_file', { path: '/srv/a' });
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'policy_default_deny');
    await call(gateway, 'test', { error: true });
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'policy_default_deny');
    // Changed while it was tested.
    gateway.message(toolCall('t', 'test', { hang: 't' }));
    await call(gateway, 'write_file', { path: '/srv/b' });
    await call(gateway, 'release', { name: 't', answer: { structuredContent: { exitCode: 0 } } });
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'policy_default_deny');
    await tested(0);
    assert.equal(reasonOf(await call(gateway, 'deploy')), 'passes');
  });
});

test('a limit counts what went on, for each key, and says when there is room again', async () => {
  await run([], async (gateway) => {
    const transfer = (amount: unknown, customer = 'c1') => call(gateway, 'transfer', { amount, customer });
    assert.equal(reasonOf(await transfer(60)), 'passes');
    assert.equal(reasonOf(await transfer(40)), 'passes');
    const { error } = await transfer(0.01);
    assert.equal(error?.data?.['decision'], 'require_approval');
    assert.equal(error?.data?.['reason'], 'limit_exceeded');
    assert.equal(error?.data?.['rule'], 'allow[4]');
    const limit = error?.data?.['limit'] as Record<string, unknown>;
    const { room_at: room, ...rest } = limit;
    assert.deepEqual(rest, { id: 'spend', total: '100', max: 100 });
    const inHours = (Date.parse(String(room)) - Date.now()) / 3_600_000;
    assert.ok(inHours > 23.9 && inHours < 24.5, String(room));
    assert.equal(reasonOf(await transfer(100, 'c2')), 'passes');
    assert.equal(reasonOf(await transfer('1e3', 'c3')), 'limit_exceeded', 'what is no number is unknown');
    assert.equal(reasonOf(await transfer(-5, 'c2')), 'passes', 'below zero adds nothing');
    assert.equal(reasonOf(await transfer(1, 'C2')), 'limit_exceeded', 'the same but for case');
    assert.equal(reasonOf(await call(gateway, 'few')), 'passes');
    assert.equal(reasonOf(await call(gateway, 'few')), 'passes');
    assert.equal(reasonOf(await call(gateway, 'few')), 'limit_exceeded');
    assert.equal(reasonOf(await call(gateway, 'few')), 'limit_exceeded');
  });
});

test('observing, what would have been refused marks and counts all the same', async () => {
  await run(['--observe'], async (gateway) => {
    await call(gateway, 'read_file', { path: '/home/u/.ssh/k' });
    assert.equal(reasonOf(await call(gateway, 'send')), 'passes');
    for (let i = 0; i < 4; i++) assert.equal(reasonOf(await call(gateway, 'few')), 'passes');
    await gateway.close();
    const denied = gateway.records().filter(({ decision }) => decision === 'deny');
    assert.deepEqual(
      denied.map(({ tool, reason }) => `${tool} ${reason}`),
      ['send secret_would_leave', 'few limit_exceeded', 'few limit_exceeded'],
    );
  });
});
