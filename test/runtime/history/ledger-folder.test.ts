import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LedgerUnavailable } from '../../../runtime/history/ledger.js';
import { LedgerFolder, type LedgerFolderOptions } from '../../../runtime/history/ledger-folder.js';
import { scopeKey } from '../../../runtime/history/ledger-state.js';
import { temporaryFolder } from '../../support/folder.js';
import { LONG } from '../../support/seed.js';
import { callEntry, historyOf, ledgerContract } from './contract.js';

const shared = temporaryFolder();
ledgerContract('a folder', async () => new LedgerFolder(join(shared, 'ledger'), { graceMs: 50 }));

const SECRET = { label: 'secret', must: true } as const;
const ONE = { limit: 'policy#five 60', per: 60, amount: '1' } as const;

const opened = (folder: string, options?: LedgerFolderOptions) => new LedgerFolder(join(folder, 'ledger'), options);
const current = (folder: string): string => {
  const names = readdirSync(join(folder, 'ledger')).filter((name) => name.endsWith('.jsonl'));
  return join(folder, 'ledger', names.sort().at(-1) as string);
};

function mark(ledger: LedgerFolder, agent = 'ann'): void {
  const call = callEntry(ledger, [SECRET], [], agent);
  assert.equal(ledger.enter(call), 'entered');
  ledger.enter({ k: 'end', t: ledger.now(), id: call.id, how: 'ok', complete: true });
}

test('a torn last line is a crash, and no error: said once, and what comes next is whole', () => {
  const folder = temporaryFolder();
  const first = opened(folder);
  mark(first);
  first.close();
  appendFileSync(current(folder), '\n{"k":"call","t":17,"id":"torn","agent":"ann","ses');
  const told: string[] = [];
  const second = opened(folder, { tell: (line) => told.push(line) });
  assert.equal(historyOf(second).label(0), 1);
  mark(second, 'bob');
  second.refresh();
  assert.equal(historyOf(second, 'bob').label(0), 1);
  assert.equal(told.length, 1);
  assert.match(told[0] as string, /left of an entry/);
  assert.equal(historyOf(opened(folder), 'bob').label(0), 1);
});

test('a line that is whole and no entry is not passed over', () => {
  const folder = temporaryFolder();
  const ledger = opened(folder);
  mark(ledger);
  appendFileSync(current(folder), '\n{"k":"later","t":1}\n');
  assert.throws(() => ledger.refresh(), LedgerUnavailable);
  assert.throws(() => ledger.enter(callEntry(ledger, [SECRET])), LedgerUnavailable);
  assert.throws(() => opened(folder), /not an entry of this version/);
});

test('a clock that was set back: time is the ledger’s, and what fades is not certain', () => {
  const folder = temporaryFolder();
  let now = Date.UTC(2026, 0, 1);
  const ledger = opened(folder, { clock: () => now });
  mark(ledger);
  assert.equal(historyOf(ledger).label(1), 1);
  now -= 3_600_000;
  assert.equal(historyOf(ledger).label(1), 2, 'within: not certain while the clock is behind');
  assert.equal(historyOf(ledger).label(0), 1, 'without it: certain');
  mark(ledger, 'bob');
  const times = readFileSync(current(folder), 'utf8')
    .split('\n')
    .flatMap((line) => (/"t":(\d+)/.test(line) ? [Number(/"t":(\d+)/.exec(line)?.[1])] : []));
  assert.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  );
  now += 3_600_000;
  assert.equal(historyOf(ledger).label(1), 1);
});

test('segments follow one another, and no label or slot is lost', () => {
  const folder = temporaryFolder();
  const options = { maxSegmentBytes: 2000 };
  const [one, other] = [opened(folder, options), opened(folder, options)];
  mark(one);
  for (let i = 0; i < 200; i++) {
    const ledger = i % 3 === 0 ? other : one;
    assert.equal(ledger.enter(callEntry(ledger, [], [ONE], 'counter')), 'entered');
  }
  const open = callEntry(other, [SECRET], [], 'open');
  other.enter(open);
  for (let i = 0; i < 50; i++) one.enter(callEntry(one, [], [ONE], 'counter'));
  other.refresh();
  const fresh = opened(folder, options);
  for (const ledger of [one, other, fresh]) {
    ledger.refresh();
    assert.equal(historyOf(ledger).label(0), 1);
    assert.equal(historyOf(ledger, 'open').label(0), 2);
    const totals = ledger.state.totals(JSON.stringify(['counter']), 'policy#five 60');
    assert.equal(String(totals?.total(undefined, ledger.now())?.units), '250');
  }
  assert.ok(readdirSync(join(folder, 'ledger')).length > 5);
  // A segment begins with all that came before: older ones may go.
  for (const name of readdirSync(join(folder, 'ledger')).slice(0, -1)) rmSync(join(folder, 'ledger', name));
  assert.equal(historyOf(opened(folder, options)).label(0), 1);
});

test('segments go once policies no longer look back to them', () => {
  const folder = temporaryFolder();
  const options = { maxSegmentBytes: 500 };
  const ledger = opened(folder, options);
  for (let i = 0; i < 10; i++) mark(ledger);
  const before = readdirSync(join(folder, 'ledger')).length;
  assert.ok(before > 3);
  const old = new Date(Date.now() - 32 * 86_400_000);
  for (const name of readdirSync(join(folder, 'ledger'))) utimesSync(join(folder, 'ledger', name), old, old);
  for (let i = 0; i < 3; i++) mark(ledger);
  assert.ok(readdirSync(join(folder, 'ledger')).length < before);
  assert.equal(historyOf(opened(folder, options)).label(0), 1);
});

for (const [how, away] of [
  ['moved', (path: string) => renameSync(path, `${path}.1`)],
  ['removed', (path: string) => rmSync(path)],
  ['removed with its folder', (path: string) => rmSync(join(path, '..'), { recursive: true })],
] as const) {
  test(`a file that is ${how} under way: it goes on in a new one, and nothing is lost`, async () => {
    const folder = temporaryFolder();
    const told: string[] = [];
    const ledger = opened(folder, { tell: (line) => told.push(line) });
    const other = opened(folder);
    mark(ledger);
    away(current(folder));
    await new Promise((resolve) => setTimeout(resolve, 15));
    mark(ledger, 'bob');
    mark(other, 'carl');
    assert.match(told.join('\n'), /moved or removed/);
    for (const one of [ledger, other, opened(folder)]) {
      one.refresh();
      for (const agent of ['ann', 'bob', 'carl']) assert.equal(historyOf(one, agent).label(0), 1, agent);
    }
  });
}

test('a ledger that was begun anew while another runs is not believed by either', async () => {
  const folder = temporaryFolder();
  const ledger = opened(folder);
  mark(ledger);
  rmSync(current(folder));
  const fresh = opened(folder);
  await new Promise((resolve) => setTimeout(resolve, 15));
  ledger.refresh();
  assert.equal(historyOf(ledger).label(0), 1);
  assert.throws(() => fresh.refresh(), /there is another after it/);
});

test('a folder that can not be written is an error, at the start and under way', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ledger'), 'a file');
  assert.throws(() => opened(folder), LedgerUnavailable);
  // Not even root can make files there.
  assert.throws(() => new LedgerFolder('/proc/capfence-ledger'), LedgerUnavailable);
  const whole = temporaryFolder();
  const ledger = opened(whole);
  mark(ledger);
  if (process.getuid?.() === 0) return;
  chmodSync(join(whole, 'ledger'), 0o500);
  chmodSync(current(whole), 0o400);
  assert.throws(() => opened(whole), LedgerUnavailable);
});

test('what is cut off a segment is noticed when it is read again', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'ledger'));
  writeFileSync(join(folder, 'ledger', 'ledger-00000001.jsonl'), '{"k":"state","v":2,"segment":1}\n');
  assert.throws(() => opened(folder), /not of version 1/);
  truncateSync(join(folder, 'ledger', 'ledger-00000001.jsonl'), 0);
  assert.throws(() => opened(folder), /has no beginning/);
});

const RACER = fileURLToPath(new URL('../../support/ledger-racer.ts', import.meta.url));

test('twenty processes race for the last five places of a limit, and exactly five pass', async () => {
  for (let round = 0; round < (LONG ? 50 : 3); round++) {
    const folder = temporaryFolder();
    const start = String(Date.now() + 1500);
    const racers = [...Array(20).keys()].map(
      (i) =>
        new Promise<string>((resolve, reject) => {
          const child = fork(RACER, [join(folder, 'ledger'), String(i), start], { execArgv: ['--import', 'tsx'] });
          child.once('message', (message) => resolve(String(message)));
          child.once('error', reject);
          child.once('exit', (code) => code !== 0 && reject(new Error(`racer ${i} ended with ${code}`)));
        }),
    );
    const outcomes = await Promise.all(racers);
    assert.equal(outcomes.filter((one) => one === 'entered').length, 5, `round ${round}: ${outcomes.join(' ')}`);
    assert.equal(outcomes.filter((one) => one === 'refused').length, 15);
  }
});

test('named examples: what was found by attacking the ledger', async (t) => {
  const mark = (keys?: readonly string[]) => ({ label: 'secret', must: true, ...(keys && { keys }) });
  const call = (id: string, marks: object[]) =>
    ({ k: 'call', t: 1, id, agent: 'a', session: '', gateway: 'g', tool: 't', marks, counts: [] }) as never;

  await t.test('a file that has become shorter is not read on from where it was', async () => {
    const folder = temporaryFolder();
    const ledger = opened(folder);
    const file = join(folder, 'ledger/ledger-00000001.jsonl');
    const head = statSync(file).size;
    ledger.enter(call('1', [mark()]));
    truncateSync(file, head);
    await sleep(20);
    assert.throws(() => ledger.refresh(), /has become shorter/);
    assert.throws(() => ledger.refresh(), LedgerUnavailable, 'and it stays so');
    ledger.close();
  });

  await t.test(
    'a key that is spelled wrong makes the ledger unusable, and what stands behind it is not passed over',
    () => {
      const folder = temporaryFolder();
      const ledger = opened(folder);
      const file = join(folder, 'ledger/ledger-00000001.jsonl');
      const lines = [call('1', [mark(['"abc'])]), call('2', [mark()])].map((entry) => JSON.stringify(entry));
      appendFileSync(file, `\n${lines.join('\n')}\n`);
      for (const _ of [1, 2]) assert.throws(() => ledger.refresh(), LedgerUnavailable);
      ledger.close();
    },
  );

  await t.test('a new gateway does not begin with nothing while another has the removed file open', async () => {
    const folder = temporaryFolder();
    const ledger = opened(folder);
    ledger.begin('here');
    ledger.enter(call('1', [mark()]));
    unlinkSync(join(folder, 'ledger/ledger-00000001.jsonl'));
    assert.throws(() => opened(folder), /gone while a gateway runs/);
    await sleep(20);
    ledger.enter(call('2', []));
    const other = opened(folder);
    assert.deepEqual([...other.state.open.keys()], ['1']);
    other.close();
    ledger.end('here');
    ledger.close();
  });

  await t.test('a gateway whose file in running/ is taken away still runs', () => {
    const folder = temporaryFolder();
    const [ledger, other] = [opened(folder), opened(folder)];
    ledger.begin('here');
    unlinkSync(join(folder, 'ledger/running/here.json'));
    assert.equal(other.endedAt('here'), undefined);
    ledger.end('here');
    for (const one of [ledger, other]) one.close();
  });

  await t.test('of a key that had to go while its call was open, the label may hold', () => {
    const folder = temporaryFolder();
    const ledger = opened(folder);
    const keys = Array.from({ length: 4200 }, (_, i) => `k${i}`);
    ledger.enter(call('1', [mark(keys)]));
    ledger.enter(call('2', [{ label: 'secret', must: true, clears: true }]));
    for (const id of ['2', '1']) ledger.enter({ k: 'end', t: 1, id, how: 'ok', complete: true });
    const label = ledger.state.label(scopeKey('a', ''), 'secret');
    assert.ok(label?.truth('k0').isForgotten || label?.truth('k0').may);
    ledger.close();
  });

  await t.test('keys of one call that may be one count once', () => {
    const folder = temporaryFolder();
    const ledger = opened(folder);
    const count = { limit: 'p#l 3600 by k', per: 3600, amount: '1', keys: ['a', 'A', ' a'], max: 1 };
    const counting = (id: string, keys: string[]) =>
      ({ ...(call(id, []) as object), marks: undefined, counts: [{ ...count, keys }] }) as never;
    assert.equal(ledger.enter(counting('1', ['a', 'A', ' a'])), 'entered');
    assert.equal(ledger.enter(counting('2', ['a'])), 'refused');
    assert.equal(
      ledger.enter(
        counting(
          '3',
          Array.from({ length: 4200 }, (_, i) => `n${i}`),
        ),
      ),
      'refused',
      'no room for all',
    );
    ledger.close();
  });
});
