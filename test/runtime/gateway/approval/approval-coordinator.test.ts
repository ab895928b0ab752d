import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApprovalCoordinator } from '../../../../runtime/gateway/approval/approval-coordinator.js';
import type { OpenCall } from '../../../../runtime/gateway/approval/pending-call.js';
import { MemoryStore } from '../../../support/memory-store.js';

const CALL = {
  method: 'tools/call',
  tool: 't',
  verdict: { decision: 'require_approval', reason: 'r', capability: 'c', rule: 0 },
  argumentsText: '{}',
  isRetry: false,
  unknown: () => [],
  pastReason: () => ({}),
  param: () => undefined,
};
const open = (id: number, size = 1) =>
  ({ arrival: {}, id, call: CALL, size, again: () => undefined }) as unknown as OpenCall;

function coordinatorOver(store: MemoryStore, mode: 'hold' | 'retry') {
  return new ApprovalCoordinator({
    sessionId: async () => undefined,
    onAsked: () => {},
    store,
    mode,
    manifest: { approvalTimeoutSeconds: 60, rules: [], sha256: 's', policy: 'p' },
    redactor: null,
    agent: 'a',
    upstream: [],
    cwd: '/',
    context: {},
    roots: [],
    audit: '/audit',
    toClient: () => {},
    log: { mark: 0, commit: () => true },
    calls: { call: () => 'r', approval: () => {} },
  } as never);
}

const states = async (store: MemoryStore) => (await store.list()).map(({ state }) => state);

test('a call whose request the store makes after the client has left is cancelled', { timeout: 5000 }, async () => {
  const store = new MemoryStore();
  const coordinator = coordinatorOver(store, 'hold');
  const ask = store.ask.bind(store);
  let go = (): void => {};
  store.ask = async (...given) => {
    await new Promise<void>((resolve) => {
      go = resolve;
    });
    return ask(...given);
  };
  const resolution = coordinator.resolve(open(1));
  await sleep(20); // It is asking.
  const left = coordinator.leave();
  go();
  assert.deepEqual(await resolution, { kind: 'cancelled' });
  await left;
  assert.deepEqual(await states(store), ['withdrawn']);
  await coordinator.close();
});

test('a cancelled call is told at once, not at the next look at the store', { timeout: 5000 }, async () => {
  const store = new MemoryStore();
  Object.assign(store, { pollMs: 60_000 });
  const coordinator = coordinatorOver(store, 'hold');
  const resolution = coordinator.resolve(open(1));
  await sleep(20);
  assert.ok(coordinator.cancel(1));
  assert.deepEqual(await resolution, { kind: 'cancelled' });
  await coordinator.close();
});

test('what no longer waits takes up no room', { timeout: 5000 }, async () => {
  const store = new MemoryStore();
  const coordinator = coordinatorOver(store, 'hold');
  for (const id of [1, 2]) {
    const waits = coordinator.resolve(open(id, 40 * 1024 * 1024));
    await sleep(20);
    coordinator.cancel(id);
    assert.equal((await waits).kind, 'cancelled', `call ${id}`);
  }
  await coordinator.close();
});

test('one approval is not enough for two identical calls of a batch, and none is used up', {
  timeout: 5000,
}, async () => {
  const store = new MemoryStore();
  const coordinator = coordinatorOver(store, 'retry');
  await coordinator.resolveTogether([open(1)], false);
  await store.move((await store.list())[0]?.id as string, 'approved', 'ann');
  await coordinator.resolveTogether([open(1), open(2)], true);
  assert.deepEqual(await states(store), ['approved']);
  assert.deepEqual(await coordinator.resolveTogether([open(1)], true), [{ kind: 'passes' }]);
  assert.deepEqual(await states(store), ['used']);
  await coordinator.close();
});

test('identical calls that wait together are approved one by one', { timeout: 5000 }, async () => {
  const store = new MemoryStore();
  const coordinator = coordinatorOver(store, 'hold');
  const waiting = [coordinator.resolve(open(1)), coordinator.resolve(open(2))];
  await sleep(20);
  assert.deepEqual(await states(store), ['pending'], 'one request for both');
  await store.move((await store.list())[0]?.id as string, 'approved', 'ann');
  assert.equal((await Promise.race(waiting)).kind, 'passes');
  await sleep(20);
  assert.deepEqual(await states(store), ['used', 'pending'], 'the other asks for itself');
  await coordinator.leave();
  await coordinator.close();
});
