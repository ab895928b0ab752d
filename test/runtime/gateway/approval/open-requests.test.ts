import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Approval } from '../../../../runtime/approvals/approval.js';
import { OpenRequests } from '../../../../runtime/gateway/approval/open-requests.js';
import type { CallLog } from '../../../../runtime/gateway/record/call-log.js';
import type { GroupCommit } from '../../../../runtime/gateway/record/group-commit.js';
import { draft } from '../../../support/approvals.js';
import { MemoryStore } from '../../../support/memory-store.js';

function open() {
  const store = new MemoryStore();
  const recorded: string[] = [];
  const calls = { approval: ({ id, state }: Approval) => recorded.push(`${id} ${state}`) } as unknown as CallLog;
  const log = { mark: 0, commit: () => true } as unknown as GroupCommit;
  const requests = new OpenRequests({ store, calls, log });
  const ask = (name: string, seconds = 60) => requests.open(() => store.ask(draft(name), seconds));
  return { store, recorded, requests, ask };
}

test('a gateway has so many undecided requests, and one that is asked already is none more', async () => {
  const { requests, ask } = open();
  for (let i = 0; i < 256; i++) {
    assert.ok(!requests.isFullFor(draft(`call ${i}`).digest), `${i}`);
    await ask(`call ${i}`);
  }
  assert.ok(requests.isFullFor(draft('one more').digest));
  assert.ok(!requests.isFullFor(draft('call 7').digest));
  requests.close();
});

test('as many new ones within a minute are too many, decided or not', async () => {
  const { store, requests, ask } = open();
  for (let i = 0; i < 256; i++) {
    const { approval } = await ask(`call ${i}`);
    await store.move(approval.id, 'rejected', 'ann');
    requests.closed(approval.id);
  }
  assert.ok(requests.isFullFor(draft('one more').digest));
  requests.close();
});

test('what is being asked at this moment counts', async () => {
  const { requests, store } = open();
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const waiting = Array.from({ length: 256 }, (_, i) =>
    requests.open(async () => {
      await held;
      return store.ask(draft(`call ${i}`), 60);
    }),
  );
  assert.ok(requests.isFullFor(draft('one more').digest));
  release();
  await Promise.all(waiting);
  requests.close();
});

test('an expired request is marked once, and on record', async () => {
  const { store, recorded, requests, ask } = open();
  const { approval } = await ask('late', -1);
  await requests.markExpired(approval.id);
  await requests.markExpired(approval.id);
  assert.equal((await store.find(approval.id))?.state, 'expired');
  assert.deepEqual(recorded, [`${approval.id} expired`]);
  requests.close();
});
