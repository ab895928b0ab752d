// Lines as an attacker would write them, sent raw to a gateway with a recording server behind it. Whatever arrives is
// read back as differing servers would read it, and judged again by the reference interpreter.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { interpretMethod, interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { type Reply, type Started, withGateway, withId } from '../support/gateway.js';
import { BAD, type Case, call, GOOD, ID, of, PING, read, write } from './case.js';
import { envelope, ids } from './envelope.js';
import { encoding, framing } from './framing.js';
import { identity } from './identity.js';
import { json } from './json.js';
import { keys } from './keys.js';
import { paths } from './paths.js';
import { POLICY } from './policy.js';
import { READERS, type Reading } from './readers.js';
import { revisions, values } from './values.js';

const FAMILIES: Readonly<Record<string, readonly Case[]>> = {
  framing,
  encoding,
  json,
  keys,
  envelope,
  ids,
  identity,
  paths,
  values,
  revisions,
};
const { policy } = loadPolicyText(POLICY);
const WORLD = { context: { agent: 'mcp-agent' }, environment: { platform: process.platform, home: '/home/me' } };
const LIMIT = ['--max-message-bytes', String(2 << 20)];

/** What one case led to. */
interface Seen {
  readonly received: Buffer;
  readonly replies: readonly Reply[];
}

const permitted = new Map<string, boolean>();

/** Would the interpreter let this pass? It is slow, and most readers agree on most lines. */
function isPermitted(reading: Reading): boolean {
  const key = JSON.stringify(reading);
  let answer = permitted.get(key);
  if (answer === undefined) {
    const { method, params } = reading;
    const judged =
      method === 'tools/call'
        ? interpretTool(policy, nameOf(params), argumentsOf(params), WORLD)
        : interpretMethod(policy, method, params ?? {}, WORLD);
    answer = judged === null || judged.decision === 'allow' || judged.decision === 'warn';
    permitted.set(key, answer);
  }
  return answer;
}

const nameOf = (params: unknown): string => String((params as { name?: unknown } | undefined)?.name);
const argumentsOf = (params: unknown): unknown => (params as { arguments?: unknown } | undefined)?.arguments ?? {};

/** Sends a line, and a ping behind it; the answer to the ping says that the line has been dealt with. */
async function send(gateway: Started, line: Buffer, n: number): Promise<Seen> {
  const before = gateway.received().length;
  const seen = gateway.replies.length;
  const sentinel = `after ${n}`;
  const ping = `{"jsonrpc":"2.0","id":"${sentinel}","method":"ping"}\n`;
  gateway.send(Buffer.concat([line, Buffer.from(`\n${ping}`)]));
  await gateway.next(withId(sentinel));
  const received = gateway.received().subarray(before);
  assert.ok(received.toString('latin1').endsWith(ping), 'the next line arrives whole');
  return {
    received: received.subarray(0, received.length - ping.length),
    replies: gateway.replies.slice(seen).filter(({ id }) => id !== sentinel),
  };
}

function assertSeen({ name, line, expected }: Case, { received, replies }: Seen): void {
  const [reply] = replies;
  const hasId = !/^\{"jsonrpc":"2.0","(method|result|error)"/.test(line.toString('latin1'));
  const asItCame = Buffer.concat([line, Buffer.from('\n')]);
  if (expected === 'passes' || (typeof expected === 'object' && 'as' in expected)) {
    const wanted = expected === 'passes' ? asItCame : Buffer.from(`${expected.as}\n`);
    assert.ok(received.equals(wanted), `${name}: arrived as ${received.toString().slice(0, 300)}`);
    const { id, method } = JSON.parse(wanted.toString()) as Reply;
    const isRequest = id !== undefined && method !== undefined;
    assert.equal(replies.length, isRequest ? 1 : 0, `${name}: one answer to a request`);
    if (reply) assert.ok(reply.result, name);
    return;
  }
  assert.equal(received.length, 0, `${name}: arrived as ${received.toString().slice(0, 300)}`);
  if (expected === 'blank' || expected === 'dropped') {
    assert.equal(replies.length, 0, name);
    return;
  }
  assert.equal(replies.length, 1, `${name}: one answer, not ${JSON.stringify(replies).slice(0, 300)}`);
  assert.ok(reply?.error, name);
  assert.ok(
    reply.id === ID || reply.id === null || !hasId || line.includes(JSON.stringify(reply.id)),
    `${name}: answers ${JSON.stringify(reply.id)}`,
  );
  if (typeof expected === 'number') assert.equal(reply.error.code, expected, `${name}: ${reply.error.message}`);
  const decision = reply.error.data?.['decision'];
  if (expected === 'denied') assert.equal(decision, 'deny', name);
  if (expected === 'asked') assert.equal(decision, 'require_approval', name);
}

const arrived: { readonly name: string; readonly received: Buffer }[] = [];

for (const [family, cases] of Object.entries(FAMILIES)) {
  test(`${family}: ${cases.length} lines`, async () => {
    await withGateway({ policy: POLICY, flags: LIMIT }, async (gateway) => {
      const problems: string[] = [];
      for (const [n, adversarial] of cases.entries()) {
        const seen = await send(gateway, adversarial.line, n);
        if (seen.received.length > 0) arrived.push({ name: `${family}: ${adversarial.name}`, received: seen.received });
        try {
          assertSeen(adversarial, seen);
        } catch (error) {
          problems.push((error as Error).message);
        }
      }
      assert.deepEqual(problems, []);
      assert.equal(await gateway.close(), 0, 'alive to the end');
      const records = gateway.records();
      // One record a line that was judged: requests that nobody judges leave none.
      assert.ok(
        records.filter(({ kind }) => kind === 'refused').length >=
          cases.filter(({ expected }) => typeof expected === 'number').length,
      );
      assert.equal(records.at(-1)?.['kind'], 'footer');
    });
  });
}

test('there are enough of them', () => {
  const names = Object.entries(FAMILIES).flatMap(([family, cases]) => cases.map(({ name }) => `${family}: ${name}`));
  assert.ok(names.length >= 300, `${names.length}`);
  assert.deepEqual(
    names.filter((name, i) => names.indexOf(name) !== i),
    [],
    'no case twice',
  );
});

test('whatever arrived is permitted in the reading of every server', () => {
  assert.ok(arrived.length > 100);
  const problems: string[] = [];
  let calls = 0;
  for (const { name, received } of arrived) {
    for (const [reader, readings] of Object.entries(READERS)) {
      for (const reading of readings(received)) {
        calls++;
        if (!isPermitted(reading))
          problems.push(`${name}, read as ${reader}: ${JSON.stringify(reading).slice(0, 200)}`);
      }
    }
  }
  assert.deepEqual(problems, []);
  assert.ok(calls > 1000, 'the readers find the calls');
});

const python = ['python3', 'python'].find((command) => spawnSync(command, ['--version']).status === 0);

test('and in the reading of servers written in Python', { skip: !python && 'no Python here' }, () => {
  const { status, stdout, stderr } = spawnSync(
    python as string,
    [fileURLToPath(new URL('./reader.py', import.meta.url))],
    {
      input: JSON.stringify(arrived.map(({ received }) => received.toString('base64'))),
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, stderr);
  const answers = JSON.parse(stdout) as Record<string, Reading[]>[];
  const problems = answers.flatMap((readers, i) =>
    Object.entries(readers).flatMap(([reader, readings]) =>
      readings
        .filter((reading) => !isPermitted(reading))
        .map((reading) => `${arrived[i]?.name}, read as ${reader}: ${JSON.stringify(reading).slice(0, 200)}`),
    ),
  );
  assert.deepEqual(problems, []);
});

test('the readers would notice: what is refused would be a call to some of them', () => {
  const refused = Object.values(FAMILIES)
    .flat()
    .filter(({ line, expected }) => (expected === -32600 || expected === -32700) && line.length < 10_000);
  const noticed = refused.filter(({ line }) =>
    Object.values(READERS).some((reader) =>
      reader(Buffer.concat([line, Buffer.from('\n')])).some((reading) => !isPermitted(reading)),
    ),
  );
  assert.ok(noticed.length > 80, `${noticed.length} of ${refused.length}`);
});

const INITIALIZE =
  '{"jsonrpc":"2.0","id":"init","method":"initialize","params":{"protocolVersion":"2025-03-26","capabilities":{},"clientInfo":{"name":"a","version":"1"}}}';
const other = (text: string, id: string): string => text.replace(`"id":"${ID}"`, `"id":"${id}"`);
const NOTE = '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}';

/** Batches of 2025-03-26, with the ids that are answered with an error, or `passes`. */
const BATCHES: readonly (readonly [name: string, line: string, expected: 'passes' | readonly (string | null)[]])[] = [
  ['one call', `[${read(GOOD)}]`, 'passes'],
  ['calls and a notification', `[${read(GOOD)},${other(write('/data/staging/a'), 'd')},${NOTE}]`, 'passes'],
  ['only notifications', `[${NOTE},${NOTE}]`, 'passes'],
  ['responses', '[{"jsonrpc":"2.0","id":90,"result":{}},{"jsonrpc":"2.0","id":91,"result":{}}]', 'passes'],
  ['spaces between', `[ ${read(GOOD)} ,\t${other(PING, 'd')} ]`, 'passes'],
  ['a denied call behind a permitted one', `[${read(GOOD)},${other(read(BAD), 'd')}]`, [ID, 'd']],
  ['a denied call before a permitted one', `[${other(read(BAD), 'd')},${read(GOOD)}]`, ['d', ID]],
  ['a denied call among notifications', `[${NOTE},${read(BAD)},${NOTE}]`, [ID]],
  ['a call that asks', `[${read(GOOD)},${other(write('/data/prod/a'), 'd')}]`, [ID, 'd']],
  ['a call without an id', `[${read(GOOD)},${read(GOOD).replace(`"id":"${ID}",`, '')}]`, [ID]],
  ['an unknown method', `[${read(GOOD)},{"jsonrpc":"2.0","id":"d","method":"shell/run"}]`, [ID, 'd']],
  ['a wrong type', `[${read(GOOD)},{"jsonrpc":"2.0","id":"d","method":"tools/call","params":[]}]`, [ID, 'd']],
  ['empty', '[]', [null]],
  ['a number', '[1]', [null]],
  ['a call and null', `[${read(GOOD)},null]`, [null]],
  ['a batch within', `[[${read(GOOD)}]]`, [null]],
  ['an id twice', `[${read(GOOD)},${read(GOOD)}]`, [null]],
  ['a fraction as id', `[${read(GOOD)},{"jsonrpc":"2.0","id":1.0,"method":"ping"}]`, [null]],
  ['a key twice in an element', `[${read(GOOD).replace('"method"', '"method":"ping","method"')}]`, [null]],
  ['a method in capitals', `[${other(read(BAD), 'd').replace('tools/call', 'TOOLS/CALL')}]`, [null]],
  [
    'a file: URI',
    `[${other(PING, 'd')},{"jsonrpc":"2.0","id":"${ID}","method":"resources/read","params":{"uri":"file:///etc/passwd"}}]`,
    ['d', ID],
  ],
  [
    '1,000 calls and a denied one',
    `[${Array.from({ length: 1000 }, (_, i) => other(read(GOOD), `n${i}`)).join(',')},${read(BAD)}]`,
    [...Array.from({ length: 1000 }, (_, i) => `n${i}`), ID],
  ],
  ['not closed', `[${read(GOOD)}`, [null]],
  ['a trailing comma', `[${read(GOOD)},]`, [null]],
];

test(`batches: ${BATCHES.length} lines`, async () => {
  await withGateway({ policy: POLICY, flags: LIMIT }, async (gateway) => {
    gateway.send(`${INITIALIZE}\n`);
    await gateway.next(withId('init'));
    for (const [n, [name, text, expected]] of BATCHES.entries()) {
      const { received, replies } = await send(gateway, of(name, text, 'passes').line, n);
      const answers = replies.flat() as readonly Reply[];
      if (expected === 'passes') {
        assert.equal(received.toString(), `${text}\n`, name);
        assert.ok(
          answers.every(({ result }) => result),
          name,
        );
      } else {
        assert.equal(received.toString(), '', name);
        assert.equal(replies.length, 1, `${name}: one line`);
        assert.deepEqual(
          answers.map(({ id }) => id),
          expected,
          name,
        );
        assert.ok(
          answers.every(({ error }) => error),
          name,
        );
      }
      for (const reader of Object.values(READERS)) assert.ok(reader(received).every(isPermitted), name);
    }
    assert.equal(await gateway.close(), 0);
  });
});

test('a call cut at every byte is one call, and a last line without its newline is none', async () => {
  await withGateway({ policy: POLICY }, async (gateway) => {
    const line = Buffer.from(`${call('write_file', '{"path":"/data/staging/é","content":"😀"}')}\n`);
    for (let at = 1; at < line.length; at += 3) {
      const seen = gateway.replies.length;
      gateway.send(line.subarray(0, at));
      await new Promise((resolve) => setImmediate(resolve));
      gateway.send(line.subarray(at));
      while (gateway.replies.length === seen) await new Promise((resolve) => setTimeout(resolve, 1));
      assert.ok(gateway.replies.at(-1)?.result, `cut at ${at}`);
    }
    const before = gateway.received().length;
    gateway.send(line.subarray(0, -1));
    assert.equal(await gateway.close(), 0);
    assert.equal(gateway.received().length, before);
    assert.match(gateway.errors(), /middle of a line/);
  });
});
