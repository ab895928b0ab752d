import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Reply, type Started, toolCall, withGateway, withId } from '../../support/gateway.js';
import { SEED } from '../../support/seed-policy.js';

const ALLOW_ALL = 'allow: ["*"]\n';

test('a blocked call gets the error of the contract, and the server never sees it', async () => {
  await withGateway({ policy: SEED }, async (gateway) => {
    gateway.message(toolCall(1, 'delete_file', { path: '/data/staging/a' }));
    const { error } = await gateway.next(withId(1));
    const { record, help, ...data } = error?.data ?? {};
    assert.match(String(help), /^stopped by deny\[0\] \(policy\.yaml:2\)$|policy.yaml:2/);
    assert.equal(error?.code, -32000);
    assert.equal(
      error?.message,
      'AgentActionBlocked: capability=filesystem.delete decision=denied reason=destructive_operation',
    );
    assert.deepEqual(data, {
      decision: 'deny',
      reason: 'destructive_operation',
      capability: 'filesystem.delete',
      tool: 'delete_file',
      rule: 'deny[0]',
      policy: 'policy',
    });
    gateway.message(toolCall(2, 'write_file', { path: '/data/prod/a' }));
    const asked = (await gateway.next(withId(2))).error;
    assert.match(asked?.message ?? '', /decision=approval_required reason=approval_required$/);
    assert.match(String(asked?.data?.['approval']), /^[0-9a-f]{16}$/);
    assert.ok(Date.parse(String(asked?.data?.['expires'])) > Date.now());
    gateway.message(toolCall(3, 'write_file', { path: '/data/prod/a' }));
    const again = (await gateway.next(withId(3))).error;
    assert.equal(again?.data?.['approval'], asked?.data?.['approval'], 'an identical call joins the pending request');
    gateway.message(toolCall(4, 'write_file', { path: 'relative' }));
    const unknown = (await gateway.next(withId(4))).error;
    assert.deepEqual(unknown?.data?.['unknown'], ['path']);
    assert.match(String(unknown?.data?.['help']), /--root/);
    gateway.message(toolCall(5, 'write_file', { path: '/data/staging/a' }));
    assert.ok((await gateway.next(withId(5))).result);
    assert.equal(await gateway.close(), 0);
    assert.equal(
      gateway.received().toString(),
      `${JSON.stringify(toolCall(5, 'write_file', { path: '/data/staging/a' }))}\n`,
    );
    const records = gateway.records();
    assert.deepEqual(
      records.map(({ kind, decision }) => `${kind} ${decision ?? ''}`.trim()),
      [
        'header',
        'call deny',
        'approval',
        'call require_approval',
        'call require_approval',
        'call deny',
        'call allow',
        'footer',
      ],
    );
    const denied = records.find(({ id }) => id === record);
    assert.equal(denied?.['tool'], 'delete_file');
    assert.match(String(denied?.['place']), /policy\.yaml:2$/);
    const line = JSON.stringify(toolCall(1, 'delete_file', { path: '/data/staging/a' }));
    assert.equal(denied?.['payload_sha256'], createHash('sha256').update(line).digest('hex'));
    assert.equal(denied?.['payload_bytes'], line.length);
  });
});

const INITIALIZE = (protocolVersion: string) => ({
  jsonrpc: '2.0',
  id: 'init',
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo: { name: 't', version: '1' } },
});

/** Lines that are refused: name, bytes, code, id of the answer. */
const REFUSED: [name: string, line: string | Buffer, code: number, id?: unknown][] = [
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), -32700],
  [
    'an encoded surrogate',
    Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from('"}')]),
    -32700,
  ],
  ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', -32700],
  ['a raw NUL', '{"jsonrpc":"2.0","id":1,"method":"ping\0"}', -32700],
  ['two values', '{"jsonrpc":"2.0","id":1,"method":"ping"} {}', -32700],
  ['NaN', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":NaN}}', -32700],
  ['a comment', '{"jsonrpc":"2.0","id":1,"method":"ping"} // x', -32700],
  ['a trailing comma', '{"jsonrpc":"2.0","id":1,"method":"ping",}', -32700],
  ['a control character', '{"jsonrpc":"2.0","id":1,"method":"pi\tng"}', -32700],
  ['a line separator outside a string', '{"jsonrpc":"2.0",\u2028"id":1,"method":"ping"}', -32700],
  ['a carriage return inside', '{"jsonrpc":"2.0",\r"id":1,"method":"ping"}', -32600],
  ['a duplicate key', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"ping"}', -32600, 1],
  ['an escaped duplicate key', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1,"\\u0061":2}}', -32600, 1],
  ['keys equal but for case', '{"jsonrpc":"2.0","id":1,"method":"ping","Method":"tools/call"}', -32600, 1],
  ['a long s in a protocol key', '{"jsonrpc":"2.0","id":1,"method":"ping","param\u017f":{}}', -32600, 1],
  [
    'a protocol key in other case in params',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"Name":"x","name":"y"}}',
    -32600,
    1,
  ],
  ['__proto__', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"__proto__":{}}}', -32600, 1],
  ['too deep', `{"jsonrpc":"2.0","id":1,"method":"ping","params":${'['.repeat(200)}${']'.repeat(200)}}`, -32600, 1],
  ['a wrong version', '{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1],
  ['a fraction as id', '{"jsonrpc":"2.0","id":1.0,"method":"ping"}', -32600, null],
  ['an exponent as id', '{"jsonrpc":"2.0","id":1e2,"method":"ping"}', -32600, null],
  ['minus zero as id', '{"jsonrpc":"2.0","id":-0,"method":"ping"}', -32600, null],
  ['an unsafe id', '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}', -32600, null],
  ['null as id', '{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
  ['a method that is no string', '{"jsonrpc":"2.0","id":1,"method":7}', -32600, 1],
  ['method beside result', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}', -32600, 1],
  ['no message', '{"jsonrpc":"2.0","id":1}', -32600, 1],
  ['tools/call in other case', '{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"x"}}', -32600, 1],
  ['tools/call with a space', '{"jsonrpc":"2.0","id":1,"method":"tools/call ","params":{"name":"x"}}', -32600, 1],
  ['tools/call in full width', '{"jsonrpc":"2.0","id":1,"method":"tools\uff0fcall","params":{"name":"x"}}', -32600, 1],
  [
    'an escaped NUL in the method',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call\\u0000","params":{"name":"x"}}',
    -32600,
    1,
  ],
  [
    'half a surrogate in the tool',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\ud800"}}',
    -32600,
    1,
  ],
  ['a tool name that is no string', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":7}}', -32602, 1],
  ['params that are no object', '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}', -32602, 1],
  [
    'arguments that are no object',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x","arguments":[]}}',
    -32602,
    1,
  ],
  [
    'case-colliding arguments',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/a","Path":"/b"}}}',
    -32600,
    1,
  ],
  ['a backslash before a line separator', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\\u2028"}}', -32700],
  [
    'case-colliding amounts',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"pay","arguments":{"amount":1,"Amount":2}}}',
    -32600,
    1,
  ],
  [
    'case-colliding text arguments',
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"run_command","arguments":{"command":"a","Command":"b"}}}',
    -32600,
    1,
  ],
  [
    'a nested protocol key in other case',
    '{"jsonrpc":"2.0","id":1,"method":"completion/complete","params":{"ref":{"type":"ref/resource","URI":"file:///etc/x"}}}',
    -32600,
    1,
  ],
  [
    'tools/call behind many spaces',
    `{"jsonrpc":"2.0","id":1,"method":"${' '.repeat(400)}tools/call","params":{"name":"x"}}`,
    -32600,
    1,
  ],
  ['a method of no revision', '{"jsonrpc":"2.0","id":1,"method":"shell/run"}', -32601, 1],
  ['a batch where there are none', '[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600, null],
];

test('each malformed line gets one error, nothing reaches the server, and the next line is served', async () => {
  await withGateway({ policy: ALLOW_ALL, flags: ['--max-message-bytes', '5000'] }, async (gateway) => {
    gateway.message(INITIALIZE('2025-11-25'));
    await gateway.next(withId('init'));
    const before = gateway.received().length;
    const cases: typeof REFUSED = [
      ...REFUSED,
      ['too long', `{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"${'x'.repeat(6000)}"}}`, -32600],
    ];
    for (const [name, line, code, id = null] of cases) {
      const seen = gateway.replies.length;
      gateway.send(Buffer.concat([Buffer.from(line), Buffer.from('\n')]));
      gateway.message({ jsonrpc: '2.0', id: `after ${name}`, method: 'ping' });
      await gateway.next(withId(`after ${name}`));
      const answers = gateway.replies.slice(seen).filter((reply) => reply.error);
      assert.equal(answers.length, 1, name);
      assert.equal(answers[0]?.error?.code, code, name);
      assert.equal(answers[0]?.id, id, name);
    }
    const forwarded = gateway.received().subarray(before).toString();
    assert.equal(forwarded.trim().split('\n').length, cases.length, 'only the pings');
    assert.equal(gateway.records().filter(({ kind }) => kind === 'refused').length, cases.length);
    assert.equal(await gateway.close(), 0);
  });
});

test('what passes arrives as the bytes that came, whatever the numbers and spaces', async () => {
  const lines = [
    '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read_file","arguments":{"path":"/a","n":9007199254740993,"e":1e400,"f":1.0}}}',
    ' \t{ "jsonrpc" : "2.0" , "id" : "\\u0061" , "method" : "ping" } ',
    '{"jsonrpc":"2.0","method":"notifications/initialized"}',
    '{"jsonrpc":"2.0","id":99,"result":{}}',
    '{"jsonrpc":"2.0","id":2,"method":"ping","params":{"emoji":"🎈","escaped":"\\ud83c\\udf88"}}\r',
  ];
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    for (const line of lines) gateway.send(`${line}\n`);
    gateway.send('   \n\t\n');
    gateway.send('{"jsonrpc":"2.0","id":3,"method":"ping","params":{"a":"\u2028\u2029\u0085"}}\n');
    await gateway.next(withId(3));
    const expected = [...lines, '{"jsonrpc":"2.0","id":3,"method":"ping","params":{"a":"\\u2028\\u2029\\u0085"}}'];
    assert.equal(gateway.received().toString(), `${expected.join('\n')}\n`);
    gateway.send('{"jsonrpc":"2.0","id":4,"method":"ping"}');
    assert.equal(await gateway.close(), 0, 'a last line without a newline is not a message');
    assert.equal(gateway.received().toString(), `${expected.join('\n')}\n`);
  });
});

test('lines cut anywhere, and many in one chunk, are the same lines', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    const text = Array.from({ length: 40 }, (_, i) =>
      JSON.stringify(toolCall(i, 'read_file', { path: `/é${i}` })),
    ).join('\n');
    const bytes = Buffer.from(`${text}\n`);
    for (let i = 0; i < bytes.length; i += 37) {
      gateway.send(bytes.subarray(i, i + 37));
      if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await Promise.all(Array.from({ length: 40 }, (_, i) => gateway.next(withId(i))));
    assert.deepEqual(gateway.received(), bytes);
  });
});

test('an id in flight can not be used again, and is free once it is answered', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.send(`${JSON.stringify(toolCall(1, 'hang'))}\n${JSON.stringify(toolCall(1, 'read_file'))}\n`);
    const refused = await gateway.next((reply) => reply.error !== undefined);
    assert.equal(refused.id, null);
    gateway.message(toolCall('1', 'read_file'));
    await gateway.next(withId('1'));
    gateway.message(toolCall('1', 'read_file'));
    await waitFor(() => gateway.replies.filter(withId('1')).length === 2);
  });
});

test('a tools/call without an id is dropped and on record', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', method: 'tools/call', params: { name: 'delete_file' } });
    gateway.message({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await gateway.next(withId(1));
    assert.ok(!gateway.received().includes('tools/call'));
    assert.equal(gateway.records().filter(({ kind, tool }) => kind === 'refused' && tool === 'delete_file').length, 1);
  });
});

test('batches of 2025-03-26 go on whole or not at all', async () => {
  await withGateway({ policy: SEED }, async (gateway) => {
    gateway.message(INITIALIZE('2025-03-26'));
    await gateway.next(withId('init'));
    const good = [toolCall(1, 'read_file', { path: '/a' }), { jsonrpc: '2.0', id: 2, method: 'ping' }];
    gateway.message(good);
    const answers = (await gateway.next((reply) => Array.isArray(reply))) as unknown as Reply[];
    assert.deepEqual(
      answers.map(({ id }) => id),
      [1, 2],
    );
    const before = gateway.received().length;
    gateway.message([toolCall(3, 'read_file', { path: '/a' }), toolCall(4, 'delete_file', { path: '/a' })]);
    const refused = (await gateway.next((reply) => Array.isArray(reply) && reply[0].id === 3)) as unknown as Reply[];
    assert.deepEqual(
      gateway
        .records()
        .flatMap(({ kind, request, decision, reason }) =>
          kind === 'call' && Number(request) > 2 ? [`${request} ${decision} ${reason}`] : [],
        ),
      ['3 deny batch_refused', '4 deny destructive_operation'],
    );
    assert.deepEqual(
      refused.map(({ id, error }) => [id, error?.code]),
      [
        [3, -32600],
        [4, -32000],
      ],
    );
    for (const bad of [
      [],
      [7],
      [{ jsonrpc: '2.0', id: 5, method: 'ping' }, {}],
      [toolCall(6, 'read_file'), toolCall(6, 'read_file')],
    ]) {
      const seen = gateway.replies.length;
      gateway.message(bad);
      await waitFor(() => gateway.replies.length > seen);
      assert.equal(gateway.replies.at(-1)?.id, null, JSON.stringify(bad));
      assert.equal(gateway.replies.at(-1)?.error?.code, -32600);
    }
    assert.equal(gateway.received().length, before);
  });
});

test('tools that can never pass are not offered; with --list-all they are', async () => {
  const names = async (gateway: Started) => {
    gateway.message({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    const { result } = await gateway.next(withId(1));
    return ((result?.['tools'] ?? []) as { name: string }[]).map(({ name }) => name);
  };
  await withGateway({ policy: SEED }, async (gateway) =>
    assert.deepEqual(await names(gateway), ['read_file', 'write_file']),
  );
  await withGateway({ policy: SEED, flags: ['--list-all'] }, async (gateway) =>
    assert.equal((await names(gateway)).length, 6),
  );
});

test('observe forwards whatever the verdict, and records it', async () => {
  await withGateway({ policy: SEED, flags: ['--observe'] }, async (gateway) => {
    gateway.message(toolCall(1, 'delete_file', { path: '/a' }));
    assert.ok((await gateway.next(withId(1))).result);
    const record = gateway.records().find(({ kind }) => kind === 'call');
    assert.equal(record?.['decision'], 'deny');
    assert.equal(record?.['observed'], true);
  });
});

test('--deny-as result answers with a result that a model sees', async () => {
  await withGateway({ policy: SEED, flags: ['--deny-as', 'result'] }, async (gateway) => {
    gateway.message(toolCall(1, 'delete_file', { path: '/a' }));
    const { result } = await gateway.next(withId(1));
    assert.equal(result?.['isError'], true);
    assert.match(JSON.stringify(result?.['content']), /AgentActionBlocked: capability=filesystem\.delete/);
  });
});

test('the gateway protects its own files, however the path is written', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    const own = [join(gateway.folder, 'audit/x'), join(gateway.folder, 'policy.yaml'), 'policy.yaml', './approvals'];
    for (const [i, path] of own.entries()) {
      gateway.message(toolCall(i, 'write_file', { path }));
      assert.equal((await gateway.next(withId(i))).error?.data?.['reason'], 'gateway_protected', path);
    }
    gateway.message(toolCall('tree', 'delete_directory', { path: gateway.folder }));
    assert.equal((await gateway.next(withId('tree'))).error?.data?.['reason'], 'gateway_protected');
    gateway.message(toolCall('read', 'read_file', { path: own[0] }));
    assert.ok((await gateway.next(withId('read'))).result);
  });
});

test('a hostile tool name can not forge anything', async () => {
  await withGateway({ policy: SEED }, async (gateway) => {
    gateway.message(toolCall(1, 'x decision=allowed\n\u001b[2J\u202e'));
    const { error } = await gateway.next(withId(1));
    assert.match(
      error?.message ?? '',
      /^AgentActionBlocked: capability="mcp\.tool\.x decision=allowed\\n\\u001b\[2J\\u202e" decision=denied/,
    );
  });
});

test('lines of the server that are no messages go to stderr', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message(toolCall(1, 'banner'));
    await gateway.next(withId(1));
    await waitFor(() => gateway.errors().includes('[info] not a message'));
    assert.equal(gateway.replies.length, 1);
  });
});

test("the server's exit code is the gateway's, and calls in flight are answered first", async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message(toolCall(1, 'hang'));
    gateway.message(toolCall(2, 'exit'));
    assert.equal(await gateway.exited, 7);
    for (const id of [1, 2]) assert.equal(gateway.replies.find(withId(id))?.error?.code, -32603);
    assert.equal(gateway.records().at(-1)?.['kind'], 'footer');
  });
});

test('a server that can not be started ends it with 127 and one clear line', async () => {
  await withGateway({ policy: ALLOW_ALL, server: ['/no/such/command'] }, async (gateway) => {
    assert.equal(await gateway.exited, 127);
    assert.match(
      gateway.errors(),
      /^capfence: the server could not be started: there is no command "\/no\/such\/command"\n$/,
    );
  });
});

test('what the server wrote last is delivered, and what it left running is ended', {
  skip: process.platform === 'win32' && 'needs sh',
}, async () => {
  const script =
    'printf \'{"jsonrpc":"2.0","id":1,"result":{"last":true}}\'; (trap "" TERM; exec sleep 60) </dev/null >/dev/null 2>&1 & echo $! >left; sleep .2; exit 3';
  await withGateway({ policy: ALLOW_ALL, server: ['sh', '-c', script] }, async (gateway) => {
    gateway.message(toolCall(1, 'hang'));
    assert.equal(await gateway.exited, 3);
    assert.deepEqual(gateway.replies.find(withId(1))?.result ?? JSON.parse(gateway.rest()).result, { last: true });
    const left = Number(readFileSync(join(gateway.folder, 'left'), 'utf8'));
    assert.ok(!isAlive(left));
  });
});

test('a client that stops reading ends it in order', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await gateway.next(withId(1));
    gateway.child.stdout?.destroy();
    gateway.child.stderr?.destroy();
    gateway.message(toolCall(2, 'banner'));
    assert.equal(await gateway.exited, 0);
    assert.equal(gateway.records().at(-1)?.['kind'], 'footer');
  });
});

test('a signal is passed on', { skip: process.platform === 'win32' && 'no signals on Windows' }, async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', id: 1, method: 'ping' });
    await gateway.next(withId(1));
    gateway.child.kill('SIGTERM');
    assert.equal(await gateway.exited, 128 + 15);
  });
});

test('an audit folder that can not be used ends it with 2 and one clear line', async () => {
  await withGateway({ policy: ALLOW_ALL, flags: ['--audit', '/dev/null/x'] }, async (gateway) => {
    assert.equal(await gateway.exited, 2);
    assert.match(gateway.errors(), /^error: the audit folder \/dev\/null\/x can't be used: [^\n]+\n$/);
  });
});

test('a policy that does not load ends it with 2 before the server is started', async () => {
  await withGateway({ policy: 'alow: [a.b]\n' }, async (gateway) => {
    assert.equal(await gateway.exited, 2);
    assert.match(gateway.errors(), /CF102/);
    assert.equal(gateway.received().length, 0);
  });
});

/** Zombies that nobody has waited for yet are dead. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}

async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
