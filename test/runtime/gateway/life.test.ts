// Processes, streams and signals: who dies first, who is behind, and what is left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI } from '../../support/capfence.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';

const ALLOW_ALL = 'allow: ["*"]\n';
const posix = { skip: process.platform === 'win32' && 'no process groups on Windows' };
const linux = { skip: process.platform !== 'linux' && 'reads /proc' };
const node = (script: string): string[] => [process.execPath, '-e', script];

/** A server that ignores the end of its input and every polite signal, and has a child that does too. */
const STUBBORN = `
  const { spawn } = require('node:child_process');
  const child = spawn('sh', ['-c', 'trap "" TERM HUP INT; while :; do sleep 1; done'], { stdio: 'ignore' });
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT']) process.on(signal, () => {});
  require('node:fs').writeFileSync('pids', process.pid + ' ' + child.pid);
  console.log(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/ready' }));
  setInterval(() => {}, 1000);`;

const isReady = ({ method }: { readonly [member: string]: unknown }) => method === 'notifications/ready';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A zombie that nobody has waited for is dead.
    return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function until(holds: () => boolean, what: string, seconds = 15): Promise<void> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(20)) if (holds()) return;
  assert.fail(`not within ${seconds} s: ${what}`);
}

function megabytes(pid: number | undefined): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

test('a gateway that is killed leaves no server behind, however stubborn', posix, async () => {
  await withGateway({ policy: ALLOW_ALL, server: node(STUBBORN) }, async (gateway) => {
    await gateway.next(isReady);
    const pids = readFileSync(join(gateway.folder, 'pids'), 'utf8').split(' ').map(Number);
    assert.ok(pids.every(isAlive));
    gateway.child.kill('SIGKILL');
    await gateway.exited;
    await until(() => !pids.some(isAlive), 'the server and its child have ended');
  });
});

test('a client that goes is followed by the server, in its grace or by force', posix, async () => {
  await withGateway({ policy: ALLOW_ALL, server: node(STUBBORN), flags: ['--grace', '0.2'] }, async (gateway) => {
    await gateway.next(isReady);
    const pids = readFileSync(join(gateway.folder, 'pids'), 'utf8').split(' ').map(Number);
    assert.equal(await gateway.close(), 128 + 9);
    assert.ok(!pids.some(isAlive));
  });
});

test('a server that does not read holds the client back, and gets every byte in the end', linux, async () => {
  const server = `
    const hash = require('node:crypto').createHash('sha256');
    process.stdin.pause();
    setTimeout(() => process.stdin.on('data', (chunk) => hash.update(chunk)).resume(), 2500);
    process.stdin.on('end', () => require('node:fs').writeFileSync('hash', hash.digest('hex')));`;
  await withGateway({ policy: ALLOW_ALL, server: node(server) }, async (gateway) => {
    const sent = createHash('sha256');
    await sleep(800); // What the gateway itself takes is there.
    const before = megabytes(gateway.child.pid);
    // Lines of many lengths, 60 MB in all, so that chunks end anywhere in them.
    for (let id = 1, bytes = 0; bytes < 60e6; id++) {
      const line = `${JSON.stringify(toolCall(id, 'write_file', { text: 'é'.repeat((id * 7919) % 90_000) }))}\n`;
      bytes += Buffer.byteLength(line);
      sent.update(line);
      gateway.send(line);
    }
    await sleep(1200);
    assert.ok(megabytes(gateway.child.pid) < before + 20, 'what the server has not read stays with the client');
    assert.equal(await gateway.close(), 0);
    assert.equal(readFileSync(join(gateway.folder, 'hash'), 'utf8'), sent.digest('hex'));
  });
});

test('a client that does not read holds the server back, and gets every byte in the end', linux, async () => {
  const server = `
    const text = 'y'.repeat(50_000);
    let n = 0;
    const more = () => { while (n < 1200) if (!process.stdout.write(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/message', params: { n: n++, text } }) + '\\n')) return; };
    process.stdout.on('drain', more); setTimeout(more, 1000);
    process.stdin.resume();`;
  await withGateway({ policy: ALLOW_ALL, server: node(server) }, async (gateway) => {
    gateway.child.stdout?.pause();
    await sleep(800);
    const before = megabytes(gateway.child.pid);
    await sleep(1200);
    assert.ok(megabytes(gateway.child.pid) < before + 20, 'what the client has not read stays with the server');
    gateway.child.stdout?.resume();
    await gateway.next(({ params }) => (params as { n: number }).n === 1199);
    assert.deepEqual(
      gateway.replies.map(({ params }) => (params as { n: number }).n),
      Array.from({ length: 1200 }, (_, n) => n),
    );
    assert.equal(await gateway.close(), 0);
  });
});

test('a signal ends a gateway whose client does not read', posix, async () => {
  const server = `for (let i = 0; i < 40; i++) process.stdout.write(JSON.stringify({ jsonrpc: '2.0', method: 'm', params: 'z'.repeat(50_000) }) + '\\n'); process.stdin.resume();`;
  await withGateway({ policy: ALLOW_ALL, server: node(server), flags: ['--grace', '0.5'] }, async (gateway) => {
    gateway.child.stdout?.pause();
    // Once its log has begun it is up, and then soon the pipe is full.
    while (gateway.records().length === 0) await sleep(50);
    await sleep(1000);
    gateway.child.kill('SIGTERM');
    const ended = new Promise((resolve) => gateway.child.once('exit', (code) => resolve(code)));
    assert.equal(await ended, 128 + 15);
    gateway.child.stdout?.resume();
  });
});

test('a client that dies while it is held back is noticed', linux, async () => {
  await withGateway({ policy: ALLOW_ALL }, async ({ folder }) => {
    const gatewayArgs = [CLI, 'run', '--policy', join(folder, 'policy.yaml'), '--audit', join(folder, 'audit')];
    const command = [...gatewayArgs, '--grace', '0.2', '--', ...node('setInterval(() => {}, 1000)')];
    writeFileSync(
      join(folder, 'client.cjs'),
      `const child = require('node:child_process').spawn(process.execPath, ${JSON.stringify(command)}, { stdio: ['pipe', 'ignore', 'ignore'] });
       require('node:fs').writeFileSync('gateway-pid', String(child.pid));
       for (let id = 1; id < 60; id++) child.stdin.write(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 't', arguments: { text: 'x'.repeat(50_000) } } }) + '\\n');`,
    );
    const client = spawn(process.execPath, ['client.cjs'], { cwd: folder, stdio: 'ignore' });
    await sleep(3500); // It is held back, and has been seen to be.
    const pid = Number(readFileSync(join(folder, 'gateway-pid'), 'utf8'));
    assert.ok(isAlive(pid));
    client.kill('SIGKILL');
    await until(() => !isAlive(pid), 'the gateway has ended');
  });
});

test('requests that the server leaves unanswered when it ends are answered with an error', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    for (let id = 1; id <= 5; id++) gateway.message(toolCall(id, 'hang'));
    gateway.message(toolCall('last', 'exit'));
    assert.equal(await gateway.exited, 7);
    for (const id of [1, 2, 3, 4, 5, 'last']) {
      assert.equal(
        gateway.replies.find(withId(id))?.error?.message,
        'the server ended (exit code 7) before it answered',
      );
    }
  });
});

test(
  'a signal that asks for an end begins the grace: a server that goes on is killed with its group',
  posix,
  async () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      await withGateway({ policy: ALLOW_ALL, server: node(STUBBORN), flags: ['--grace', '0.3'] }, async (gateway) => {
        await gateway.next(isReady);
        const pids = readFileSync(join(gateway.folder, 'pids'), 'utf8').split(' ').map(Number);
        gateway.child.kill(signal);
        assert.equal(await gateway.exited, 137, `${signal}: the server was killed`);
        await until(() => !pids.some(isAlive), 'the server and its child have ended');
      });
    }
  },
);
