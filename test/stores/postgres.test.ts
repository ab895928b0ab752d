import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import pg from 'pg';
import type { ApprovalStore } from '../../runtime/approvals/store.js';
import { postgresStore } from '../../stores/postgres.js';
import { storeContract } from '../runtime/approvals/contract.js';
import { draft, grantDraft } from '../support/approvals.js';
import { CLI, ROOT, runCapfence } from '../support/capfence.js';
import { ask, post, withDesk } from '../support/desk.js';
import { temporaryFolder } from '../support/folder.js';
import { toolCall } from '../support/gateway.js';
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

storeContract('PostgreSQL', async () => postgresStore(shared), options);

test('PostgreSQL: many hosts that start at once make one table', options, async () => {
  const url = server.database('many');
  const stores = [...Array(8).keys()].map(() => postgresStore(url));
  const asked = await Promise.all(stores.map((store) => store.ask(draft('first'), 60)));
  assert.equal(new Set(asked.map(({ approval }) => approval.id)).size, 1);
  await Promise.all(stores.map((store) => store.close()));
});

test(
  'PostgreSQL: a server that is away is an error, not a yes, and is asked again when it is back',
  options,
  async () => {
    const away = postgresStore('postgres://capfence@127.0.0.1:1/none');
    await assert.rejects(away.ask(draft('away'), 60));
    await assert.rejects(away.list());
    await away.close();
    const url = server.database('restarted');
    const store: ApprovalStore = postgresStore(url);
    const { approval } = await store.ask(draft('back'), 60);
    const admin = postgresStore(url);
    // Its connections are cut, as when the server is started again.
    await assert.rejects(
      (admin as unknown as { pool: { query(sql: string): Promise<unknown> } }).pool.query(
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()',
      ),
    );
    await admin.close();
    assert.equal((await store.find(approval.id))?.state, 'pending');
    await store.close();
  },
);

test(
  'PostgreSQL: with the roles of docs/approvals.md a gateway can ask and use, and only people approve',
  options,
  async () => {
    const url = server.database('roles');
    const owner = postgresStore(url);
    await owner.list();
    const docs = readFileSync(join(ROOT, 'docs/approvals.md'), 'utf8');
    const [, sql = ''] = /```sql\n([\s\S]*?)```/.exec(docs) ?? [];
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(sql);
    await client.end();
    const as = (role: string) => postgresStore(url.replace('capfence@', `${role}@`));
    const [gateway, alice] = [as('capfence_gateway'), as('alice')];
    const { approval } = await gateway.ask(draft('roles'), 60);
    await assert.rejects(gateway.move(approval.id, 'approved', 'alice'), /capfence_gateway may not decide/);
    await assert.rejects(gateway.move(approval.id, 'rejected', 'alice'), /may not decide/);
    assert.ok(await alice.move(approval.id, 'approved', 'alice'));
    assert.ok(await gateway.move(approval.id, 'used', 'a'));
    // Grants likewise: a gateway uses what people give.
    const given = grantDraft('roles', { approval: approval.id, by: 'alice', uses: 3 });
    await assert.rejects(gateway.grants.add(given, 60), /permission denied/);
    const grant = await alice.grants.add(given, 60);
    assert.equal((await gateway.grants.use(grant.id, 'a'))?.used, 2);
    await assert.rejects(gateway.grants.revoke(grant.id, 'a'), /permission denied/);
    assert.ok(await alice.grants.revoke(grant.id, 'alice'));
    await Promise.all([owner, gateway, alice].map((store) => store.close()));
  },
);

test('PostgreSQL: gateways, prebuilt or not, and commands share it; what is away denies', {
  ...options,
  timeout: 60_000,
}, () => {
  const url = server.database('gateways');
  const folder = temporaryFolder();
  cpSync(join(ROOT, 'policies/mcp_policy.yaml'), join(folder, 'p.yaml'));
  const run = (args: string[], input = '') => {
    const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state') };
    return spawnSync(process.execPath, args, { cwd: folder, input, encoding: 'utf8', env });
  };
  const compiled = run([CLI, 'compile', 'p.yaml', '--gateway', 'gateway.mjs', '--postgres']);
  assert.equal(compiled.status, 0, compiled.stderr);
  const recorder = ['--', process.execPath, join(ROOT, 'test/support/recorder.mjs')];
  const line = `${JSON.stringify(toolCall(1, 'write_file', { path: '/data/prod/x' }))}\n`;
  const prebuilt = (store: string) => JSON.parse(run(['gateway.mjs', '--approvals', store, ...recorder], line).stdout);
  const asked = prebuilt(url);
  assert.equal(asked.error.data.decision, 'require_approval');
  const id = asked.error.data.approval as string;
  assert.match(run([CLI, 'approvals', '--approvals', url]).stdout, new RegExp(id));
  assert.equal(run([CLI, 'approve', id, '--approvals', url, '--by', 'alice']).status, 0);
  assert.equal(run([CLI, 'reject', id, '--approvals', url]).status, 1);
  // Another policy text is another policy: the module that was compiled from the same file is the same.
  const other = JSON.parse(
    run([CLI, 'run', '--module', 'generated/p.js', '--approvals', url, ...recorder], line).stdout,
  );
  assert.ok(other.result, JSON.stringify(other));
  assert.ok(prebuilt(url).error, 'once, whichever gateway it was');
  assert.equal(prebuilt('postgres://capfence@127.0.0.1:1/none').error.data.reason, 'approval_unavailable');
  const verify = run([CLI, 'verify']);
  assert.equal(verify.status, 0, verify.stdout);
  const logs = run([CLI, 'logs']).stdout;
  assert.match(logs, /asked .*\n.*approved .*by alice\n.*used /);
});

test('PostgreSQL: two pages of a team over one store: one decides, the other is told by whom', options, async () => {
  const url = server.database('desk');
  const store = postgresStore(url);
  const folder = temporaryFolder();
  const users = join(folder, 'users');
  for (const name of ['ann', 'bob']) {
    const flags = ['approvals', '--add-user', name, '--users', users];
    assert.equal(runCapfence(flags, { input: `${name} has a password\n` }).status, 0);
  }
  const { approval } = await store.ask(draft('a', { host: 'elsewhere' }), 600);
  const flags = ['--approvals', url, '--users', users];
  await withDesk(flags, async (first) => {
    await withDesk(flags, async (second) => {
      const signedIn = async (desk: typeof first, name: string) => {
        const { headers, body } = await post(desk, 'sign-in', {}, { name, password: `${name} has a password` });
        return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '', second: JSON.parse(body).second as string };
      };
      const [ann, bob] = [await signedIn(first, 'ann'), await signedIn(second, 'bob')];
      const path = `requests/${approval.id}`;
      const answers = await Promise.all([
        post(first, `${path}/approve`, ann),
        post(second, `${path}/reject`, bob, { why: 'no' }),
      ]);
      assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409]);
      const [step] = (await store.find(approval.id))?.steps ?? [];
      const loser = answers.find(({ status }) => status === 409);
      assert.match(loser?.body ?? '', /it is (?:approved|rejected)|can't be/);
      assert.ok(step?.by === 'ann' || step?.by === 'bob');
      const page = await ask(second.url, { headers: { cookie: bob.cookie } });
      assert.ok(
        page.body.includes('that database') && !page.body.includes('postgres://'),
        'no address of the database',
      );
    });
  });
  await store.close();
});
