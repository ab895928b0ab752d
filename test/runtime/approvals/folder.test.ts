import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ApprovalFolder } from '../../../runtime/approvals/folder.js';
import { draft } from '../../support/approvals.js';
import { temporaryFolder } from '../../support/folder.js';
import { storeContract } from './contract.js';

const folder = temporaryFolder();
let made = 0;
const fresh = (): string => join(folder, String(++made));

const shared = fresh();
storeContract('a folder', async () => new ApprovalFolder(shared));

test('a request is one file that only its owner reads, and each step one more', async () => {
  const dir = fresh();
  const store = new ApprovalFolder(dir);
  const { approval } = await store.ask(draft('files'), 60);
  assert.equal(readdirSync(dir).length, 1);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  for (const name of readdirSync(dir)) assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600);
  await store.move(approval.id, 'approved', 'alice');
  await store.move(approval.id, 'used', 'a');
  assert.deepEqual(
    readdirSync(dir).map((name) => name.slice(64)),
    ['.1.0.json', '.1.1.json', '.1.2.json'],
  );
});

test('what is no request is passed over, and never taken for a yes', async () => {
  const dir = fresh();
  const store = new ApprovalFolder(dir);
  const { approval } = await store.ask(draft('strange'), 60);
  const { digest } = draft('strange');
  writeFileSync(join(dir, 'notes.txt'), 'x');
  writeFileSync(join(dir, `${'0'.repeat(64)}.1.0.json`), '{ torn');
  mkdirSync(join(dir, `${'1'.repeat(64)}.1.0.json`));
  const other = new ApprovalFolder(dir);
  assert.deepEqual(
    (await other.list()).map(({ id }) => id),
    [approval.id],
  );
  assert.equal((await other.find(approval.id))?.state, 'pending');
  // A step that can't be read: whoever is asked about this call must not guess.
  writeFileSync(join(dir, `${digest}.1.1.json`), '');
  await assert.rejects(new ApprovalFolder(dir).ask(draft('strange'), 60), /can't be read/);
  assert.equal(await new ApprovalFolder(dir).move(approval.id, 'used', 'a'), undefined);
});

test('drafts of those who died are swept away after an hour', async () => {
  const dir = fresh();
  const store = new ApprovalFolder(dir);
  await store.ask(draft('swept'), 60);
  const [old, young] = [join(dir, 'draft-1-00'), join(dir, 'draft-1-01')];
  for (const path of [old, young]) writeFileSync(path, '');
  const before = Date.now() / 1000 - 7200;
  utimesSync(old, before, before);
  await store.prune(0);
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith('draft-')),
    ['draft-1-01'],
  );
});

/**
 * Processes that ask, approve and use the same few requests as fast as they can are killed at whatever moment. What is
 * left must be a state that the steps allow, and the store must go on.
 */
test('writers that are killed between any two steps leave the store whole', { timeout: 120_000 }, async () => {
  const dir = fresh();
  mkdirSync(dir);
  const worker = fileURLToPath(new URL('../../support/approving.mjs', import.meta.url));
  const log = join(dir, '..', `${made}.log`);
  writeFileSync(log, '');
  const start = async (): Promise<ChildProcess> => {
    const child = spawn(process.execPath, [worker, dir, log], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
  let running: ChildProcess[] = await Promise.all([start(), start(), start()]);
  for (let i = 0; i < 24; i++) {
    await sleep((i * 7) % 20);
    const [victim, ...others] = running as [ChildProcess, ...ChildProcess[]];
    const [next] = await Promise.all([start(), kill(victim)]);
    running = [...others, next];
  }
  await Promise.all(running.map(kill));
  const store = new ApprovalFolder(dir);
  const all = await store.list();
  assert.ok(all.length > 20, `${all.length} requests`);
  const names = readdirSync(dir).filter((name) => !name.startsWith('draft-'));
  for (const name of names) JSON.parse(readFileSync(join(dir, name), 'utf8'));
  // No use without the approval before it, and none twice: the files can't say otherwise, so the workers' log is asked.
  const uses = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  assert.equal(new Set(uses).size, uses.length, 'each was used once');
  for (const { steps, digest } of all) {
    const path = steps.map(({ state }) => state).join(' ');
    assert.ok(['', 'approved', 'approved used', 'rejected', 'withdrawn', 'approved withdrawn'].includes(path), path);
    const open = all.filter((other) => other.digest === digest && ['pending', 'approved'].includes(other.state));
    assert.ok(open.length <= 1, 'one request at a time for identical calls');
  }
  // And it goes on.
  const { approval } = await store.ask(draft('afterwards'), 60);
  assert.ok(await store.move(approval.id, 'approved', 'alice'));
  assert.ok(await store.move(approval.id, 'used', 'a'));
});

test('a request that was forgotten is not found in what took its place', async () => {
  const dir = temporaryFolder();
  const [store, other] = [new ApprovalFolder(dir), new ApprovalFolder(dir)];
  const { approval: old } = await store.ask(draft('reused'), 0.001);
  await sleep(5);
  await other.move(old.id, 'expired', 'a');
  await other.prune(Date.now() + 1);
  const { approval: young } = await other.ask(draft('reused'), 60);
  assert.notEqual(young.id, old.id);
  assert.equal(await store.find(old.id), undefined);
  assert.equal(await store.move(old.id, 'approved', 'me'), undefined);
});
