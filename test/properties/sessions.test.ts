// Whole sessions against a model: whatever the client sends in whatever order, each request gets one answer, only what
// may pass reaches the server, in order and as it was sent, and all that was judged is on record.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { verify } from '../../runtime/audit/verify.js';
import { type Started, toolCall, withGateway } from '../support/gateway.js';
import { checkAsync } from '../support/seed.js';

const POLICY = `
deny: [filesystem.delete]
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: ["*"]
`;

/** What the gateway should have done so far. */
interface Model {
  ids: number;
  /** Requests that the server has not answered. */
  hanging: Set<string>;
  /** How many answers each id should have had. */
  answers: Map<string, number>;
  /** Errors that bear no id. */
  nullAnswers: number;
  /** What the server should have been sent. */
  forwarded: string[];
  /** The kinds and decisions on record, approvals aside. */
  records: string[];
}

type Real = Started;
type Command = fc.AsyncCommand<Model, Real>;

const answersTo = (gateway: Real, id: string | null) => gateway.replies.filter((reply) => reply.id === id);

/** Sends a line, whole or in two pieces, and waits for the answers that are due by then. */
async function send(gateway: Real, model: Model, line: string, cut: number): Promise<void> {
  const bytes = Buffer.from(`${line}\n`);
  const at = cut % bytes.length;
  gateway.send(bytes.subarray(0, at));
  if (at > 0) await new Promise((resolve) => setImmediate(resolve));
  gateway.send(bytes.subarray(at));
  for (const end = Date.now() + 10_000; ; await sleep(1)) {
    const isDone = [...model.answers].every(([id, count]) => answersTo(gateway, id).length >= count);
    if (isDone && answersTo(gateway, null).length >= model.nullAnswers) return;
    assert.ok(Date.now() < end, `no answer: ${line}`);
  }
}

const answered = (model: Model, id: string) => model.answers.set(id, (model.answers.get(id) ?? 0) + 1);
const free = (model: Model, pick: number): string => {
  // Now and then an id that was used before and is answered.
  const used = [...model.answers.keys()].filter((id) => !model.hanging.has(id));
  if (pick % 4 === 0 && used.length > 0) return used[pick % used.length] as string;
  return `id ${model.ids++}`;
};

const seed = fc.nat({ max: 10_000 });
const command = (
  name: string,
  run: (model: Model, gateway: Real, n: number) => Promise<void>,
  check = (_: Model) => true,
) =>
  seed.map(
    (n): Command => ({ check, run: (model, gateway) => run(model, gateway, n), toString: () => `${name}(${n})` }),
  );

const request = (name: string, tool: string, args: (n: number) => unknown, passes: boolean, record: string) =>
  command(name, async (model, gateway, n) => {
    const id = free(model, n);
    const line = JSON.stringify(toolCall(id, tool, args(n)));
    if (passes) model.forwarded.push(line);
    model.records.push(record);
    answered(model, id);
    await send(gateway, model, line, n);
    const last = answersTo(gateway, id).at(-1);
    assert.equal(last?.error === undefined, passes, line);
  });

const MALFORMED = [
  '{',
  'x',
  '[]',
  '{"jsonrpc":"1.0","id":null}',
  '{"jsonrpc":"2.0","id":1.5,"method":"ping"}',
  '"\r"',
  '{"a":1,"a":2}',
  '{"jsonrpc":"2.0","method":"ping","id":[]}',
];

const COMMANDS = [
  request(
    'permitted',
    'write_file',
    (n) => ({ path: `/data/staging/${n}`, content: 'é\u2027'.repeat(n % 50) }),
    true,
    'call allow',
  ),
  request('denied', 'delete_file', (n) => ({ path: `/data/${n}` }), false, 'call deny'),
  request('asked', 'write_file', (n) => ({ path: `/data/prod/${n % 3}` }), false, 'call require_approval'),
  request('large', 'write_file', (n) => ({ path: '/data/staging/x', content: 'x'.repeat(n * 20) }), true, 'call allow'),
  command('malformed', async (model, gateway, n) => {
    model.nullAnswers++;
    model.records.push('refused deny');
    await send(gateway, model, MALFORMED[n % MALFORMED.length] as string, n);
  }),
  command('hang', async (model, gateway, n) => {
    const id = free(model, n);
    if (!model.answers.has(id)) model.answers.set(id, 0);
    model.hanging.add(id);
    const line = JSON.stringify(toolCall(id, 'hang'));
    model.forwarded.push(line);
    model.records.push('call allow');
    await send(gateway, model, line, n);
  }),
  command(
    'an id in flight',
    async (model, gateway, n) => {
      const ids = [...model.hanging];
      model.nullAnswers++;
      model.records.push('refused deny');
      await send(gateway, model, JSON.stringify({ jsonrpc: '2.0', id: ids[n % ids.length], method: 'ping' }), n);
    },
    (model) => model.hanging.size > 0,
  ),
  command('release', async (model, gateway, n) => {
    for (const id of model.hanging) answered(model, id);
    model.hanging.clear();
    const id = `id ${model.ids++}`;
    answered(model, id);
    const line = JSON.stringify(toolCall(id, 'release'));
    model.forwarded.push(line);
    model.records.push('call allow');
    await send(gateway, model, line, n);
  }),
  command('notification', async (model, gateway, n) => {
    const line = JSON.stringify({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: [...model.hanging][0] ?? n },
    });
    model.forwarded.push(line);
    await send(gateway, model, line, n);
  }),
  command('response', async (model, gateway, n) => {
    const line = JSON.stringify({ jsonrpc: '2.0', id: n, result: { n } });
    model.forwarded.push(line);
    await send(gateway, model, line, n);
  }),
  command('a call without an id', async (model, gateway, n) => {
    model.records.push('refused deny');
    await send(
      gateway,
      model,
      JSON.stringify({ ...toolCall(0, 'write_file', { path: '/data/staging/a' }), id: undefined }),
      n,
    );
  }),
  command('blank', async (model, gateway, n) => send(gateway, model, ' \t'.repeat(n % 3), n)),
  command('ping', async (model, gateway, n) => {
    const id = free(model, n);
    answered(model, id);
    const line = JSON.stringify({ jsonrpc: '2.0', id, method: 'ping', params: { n } });
    model.forwarded.push(line);
    await send(gateway, model, line, n);
  }),
];

test('sessions go as the model says', async () => {
  await checkAsync(
    fc.asyncProperty(fc.commands(COMMANDS, { maxCommands: 40 }), async (commands) => {
      await withGateway({ policy: POLICY }, async (gateway) => {
        const model: Model = {
          ids: 0,
          hanging: new Set(),
          answers: new Map(),
          nullAnswers: 0,
          forwarded: [],
          records: [],
        };
        await fc.asyncModelRun(() => ({ model, real: gateway }), commands);
        const unanswered = [...model.hanging];
        assert.equal(await gateway.close(), 0);
        for (const id of unanswered) answered(model, id); // With an error, since the server has ended.
        for (const [id, count] of model.answers) assert.equal(answersTo(gateway, id).length, count, id);
        assert.equal(answersTo(gateway, null).length, model.nullAnswers);
        assert.equal(
          gateway.replies.length,
          [...model.answers.values()].reduce((a, b) => a + b, 0) + model.nullAnswers,
        );
        assert.equal(gateway.received().toString(), model.forwarded.map((line) => `${line}\n`).join(''));
        const records = gateway.records().filter(({ kind }) => kind === 'call' || kind === 'refused');
        assert.deepEqual(
          records.map(({ kind, decision }) => `${kind} ${decision}`),
          model.records,
        );
        assert.deepEqual(verify(join(gateway.folder, 'audit')).problems, []);
      });
    }),
    20,
    300,
  );
});
