import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, runCapfence } from '../../support/capfence.js';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const POLICY = `
approval_timeout_seconds: 60
deny: [filesystem.delete]
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: [filesystem.read, { capability: filesystem.write, path_prefix: /data }]
`;
const PROD = { path: '/data/prod/x', content: 'hello' };

/** A command of the person who decides. */
function person(gateway: Started, ...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  const store = ['--approvals', join(gateway.folder, 'approvals')];
  const { status, stdout, stderr } = runCapfence([...args, ...store], { env });
  return { status, stdout, stderr };
}

interface Listed {
  readonly id: string;
  readonly state: string;
  readonly tool: string;
}

const listed = (gateway: Started): Listed[] => JSON.parse(person(gateway, 'approvals', '--json').stdout);
const states = (gateway: Started): string =>
  listed(gateway)
    .map(({ state }) => state)
    .join(' ');
const call = async (gateway: Started, id: number, args: unknown = PROD): Promise<Reply> => {
  gateway.message(toolCall(id, 'write_file', args));
  return gateway.next(withId(id));
};
const received = (gateway: Started): Record<string, unknown>[] =>
  gateway
    .received()
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
const idOf = ({ error }: Reply): string => String(error?.data?.['approval']);
const until = async (wanted: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !wanted(); i++) await sleep(25);
  assert.ok(wanted());
};
const story = (gateway: Started): string[] =>
  gateway
    .records()
    .filter(({ kind }) => kind === 'call' || kind === 'approval')
    .map(({ kind, state, decision, reason, by }) => [kind, state ?? decision, reason ?? by].filter(Boolean).join(' '));

test('retry: the same call goes through once after approval, and any other asks again', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = await call(gateway, 1);
    assert.match(asked.error?.message ?? '', /decision=approval_required reason=approval_required$/);
    assert.match(String(asked.error?.data?.['help']), new RegExp(`capfence approve ${idOf(asked)}`));
    assert.ok(Date.parse(String(asked.error?.data?.['expires'])) > Date.now() + 50_000);
    assert.equal(idOf(await call(gateway, 2)), idOf(asked), 'an identical call joins');
    // The order of keys is no difference; the spelling of a number is.
    assert.equal(idOf(await call(gateway, 3, { content: 'hello', path: PROD.path })), idOf(asked));
    gateway.send(
      `${JSON.stringify(toolCall(4, 'write_file', { n: 1, path: '/data/prod/n' })).replace('"n":1', '"n":9007199254740993')}\n`,
    );
    gateway.send(
      `${JSON.stringify(toolCall(5, 'write_file', { n: 1, path: '/data/prod/n' })).replace('"n":1', '"n":9007199254740992')}\n`,
    );
    assert.notEqual(idOf(await gateway.next(withId(4))), idOf(await gateway.next(withId(5))));
    const shown = person(gateway, 'approvals', 'list');
    assert.match(shown.stdout, /9007199254740993/);
    assert.match(person(gateway, 'approvals', '--json').stdout, /"n":9007199254740993/);

    const approve = person(gateway, 'approve', idOf(asked), '--by', 'alice');
    assert.equal(approve.status, 0, approve.stderr);
    assert.equal(person(gateway, 'approve', idOf(asked)).status, 1, 'decided is decided');
    assert.ok((await call(gateway, 6, { ...PROD, content: 'other' })).error, 'a changed argument asks again');
    assert.ok((await call(gateway, 7)).result);
    const again = await call(gateway, 8);
    assert.ok(again.error, 'once');
    assert.notEqual(idOf(again), idOf(asked));
    assert.deepEqual(
      received(gateway).map(({ id }) => id),
      [7],
    );
    assert.equal(await gateway.close(), 0);

    const about = gateway.records().filter(({ approval }) => approval === idOf(asked));
    assert.deepEqual(
      about.map(({ kind, state, decision, reason }) => `${kind} ${state ?? `${decision} ${reason}`}`).sort(),
      [
        'approval approved',
        'approval pending',
        'approval used',
        'call allow approved',
        ...Array(3).fill('call require_approval approval_required'),
      ].sort(),
    );
    assert.equal(about.find(({ state }) => state === 'approved')?.['by'], 'alice');
    assert.equal(about.find(({ state }) => state === 'used')?.['decided_by'], 'alice');
    const verify = runCapfence(['verify', '--audit', join(gateway.folder, 'audit')]);
    assert.equal(verify.status, 0, verify.stdout);
  });
});

test('a rejection is told with its reason, and stands', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = await call(gateway, 1);
    const reject = person(gateway, 'reject', idOf(asked), '--by', 'bob', '--why', 'not on a Friday');
    assert.equal(reject.status, 0, reject.stderr);
    assert.equal(person(gateway, 'approve', idOf(asked)).status, 1);
    const { error } = await call(gateway, 2);
    assert.match(error?.message ?? '', /decision=denied reason=approval_rejected$/);
    assert.match(String(error?.data?.['help']), /rejected by bob: not on a Friday/);
    assert.equal(states(gateway), 'rejected');
    assert.equal(gateway.received().length, 0);
  });
});

test('what is not there, or not pending, is no: exit 1', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    assert.equal(person(gateway, 'approve', '0123456789abcdef').status, 1);
    assert.equal(person(gateway, 'reject', 'nothing').status, 1);
    assert.deepEqual(listed(gateway), []);
    assert.equal(person(gateway, 'approvals').status, 0);
    assert.equal(person(gateway, 'approvals', 'everything').status, 2);
  });
});

test('expiry is enforced on approving and on use', async () => {
  const policy = POLICY.replace('60', '2');
  await withGateway({ policy }, async (gateway) => {
    const first = await call(gateway, 1);
    const second = await call(gateway, 2, { ...PROD, content: 'second' });
    assert.equal(person(gateway, 'approve', idOf(second)).status, 0);
    await sleep(2200);
    const late = person(gateway, 'approve', idOf(first));
    assert.equal(late.status, 1);
    assert.match(late.stderr, /expired/);
    assert.equal(states(gateway), 'expired expired');
    const again = await call(gateway, 3, { ...PROD, content: 'second' });
    assert.ok(again.error && idOf(again) !== idOf(second), 'approved, but too late');
    assert.equal(gateway.received().length, 0);
    await until(() => gateway.records().filter(({ state }) => state === 'expired').length === 2);
  });
});

test('an approval is bound to the server, its arguments, the folder, the agent, the policy, the context and the roots', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = await call(gateway, 1);
    assert.equal(person(gateway, 'approve', idOf(asked)).status, 0);
    const recorder = new URL('../../support/recorder.mjs', import.meta.url).pathname;
    const other = (
      flags: string[],
      server: string[],
      cwd = gateway.folder,
      policy = join(gateway.folder, 'policy.yaml'),
    ) => {
      const args = [
        CLI,
        'run',
        '--policy',
        policy,
        '--approvals',
        join(gateway.folder, 'approvals'),
        '--audit',
        join(gateway.folder, 'audit2'),
      ];
      const { stdout, stderr } = spawnSync(process.execPath, [...args, ...flags, '--', ...server], {
        cwd,
        input: `${JSON.stringify(toolCall(1, 'write_file', PROD))}\n`,
        encoding: 'utf8',
      });
      return (JSON.parse(stdout || `{"stderr":${JSON.stringify(stderr)}}`) as Reply).error ? 'asks' : 'passes';
    };
    const same = [process.execPath, recorder];
    writeFileSync(join(gateway.folder, 'other.yaml'), `# another policy\n${POLICY}`);
    mkdirSync(join(gateway.folder, 'elsewhere'));
    assert.equal(other([], [...same, 'more']), 'asks');
    assert.equal(other(['--agent', 'other'], same), 'asks');
    assert.equal(other(['--context', 'tenant=a'], same), 'asks');
    assert.equal(other(['--root', '/data'], same), 'asks');
    assert.equal(other([], same, join(gateway.folder, 'elsewhere')), 'asks');
    assert.equal(other([], same, gateway.folder, join(gateway.folder, 'other.yaml')), 'asks');
    assert.equal(other([], same), 'passes', 'the same in all of it, from another gateway');
    assert.equal(other([], same), 'asks', 'once');
  });
});

const HOLD = ['--approval', 'hold'];
const held = (id: number, args: unknown = PROD, token?: unknown) => {
  const message = toolCall(id, 'write_file', args);
  if (token !== undefined) (message['params'] as Record<string, unknown>)['_meta'] = { progressToken: token };
  return message;
};

test('hold: nothing until a person decides, with progress for those who ask for it; other calls go on', {
  timeout: 60_000,
}, async () => {
  await withGateway({ policy: POLICY, flags: HOLD }, async (gateway) => {
    gateway.message(held(1, PROD, 'tok'));
    const isProgress = ({ method }: Reply) => method === 'notifications/progress';
    await gateway.next(isProgress);
    gateway.message(toolCall(2, 'read_file', { path: '/x' }));
    assert.ok((await gateway.next(withId(2))).result);
    await until(() => gateway.replies.filter(isProgress).length >= 2);
    const progress = gateway.replies
      .filter(isProgress)
      .map(({ params }) => params as { progressToken: string; progress: number });
    assert.ok(progress.every(({ progressToken }) => progressToken === 'tok'));
    assert.ok((progress[1]?.progress ?? 0) > (progress[0]?.progress ?? 0));
    assert.ok(!gateway.replies.some(withId(1)));
    const before = gateway.records().find(({ request }) => request === 1);
    assert.equal(before?.['state'] ?? before?.['decision'], 'pending');
    const [request] = listed(gateway);
    assert.equal(person(gateway, 'approve', request?.id ?? '', '--by', 'alice').status, 0);
    assert.ok((await gateway.next(withId(1))).result);
    assert.deepEqual(
      received(gateway).map(({ id }) => id),
      [2, 1],
    );
    assert.deepEqual(story(gateway).sort(), [
      'approval approved alice',
      'approval pending',
      'approval used mcp-agent',
      'call allow policy_allow',
      'call require_approval approval_required',
    ]);
    // What is forwarded is what came, to the byte.
    assert.ok(
      gateway
        .received()
        .toString()
        .includes(`${JSON.stringify(held(1, PROD, 'tok'))}\n`),
    );
  });
});

test('hold: a rejection and the expiry are answers', async () => {
  await withGateway({ policy: POLICY.replace('60', '3'), flags: HOLD }, async (gateway) => {
    gateway.message(held(1));
    gateway.message(held(2, { ...PROD, content: 'two' }));
    await until(() => listed(gateway).length === 2);
    const first = listed(gateway).find(
      ({ id }) =>
        id === gateway.records().find(({ kind, request }) => kind === 'approval' && request === 1)?.['approval'],
    );
    assert.equal(person(gateway, 'reject', first?.id ?? '', '--by', 'bob').status, 0);
    assert.match((await gateway.next(withId(1))).error?.message ?? '', /decision=denied reason=approval_rejected/);
    assert.match((await gateway.next(withId(2))).error?.message ?? '', /decision=denied reason=approval_expired/);
    assert.equal(gateway.received().length, 0);
    assert.equal(states(gateway).split(' ').sort().join(' '), 'expired rejected');
  });
});

test('hold: who cancels withdraws the request, and gets no answer', async () => {
  await withGateway({ policy: POLICY, flags: HOLD }, async (gateway) => {
    gateway.message(held(1));
    gateway.message(held(2));
    await until(() => gateway.records().filter(({ kind }) => kind === 'call').length === 2);
    const cancel = (requestId: unknown) => ({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId },
    });
    gateway.message(cancel(1));
    await sleep(300);
    assert.equal(states(gateway), 'pending', 'an identical call still waits');
    gateway.message(cancel('2')); // Another id: a text.
    await sleep(300);
    assert.equal(states(gateway), 'pending');
    gateway.message(cancel(2));
    await until(() => states(gateway) === 'withdrawn');
    assert.equal(person(gateway, 'approve', listed(gateway)[0]?.id ?? '').status, 1);
    // The id is free again, and cancelling what does not wait here is the server's affair.
    gateway.message(toolCall(1, 'read_file', { path: '/x' }));
    assert.ok((await gateway.next(withId(1))).result);
    gateway.message(cancel(77));
    gateway.message(toolCall(3, 'read_file', { path: '/y' }));
    await gateway.next(withId(3));
    assert.deepEqual(
      received(gateway).map(({ id, method }) => id ?? method),
      ['notifications/cancelled', 1, 'notifications/cancelled', 3],
    );
    assert.equal(gateway.replies.length, 2);
    assert.equal(gateway.records().filter(({ state }) => state === 'withdrawn').length, 1);
  });
});

test('hold: of identical calls that wait, one approval lets one through', async () => {
  await withGateway({ policy: POLICY, flags: HOLD }, async (gateway) => {
    for (const id of [1, 2, 3]) gateway.message(held(id));
    await until(() => gateway.records().filter(({ kind }) => kind === 'call').length === 3);
    for (let i = 1; i <= 3; i++) {
      const waiting = listed(gateway).filter(({ state }) => state === 'pending');
      assert.equal(waiting.length, 1);
      assert.equal(person(gateway, 'approve', waiting[0]?.id ?? '').status, 0);
      await until(() => received(gateway).length === i);
      if (i < 3) await until(() => listed(gateway).some(({ state }) => state === 'pending'));
    }
    assert.equal(states(gateway), 'used used used');
  });
});

test('hold: more than may wait are answered at once, and a client that leaves withdraws what waits', async () => {
  await withGateway({ policy: POLICY, flags: HOLD }, async (gateway) => {
    for (let id = 1; id <= 65; id++) gateway.message(held(id, { path: `/data/prod/${id}` }));
    const { error } = await gateway.next(withId(65));
    assert.equal(error?.data?.['decision'], 'require_approval');
    assert.equal(gateway.replies.length, 1);
    assert.equal(await gateway.close(), 0);
    const all = listed(gateway).map(({ state }) => state);
    assert.equal(all.filter((state) => state === 'withdrawn').length, 64);
    assert.equal(all.filter((state) => state === 'pending').length, 1, 'of that one the client was told');
  });
});

test('a store that can not be used lets nothing through', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    writeFileSync(join(gateway.folder, 'approvals'), 'a file');
    const { error } = await call(gateway, 1);
    assert.match(error?.message ?? '', /decision=denied reason=approval_unavailable$/);
    assert.match(String(error?.data?.['help']), /can't be stored or read/);
    rmSync(join(gateway.folder, 'approvals'));
    assert.match((await call(gateway, 2)).error?.message ?? '', /approval_required$/);
  });
});

test('an approval that can not be recorded as used lets nothing through', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = await call(gateway, 1);
    assert.equal(person(gateway, 'approve', idOf(asked)).status, 0);
    rmSync(join(gateway.folder, 'audit'), { recursive: true });
    writeFileSync(join(gateway.folder, 'audit'), '');
    await sleep(50);
    assert.equal((await call(gateway, 2)).error?.data?.['reason'], 'audit_unavailable');
    assert.equal(gateway.received().length, 0);
  });
});

test('a batch goes on once all of it is approved, and uses up nothing before', async () => {
  const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
    const message = JSON.parse(line);
    if (message.method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-03-26' } }));
    if (Array.isArray(message)) console.log(JSON.stringify(message.map(({ id }) => ({ jsonrpc: '2.0', id, result: {} }))));
  } });`;
  await withGateway({ policy: POLICY, flags: HOLD, server: [process.execPath, '-e', server] }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    await gateway.next(withId(0));
    const two = { path: '/data/prod/two' };
    const batch = async (from: number, ...more: unknown[]) => {
      const count = gateway.replies.length;
      gateway.message([held(from), held(from + 1, two), ...more]);
      await until(() => gateway.replies.length > count);
      return gateway.replies.at(-1) as unknown as Reply[];
    };
    const asked = await batch(1);
    assert.deepEqual(
      asked.map(({ error }) => error?.data?.['decision']),
      ['require_approval', 'require_approval'],
    );
    assert.equal(person(gateway, 'approve', idOf(asked[0] as Reply)).status, 0);
    assert.ok((await batch(3))[0]?.error, 'the other is not approved yet');
    assert.equal(person(gateway, 'approve', idOf(asked[1] as Reply)).status, 0);
    assert.ok(
      (await batch(5, toolCall(7, 'delete_file', { path: '/x' }))).every(({ error }) => error),
      'one is denied',
    );
    const passed = await batch(8);
    assert.deepEqual(
      passed.map(({ result }) => result),
      [{}, {}],
    );
    assert.equal(states(gateway), 'used used');
  });
});

test('logs tells the story of a call together', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = await call(gateway, 1);
    await call(gateway, 2, { ...PROD, content: 'between' });
    assert.equal(person(gateway, 'approve', idOf(asked), '--by', 'alice').status, 0);
    await call(gateway, 3);
    await gateway.close();
    const { stdout } = runCapfence(['logs', '--audit', join(gateway.folder, 'audit')]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => line.trim());
    const at = lines.findIndex((line) => line.includes('require_approval'));
    assert.match(lines[at + 1] ?? '', new RegExp(`asked.*${idOf(asked)}`));
    assert.match(lines[at + 2] ?? '', /approved.*by alice/);
    assert.match(lines[at + 3] ?? '', /used/);
    assert.equal(lines.filter((line) => line.includes(`asked`) && line.includes(idOf(asked))).length, 1);
  });
});

test('replayed under the same policy, what a person decided is no drift', async () => {
  await withGateway({ policy: POLICY, flags: ['--audit-payloads'] }, async (gateway) => {
    const asked = await call(gateway, 1);
    person(gateway, 'approve', idOf(asked));
    assert.ok((await call(gateway, 2)).result);
    person(gateway, 'reject', idOf(await call(gateway, 3)));
    assert.equal((await call(gateway, 4)).error?.data?.['reason'], 'approval_rejected');
    await gateway.close();
    const args = ['replay', '--policy', join(gateway.folder, 'policy.yaml'), '--audit', join(gateway.folder, 'audit')];
    const { status, stdout } = runCapfence([...args]);
    assert.equal(status, 0, stdout);
  });
});

test('named examples: what was found by attacking approvals', { timeout: 60_000 }, async (t) => {
  await t.test('approvals of one turn whose records are lost let none of its calls through', async () => {
    await withGateway({ policy: POLICY }, async (gateway) => {
      const paths = ['/data/prod/1', '/data/prod/2', '/data/prod/3'];
      for (const [i, path] of paths.entries()) person(gateway, 'approve', idOf(await call(gateway, i, { path })));
      rmSync(join(gateway.folder, 'audit'), { recursive: true });
      writeFileSync(join(gateway.folder, 'audit'), '');
      await sleep(50);
      const lines = paths.map((path, i) => `${JSON.stringify(toolCall(10 + i, 'write_file', { path }))}\n`);
      gateway.send(lines.join(''));
      for (const i of paths.keys()) {
        assert.equal((await gateway.next(withId(10 + i))).error?.data?.['reason'], 'audit_unavailable');
      }
      assert.equal(gateway.received().length, 0);
    });
  });

  await t.test(
    'as many requests as a person can look through; what is asked already, and approved, still goes through',
    async () => {
      await withGateway({ policy: POLICY }, async (gateway) => {
        const first = await call(gateway, 0);
        const lines = Array.from({ length: 300 }, (_, i) => toolCall(i + 1, 'write_file', { path: `/data/prod/${i}` }));
        gateway.send(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
        const refused = (await gateway.next(withId(300))).error;
        assert.equal(refused?.data?.['reason'], 'approval_unavailable');
        assert.match(String(refused?.data?.['help']), /asked for too much/);
        await until(() => gateway.replies.length === 301);
        assert.equal(gateway.replies.filter(({ error }) => error?.data?.['approval']).length, 256);
        assert.equal(person(gateway, 'approve', idOf(first)).status, 0);
        assert.ok((await call(gateway, 400)).result);
      });
    },
  );

  await t.test('a batch with a store that can not be used is answered', async () => {
    const server = `process.stdin.on('data', (data) => { const { id } = JSON.parse(data); console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-03-26' } })); });`;
    await withGateway({ policy: POLICY, server: [process.execPath, '-e', server] }, async (gateway) => {
      gateway.message({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
      await gateway.next(withId(0));
      writeFileSync(join(gateway.folder, 'approvals'), 'a file');
      gateway.message([held(1)]);
      await until(() => gateway.replies.length > 1);
      const [answer] = gateway.replies[1] as unknown as Reply[];
      assert.equal(answer?.error?.data?.['reason'], 'approval_unavailable');
      gateway.message(Array.from({ length: 40 }, (_, i) => held(100 + i, { path: `/data/prod/${i}` })));
      await until(() => gateway.replies.length > 2);
      assert.match(gateway.replies[2]?.error?.message ?? '', /too many calls that need approval/);
    });
  });

  await t.test('an answer to the gateway in a batch goes nowhere', async () => {
    const server = `process.stdin.on('data', (data) => { const { id, method } = JSON.parse(data); if (method) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { protocolVersion: '2025-03-26' } })); });`;
    await withGateway(
      { policy: POLICY, flags: ['--approval', 'elicit'], server: [process.execPath, '-e', server] },
      async (gateway) => {
        gateway.message({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { capabilities: { elicitation: {} } } });
        await gateway.next(withId(0));
        gateway.message(held(1));
        const { id } = await gateway.next(({ method }) => method === 'elicitation/create');
        gateway.message([{ jsonrpc: '2.0', id, result: { action: 'accept' } }]);
        assert.match((await gateway.next(withId(null))).error?.message ?? '', /an answer to the gateway in a batch/);
        assert.equal(states(gateway), 'pending');
      },
    );
  });

  await t.test('a server can not answer a call that it has not got, nor ask under the gateway’s ids', async () => {
    const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) { const { params } = JSON.parse(line);
      if (params?.say) for (const one of params.say) console.log(JSON.stringify(one)); } });`;
    await withGateway(
      { policy: POLICY, flags: ['--approval', 'elicit'], server: [process.execPath, '-e', server] },
      async (gateway) => {
        gateway.message({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { capabilities: { elicitation: {} } } });
        gateway.message(held(1));
        const { id } = await gateway.next(({ method }) => method === 'elicitation/create');
        const own = `${String(id).split('.')[0]}.2`;
        const say = [
          { jsonrpc: '2.0', id: 1, result: { forged: true } },
          { jsonrpc: '2.0', id: '1', result: { forged: true } },
          [{ jsonrpc: '2.0', id: 1, result: { forged: true } }],
          { jsonrpc: '2.0', id: own, method: 'elicitation/create', params: { message: 'Do you like cookies?' } },
          { jsonrpc: '2.0', method: 'notifications/last' },
        ];
        gateway.message({ jsonrpc: '2.0', method: 'notifications/say', params: { say } });
        await gateway.next(({ method }) => method === 'notifications/last');
        assert.deepEqual(
          gateway.replies.map(({ id, method }) => method ?? id).filter((name) => name !== 0),
          [
            'elicitation/create',
            '1', // Another id than 1, which this client never used: its own affair.
            'notifications/last',
          ].filter((name) => name !== '1'),
        );
      },
    );
  });

  await t.test('what a call brings along beside its arguments is shown, and bound', async () => {
    await withGateway({ policy: POLICY }, async (gateway) => {
      const asked = idOf(await call(gateway, 1));
      const withAnswer = held(2);
      Object.assign(withAnswer['params'] as object, { inputResponses: { sure: { action: 'accept' } } });
      gateway.message(withAnswer);
      const other = idOf(await gateway.next(withId(2)));
      assert.notEqual(other, asked);
      assert.match(person(gateway, 'approvals').stdout, /with it +\n +inputResponses\n +sure\n +action: "accept"/);
    });
  });

  await t.test('names are shown whole, and nothing in them reaches the terminal', async () => {
    await withGateway({ policy: 'require_approval: ["*"]\n' }, async (gateway) => {
      const long = `read_${'x'.repeat(300)}_and_delete`;
      for (const [id, name] of [long, 'x\u001b[2J', 'y\u3164\u00a0\u{e0101}'].entries()) {
        gateway.message(toolCall(id, name, { short: 'a\u3164\u00a0b' }));
        const approval = idOf(await gateway.next(withId(id)));
        const list = person(gateway, 'approvals').stdout;
        const { stderr } = person(gateway, 'approve', approval);
        for (const text of [list, stderr]) assert.ok(!/\u001b|\u3164|\u00a0|\u{e0101}/u.test(text), text);
        if (name === long) assert.ok(list.includes(long) && stderr.includes(long));
      }
    });
  });
});

test('hold: a client that leaves withdraws at once, not when its grace ends', { timeout: 30_000 }, async () => {
  await withGateway({ policy: POLICY, flags: ['--approval', 'hold', '--grace', '60'] }, async (gateway) => {
    gateway.message(toolCall(1, 'write_file', { path: '/data/prod/x', content: 'x' }));
    while (!gateway.records().some(({ kind }) => kind === 'call')) await sleep(50);
    const started = Date.now();
    assert.equal(await gateway.close(), 0);
    assert.ok(Date.now() - started < 20_000, `${Date.now() - started} ms`);
  });
});
