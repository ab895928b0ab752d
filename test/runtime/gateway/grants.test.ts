import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, runCapfence } from '../../support/capfence.js';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const POLICY = `
tools:
  move: [{ capability: filesystem.write, paths: [from, to] }]
  trade: { capability: payments.trade, amounts: [sum] }
deny: [{ capability: filesystem.write, path_glob: "**/.env" }]
require_approval:
  - { capability: filesystem.write, path_prefix: /data/prod }
  - { capability: filesystem.write, path_prefix: /data/other }
allow: [{ capability: filesystem.write, path_prefix: /data }, payments.trade]
limits: [{ capability: payments.trade, of: amount, max: 10, per: 1h, over: require_approval }]
`;

function person(gateway: Started, ...args: string[]) {
  const env = { ...process.env, NO_COLOR: '1' };
  return runCapfence([...args, '--approvals', join(gateway.folder, 'approvals')], { env });
}

const TOOL = 'write_file';
let number = 0;
async function call(gateway: Started, args: unknown, tool = TOOL): Promise<Reply> {
  const id = ++number;
  gateway.message(toolCall(id, tool, args));
  return gateway.next(withId(id));
}
const passes = async (gateway: Started, args: unknown, tool = TOOL): Promise<boolean> =>
  (await call(gateway, args, tool)).result !== undefined;
const idOf = ({ error }: Reply): string => String(error?.data?.['approval']);
const grants = (gateway: Started): Record<string, unknown>[] => JSON.parse(person(gateway, 'grants', '--json').stdout);

/** Asks for a call, and approves it with these flags. */
async function grant(gateway: Started, args: unknown, ...flags: string[]) {
  const asked = idOf(await call(gateway, args));
  const said = person(gateway, 'approve', asked, '--by', 'ann', ...flags);
  return { asked, ...said, id: String(grants(gateway).at(-1)?.['id']) };
}

const FILE = { path: '/data/prod/reports/a.txt', content: 'x' };

test('a grant lets the same call pass again, and nothing beside it', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const { status, stderr, id } = await grant(gateway, FILE, '--for', '10m');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /mcp-agent may call write_file of .* with content, path as approved, for 10 minutes/);
    assert.equal(stderr.match(/^ {2}granted {2}/gm)?.length, 2, stderr);
    assert.equal(stderr.match(/^ {2}outside {2}/gm)?.length, 2, stderr);
    for (let i = 0; i < 3; i++) assert.ok(await passes(gateway, { content: 'x', path: FILE.path }));
    assert.ok(!(await passes(gateway, { ...FILE, content: 'y' })), 'another argument');
    assert.ok(!(await passes(gateway, { ...FILE, mode: 'append' })), 'one more argument');
    assert.ok(!(await passes(gateway, { path: FILE.path })), 'one argument less');
    assert.ok(!(await passes(gateway, FILE, 'edit_file')), 'another tool');
    const used = gateway.records().filter((record) => record['grant'] === id && record['kind'] === 'call');
    // The approved call itself passes by its approval, the two others by the grant.
    assert.deepEqual(
      used.map(({ decision, reason, rule }) => `${decision} ${reason} ${rule}`),
      Array(2).fill('allow granted require_approval[0]'),
    );
    const story = gateway.records().filter((record) => record['kind'] === 'approval' && record['grant'] === id);
    assert.deepEqual(
      story.map(({ state, by }) => `${state} ${by}`),
      ['granted ann'],
    );
  });
});

test('what varies: a path only under its folder, by all readings; the others freely', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const { stderr, status } = await grant(gateway, FILE, '--for', '10m', '--vary', 'path', '--vary', 'content');
    assert.equal(status, 0, stderr);
    assert.match(stderr, /any path under \/data\/prod\/reports, any content/);
    for (const path of ['/data/prod/reports/b.txt', '/data/prod/reports/deep/c', '/data/prod/reports'])
      assert.ok(await passes(gateway, { path, content: path }), path);
    for (const path of [
      '/data/prod/a.txt',
      '/data/prod/reports-beside/a.txt',
      '/data/prod/reports/../a.txt',
      '/data/prod/reports/%2e%2e/a.txt',
      '/data/prod/reports/x\\..\\..\\a.txt',
      'b.txt',
    ])
      assert.ok(!(await passes(gateway, { path, content: 'x' })), path);
    assert.ok(!(await passes(gateway, { path: ['/data/prod/reports/a', '/data/prod/x'], content: 'x' })), 'a list');
    assert.ok(!(await passes(gateway, { path: 7, content: 'x' })), 'no text');
    assert.ok(!(await passes(gateway, { path: FILE.path, content: 'file:///data/prod/x' })), 'a path where none was');
    const env = await call(gateway, { path: '/data/prod/reports/.env', content: 'x' });
    assert.match(env.error?.message ?? '', /decision=denied/, 'a denial stands');
    assert.ok(!(await passes(gateway, { path: '/data/other/reports/a.txt', content: 'x' })), 'another rule');
  });
});

test('a second path that is kept may lie elsewhere', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const args = { from: '/data/in/a', to: '/data/prod/out/a' };
    const asked = idOf(await call(gateway, args, 'move'));
    const said = person(gateway, 'approve', asked, '--for', '1h', '--vary', 'to', '--under', '/data/prod');
    assert.equal(said.status, 0, said.stderr);
    assert.ok(await passes(gateway, { ...args, to: '/data/prod/b' }, 'move'));
    assert.ok(!(await passes(gateway, { from: '/data/prod/b', to: '/data/prod/out/a' }, 'move')));
  });
});

test('it ends by its uses, the approved call among them, however many ask at once', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const { status, stderr } = await grant(gateway, FILE, '--for', '1h', '--uses', '4', '--vary', 'content');
    assert.equal(status, 0, stderr);
    const all = await Promise.all([...Array(12).keys()].map((i) => passes(gateway, { ...FILE, content: String(i) })));
    assert.equal(all.filter(Boolean).length, 3);
    assert.ok(await passes(gateway, FILE), 'the approved call');
    assert.ok(!(await passes(gateway, FILE)));
    assert.deepEqual(
      grants(gateway).map(({ state, used, uses }) => [state, used, uses]),
      [['used_up', 4, 4]],
    );
  });
});

test('it ends by its time', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    await grant(gateway, FILE, '--for', '2s', '--vary', 'content');
    assert.ok(await passes(gateway, { ...FILE, content: 'y' }));
    await sleep(2100);
    assert.ok(!(await passes(gateway, { ...FILE, content: 'z' })));
    assert.equal(grants(gateway)[0]?.['state'], 'expired');
  });
});

test('revoked, it lets nothing through, nor does the approval that it came with', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const { id } = await grant(gateway, FILE, '--for', '10m', '--vary', 'content');
    assert.ok(await passes(gateway, { ...FILE, content: 'y' }));
    const revoke = person(gateway, 'revoke', id, '--by', 'bob');
    assert.equal(revoke.status, 0, revoke.stderr);
    assert.equal(person(gateway, 'revoke', id).status, 1, 'over is over');
    assert.equal(person(gateway, 'revoke', '0123456789abcdef').status, 1);
    assert.ok(!(await passes(gateway, { ...FILE, content: 'y' })));
    assert.ok(!(await passes(gateway, FILE)));
    const revoked = gateway.records().find(({ state }) => state === 'revoked');
    assert.deepEqual([revoked?.['grant'], revoked?.['by']], [id, 'bob']);
    assert.match(person(gateway, 'grants').stderr, /nothing is granted; 1 over/);
  });
});

test('what was rejected is not let through by what else a person grants', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const bad = { ...FILE, content: 'bad' };
    person(gateway, 'reject', idOf(await call(gateway, bad)));
    await grant(gateway, FILE, '--for', '10m', '--vary', 'content');
    assert.ok(await passes(gateway, { ...FILE, content: 'good' }));
    assert.match((await call(gateway, bad)).error?.message ?? '', /approval_rejected/);
  });
});

test('what a limit asks for is approved, never granted', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    assert.ok(await passes(gateway, { sum: 10 }, 'trade'));
    const asked = idOf(await call(gateway, { sum: 3 }, 'trade'));
    const said = person(gateway, 'approve', asked, '--for', '10m');
    assert.equal(said.status, 2);
    assert.match(said.stderr, /a limit asks/);
    assert.equal(person(gateway, 'approve', asked).status, 0);
    assert.ok(await passes(gateway, { sum: 3 }, 'trade'));
  });
});

test('for a session: until it ends; without a ledger there is none', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const { status, stderr } = await grant(gateway, FILE, '--for', 'session', '--vary', 'content');
    assert.equal(status, 0, stderr);
    assert.ok(await passes(gateway, { ...FILE, content: 'y' }));
    const places = ['--ledger', join(gateway.folder, 'ledger'), '--audit', join(gateway.folder, 'audit')];
    const ended = runCapfence(['history', 'end', ...places]);
    assert.equal(ended.status, 0, ended.stderr);
    assert.ok(!(await passes(gateway, { ...FILE, content: 'y' })));
  });
  const plain = 'require_approval: [filesystem.write]\n';
  await withGateway({ policy: plain }, async (gateway) => {
    const { status, stderr } = await grant(gateway, FILE, '--for', 'session');
    assert.equal(status, 2);
    assert.match(stderr, /keeps no ledger/);
    assert.equal((await grant(gateway, FILE, '--for', '10m')).status, 0);
  });
});

test('a batch passes where there are grants for all of it', async () => {
  const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
    const message = JSON.parse(line);
    if (message.method === 'initialize') console.log(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: { protocolVersion: '2025-03-26' } }));
    if (Array.isArray(message)) console.log(JSON.stringify(message.map(({ id }) => ({ jsonrpc: '2.0', id, result: {} }))));
  } });`;
  await withGateway({ policy: POLICY, server: [process.execPath, '-e', server] }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', id: 0, method: 'initialize', params: {} });
    await gateway.next(withId(0));
    await grant(gateway, FILE, '--for', '10m', '--uses', '3', '--vary', 'content');
    const batch = async (...contents: string[]) => {
      const count = gateway.replies.length;
      gateway.message(contents.map((content) => toolCall(++number, TOOL, { ...FILE, content })));
      for (let i = 0; i < 400 && gateway.replies.length === count; i++) await sleep(10);
      return gateway.replies.at(-1) as unknown as Reply[];
    };
    assert.ok(
      (await batch('1', '2', '3')).every(({ error }) => error),
      'one too many: none goes on',
    );
    assert.equal(grants(gateway)[0]?.['used'], 1, 'and none is used up');
    assert.ok((await batch('1', '2')).every(({ result }) => result));
  });
});

test('what can not be granted is said', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const asked = idOf(await call(gateway, FILE));
    for (const [flags, said] of [
      [['--vary', 'path'], /--vary .* needs --for/],
      [['--for', 'soon'], /takes a span such as/],
      [['--for', '99d'], /from 1s to 31d/],
      [['--for', '1h', '--uses', '1'], /counts the approved call too/],
      [['--for', '1h', '--vary', 'nothing'], /no argument "nothing".*it has content, path/],
      [['--for', '1h', '--under', '/data'], /needs an argument that varies.*--vary path/],
      [['--for', '1h', '--vary', 'path', '--under', 'prod'], /absolute folder/],
      [['--for', '1h', '--vary', 'path', '--under', '/data/staging'], /would not be covered/],
    ] as const) {
      const { status, stderr } = person(gateway, 'approve', asked, ...flags);
      assert.equal(status, 2, flags.join(' '));
      assert.match(stderr, said);
    }
    assert.ok(!(await passes(gateway, FILE)), 'nothing was decided');
    assert.deepEqual(grants(gateway), []);
  });
});

test('the log that holds grants verifies', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    await grant(gateway, FILE, '--for', '10m', '--vary', 'content');
    await passes(gateway, { ...FILE, content: 'y' });
    await gateway.close();
    const verify = spawnSync(process.execPath, [CLI, 'verify', '--audit', join(gateway.folder, 'audit')]);
    assert.equal(verify.status, 0, String(verify.stdout));
    const logs = runCapfence(['logs', '--audit', join(gateway.folder, 'audit')], {
      env: { ...process.env, NO_COLOR: '1' },
    });
    assert.match(logs.stdout, /granted/);
  });
});

const ask = async (gateway: Started, args: unknown, tool: string, ...flags: string[]) =>
  person(gateway, 'approve', idOf(await call(gateway, args, tool)), ...flags);

test('named examples: what was found by attacking grants', async (t) => {
  await t.test('another rule that asks is not silenced, be it second in line or of another use', async () => {
    const two = `
require_approval:
  - { capability: filesystem.write, path_prefix: /data }
  - { capability: filesystem.write, path_glob: "**/*.sql" }
`;
    await withGateway({ policy: two }, async (gateway) => {
      const said = await ask(gateway, { path: '/data/a.txt' }, TOOL, '--for', '10m', '--vary', 'path');
      assert.equal(said.status, 0, said.stderr);
      assert.ok(await passes(gateway, { path: '/data/b.txt' }));
      assert.ok(!(await passes(gateway, { path: '/data/b.sql' })));
      const both = await ask(gateway, { path: '/data/c.sql' }, TOOL, '--for', '10m');
      assert.equal(both.status, 2, 'both rules ask about this one');
    });
    const uses = `
tools:
  move: [{ capability: filesystem.write, paths: [to] }, { capability: filesystem.delete, paths: [from] }]
require_approval: [filesystem.write, { capability: filesystem.delete, path_prefix: /secret }]
allow: [filesystem.delete]
`;
    await withGateway({ policy: uses }, async (gateway) => {
      const from = { from: '/tmp/c', to: '/data/a' };
      const said = await ask(gateway, from, 'move', '--for', '10m', '--vary', 'from', '--under', '/');
      assert.equal(said.status, 0, said.stderr);
      assert.ok(await passes(gateway, { ...from, from: '/tmp/d' }, 'move'));
      assert.ok(!(await passes(gateway, { ...from, from: '/secret/b' }, 'move')));
    });
  });

  await t.test('a masked path can not vary: nobody sees what is granted', async () => {
    const flags = ['--redact', 'path', '--root', '/data/root'];
    await withGateway({ policy: 'require_approval: [filesystem.write]\n', flags }, async (gateway) => {
      const said = await ask(gateway, { path: '/etc/a' }, TOOL, '--for', '10m', '--vary', 'path');
      assert.equal(said.status, 2);
      assert.match(said.stderr, /masked/);
      assert.ok(!(await passes(gateway, { path: '/data/root/z' })));
    });
  });

  await t.test('what holds paths in another way than as one string can not vary', async () => {
    const policy = `
tools: { one: { capability: filesystem.write, paths: [/target/path] } }
require_approval: [filesystem.write]
`;
    await withGateway({ policy }, async (gateway) => {
      const said = await ask(gateway, { target: '/data/p/a' }, 'one', '--for', '10m', '--vary', 'target');
      assert.equal(said.status, 2);
      assert.match(said.stderr, /can't vary/);
      const list = await ask(gateway, { path: ['/data/a', '/data/b'] }, TOOL, '--for', '10m', '--vary', 'path');
      assert.equal(list.status, 2);
    });
    await withGateway({ policy: POLICY }, async (gateway) => {
      await grant(gateway, FILE, '--for', '10m', '--vary', 'path');
      assert.ok(!(await passes(gateway, { ...FILE, path: ['/data/prod/reports/a', '/data/prod/reports/b'] })));
    });
  });

  await t.test('a grant that was taken back ends what its calls were going on with', async () => {
    // It asks in turn, whatever it is sent (MCP 2026-07-28).
    const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
      const { id } = JSON.parse(line);
      const params = { message: 'm', requestedSchema: { type: 'object', properties: {} } };
      const inputRequests = { q: { method: 'elicitation/create', params } };
      console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { resultType: 'input_required', inputRequests, requestState: 's' + id } }));
    } });`;
    await withGateway({ policy: POLICY, server: [process.execPath, '-e', server] }, async (gateway) => {
      const { id } = await grant(gateway, FILE, '--for', '10m', '--vary', 'content');
      const send = async (more: object = {}) => {
        const message = toolCall(++number, TOOL, { ...FILE, content: 'y' });
        const _meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
        gateway.message({ ...message, params: { ...(message.params as object), _meta, ...more } });
        return gateway.next(withId(message.id as number));
      };
      const inputResponses = { q: { action: 'accept', content: {} } };
      const first = await send();
      const second = await send({ requestState: first.result?.['requestState'], inputResponses });
      assert.ok(second.result, 'the same call going on');
      person(gateway, 'revoke', id);
      const third = await send({ requestState: second.result?.['requestState'], inputResponses });
      assert.ok(third.error, 'and no further');
    });
  });
});
