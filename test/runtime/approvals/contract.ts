// What every store of approvals promises. The suites of the stores run it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Approval, stateAt } from '../../../runtime/approvals/approval.js';
import { type Grant, grantState } from '../../../runtime/approvals/grant.js';
import { type ApprovalStore, expireDue } from '../../../runtime/approvals/store.js';
import { draft, grantDraft } from '../../support/approvals.js';

/** @param open Another connection to the same, empty store, as another process would have it. */
export function storeContract(name: string, open: () => Promise<ApprovalStore>, options: { skip?: string } = {}): void {
  const promise = (title: string, check: (store: ApprovalStore, other: ApprovalStore) => Promise<void>) =>
    test(`${name}: ${title}`, options, async () => {
      const [store, other] = [await open(), await open()];
      try {
        await check(store, other);
      } finally {
        await Promise.all([store.close(), other.close()]);
      }
    });
  const state = async (store: ApprovalStore, { id }: Approval) => {
    const found = await store.find(id);
    return found && stateAt(found, Date.now());
  };

  promise('a request is kept as it was asked, for all who look', async (store, other) => {
    const asked = draft('kept', { context: { tenant: 'a' }, unknown: ['path'] });
    const { approval, isNew } = await store.ask(asked, 60);
    assert.ok(isNew);
    assert.match(approval.id, /^[0-9a-f]{16}$/);
    assert.equal(approval.state, 'pending');
    assert.deepEqual(approval.steps, []);
    const life = Date.parse(approval.expires) - Date.parse(approval.created);
    assert.ok(Math.abs(life - 60_000) <= 50, String(life));
    for (const [key, value] of Object.entries(asked)) assert.deepEqual(approval[key as 'id'], value, key);
    assert.deepEqual(await other.find(approval.id), await store.find(approval.id));
    assert.equal((await other.find(approval.id))?.arguments, asked.arguments);
    assert.ok((await other.list()).some(({ id }) => id === approval.id));
    assert.equal(await store.find('0123456789abcdef'), undefined);
  });

  promise('an identical call joins the open request, in whatever process', async (store, other) => {
    const first = await store.ask(draft('joined'), 60);
    const second = await other.ask(draft('joined'), 60);
    assert.deepEqual([second.isNew, second.approval.id], [false, first.approval.id]);
    const another = await other.ask(draft('another'), 60);
    assert.notEqual(another.approval.id, first.approval.id);
  });

  promise('approved, then used once; then the same call asks again', async (store, other) => {
    const { approval } = await store.ask(draft('used'), 60);
    assert.equal(await store.move(approval.id, 'used', 'a'), undefined, 'nothing is used that nobody approved');
    const approved = await other.move(approval.id, 'approved', 'alice', 'looks fine');
    assert.deepEqual(
      [approved?.state, approved?.steps[0]?.by, approved?.steps[0]?.why],
      ['approved', 'alice', 'looks fine'],
    );
    assert.match(approved?.steps[0]?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const joined = await store.ask(draft('used'), 60);
    assert.deepEqual([joined.isNew, joined.approval.state], [false, 'approved']);
    const used = await store.move(approval.id, 'used', 'a');
    assert.deepEqual(
      used?.steps.map(({ state }) => state),
      ['approved', 'used'],
    );
    assert.equal(await store.move(approval.id, 'used', 'a'), undefined);
    const again = await other.ask(draft('used'), 60);
    assert.deepEqual([again.isNew, again.approval.state], [true, 'pending']);
    assert.notEqual(again.approval.id, approval.id);
    assert.equal(await state(other, approval), 'used');
  });

  promise('what is decided stays so', async (store) => {
    const { approval } = await store.ask(draft('decided'), 60);
    assert.ok(await store.move(approval.id, 'rejected', 'bob'));
    for (const to of ['approved', 'rejected', 'used', 'withdrawn', 'expired'] as const) {
      assert.equal(await store.move(approval.id, to, 'eve'), undefined, to);
    }
    const again = await store.ask(draft('decided'), 60);
    assert.deepEqual([again.isNew, again.approval.state], [false, 'rejected'], 'and nobody is asked again meanwhile');
    assert.equal(await store.move('0123456789abcdef', 'approved', 'eve'), undefined);
  });

  promise('withdrawn, pending or approved, it lets nothing through', async (store) => {
    for (const name of ['withdrawn', 'withdrawn after']) {
      const { approval } = await store.ask(draft(name), 60);
      if (name !== 'withdrawn') assert.ok(await store.move(approval.id, 'approved', 'alice'));
      assert.ok(await store.move(approval.id, 'withdrawn', 'a'));
      assert.equal(await store.move(approval.id, 'approved', 'alice'), undefined);
      assert.equal(await store.move(approval.id, 'used', 'a'), undefined);
      assert.ok((await store.ask(draft(name), 60)).isNew);
    }
  });

  promise('expired, it can be neither approved nor used, and the next call asks again', async (store, other) => {
    const pending = (await store.ask(draft('expires'), 0.3)).approval;
    const approved = (await store.ask(draft('expires approved'), 0.3)).approval;
    const rejected = (await store.ask(draft('expires rejected'), 0.3)).approval;
    assert.equal(await store.move(pending.id, 'expired', 'capfence'), undefined, 'not before its time');
    assert.ok(await store.move(approved.id, 'approved', 'alice'));
    assert.ok(await store.move(rejected.id, 'rejected', 'alice'));
    await sleep(400);
    assert.equal(await state(other, pending), 'expired');
    assert.equal(await state(other, approved), 'expired');
    assert.equal(await store.move(pending.id, 'approved', 'alice'), undefined);
    assert.equal(await store.move(approved.id, 'used', 'a'), undefined);
    for (const name of ['expires', 'expires approved', 'expires rejected']) {
      const again = await other.ask(draft(name), 60);
      assert.deepEqual([again.isNew, again.approval.state], [true, 'pending'], name);
    }
    const marked = [await expireDue(store, Date.now()), await expireDue(other, Date.now())].flat();
    const ours = [pending.id, approved.id];
    assert.deepEqual(
      marked
        .map(({ id }) => id)
        .filter((id) => ours.includes(id))
        .sort(),
      ours.sort(),
      'each is marked once',
    );
    assert.equal((await store.find(pending.id))?.state, 'expired');
  });

  promise('however many ask, approve and use at once, each happens once', async (store, other) => {
    const stores = [store, other];
    for (let round = 0; round < 20; round++) {
      const all = [...Array(12).keys()].map((i) => stores[i % 2] as ApprovalStore);
      const asked = await Promise.all(all.map((one) => one.ask(draft(`race ${round}`), 60)));
      assert.equal(new Set(asked.map(({ approval }) => approval.id)).size, 1);
      assert.equal(asked.filter(({ isNew }) => isNew).length, 1);
      const id = asked[0]?.approval.id as string;
      const decided = await Promise.all(
        all.map((one, i) => one.move(id, i % 3 === 0 ? 'rejected' : 'approved', `p${i}`)),
      );
      assert.equal(decided.filter(Boolean).length, 1);
      const isApproved = decided.find(Boolean)?.state === 'approved';
      const used = await Promise.all(all.map((one) => one.move(id, 'used', 'a')));
      assert.equal(used.filter(Boolean).length, isApproved ? 1 : 0);
    }
  });

  promise('what was over long ago is forgotten, and nothing that is open', async (store) => {
    const over = (await store.ask(draft('old'), 0.05)).approval;
    const open = (await store.ask(draft('young'), 60)).approval;
    assert.ok(await store.move(over.id, 'withdrawn', 'a'));
    await sleep(100);
    await store.prune(Date.now() - 3_600_000);
    assert.ok(await store.find(over.id));
    await store.prune(Date.now());
    assert.equal(await store.find(over.id), undefined);
    assert.equal(await state(store, open), 'pending');
    assert.ok((await store.ask(draft('old'), 60)).isNew);
  });

  promise('a grant is kept as it was made, for all who look, until it is taken back', async (store, other) => {
    const made = grantDraft('granted', { session: 's', vary: { path: '/d', n: null } });
    const grant = await store.grants.add(made, 60);
    assert.match(grant.id, /^[0-9a-f]{16}$/);
    const found = (await other.grants.list()).find(({ id }) => id === grant.id);
    assert.deepEqual(found, grant);
    for (const [key, value] of Object.entries(made)) assert.deepEqual(found?.[key as 'id'], value, key);
    const life = Date.parse(grant.expires ?? '') - Date.parse(grant.created);
    assert.ok(Math.abs(life - 60_000) <= 50, String(life));
    assert.ok(await other.grants.use(grant.id, 'a'), 'as often as anybody wants');
    assert.ok(await store.grants.use(grant.id, 'a'));
    const revoked = await other.grants.revoke(grant.id, 'bob');
    assert.equal(revoked?.revoked?.by, 'bob');
    assert.match(revoked?.revoked?.time ?? '', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.equal(await store.grants.use(grant.id, 'a'), undefined);
    assert.equal(await store.grants.revoke(grant.id, 'bob'), undefined);
    assert.equal(await store.grants.use('0123456789abcdef', 'a'), undefined);
    assert.equal((await store.grants.add(grantDraft('session', { isForSession: true }), undefined)).expires, undefined);
  });

  promise('however many use a grant at once, no more do than it is for', async (store, other) => {
    const { id } = await store.grants.add(grantDraft('limited', { uses: 6 }), 60);
    const all = await Promise.all([...Array(16).keys()].map((i) => (i % 2 ? store : other).grants.use(id, 'a')));
    assert.equal(all.filter((grant) => grant !== undefined).length, 5, 'the approved call is one of them');
    const now = (await other.grants.list()).find((grant) => grant.id === id) as Grant;
    assert.deepEqual([now.used, grantState(now, Date.now())], [6, 'used_up']);
  });

  promise('a grant ends by its time, and is forgotten long after', async (store, other) => {
    const { id } = await store.grants.add(grantDraft('short'), 1);
    const { id: lasting } = await store.grants.add(grantDraft('lasting', { isForSession: true }), undefined);
    await sleep(1100);
    assert.equal(await other.grants.use(id, 'a'), undefined);
    await store.prune(Date.now() + 1000);
    const left = (await other.grants.list()).map((grant) => grant.id);
    assert.deepEqual([left.includes(id), left.includes(lasting)], [false, true]);
  });
}
