import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, runCapfence } from '../../support/capfence.js';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const POLICY = `
approval_timeout_seconds: 60
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: ["*"]
`;
const ELICIT = ['--approval', 'elicit'];
const PROD = { path: '/data/prod/x' };

const isQuestion = ({ method }: Reply): boolean => method === 'elicitation/create';
const received = (gateway: Started): Record<string, unknown>[] =>
  gateway
    .received()
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

function listed(gateway: Started): { id: string; state: string; steps: { by: string }[] }[] {
  const args = [CLI, 'approvals', '--json', '--approvals', join(gateway.folder, 'approvals')];
  return JSON.parse(spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout);
}

const decide = (gateway: Started, verb: string, id: string) =>
  runCapfence([verb, id, '--approvals', join(gateway.folder, 'approvals')]).status;

async function initialized(gateway: Started, elicitation: unknown): Promise<void> {
  const params = { protocolVersion: '2025-06-18', capabilities: elicitation === undefined ? {} : { elicitation } };
  gateway.message({ jsonrpc: '2.0', id: 'init', method: 'initialize', params });
  await gateway.next(withId('init'));
}

test('a client that shows forms is asked: accepting approves, and its answer never reaches the server', async () => {
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    await initialized(gateway, {});
    gateway.message(toolCall(1, 'write_file', PROD));
    const question = await gateway.next(isQuestion);
    const params = question['params'] as { message: string; requestedSchema: unknown };
    assert.deepEqual(params.requestedSchema, { type: 'object', properties: {} });
    assert.match(params.message, /write_file.*\{"path":"\/data\/prod\/x"\}.*once, until/s);
    assert.equal(received(gateway).length, 1);
    gateway.message({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: {} } });
    assert.ok((await gateway.next(withId(1))).result);
    // Said again it is nothing, neither here nor there.
    gateway.message({ jsonrpc: '2.0', id: question.id, result: { action: 'accept' } });
    gateway.message(toolCall(2, 'read_file', PROD));
    await gateway.next(withId(2));
    assert.deepEqual(
      received(gateway).map(({ id }) => id),
      ['init', 1, 2],
    );
    const [request] = listed(gateway);
    assert.deepEqual([request?.state, request?.steps.map(({ by }) => by)], ['used', ['the client', 'mcp-agent']]);
    const approved = gateway.records().find(({ state }) => state === 'approved');
    assert.deepEqual([approved?.['by'], approved?.['request']], ['the client', 1]);
  });
});

test('declined is rejected; dismissed, or answered with an error, it waits for somebody else', async () => {
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    await initialized(gateway, { form: {} });
    const ask = async (id: number, path: string, answer: object) => {
      const before = gateway.replies.filter(isQuestion).length;
      gateway.message(toolCall(id, 'write_file', { path }));
      while (gateway.replies.filter(isQuestion).length === before) await sleep(10);
      gateway.message({ jsonrpc: '2.0', id: gateway.replies.filter(isQuestion).at(-1)?.id, ...answer });
      return (await gateway.next(withId(id))).error;
    };
    const declined = await ask(1, '/data/prod/1', { result: { action: 'decline' } });
    assert.match(declined?.message ?? '', /decision=denied reason=approval_rejected/);
    for (const [id, answer] of [
      [2, { result: { action: 'cancel' } }],
      [3, { error: { code: -1, message: 'no' } }],
      [4, { result: {} }],
    ] as const) {
      const left = await ask(id, `/data/prod/${id}`, answer);
      assert.match(left?.message ?? '', /decision=approval_required/);
      assert.equal(decide(gateway, 'approve', String(left?.data?.['approval'])), 0);
      gateway.message(toolCall(id + 10, 'write_file', { path: `/data/prod/${id}` }));
      assert.ok((await gateway.next(withId(id + 10))).result);
    }
  });
});

test('decided elsewhere, or cancelled, the question is taken back', async () => {
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    await initialized(gateway, {});
    const isTakenBack = ({ method }: Reply) => method === 'notifications/cancelled';
    gateway.message(toolCall(1, 'write_file', PROD));
    const question = await gateway.next(isQuestion);
    assert.equal(decide(gateway, 'approve', listed(gateway)[0]?.id ?? ''), 0);
    assert.ok((await gateway.next(withId(1))).result);
    const back = await gateway.next(isTakenBack);
    assert.equal((back['params'] as { requestId: unknown }).requestId, question.id);
    gateway.message(toolCall(2, 'write_file', PROD));
    while (gateway.replies.filter(isQuestion).length < 2) await sleep(10);
    gateway.message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 2 } });
    while (gateway.replies.filter(isTakenBack).length < 2) await sleep(10);
    gateway.message({ jsonrpc: '2.0', id: gateway.replies.filter(isQuestion)[1]?.id, result: { action: 'accept' } });
    gateway.message(toolCall(3, 'read_file', PROD));
    await gateway.next(withId(3));
    assert.deepEqual(
      received(gateway).map(({ id }) => id),
      ['init', 1, 3],
    );
    assert.equal(listed(gateway)[1]?.state, 'withdrawn');
    assert.ok(!gateway.replies.some(withId(2)));
  });
});

test('a client that shows no forms, or would have to show too much, is answered as with retry', async () => {
  for (const elicitation of [undefined, { url: {} }, 'yes']) {
    await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
      await initialized(gateway, elicitation);
      gateway.message(toolCall(1, 'write_file', PROD));
      assert.match((await gateway.next(withId(1))).error?.message ?? '', /approval_required/);
      assert.ok(!gateway.replies.some(isQuestion));
    });
  }
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    await initialized(gateway, {});
    gateway.message(toolCall(1, 'write_file', { ...PROD, content: 'x'.repeat(20_000) }));
    assert.match((await gateway.next(withId(1))).error?.message ?? '', /approval_required/);
  });
});

test('a server can not answer for the person', async () => {
  // It knows the ids of the gateway's own requests: here they are told to it.
  const server = `let ids = []; process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
    const { id, method, params } = JSON.parse(line);
    if (method === 'notifications/told') { for (const reply of [{ id: params.id, result: { action: 'accept' } }, { id: params.id, error: { code: 1, message: 'x' } }])
      console.log(JSON.stringify({ jsonrpc: '2.0', ...reply })); }
    else if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: {} }));
  } });`;
  await withGateway({ policy: POLICY, flags: ELICIT, server: [process.execPath, '-e', server] }, async (gateway) => {
    await initialized(gateway, {});
    gateway.message(toolCall(1, 'write_file', PROD));
    const question = await gateway.next(isQuestion);
    gateway.message({ jsonrpc: '2.0', method: 'notifications/told', params: { id: question.id } });
    gateway.message({ jsonrpc: '2.0', id: 9, method: 'ping' });
    await gateway.next(withId(9));
    assert.equal(listed(gateway)[0]?.state, 'pending');
    assert.equal(gateway.replies.filter(withId(question.id)).length, 1, 'only the question itself');
  });
});

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
};

function modernCall(id: number, more: object = {}, args: object = PROD, meta: object = META) {
  return {
    jsonrpc: '2.0',
    id,
    method: 'tools/call',
    params: { name: 'write_file', arguments: args, _meta: meta, ...more },
  };
}

const accepted = (result: Reply['result'], action = 'accept') => ({
  requestState: result?.['requestState'],
  inputResponses: { capfence: { action, content: {} } },
});

test('2026-07-28: the call is made again with the answer, and goes on as it was', async () => {
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    gateway.message(modernCall(1));
    const { result } = await gateway.next(withId(1));
    assert.equal(result?.['resultType'], 'input_required');
    const { capfence } = (result as Record<string, unknown>)['inputRequests'] as {
      capfence: { method: string; params: { message: string } };
    };
    assert.equal(capfence.method, 'elicitation/create');
    assert.match(capfence.params.message, /write_file/);
    // Neither with another call,
    gateway.message(modernCall(2, accepted(result), { path: '/data/prod/other' }));
    assert.equal((await gateway.next(withId(2))).result?.['resultType'], 'input_required');
    // nor changed,
    const state = String(result?.['requestState']);
    const changed = `${state.slice(0, -4)}${state.slice(-4) === 'AAAA' ? 'BBBB' : 'AAAA'}`;
    gateway.message(modernCall(3, { ...accepted(result), requestState: changed }));
    assert.equal((await gateway.next(withId(3))).result?.['resultType'], 'input_required');
    // nor declined.
    assert.equal(listed(gateway).filter(({ state }) => state === 'pending').length, 2);
    gateway.message(modernCall(4, accepted(result)));
    assert.equal((await gateway.next(withId(4))).result?.['resultType'], undefined);
    const [forwarded, ...others] = received(gateway);
    assert.deepEqual(others, []);
    assert.deepEqual(forwarded, modernCall(4), 'without the gateway’s state and answers');
    // Once.
    gateway.message(modernCall(5, accepted(result)));
    assert.equal((await gateway.next(withId(5))).result?.['resultType'], 'input_required');
    gateway.message(modernCall(6, accepted((await gateway.next(withId(5))).result, 'decline')));
    assert.match((await gateway.next(withId(6))).error?.message ?? '', /approval_rejected/);
    gateway.message(
      modernCall(7, accepted((await gateway.next(withId(2))).result, 'cancel'), { path: '/data/prod/other' }),
    );
    assert.match((await gateway.next(withId(7))).error?.message ?? '', /decision=approval_required/);
  });
});

test('2026-07-28: a state of the gateway is taken out of any call, expired or not', async () => {
  await withGateway({ policy: POLICY.replace('60', '1'), flags: ELICIT }, async (gateway) => {
    gateway.message(modernCall(1));
    const { result } = await gateway.next(withId(1));
    await sleep(1100);
    gateway.message(modernCall(2, accepted(result)));
    assert.equal((await gateway.next(withId(2))).result?.['resultType'], 'input_required', 'expired: asked afresh');
    gateway.message(modernCall(3, accepted(result), { path: '/elsewhere' }));
    await gateway.next(withId(3));
    assert.deepEqual(received(gateway), [modernCall(3, {}, { path: '/elsewhere' })]);
    // A server's state is none of ours.
    const its = { requestState: 'capfence-0011223344556677.AAAA', inputResponses: { x: {} } };
    gateway.message(modernCall(4, its, { path: '/elsewhere' }));
    await gateway.next(withId(4));
    assert.deepEqual(received(gateway)[1], modernCall(4, its, { path: '/elsewhere' }));
  });
});

test('2026-07-28: a client without forms is answered as with retry', async () => {
  await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
    const meta = { ...META, 'io.modelcontextprotocol/clientCapabilities': {} };
    gateway.message(modernCall(1, {}, PROD, meta));
    assert.match((await gateway.next(withId(1))).error?.message ?? '', /approval_required/);
  });
});

const ASKING = `const asked = new Map(); process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
    const { id, params } = JSON.parse(line);
    const answer = params.inputResponses?.sure?.action;
    const again = { resultType: 'input_required', inputRequests: { sure: { method: 'elicitation/create', params: { message: '?', requestedSchema: { type: 'object', properties: {} } } } } };
    const result = answer === 'accept' ? { content: [{ type: 'text', text: params.requestState + ' ' + JSON.stringify(params) }] } : { ...again, requestState: 'mine/' + id };
    console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
  } });`;

test('an approved call whose server asks in turn is not asked about again, once, and for that call alone', async () => {
  for (const mode of ['elicit', 'retry', 'hold']) {
    const options = { policy: POLICY, flags: ['--approval', mode], server: [process.execPath, '-e', ASKING] };
    await withGateway(options, async (gateway) => {
      gateway.message(modernCall(1));
      let result: Reply['result'];
      if (mode === 'elicit') {
        gateway.message(modernCall(2, accepted((await gateway.next(withId(1))).result)));
        result = (await gateway.next(withId(2))).result;
      } else {
        while (listed(gateway).length === 0) await sleep(50);
        assert.equal(decide(gateway, 'approve', listed(gateway)[0]?.id ?? ''), 0);
        if (mode === 'retry') gateway.message(modernCall(2));
        result = (await gateway.next(withId(mode === 'retry' ? 2 : 1))).result;
      }
      assert.match(String(result?.['requestState']), /^mine/, mode);
      const answer = {
        requestState: result?.['requestState'],
        inputResponses: { sure: { action: 'accept', content: {} } },
      };
      const before = listed(gateway).length;
      // Another call with that state is another call.
      gateway.message(modernCall(3, answer, { path: '/data/prod/other' }));
      // And so is this one with another state.
      gateway.message(modernCall(4, { ...answer, requestState: 'mine/9' }));
      gateway.message(modernCall(5, answer));
      const { result: done } = await gateway.next(withId(5));
      assert.match(JSON.stringify(done), /mine\/\d .*sure/, mode);
      assert.ok(listed(gateway).length > before);
      const request = gateway.records().filter(({ request }) => request === 5);
      assert.deepEqual(
        request.map(({ kind, reason }) => `${kind} ${reason}`),
        ['call approved'],
        'on record, with what approved it',
      );
      if (mode === 'retry') {
        gateway.message(modernCall(6, answer));
        assert.ok((await gateway.next(withId(6))).error, 'once');
      }
    });
  }
});

test('what a server had asked before is carried through the gateway’s own question', async () => {
  const options = { policy: POLICY, flags: ELICIT, server: [process.execPath, '-e', ASKING] };
  await withGateway(options, async (gateway) => {
    // The state of a server that asked while another gateway ran.
    const its = { requestState: 'mine/7', inputResponses: { sure: { action: 'accept', content: { n: 1 } } } };
    gateway.message(modernCall(1, its));
    const { result } = await gateway.next(withId(1));
    assert.ok(!String(result?.['requestState']).includes('mine'));
    gateway.message(modernCall(2, accepted(result)));
    assert.match(JSON.stringify((await gateway.next(withId(2))).result), /mine\/7.*\\"n\\":1/);
  });
});

test('named examples: what was found by attacking forms', { timeout: 60_000 }, async (t) => {
  await t.test('a no counts, even where somebody else said yes meanwhile', async () => {
    await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
      gateway.message(modernCall(1));
      const { result } = await gateway.next(withId(1));
      assert.equal(decide(gateway, 'approve', listed(gateway)[0]?.id ?? ''), 0);
      gateway.message(modernCall(2, accepted(result, 'decline')));
      assert.match((await gateway.next(withId(2))).error?.message ?? '', /approval_rejected/);
      assert.equal(gateway.received().length, 0);
      assert.equal(listed(gateway)[0]?.state, 'withdrawn');
    });
  });

  await t.test('keys keep their spelling when the gateway’s state is taken out', async () => {
    await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
      const args = { ...PROD, 'a\u2028b': 1 };
      gateway.message(modernCall(1, {}, args));
      const { result } = await gateway.next(withId(1));
      gateway.message(modernCall(2, accepted(result), args));
      await gateway.next(withId(2));
      assert.ok(!/[\u2028\u2029\u0085]/.test(gateway.received().toString()));
      assert.deepEqual(received(gateway), [modernCall(2, {}, args)]);
    });
  });

  await t.test('a state of an earlier process of this gateway is taken out, and asked about afresh', async () => {
    let before: Reply['result'];
    const folder = { cwd: '' };
    await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
      gateway.message(modernCall(1));
      before = (await gateway.next(withId(1))).result;
      folder.cwd = gateway.folder;
      const args = [CLI, 'run', '--policy', 'policy.yaml', '--audit', 'audit2', '--approvals', 'approvals2', ...ELICIT];
      const recorder = new URL('../../support/recorder.mjs', import.meta.url).pathname;
      const again = spawnSync(process.execPath, [...args, '--', process.execPath, recorder], {
        cwd: gateway.folder,
        input: `${JSON.stringify(modernCall(1, accepted(before)))}\n${JSON.stringify(modernCall(2, accepted(before), { path: '/x' }))}\n`,
        encoding: 'utf8',
        env: { ...process.env, RECORD: join(gateway.folder, 'received2') },
      });
      const replies = again.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Reply);
      assert.equal(replies.find(withId(1))?.result?.['resultType'], 'input_required');
      const got = readFileSync(join(gateway.folder, 'received2'), 'utf8').trim();
      assert.deepEqual(JSON.parse(got), modernCall(2, {}, { path: '/x' }));
    });
  });

  await t.test('a server’s state that nests deeper than anyone reads ends nothing', async () => {
    const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) { const { id } = JSON.parse(line);
      console.log('{"jsonrpc":"2.0","id":' + id + ',"result":{"resultType":"input_required","requestState":' + '['.repeat(100000) + ']'.repeat(100000) + '}}'); } });`;
    await withGateway({ policy: POLICY, server: [process.execPath, '-e', server] }, async (gateway) => {
      gateway.message(modernCall(1));
      await gateway.next(withId(1));
      assert.equal(decide(gateway, 'approve', listed(gateway)[0]?.id ?? ''), 0);
      gateway.message(modernCall(2));
      assert.ok((await gateway.next(withId(2))).result);
      assert.equal(await gateway.close(), 0);
    });
  });

  await t.test('of two identical calls that wait, the second is asked about once the first is cancelled', async () => {
    await withGateway({ policy: POLICY, flags: ELICIT }, async (gateway) => {
      await initialized(gateway, {});
      gateway.message(toolCall(1, 'write_file', PROD));
      await gateway.next(isQuestion);
      gateway.message(toolCall(2, 'write_file', PROD));
      await sleep(300);
      gateway.message({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
      while (gateway.replies.filter(isQuestion).length < 2) await sleep(20);
      gateway.message({ jsonrpc: '2.0', id: gateway.replies.filter(isQuestion)[1]?.id, result: { action: 'accept' } });
      assert.ok((await gateway.next(withId(2))).result);
    });
  });
});
