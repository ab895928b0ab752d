import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Started, withGateway, withId } from '../../support/gateway.js';

const SERVER = [process.execPath, fileURLToPath(new URL('../../support/saying-server.mjs', import.meta.url))];
/** No key of anyone: put together here, so that no scanner takes this file for a leak. */
const AWS = `AKIA${'IOSFODNN7EXAMPLE'}`;
const CARD = '4111111111111111';
const KEY = `-----BEGIN ${'PRIVATE'} KEY-----\n${'A'.repeat(40)}\n-----END ${'PRIVATE'} KEY-----`;

const REDACT = `version: 1
tools: { say: web.read }
allow: ["*"]
results:
  - { capability: web, redact: { secret: any } }
`;

/** What a tool call asks for. */
const say = (id: string | number, ...lines: string[]) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'say', arguments: { lines: lines.map((line) => Buffer.from(line).toString('base64')) } },
});

const answer = (result: unknown) => `{"jsonrpc":"2.0","id":$ID,"result":${JSON.stringify(result)}}`;
const text = (...texts: string[]) => ({ content: texts.map((one) => ({ type: 'text', text: one })) });

/** The line that answers a call which makes the server say these. */
async function lineFor(gateway: Started, id: number, ...lines: string[]): Promise<string> {
  gateway.message(say(id, ...lines));
  await gateway.next(withId(id));
  return gateway.lines.find((line) => (JSON.parse(line) as { id?: unknown }).id === id) as string;
}

const resultsOf = (gateway: Started) => gateway.records().filter(({ kind }) => kind === 'result');

test('a result in which nothing is found passes byte for byte', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const odd =
      '{ "id" : $ID ,"result":{"content":[{"type":"text","text":"\\u00e9 \\/ 1"}],"n":[1.0,-0,1e5]},"jsonrpc":"2.0"}';
    assert.equal(await lineFor(gateway, 1, odd), odd.replace('$ID', '1'));
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(resultsOf(gateway), []);
  });
});

test('what is found is replaced, and no other token changes', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const line = (secret: string, number: string) =>
      `{"result":{"content":[{"type":"text","text":"\\u00e9 ${secret} \\/"}], "card": ${number},"n":1.0}, "id":$ID,"jsonrpc":"2.0"}`;
    assert.equal(
      await lineFor(gateway, 1, line(AWS, CARD)),
      line('[redacted aws_access_key_id]', '"[redacted payment_card]"').replace('$ID', '1'),
    );
    assert.equal(await gateway.close(), 0);
    const [record] = resultsOf(gateway);
    assert.deepEqual(record?.['redacted'], { aws_access_key_id: 1, payment_card: 1 });
    assert.ok(!JSON.stringify(gateway.records()).includes(AWS));
  });
});

test('a secret is found however a string spells it, and all that is encoded with it goes', async () => {
  const base64 = Buffer.from(`the key is ${AWS}, keep it`).toString('base64');
  const spelled: readonly (readonly [string, string])[] = [
    [`\\u0041KIA${AWS.slice(4)}`, '[redacted aws_access_key_id]'],
    [`%41KIA${AWS.slice(4)}`, '[redacted aws_access_key_id]'],
    [`\\\\u0041KIA${AWS.slice(4)}`, '[redacted aws_access_key_id]'],
    [`x ${base64}. y`, 'x [redacted aws_access_key_id]. y'],
    [`x ${base64.slice(0, 20)}\\n${base64.slice(20)} y`, 'x [redacted aws_access_key_id] y'],
    [`x ${base64.match(/.{1,4}/g)?.join('\\r\\n')} y`, 'x [redacted aws_access_key_id] y'],
    [Buffer.from(`k=${AWS}`).toString('hex'), '[redacted aws_access_key_id]'],
    [`AKIA\\u200b${AWS.slice(4)}`, '[redacted aws_access_key_id]'],
  ];
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    for (const [id, [one, expected]] of spelled.entries()) {
      const line = await lineFor(
        gateway,
        id,
        `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${one}"}]}}`,
      );
      assert.equal(line, `{"jsonrpc":"2.0","id":${id},"result":{"content":[{"type":"text","text":"${expected}"}]}}`);
    }
    assert.equal(await gateway.close(), 0);
  });
});

test('a whole private key goes, in a string of its own or in JSON in a string', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    assert.equal(
      await lineFor(gateway, 1, answer(text(`before\n${KEY}\nafter`))),
      answer(text('before\n[redacted private_key]\nafter')).replace('$ID', '1'),
    );
    assert.equal(
      await lineFor(gateway, 2, answer(text(JSON.stringify({ key: KEY })))),
      answer(text('{"key":"[redacted private_key]"}')).replace('$ID', '2'),
    );
    assert.equal(await gateway.close(), 0);
  });
});

test('what is said of a task is treated like its result, however often it is asked for', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    await lineFor(gateway, 1, answer({ task: { taskId: 't1', status: 'working' } }));
    const ask = (id: number, method: string, taskId: string, said: string) => ({
      jsonrpc: '2.0',
      id,
      method,
      params: { taskId, arguments: { lines: [Buffer.from(said).toString('base64')] } },
    });
    const asked = [
      ask(2, 'tasks/get', 't1', answer({ taskId: 't1', status: 'failed', statusMessage: AWS })),
      ask(3, 'tasks/result', 't1', answer(text(AWS))),
      ask(4, 'tasks/result', 't1', answer(text(AWS))),
      // Nobody knows whose this is.
      ask(5, 'tasks/result', 't2', answer(text(AWS))),
    ];
    for (const message of asked) {
      gateway.message(message);
      await gateway.next(withId(message.id));
    }
    assert.equal(await gateway.close(), 0);
    assert.ok(!gateway.lines.join().includes(AWS));
    assert.ok(gateway.lines.filter((line) => line.includes('[redacted aws_access_key_id]')).length === 4);
  });
});

test('of a batch every element is treated, whoever it answers, and one that is broken is kept back', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const one = (id: string) => answer(text(AWS)).replace('$ID', id);
    gateway.message(
      say(1, `[${one('1')},${one('1')},${one('99')}]`, `[${one('2')}`, answer(text('x')).replace('$ID', '3')),
    );
    gateway.message(say(2));
    gateway.message(say(3));
    // What answers 2 before it was asked is an answer to nothing.
    await gateway.next((message) => Array.isArray(message));
    gateway.message(say(4, `[${answer(text(AWS))}`));
    assert.match(JSON.stringify((await gateway.next(withId(4))).result), /result_unreadable/);
    gateway.child.kill('SIGKILL');
    assert.ok(!gateway.lines.join().includes(AWS));
    assert.ok(!gateway.errors().includes(AWS));
  });
});

test('what was made to break the search is searched', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const many = await lineFor(gateway, 1, answer(text('TOKEN=a1b2c3/'.repeat(60_000))));
    assert.ok(!many.includes('a1b2c3/TOKEN'));
    const number =
      '{"jsonrpc":"2.0","id":$ID,"result":{"content":[],"n":4111111111111111.0,"m":0.4111111111111111e16}}';
    assert.match(await lineFor(gateway, 2, number), /"n":"\[redacted payment_card\]","m":"\[redacted payment_card\]"/);
    const twice = `{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"${AWS}","text":"x"}]}}`;
    assert.ok(!(await lineFor(gateway, 3, twice)).includes(AWS));
    const hex = Buffer.from(`key=${AWS}`).toString('hex');
    const error = `{"jsonrpc":"2.0","id":$ID,"error":{"code":1,"message":"m","data":"${hex}"}}`;
    assert.ok(!(await lineFor(gateway, 4, error)).includes(hex));
    // A whole token in one part is no split one, whatever begins the next.
    const parts = await lineFor(gateway, 5, answer(text(`key: sk-ant-api03-${'a1'.repeat(24)}`, 'Done.')));
    assert.match(parts, /\[redacted anthropic_key\]/);
    await lineFor(gateway, 6, `{"jsonrpc":"2.0","method":"notifications/${AWS}"}`, answer(text('x')));
    assert.equal(await gateway.close(), 0);
    assert.ok(!JSON.stringify([gateway.lines, gateway.records()]).includes(AWS));
  });
});

test('a selector that takes out a part of the protocol keeps the result back', async () => {
  const policy = REDACT.replace('redact: { secret: any }', 'redact: { at: /content }');
  await withGateway({ policy, server: SERVER }, async (gateway) => {
    assert.match(await lineFor(gateway, 1, answer(text('x'))), /reason=result_shape/);
    assert.equal(await gateway.close(), 0);
  });
});

const WITHHOLD = `version: 1
tools: { say: web.read }
allow: ["*"]
results:
  - { capability: web, redact: { secret: any } }
  - { capability: web.read, withhold: { secret: [private_key] } }
  - { capability: web.read, max_bytes: 3000, reason: too_much }
`;

test('what rules keep back, and what cannot be read, becomes a result that says so', async () => {
  const cases: readonly (readonly [string, string])[] = [
    ['secret_found', answer(text(KEY))],
    ['too_much', answer(text('x'.repeat(3000)))],
    ['secret_in_key', answer({ content: [], structuredContent: { [AWS]: 1 } })],
    ['secret_split', answer(text(`a ${AWS.slice(0, 8)}`, `${AWS.slice(8)} b`))],
    ['result_unreadable', '{"jsonrpc":"2.0","id":$ID,"result":{"content":[{"type":"text","text":"x}'],
    ['result_unreadable', answer({ content: 'text' })],
    ['result_unreadable', answer({ content: [{ type: 'text', text: 1 }] })],
    ['result_unreadable', answer([AWS])],
    ['result_unreadable', '{"jsonrpc":"2.0","id":$ID,"result":{},"error":{"code":1,"message":"x"}}'],
    ['result_unreadable', `{"jsonrpc":"2.0","id":$ID,"result":{"a":${'['.repeat(200)}${']'.repeat(200)}}}`],
  ];
  await withGateway({ policy: WITHHOLD, server: SERVER }, async (gateway) => {
    for (const [id, [reason, said]] of cases.entries()) {
      gateway.message(say(id, said));
      const { result } = await gateway.next(withId(id));
      assert.equal(result?.['isError'], true, said);
      assert.deepEqual(result?.['content'], [
        { type: 'text', text: `ResultWithheld: capability=web.read reason=${reason}` },
      ]);
    }
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(
      resultsOf(gateway).map(({ withheld }) => withheld),
      cases.map(([reason]) => reason),
    );
    assert.ok(!JSON.stringify([gateway.records(), gateway.lines, gateway.errors()]).includes(AWS));
  });
});

test('errors, progress, log messages and requests of the server are treated alike', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const error = (secret: string) =>
      `{"jsonrpc":"2.0","id":$ID,"error":{"code":-1,"message":"${secret}","data":{"x":["${secret}"]}}}`;
    const log = (data: string) =>
      `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${data}"}}`;
    const progress = (message: string) =>
      `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"${AWS}","progress":1,"message":"${message}"}}`;
    const sampling = (content: string) =>
      `{"jsonrpc":"2.0","id":"s","method":"sampling/createMessage","params":{"messages":[{"role":"user","content":{"type":"text","text":"${content}"}}]}}`;
    await lineFor(gateway, 7, log(AWS), progress(AWS), sampling(AWS), error(AWS));
    const name = '[redacted aws_access_key_id]';
    assert.deepEqual(gateway.lines, [log(name), progress(name), sampling(name), error(name).replace('$ID', '7')]);
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(
      resultsOf(gateway).map(({ message }) => message),
      ['notifications/message', 'notifications/progress', 'sampling/createMessage', undefined],
    );
  });
});

test('a line that is no message does not carry a secret to the side', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    await lineFor(gateway, 1, `debug: ${AWS}`, 'debug: hello', answer({ content: [] }));
    assert.equal(await gateway.close(), 0);
    assert.ok(gateway.errors().includes('debug: hello'));
    assert.ok(!gateway.errors().includes(AWS));
  });
});

const PLACES = `version: 1
tools: { say: mail.read }
allow: ["*"]
results:
  - { capability: mail.read, redact: { at: [/structuredContent/body, /content/*/text] } }
`;

test('what selectors find is replaced, whatever it is', async () => {
  await withGateway({ policy: PLACES, server: SERVER }, async (gateway) => {
    const said = { ...text('a', 'b'), structuredContent: { body: { deep: [1] }, other: 'c' } };
    assert.equal(
      await lineFor(gateway, 1, answer(said)),
      answer({ ...text('[redacted]', '[redacted]'), structuredContent: { body: '[redacted]', other: 'c' } }).replace(
        '$ID',
        '1',
      ),
    );
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(resultsOf(gateway)[0]?.['redacted'], { '/structuredContent/body': 1, '/content/*/text': 2 });
  });
});

test('structured output that would not be what the tool says is kept back', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const structured = (structuredContent: unknown) => answer({ content: [], structuredContent });
    gateway.message({ jsonrpc: '2.0', id: 'l', method: 'tools/list' });
    await gateway.next(withId('l'));
    assert.equal(
      await lineFor(gateway, 1, structured({ note: AWS, free: AWS })),
      structured({ note: '[redacted aws_access_key_id]', free: '[redacted aws_access_key_id]' }).replace('$ID', '1'),
    );
    for (const [id, bad] of [
      [2, { card: Number(CARD) }],
      [3, { kind: AWS }],
    ] as const)
      assert.match(await lineFor(gateway, id, structured(bad)), /reason=output_schema/);
    assert.equal(await gateway.close(), 0);
  });
});

test('a binary part that is text is looked at, another is left alone and counted', async () => {
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    const parts = (data: string, blob: string) =>
      answer({
        content: [
          { type: 'image', data, mimeType: 'image/png' },
          { type: 'resource', resource: { uri: 'x:y', blob, mimeType: 'application/pdf' } },
        ],
      });
    const image = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe, 0, 1, 2, 3, 4, 5]).toString('base64');
    const secret = Buffer.from(`ü \\u0041KIA${AWS.slice(4)}`).toString('base64');
    assert.equal(
      await lineFor(gateway, 1, parts(image, secret)),
      // What it says is changed, and encoded again: clients check that it is base64.
      parts(image, Buffer.from('ü [redacted aws_access_key_id]').toString('base64')).replace('$ID', '1'),
    );
    assert.equal(await gateway.close(), 0);
    assert.equal(resultsOf(gateway)[0]?.['binary'], 1);
  });
});

test('a gateway that observes changes nothing, and says what it would have', async () => {
  const flags = ['--observe', '--audit-payloads'];
  await withGateway({ policy: WITHHOLD, server: SERVER, flags }, async (gateway) => {
    const said = answer(text(AWS));
    assert.equal(await lineFor(gateway, 1, said), said.replace('$ID', '1'));
    const key = answer(text(KEY));
    assert.equal(await lineFor(gateway, 2, key), key.replace('$ID', '2'));
    assert.equal(await gateway.close(), 0);
    const [first, second] = resultsOf(gateway);
    assert.deepEqual(first?.['redacted'], { aws_access_key_id: 1 });
    assert.equal(first?.['observed'], true);
    assert.equal(first?.['payload'], answer(text('[redacted aws_access_key_id]')).replace('$ID', '1'));
    assert.equal(second?.['withheld'], 'secret_found');
    assert.equal(second?.['payload'], undefined);
  });
});

test('a result beyond the limit is kept back, and one of 60 MB is looked at', async () => {
  await withGateway({ policy: REDACT, server: SERVER, flags: ['--max-result-bytes', '1000000'] }, async (gateway) => {
    gateway.message(repeat(1, 'abcdefgh', 2_500_000));
    assert.match(JSON.stringify((await gateway.next(withId(1))).result), /reason=result_too_large/);
    gateway.message(say(2, answer(text('small'))));
    assert.ok((await gateway.next(withId(2))).result);
    assert.equal(await gateway.close(), 0);
  });
  await withGateway({ policy: REDACT, server: SERVER }, async (gateway) => {
    // Counted as it comes: a string of it would be made anew with each chunk.
    gateway.child.stdout?.removeAllListeners('data');
    let bytes = 0;
    let last = '';
    const isThere = new Promise<void>((resolve) => {
      gateway.child.stdout?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        last = chunk.toString();
        if (last.endsWith('\n')) resolve();
      });
    });
    gateway.message(repeat(1, 'some words, and then ', 2_800_000));
    await isThere;
    assert.ok(bytes > 58_000_000);
    assert.equal(await gateway.close(), 0);
  });
});

const repeat = (id: number, unit: string, count: number) => ({
  jsonrpc: '2.0',
  id,
  method: 'tools/call',
  params: { name: 'say', arguments: { unit, repeat: count } },
});

test('a mark asks what a result holds, and a later call is denied by it', async () => {
  const policy = `version: 1
tools: { say: web.read, send: mail.send }
mark:
  - { label: secret, capability: web, result: { secret: any } }
deny:
  - { capability: mail.send, after: secret }
allow: ["*"]
`;
  await withGateway({ policy, server: SERVER }, async (gateway) => {
    const send = (id: number) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'send', arguments: {} },
    });
    await lineFor(gateway, 1, answer(text('nothing')));
    gateway.message(send(2));
    assert.ok((await gateway.next(withId(2))).result);
    // It passes as it came: nobody asked for more.
    assert.equal(await lineFor(gateway, 3, answer(text(AWS))), answer(text(AWS)).replace('$ID', '3'));
    // Deep nesting and a key given twice hide nothing.
    await lineFor(gateway, 5, `{"jsonrpc":"2.0","id":$ID,"result":{"x":${'['.repeat(6000)}${']'.repeat(6000)}}}`);
    gateway.message(send(4));
    assert.equal((await gateway.next(withId(4))).error?.data?.['reason'], 'policy_deny');
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(
      resultsOf(gateway).map(({ matched }) => matched),
      [{ secret: false }, { secret: true }, {}],
    );
  });
});
