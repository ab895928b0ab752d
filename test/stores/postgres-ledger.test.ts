import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { LedgerUnavailable } from '../../runtime/history/ledger.js';
import { postgresLedger } from '../../stores/postgres-ledger.js';
import { callEntry, historyOf, ledgerContract } from '../runtime/history/contract.js';
import { type Reply, type Started, toolCall, withGateway, withId } from '../support/gateway.js';
import { missingPostgres, type PostgresServer, startPostgres } from '../support/postgres.js';

const skip = missingPostgres();
const options = skip === undefined ? {} : { skip };
let server: PostgresServer;
let shared: string;
before(async () => {
  if (skip !== undefined) return;
  server = await startPostgres();
  shared = server.database('contract');
});
after(() => server?.stop());

ledgerContract('PostgreSQL', async () => postgresLedger(shared, 50), options);

test('PostgreSQL: a server that is away is an error, and the ledger goes on when it is back', options, async () => {
  const away = postgresLedger('postgres://capfence@127.0.0.1:1/none');
  await assert.rejects(async () => away.refresh(), LedgerUnavailable);
  await assert.rejects(async () => away.enter(callEntry(away, [])), LedgerUnavailable);
  await away.close();
});

const SERVER = [process.execPath, fileURLToPath(new URL('../support/results-server.mjs', import.meta.url))];
const POLICY = `
mark: [{ label: secret, capability: filesystem.read, path_prefix: /home/u/.ssh }]
limits: [{ id: few, capability: few, max: 3, per: 1m }]
deny: [{ capability: mail.send, after: secret, reason: secret_would_leave }]
allow: [filesystem, mail, few]
tools: { send: mail.send, few: few }
`;

let ids = 0;
async function call(gateway: Started, tool: string, args: object = {}): Promise<unknown> {
  const id = `call ${ids++}`;
  gateway.message(toolCall(id, tool, args));
  const { error }: Reply = await gateway.next(withId(id));
  return error?.data?.['reason'] ?? error?.message ?? 'passes';
}

test('PostgreSQL: two gateways of one agent share what happened', options, async () => {
  const flags = ['--ledger', server.database('two_gateways')];
  await withGateway({ policy: POLICY, flags, server: SERVER }, (one) =>
    withGateway({ policy: POLICY, flags, server: SERVER }, async (other) => {
      assert.equal(await call(one, 'send'), 'passes');
      assert.equal(await call(other, 'read_file', { path: '/home/u/.ssh/id' }), 'passes');
      assert.equal(await call(one, 'send'), 'secret_would_leave');
      const outcomes = await Promise.all([one, other, one, other, one].map((gateway) => call(gateway, 'few')));
      assert.equal(outcomes.filter((outcome) => outcome === 'passes').length, 3, outcomes.join(' '));
      assert.equal(outcomes.filter((outcome) => outcome === 'limit_exceeded').length, 2);
      // What is open when a gateway is killed has ended, and may have happened.
      other.message(toolCall('open', 'read_file', { path: '/home/u/.ssh/k', hang: 'x' }));
      assert.equal(await one.close(), 0);
    }),
  );
});

test(
  'PostgreSQL: a gateway that loses its connection takes its lock again, and is not taken for ended',
  options,
  async () => {
    const url = server.database('lost');
    const [ledger, other] = [postgresLedger(url), postgresLedger(url, 5_000)];
    await ledger.begin('here');
    const client = new pg.Client(url);
    await client.connect();
    const cut =
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid() AND granted";
    await client.query(cut);
    const held = "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted";
    let isHeld = false;
    for (let i = 0; i < 150 && !isHeld; i++) {
      assert.equal(await other.endedAt('here'), undefined);
      await sleep(20);
      isHeld = (await client.query(held)).rowCount === 1;
    }
    assert.ok(isHeld, 'it is held again');
    assert.equal(await other.endedAt('here'), undefined);
    await client.end();
    await ledger.end('here');
    await Promise.all([ledger.close(), other.close()]);
  },
);

test('PostgreSQL: the whole state is written down now and then', options, async () => {
  const url = server.database('saved');
  const ledger = postgresLedger(url);
  const call = callEntry(ledger, [{ label: 'secret', must: true }]);
  await ledger.enter(call);
  await ledger.enter({ k: 'end', t: ledger.now(), id: call.id, how: 'ok', complete: true });
  await (ledger as unknown as { save(): Promise<void> }).save();
  await ledger.enter(callEntry(ledger, [], [{ limit: 'policy#five 60', per: 60, amount: '2', max: 5 }]));
  const other = postgresLedger(url);
  await other.refresh();
  assert.equal(historyOf(other).label(0), 1);
  assert.equal(historyOf(other).exceeds(0, 4), true);
  assert.equal(historyOf(other).exceeds(0, 3), false);
  await Promise.all([ledger.close(), other.close()]);
});
