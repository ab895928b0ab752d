// What every ledger promises. The suites of the ledgers run it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CallEntry, EntryCount, EntryMark } from '../../../runtime/history/entry.js';
import type { Ledger } from '../../../runtime/history/ledger.js';
import { LedgerHistory } from '../../../runtime/history/ledger-history.js';
import type { ManifestHistory } from '../../../runtime/types.js';

const PLACE = { file: 'policy.yaml', line: 1, column: 1 };
const POLICY: ManifestHistory = {
  afters: [{ labels: ['secret'] }, { labels: ['secret'], within: 60 }],
  marks: [],
  limits: [
    {
      id: 'five',
      key: 'policy#five 60',
      capability: '*',
      max: 5,
      per: 60,
      over: 'deny',
      reason: 'limit_exceeded',
      ...PLACE,
    },
  ],
};

let calls = 0;

export function callEntry(
  ledger: Ledger,
  marks: readonly EntryMark[],
  counts: readonly EntryCount[] = [],
  agent = 'ann',
  gateway = 'g1',
): CallEntry {
  const id = `${process.pid}-${calls++}`;
  return { k: 'call', t: ledger.now(), id, agent, session: '', gateway, tool: 'tool', marks, counts };
}

export const historyOf = (ledger: Ledger, agent = 'ann', session = ''): LedgerHistory =>
  new LedgerHistory(
    POLICY,
    { agent, session },
    () => ledger.state,
    () => ledger.now(),
  );

const SECRET: EntryMark = { label: 'secret', must: true };
const ONE: EntryCount = { limit: 'policy#five 60', per: 60, amount: '1', max: 5 };

/** @param open Another connection to the same, empty ledger, as another process would have it. */
export function ledgerContract(name: string, open: () => Promise<Ledger>, options: { skip?: string } = {}): void {
  const promise = (title: string, check: (ledger: Ledger, other: Ledger) => Promise<void>) =>
    test(`${name}: ${title}`, options, async () => {
      const [ledger, other] = [await open(), await open()];
      try {
        await check(ledger, other);
      } finally {
        await Promise.all([ledger.close(), other.close()]);
      }
    });

  promise('what one enters another reads: open, ended, gone', async (ledger, other) => {
    const agent = 'reader';
    const call = callEntry(ledger, [SECRET], [], agent);
    assert.equal(await ledger.enter(call), 'entered');
    await other.refresh();
    assert.equal(historyOf(other, agent).label(0), 2, 'it may hold');
    assert.equal(await ledger.enter({ k: 'end', t: ledger.now(), id: call.id, how: 'ok', complete: true }), 'entered');
    await other.refresh();
    assert.equal(historyOf(other, agent).label(0), 1);
    assert.equal(historyOf(other, agent).label(1), 1);
    assert.equal(historyOf(other, agent, 'another').label(0), 4, 'another session');
    assert.equal(historyOf(other, agent, 'another').label(1), 1, 'with `within` it is the agent that counts');
    assert.equal(historyOf(other, 'somebody else').label(0), 4);
    await other.enter({ k: 'session', t: other.now(), agent, session: '', by: 'ann' });
    await ledger.refresh();
    assert.equal(historyOf(ledger, agent).label(0), 4, 'the session has ended');
  });

  promise('a call that its place refuses adds nothing', async (ledger, other) => {
    const agent = 'counter';
    for (let i = 0; i < 5; i++) {
      assert.equal(await (i % 2 === 0 ? ledger : other).enter(callEntry(ledger, [], [ONE], agent)), 'entered');
    }
    assert.equal(await other.enter(callEntry(other, [SECRET], [ONE], agent)), 'refused');
    assert.equal(await ledger.enter(callEntry(ledger, [SECRET], [ONE], agent)), 'refused');
    await other.refresh();
    assert.equal(historyOf(other, agent).exceeds(0, 1), true);
    assert.equal(historyOf(other, agent).label(0), 4, 'it marks nothing either');
  });

  promise('what was entered before it may change that a call goes on', async (ledger, other) => {
    const agent = 'changed';
    await ledger.refresh();
    await other.enter(callEntry(other, [SECRET], [], agent));
    const stands = () => historyOf(ledger, agent).label(0) === 4;
    assert.equal(await ledger.enter(callEntry(ledger, [{ label: 'x', must: true }], [], agent), stands), 'changed');
    assert.equal(await ledger.enter(callEntry(ledger, [{ label: 'x', must: true }], [], agent), () => true), 'entered');
  });

  promise(
    'calls that are made at once pass one after the other: of twenty for five places five pass',
    async (ledger) => {
      const agent = 'racer';
      const others = await Promise.all([...Array(4).keys()].map(() => open()));
      const all = [...Array(20).keys()].map((i) => others[i % others.length] as Ledger);
      const entered = await Promise.all(all.map(async (one) => one.enter(callEntry(one, [], [ONE], agent))));
      assert.equal(entered.filter((one) => one === 'entered').length, 5);
      assert.equal(entered.filter((one) => one === 'refused').length, 15);
      await ledger.refresh();
      assert.equal(historyOf(ledger, agent).exceeds(0, 1), true);
      await Promise.all(others.map((one) => one.close()));
    },
  );

  promise('a gateway that ended without saying so is noticed, one that runs is not', async (ledger, other) => {
    await ledger.begin('here');
    assert.equal(await other.endedAt('here'), undefined);
    await ledger.end('here');
    for (const gateway of ['here', 'never seen']) {
      // It has a while to show itself again.
      assert.equal(await other.endedAt(gateway), undefined, gateway);
      while ((await other.endedAt(gateway)) === undefined) await sleep(20);
    }
  });
}
