// The way of a line, in process: what is read, judged, put on record and delivered.
import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall } from '../../support/gateway.js';
import { SEED } from '../../support/seed-policy.js';
import { openSession, type TestSession } from '../../support/session.js';

const write = (id: number, path: string) => toolCall(id, 'write_file', { path });
const ids = ({ replies }: TestSession) => replies.map(({ id }) => id);
const reasons = (session: TestSession) =>
  session
    .records()
    .map(({ kind, decision, reason, state }) => [kind, decision ?? state, reason].filter(Boolean).join(' '));
const initialized = (session: TestSession, version: string, capabilities = {}) => {
  session.send({ jsonrpc: '2.0', id: 'i', method: 'initialize', params: { protocolVersion: version, capabilities } });
  session.answer({ jsonrpc: '2.0', id: 'i', result: { protocolVersion: version } });
};

test('each line goes on or is answered, in order, and is on record by then', () => {
  const session = openSession(SEED);
  session.send(write(1, '/data/staging/x'), write(2, '/etc/x'), { jsonrpc: '2.0', id: 3, method: 'ping' }, '{', '  \t');
  assert.deepEqual(session.forwarded, [
    JSON.stringify(write(1, '/data/staging/x')),
    '{"jsonrpc":"2.0","id":3,"method":"ping"}',
  ]);
  assert.deepEqual(ids(session), [2, null]);
  assert.deepEqual(reasons(session), [
    'header',
    'call allow policy_allow',
    'call deny policy_deny',
    'refused deny malformed',
  ]);
});

test('an id is in flight from the line on that it comes in, and free again once that is answered', () => {
  const session = openSession(SEED);
  session.send(write(1, '/etc/x'), write(1, '/data/staging/x'), write(1, '/data/staging/y'));
  assert.deepEqual(session.forwarded, [JSON.stringify(write(1, '/data/staging/x'))]);
  assert.deepEqual(ids(session), [1, null], 'denied first, then refused as an id in flight');
  assert.ok(session.session.inFlight.has(1), 'the denied call took nothing out of flight');
  session.answer({ jsonrpc: '2.0', id: 1, result: {} });
  session.send(write(1, '/data/staging/z'));
  assert.equal(session.forwarded.length, 2);
});

test('what can not be recorded does not happen, and its ids are free', () => {
  const session = openSession(SEED);
  const audit = session.preparation.auditDir;
  session.send({ jsonrpc: '2.0', id: 9, method: 'ping' });
  session.preparation.audit.close();
  rmSync(audit, { recursive: true });
  writeFileSync(audit, 'no folder');
  session.send(write(1, '/data/staging/x'), write(2, '/etc/x'), { jsonrpc: '2.0', id: 3, method: 'tools/list' });
  assert.deepEqual(session.forwarded.slice(1), ['{"jsonrpc":"2.0","id":3,"method":"tools/list"}']);
  assert.deepEqual(
    session.replies.map(({ error }) => error?.data?.['reason']),
    ['audit_unavailable', 'audit_unavailable'],
  );
  assert.ok(!session.session.inFlight.has(1));
  assert.match(session.told.join('\n'), /the audit log can't be written/);
});

test('a batch goes on whole or not at all', () => {
  const session = openSession(SEED);
  session.send([write(1, '/data/staging/x')]);
  assert.equal(session.replies[0]?.error?.message, 'no batches in this protocol version');
  initialized(session, '2025-03-26');
  session.send([
    write(1, '/data/staging/x'),
    { jsonrpc: '2.0', method: 'notifications/x' },
    write(2, '/data/staging/y'),
  ]);
  assert.equal(session.forwarded.length, 2);
  assert.ok(session.session.inFlight.has(1) && session.session.inFlight.has(2));
  session.send([write(3, '/data/staging/x'), write(4, '/etc/x')]);
  assert.equal(session.forwarded.length, 2);
  const [, batch] = session.replies as unknown as [unknown, { id: number; error: { message: string } }[]];
  assert.deepEqual(
    batch?.map(({ id, error }) => [id, error.message.split(' ')[0]]),
    [
      [3, 'another'],
      [4, 'AgentActionBlocked:'],
    ],
  );
  assert.ok(!session.session.inFlight.has(3));
  assert.ok(reasons(session).includes('call deny batch_refused'));
});

test('observing lets everything pass, says what would have been, and asks nobody', () => {
  const session = openSession(SEED, { observe: true });
  session.send(write(1, '/etc/x'), write(2, '/data/prod/x'));
  assert.equal(session.forwarded.length, 2);
  assert.deepEqual(session.replies, []);
  assert.deepEqual(reasons(session).slice(1), ['call deny policy_deny', 'call require_approval approval_required']);
});

test('a held call is judged again when it is approved, goes on once, and is answered where it may not', async () => {
  const session = openSession(SEED, { approval: 'hold' });
  session.send(write(1, '/data/prod/x'));
  assert.ok(session.session.inFlight.has(1), 'its id is taken while it waits');
  while ((await session.store.list()).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const [asked] = await session.store.list();
  await session.store.move(asked?.id as string, 'approved', 'ann');
  await session.settled();
  assert.deepEqual(session.forwarded, [JSON.stringify(write(1, '/data/prod/x'))]);
  assert.equal((await session.store.find(asked?.id as string))?.state, 'used');
  assert.ok(session.session.inFlight.has(1), 'now the server has it');
  session.answer({ jsonrpc: '2.0', id: 1, result: {} });
  assert.ok(!session.session.inFlight.has(1));
  session.send(write(2, '/data/prod/y'));
  while ((await session.store.list()).length < 2) await new Promise((resolve) => setTimeout(resolve, 1));
  const second = (await session.store.list())[1]?.id as string;
  await session.store.move(second, 'rejected', 'ann', 'not today');
  await session.settled();
  assert.equal(session.replies[0]?.error?.data?.['reason'], 'approval_rejected');
  assert.equal(session.forwarded.length, 1);
});

test('what comes once the client has gone is cancelled, and nobody is left to decide it', async () => {
  const session = openSession(SEED, { approval: 'hold' });
  session.send(write(1, '/data/prod/x'));
  while ((await session.store.list()).length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await session.session.coordinator.leave();
  assert.equal((await session.store.list())[0]?.state, 'withdrawn');
  session.send(write(2, '/data/prod/y'));
  while (!session.session.coordinator.isIdle) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(
    (await session.store.list()).map(({ state }) => state),
    ['withdrawn', 'withdrawn'],
  );
  assert.deepEqual(session.forwarded, []);
});

test('a cancelled call that waits here never reaches the server, nor does its cancellation', async () => {
  const session = openSession(SEED, { approval: 'hold' });
  session.send(write(1, '/data/prod/x'), {
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 1 },
  });
  while (!session.session.coordinator.isIdle) await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual([session.forwarded, session.replies], [[], []]);
  session.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
  assert.equal(session.forwarded.length, 1, 'of what the server has, it is told');
});

test('a store that fails denies, and says so', async () => {
  const session = openSession(SEED);
  session.store.problem = new Error('the disk is full');
  session.send(write(1, '/data/prod/x'));
  await session.settled();
  assert.deepEqual(
    [session.replies[0]?.error?.data?.['reason'], session.replies[0]?.error?.data?.['help']],
    ['approval_unavailable', "requests for approval can't be stored or read: the disk is full"],
  );
});

test('a form at the client approves exactly this call', async () => {
  const session = openSession(SEED, { approval: 'elicit' });
  initialized(session, '2025-06-18', { elicitation: {} });
  session.send(write(1, '/data/prod/x'));
  await session.settled();
  const form = session.replies[0] as { id: string; method?: string };
  assert.equal(form.method, 'elicitation/create');
  session.send({ jsonrpc: '2.0', id: form.id, result: { action: 'accept', content: {} } });
  await session.settled();
  assert.equal(session.forwarded.at(-1), JSON.stringify(write(1, '/data/prod/x')));
  assert.ok(!session.forwarded.some((line) => line.includes(form.id)), 'the answer is not for the server');
});

test('every file of a session lies where it was told', () => {
  const auditDir = join(temporaryFolder(), 'here');
  const session = openSession(SEED, { auditDir });
  session.send(write(1, '/etc/x'));
  session.session.close();
  assert.equal(readdirSync(auditDir).length, 1);
});
