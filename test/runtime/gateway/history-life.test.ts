// A past over the lives of gateways: batches, retries, tasks, cancelled and lost calls, sessions, kills, ledgers that fail.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LedgerFolder } from '../../../runtime/history/ledger-folder.js';
import type { RunningGateway } from '../../../runtime/history/ledger-state.js';
import { runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const SERVER = [process.execPath, fileURLToPath(new URL('../../support/results-server.mjs', import.meta.url))];

const POLICY = `
mark:
  - { label: secret, capability: filesystem.read, path_prefix: /s }
  - { label: tested, capability: ci }
  - { clear: tested, capability: filesystem.write }
limits: [{ id: few, capability: few, max: 2, per: session, over: require_approval }]
deny: [{ capability: mail, after: secret }]
require_approval: [{ capability: asked }]
allow: [filesystem, mail, ci, few, { capability: deploy, after: tested }]
tools: { send: mail, test: ci, deploy: deploy, few: few, asked: [asked, ci], release: { capability: rel } }
`;
const WITH_RELEASE = POLICY.replace('allow: [', 'allow: [rel, ');

const run = (flags: string[], use: (gateway: Started) => Promise<void>, env: Record<string, string> = {}) =>
  withGateway({ policy: WITH_RELEASE, flags, server: SERVER, env }, use);

let ids = 0;
async function call(gateway: Started, tool: string, args: object = {}): Promise<Reply> {
  const id = `call ${ids++}`;
  gateway.message(toolCall(id, tool, args));
  return gateway.next(withId(id));
}
const outcome = async (gateway: Started, tool: string, args: object = {}): Promise<unknown> => {
  const { error } = await call(gateway, tool, args);
  return error === undefined ? 'passes' : (error.data?.['reason'] ?? error.message);
};
const results = (gateway: Started) =>
  gateway
    .records()
    .flatMap(({ kind, tool, status, complete }) =>
      kind === 'result' ? [`${tool} ${status}${complete === false ? ', open' : ''}`] : [],
    );

test('in a batch those before are open', async () => {
  await run([], async (gateway) => {
    gateway.message({
      jsonrpc: '2.0',
      id: 'i',
      method: 'initialize',
      params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    });
    await gateway.next(withId('i'));
    const batch = (...calls: object[]) => gateway.send(`${JSON.stringify(calls)}\n`);
    const answers = async (first: string, last: string): Promise<Reply[]> => {
      for (let i = 0; i < 200; i++) {
        // What the server answers comes one by one, what the gateway does in one array.
        const own = (gateway.replies.flat() as Reply[]).filter(({ id }) => id === first || id === last);
        if (own.length === 2) return own;
        await sleep(10);
      }
      throw new Error(`no answer to ${first}: ${JSON.stringify(gateway.replies)}`);
    };
    batch(toolCall('a', 'read_file', { path: '/s/k' }), toolCall('b', 'send'));
    assert.ok(
      (await answers('a', 'b')).every(({ error }) => error),
      'the mail may carry what is read before it',
    );
    assert.equal(await outcome(gateway, 'send'), 'passes', 'none of it went on');
    batch(toolCall('c', 'send'), toolCall('d', 'read_file', { path: '/s/k' }));
    assert.ok(
      (await answers('c', 'd')).every(({ result }) => result),
      'the other way round',
    );
    assert.equal(await outcome(gateway, 'send'), 'policy_deny');
    batch(toolCall('e', 'few'), toolCall('f', 'few'), toolCall('g', 'few'));
    assert.ok(
      (await answers('e', 'g')).every(({ error }) => error),
      'three of two',
    );
    batch(toolCall('h', 'few'), toolCall('j', 'few'));
    assert.ok((await answers('h', 'j')).every(({ result }) => result));
    assert.equal(await outcome(gateway, 'few'), 'limit_exceeded');
  });
});

test('a question of a server is answered once: the same retry many times over is many calls', async () => {
  await run([], async (gateway) => {
    gateway.message({
      jsonrpc: '2.0',
      id: 'i',
      method: 'initialize',
      params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: { name: 't', version: '1' } },
    });
    await gateway.next(withId('i'));
    const args = { answer: { resultType: 'input_required', requestState: 'S', inputRequests: {} } };
    assert.equal(await outcome(gateway, 'few', args), 'passes');
    const retry = (id: string) => ({
      ...toolCall(id, 'few', args),
      params: { name: 'few', arguments: args, requestState: 'S', inputResponses: {} },
    });
    gateway.send(`${JSON.stringify(['a', 'b', 'c'].map(retry))}\n`);
    await gateway.next((message) => [message].flat().some(({ id }) => id === 'c'));
    const own = (gateway.replies.flat() as Reply[]).filter(({ id }) => ['a', 'b', 'c'].includes(String(id)));
    assert.ok(
      own.every(({ error }) => error),
      'one place is left for three calls',
    );
    gateway.message(retry('d'));
    assert.ok((await gateway.next(withId('d'))).result, 'alone it goes on with the call, and does not count');
    assert.equal(await outcome(gateway, 'few'), 'passes');
    assert.equal(await outcome(gateway, 'few'), 'limit_exceeded');
  });
});

test('a gateway that others take for ended says that it runs, and enters what it has open once more', async () => {
  const place = join(temporaryFolder(), 'ledger');
  await run(['--ledger', place], async (gateway) => {
    gateway.message(toolCall('open', 'read_file', { path: '/s/k', hang: 'x' }));
    assert.equal(await outcome(gateway, 'send'), 'policy_deny');
    const other = new LedgerFolder(place);
    const [[name, { agent, session }]] = [...other.state.gateways] as unknown as [[string, RunningGateway]];
    other.enter({ k: 'down', t: other.now(), gateway: name, agent, session });
    other.enter({ k: 'clear', t: other.now(), agent, label: 'secret', by: 'ann', why: 'w' });
    assert.equal(await outcome(gateway, 'send'), 'policy_deny', 'it is still open');
    other.refresh();
    assert.ok(other.state.gateways.has(name));
    assert.equal(other.state.open.size, 1);
    await call(gateway, 'release', { name: 'x' });
    await gateway.next(withId('open'));
    assert.equal(await outcome(gateway, 'send'), 'policy_deny', 'it was read');
    other.refresh();
    assert.equal(other.state.open.size, 0, 'it ends by the name that it was entered by again');
    other.close();
  });
});

test('a cancelled call stays open; one that is never answered is lost', async () => {
  await run([], async (gateway) => {
    gateway.message(toolCall('x', 'test', { hang: 'x' }));
    gateway.message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'x' } });
    assert.equal(await outcome(gateway, 'deploy'), 'policy_default_deny');
    await call(gateway, 'release', { name: 'x' });
    assert.equal(await outcome(gateway, 'deploy'), 'passes', 'its result came all the same');
    await call(gateway, 'write_file', { path: '/a' });
    for (const id of ['y', 'z']) gateway.message(toolCall(id, 'test', { hang: id }));
    gateway.message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'z' } });
    gateway.message(toolCall('exit', 'exit'));
    await gateway.close();
    assert.deepEqual(results(gateway).sort(), ['test cancelled', 'test lost', 'test ok', 'write_file ok']);
  });
});

test('a server that ends with its calls open: they may have happened', async () => {
  await run(['--audit-results'], async (gateway) => {
    gateway.message(toolCall('r', 'read_file', { path: '/s/k', hang: 'r' }));
    await call(gateway, 'send', {}).catch(() => undefined);
    await gateway.close();
    assert.deepEqual(results(gateway).sort(), ['read_file lost']);
    const { folder } = gateway;
    const { stdout } = runCapfence(['history', '--ledger', join(folder, 'ledger'), '--json']);
    const labels = (JSON.parse(stdout) as { labels: { label: string; state: string }[] }).labels;
    assert.deepEqual([...new Set(labels.map(({ label, state }) => `${label} ${state}`))], ['secret may hold']);
  });
});

test('a retry that the server asked for is the same call: marks and counts once', async () => {
  await run([], async (gateway) => {
    const retry = (id: string, tool: string, args: object, state?: string, answer?: object) =>
      gateway.message({
        jsonrpc: '2.0',
        id,
        method: 'tools/call',
        params: {
          name: tool,
          arguments: args,
          ...(state && { requestState: state, inputResponses: {} }),
          retried: answer,
        },
      });
    assert.equal(await outcome(gateway, 'few'), 'passes');
    const open = { resultType: 'input_required', requestState: 's1', inputRequests: {} };
    retry('1', 'test', { a: 1 }, undefined, open);
    await gateway.next(withId('1'));
    assert.equal(await outcome(gateway, 'deploy'), 'policy_default_deny', 'it is not done');
    retry('2', 'test', { a: 1 }, 's1', { content: [] });
    await gateway.next(withId('2'));
    assert.equal(await outcome(gateway, 'deploy'), 'passes');
    // A limit with one place left: the call takes it, and its retry is no second one.
    retry('3', 'few', { b: 1 }, undefined, { ...open, requestState: 's2' });
    await gateway.next(withId('3'));
    retry('4', 'few', { b: 1 }, 's2', { content: [] });
    const { error } = await gateway.next(withId('4'));
    assert.equal(error, undefined);
    assert.equal(await outcome(gateway, 'few'), 'limit_exceeded');
  });
});

test('what is said of a task belongs to the call that made it', async () => {
  await run([], async (gateway) => {
    await call(gateway, 'test', { answer: { task: { taskId: 't1', status: 'working' } } });
    assert.equal(await outcome(gateway, 'deploy'), 'policy_default_deny');
    gateway.message({ jsonrpc: '2.0', id: 'tr', method: 'tasks/result', params: { taskId: 't1' } });
    await gateway.next(withId('tr'));
    assert.equal(await outcome(gateway, 'deploy'), 'passes');
    await gateway.close();
    assert.deepEqual(results(gateway), ['test ok, open', 'test ok']);
  });
});

test('an approved call marks like any other, and goes on beyond a limit', async () => {
  await run([], async (gateway) => {
    const { folder } = gateway;
    const approve = (id: unknown) =>
      runCapfence(['approve', String(id), '--approvals', join(folder, 'approvals'), '--audit', join(folder, 'audit')]);
    for (let i = 0; i < 2; i++) await call(gateway, 'few');
    const asked = (await call(gateway, 'few')).error?.data;
    assert.equal(asked?.['reason'], 'limit_exceeded');
    assert.equal(approve(asked?.['approval']).status, 0);
    assert.equal(await outcome(gateway, 'few'), 'passes');
    assert.equal(await outcome(gateway, 'few'), 'limit_exceeded');
    const other = (await call(gateway, 'asked')).error?.data;
    assert.equal(await outcome(gateway, 'deploy'), 'policy_default_deny', 'what waits has not happened');
    assert.equal(approve(other?.['approval']).status, 0);
    assert.equal(await outcome(gateway, 'asked'), 'passes');
    assert.equal(await outcome(gateway, 'deploy'), 'passes');
  });
});

test('agents share what happened by their id, sessions by their name', async () => {
  const folder = temporaryFolder();
  const ledger = ['--ledger', join(folder, 'ledger')];
  await run([...ledger, '--agent', 'ann'], (one) =>
    run([...ledger, '--agent', 'ann', '--session', 's'], (named) =>
      run([...ledger, '--agent', 'bob'], async (other) => {
        await call(one, 'read_file', { path: '/s/k' });
        assert.equal(await outcome(one, 'send'), 'policy_deny');
        assert.equal(await outcome(named, 'send'), 'passes', 'another session');
        assert.equal(await outcome(other, 'send'), 'passes', 'another agent');
      }),
    ),
  );
  await run([...ledger, '--agent', 'ann'], async (again) => {
    assert.equal(await outcome(again, 'send'), 'policy_deny', 'the session goes on');
    const end = ['history', 'end', '--agent', 'ann', ...ledger, '--audit', join(folder, 'audit')];
    assert.equal(runCapfence(end).status, 0);
    assert.equal(await outcome(again, 'send'), 'passes');
    await call(again, 'read_file', { path: '/s/k' });
    const clear = ['history', 'clear', 'secret', '--agent', 'ann', ...ledger, '--audit', join(folder, 'audit')];
    assert.equal(runCapfence(clear).status, 2, 'without a reason');
    assert.equal(runCapfence([...clear, '--why', 'a test']).status, 0);
    assert.equal(await outcome(again, 'send'), 'passes');
    assert.equal(runCapfence([...clear.slice(0, 2), 'scret', ...clear.slice(3), '--why', 'x']).status, 1);
  });
  const kinds = runCapfence(['logs', '--json', '--audit', join(folder, 'audit')]).stdout.match(/"action":"\w+"/g);
  assert.deepEqual(kinds, ['"action":"end"', '"action":"clear"']);
  const idle = ['--session-idle', '1s', ...ledger, '--agent', 'carl'];
  await run(idle, async (gateway) => void (await call(gateway, 'read_file', { path: '/s/k' })));
  await run(idle, async (gateway) =>
    assert.equal(await outcome(gateway, 'send'), 'policy_deny', 'not idle for so long'),
  );
  await sleep(1200);
  await run(idle, async (gateway) => assert.equal(await outcome(gateway, 'send'), 'passes', 'idle'));
});

test('when a gateway is killed its calls have ended, without a result', async () => {
  const folder = temporaryFolder();
  const ledger = ['--ledger', join(folder, 'ledger')];
  await run(ledger, async (gateway) => {
    gateway.message(toolCall('t', 'test', { hang: 't' }));
    assert.equal(await outcome(gateway, 'send'), 'passes');
    gateway.child.kill('SIGKILL');
    await gateway.exited;
  });
  await run(ledger, async (gateway) => {
    assert.equal(await outcome(gateway, 'deploy'), 'policy_default_deny');
    const text = readdirSync(join(folder, 'ledger'))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(folder, 'ledger', name), 'utf8'))
      .join('');
    assert.equal(text.match(/"k":"down"/g)?.length, 1, 'the next one says so');
  });
});

test('a ledger that can not be used ends a start with 2, and under way denies what needs it', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ledger'), 'a file');
  await run(['--ledger', join(folder, 'ledger')], async (gateway) => {
    assert.equal(await gateway.exited, 2);
    assert.match(gateway.errors(), /^error: the ledger can't be used: /);
  });
  await run([], async (gateway) => {
    const own = join(gateway.folder, 'ledger');
    assert.equal(await outcome(gateway, 'send'), 'passes');
    // Its folder is gone, and a file stands in its way.
    rmSync(own, { recursive: true });
    writeFileSync(own, '');
    await sleep(20);
    assert.equal(await outcome(gateway, 'send'), 'ledger_unavailable');
    assert.equal(await outcome(gateway, 'read_file', { path: '/s/k' }), 'ledger_unavailable');
    assert.equal(await outcome(gateway, 'few'), 'ledger_unavailable');
    assert.equal(await outcome(gateway, 'read_file', { path: '/w/k' }), 'passes', 'what does not need it');
    rmSync(own);
    await sleep(20);
    assert.equal(await outcome(gateway, 'read_file', { path: '/s/k' }), 'passes');
    assert.equal(await outcome(gateway, 'send'), 'policy_deny');
    assert.match(gateway.errors(), /the ledger can't be used .*: calls that need it are denied until it can/);
    assert.match(gateway.errors(), /the ledger can be used again/);
  });
});

test('requests that nothing maps are uses of mcp.METHOD, and count', async () => {
  const policy = `
limits: [{ id: reads, capability: mcp.resources.read, max: 1, per: 1m }]
deny: [{ capability: mcp.prompts.get, args: { name: secret } }]
allow: [filesystem.read]
`;
  await withGateway({ policy, server: SERVER }, async (gateway) => {
    const request = async (method: string, params: object) => {
      const id = `m${ids++}`;
      gateway.message({ jsonrpc: '2.0', id, method, params });
      const { error } = await gateway.next(withId(id));
      return error === undefined ? 'passes' : (error.data?.['reason'] ?? error.message);
    };
    assert.equal(await request('prompts/get', { name: 'secret' }), 'policy_deny');
    assert.equal(await request('prompts/get', { name: 'open' }), 'passes');
    assert.equal(await request('resources/read', { uri: 'http://x/' }), 'passes');
    assert.equal(await request('resources/read', { uri: 'http://x/' }), 'limit_exceeded');
    assert.equal(await request('resources/list', {}), 'passes');
    assert.equal(await request('ping', {}), 'passes');
  });
});
