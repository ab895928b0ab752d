// Records sent on over OTLP, to a receiver on loopback that may be slow, dead, or back again.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCapfence } from '../support/capfence.js';
import { type Started, toolCall, withGateway, withId } from '../support/gateway.js';

const POLICY = 'deny: [filesystem.delete]\nallow: ["*"]\n';
const JSON_PROTOCOL = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' };

interface Value {
  readonly stringValue?: string;
  readonly intValue?: string | number;
}

/** A collector that keeps the attributes of what it is sent. */
class Receiver {
  readonly records: Record<string, string>[] = [];
  readonly bodies: Buffer[] = [];
  status = 200;
  delay = 0;
  /** A request with this in it is refused for good. */
  poison: string | undefined;
  private constructor(private readonly server: Server) {
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      await sleep(this.delay);
      const body = Buffer.concat(chunks);
      const status = this.poison !== undefined && body.includes(this.poison) ? 400 : this.status;
      if (status === 200) this.take(String(request.url), body, request.headers['content-type']);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end('{}');
    });
  }

  static async listen(port = 0): Promise<Receiver> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return new Receiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(url: string, body: Buffer, type: string | undefined): void {
    assert.equal(url, '/v1/logs');
    this.bodies.push(body);
    if (type !== 'application/json') return;
    for (const { resource, scopeLogs } of JSON.parse(body.toString()).resourceLogs) {
      assert.ok(JSON.stringify(resource).includes('"capfence"'));
      for (const { logRecords } of scopeLogs) {
        for (const { attributes, severityText, timeUnixNano } of logRecords) {
          const members = attributes.map(({ key, value }: { key: string; value: Value }) => [
            key,
            String(Object.values(value)[0]),
          ]);
          this.records.push({ ...Object.fromEntries(members), severityText, timeUnixNano });
        }
      }
    }
  }
}

const requests = (receiver: Receiver): string[] =>
  [...new Set(receiver.records.map((record) => record['capfence.request']))].filter((id) => id !== undefined).sort();

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const end = Date.now() + 20_000; !holds(); await sleep(20)) assert.ok(Date.now() < end, what);
}

async function call(gateway: Started, id: number, tool = 'read_file'): Promise<void> {
  gateway.message(toolCall(id, tool, { path: '/a' }));
  await gateway.next(withId(id));
}

test('every record is sent as a log record', async () => {
  const receiver = await Receiver.listen();
  try {
    const flags = ['--otlp', `http://127.0.0.1:${receiver.port}`];
    await withGateway({ policy: POLICY, flags, env: JSON_PROTOCOL }, async (gateway) => {
      await call(gateway, 1);
      await call(gateway, 2, 'delete_file');
      await until(() => requests(receiver).length === 2, 'sent while the gateway runs');
      assert.equal(await gateway.close(), 0);
      const kinds = receiver.records.map((record) => record['capfence.kind']);
      assert.deepEqual(kinds, ['header', 'call', 'call', 'footer'], 'the footer at the end');
      const [, , denied] = receiver.records as [unknown, unknown, Record<string, string>];
      const record = gateway.records().find(({ request }) => request === 2) as Record<string, unknown>;
      assert.equal(denied['severityText'], 'WARN');
      assert.equal(Math.round(Number(denied['timeUnixNano']) / 1e6), Date.parse(String(record['time'])));
      for (const name of ['id', 'hash', 'decision', 'tool', 'capability'])
        assert.equal(denied[`capfence.${name}`], record[name]);
      assert.deepEqual(readdirSync(join(gateway.folder, 'audit/otlp')), [], 'nothing is left to send');
      assert.equal(runCapfence(['verify', '--audit', join(gateway.folder, 'audit')]).status, 0);
    });
  } finally {
    receiver.close();
  }
});

test('a dead collector holds nothing up, and gets everything later, from another gateway if need be', async () => {
  const first = await Receiver.listen();
  const { port } = first;
  first.close();
  const env = { ...JSON_PROTOCOL, OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` };
  await withGateway({ policy: POLICY, env }, async (gateway) => {
    for (let id = 1; id <= 20; id++) await call(gateway, id);
    await until(() => gateway.errors().includes('sent later'), 'a person is told');
    const started = Date.now();
    for (let id = 21; id <= 40; id++) await call(gateway, id);
    assert.ok(Date.now() - started < 5000);
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    const audit = join(gateway.folder, 'audit');
    assert.equal(readdirSync(join(audit, 'otlp')).length, 1);
    const receiver = await Receiver.listen(port);
    try {
      await withGateway({ policy: POLICY, env, flags: ['--audit', audit] }, async (next) => {
        await call(next, 99);
        await until(() => requests(receiver).length === 41, 'what the dead gateway left is sent too');
        assert.equal(await next.close(), 0);
      });
      assert.deepEqual(readdirSync(join(audit, 'otlp')), []);
    } finally {
      receiver.close();
    }
  });
});

test('a slow collector and one that refuses delay no call and no end', async () => {
  const receiver = await Receiver.listen();
  receiver.delay = 3000;
  try {
    const flags = ['--otlp', `http://127.0.0.1:${receiver.port}/`];
    await withGateway({ policy: POLICY, flags, env: JSON_PROTOCOL }, async (gateway) => {
      await call(gateway, 1);
      await sleep(700);
      const started = Date.now();
      for (let id = 2; id <= 50; id++) await call(gateway, id);
      assert.equal(await gateway.close(), 0);
      assert.ok(Date.now() - started < 2800, `${Date.now() - started} ms`);
      assert.equal(gateway.records().filter(({ kind }) => kind === 'call').length, 50);
    });
  } finally {
    receiver.close();
  }
});

test('protobuf is the default, and a prebuilt gateway speaks it only if it was built to', async () => {
  const receiver = await Receiver.listen();
  try {
    await withGateway({ policy: POLICY }, async ({ folder }) => {
      const flags = ['--audit', join(folder, 'own'), '--otlp', `http://127.0.0.1:${receiver.port}`];
      const run = (bundle: string) =>
        spawnSync(process.execPath, [bundle, ...flags, '--', process.execPath, '-e', 'process.stdin.resume()'], {
          encoding: 'utf8',
          input: '',
        });
      const compile = (...more: string[]) =>
        runCapfence([
          'compile',
          join(folder, 'policy.yaml'),
          '-o',
          join(folder, 'out'),
          '--gateway',
          join(folder, 'gateway.mjs'),
          ...more,
        ]);
      assert.equal(compile().status, 0);
      assert.deepEqual([run(join(folder, 'gateway.mjs')).status, receiver.bodies.length], [2, 0]);
      const { status, stderr } = compile('--otlp');
      assert.equal(status, 0, stderr);
      const { spawn } = process.getBuiltinModule('node:child_process');
      const child = spawn(
        process.execPath,
        [join(folder, 'gateway.mjs'), ...flags, '--', process.execPath, '-e', 'process.stdin.resume()'],
        { stdio: ['pipe', 'ignore', 'inherit'] },
      );
      await until(() => receiver.bodies.length > 0, 'the header is sent');
      child.stdin.end();
      assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0);
      assert.ok(receiver.bodies[0]?.includes('capfence.policy_sha256'));
      rmSync(join(folder, 'own'), { recursive: true });
    });
    await withGateway({ policy: POLICY, flags: ['--otlp', 'collector:4318'] }, async (gateway) => {
      assert.equal(await gateway.exited, 2);
      assert.match(gateway.errors(), /--otlp takes an address/);
    });
  } finally {
    receiver.close();
  }
});

test('a record that the collector refuses for good, and a damaged one, hold nothing else up, and are told', async () => {
  const receiver = await Receiver.listen();
  receiver.poison = 'poisonous_tool';
  try {
    const flags = ['--otlp', `http://127.0.0.1:${receiver.port}`];
    await withGateway({ policy: POLICY, flags, env: JSON_PROTOCOL }, async (gateway) => {
      const audit = join(gateway.folder, 'audit');
      await call(gateway, 1);
      await call(gateway, 2, 'poisonous_tool');
      // Somebody writes into the file that this gateway is writing: that is no record.
      const [day = ''] = readdirSync(audit).filter((name) => /^\d{4}-/.test(name));
      const [file = ''] = readdirSync(join(audit, day));
      appendFileSync(join(audit, day, file), 'no record\n');
      await call(gateway, 3);
      await until(
        () => requests(receiver).join() === '1,3',
        `what is fine is sent: ${requests(receiver)}; ${gateway.errors()}`,
      );
      assert.equal(await gateway.close(), 0);
      assert.match(gateway.errors(), /refuses the record/);
    });
  } finally {
    receiver.close();
  }
});
