import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BoundedLines } from '../../../runtime/wire/bounded-lines.js';
import { EnvelopeStream } from '../../../runtime/wire/envelope-stream.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';

const SERVER = [process.execPath, fileURLToPath(new URL('../../support/scripted-server.mjs', import.meta.url))];
const ALLOW_ALL = 'allow: ["*"]\n';
const LIMIT = ['--max-message-bytes', '100000'];

test('a long line of the server passes in pieces, whole, and what the gateway says waits for its end', async () => {
  await withGateway(
    { policy: 'deny: [filesystem.delete]\nallow: ["*"]\n', server: SERVER, flags: LIMIT },
    async (gateway) => {
      gateway.message(toolCall(1, 'long', { bytes: 5_000_000 }));
      for (let i = 0; i < 50; i++) gateway.message(toolCall(`d${i}`, 'delete_file', { path: '/x' }));
      const { result } = await gateway.next(withId(1));
      assert.ok(String(result?.['text']).length >= 5_000_000);
      for (let i = 0; i < 50; i++) assert.ok((await gateway.next(withId(`d${i}`))).error, `d${i}`);
      // Its id is free again.
      gateway.message(toolCall(1, 'read_file'));
      assert.ok((await gateway.next((message) => message.id === 1 && !message.result?.['text'])).result);
      assert.equal(await gateway.close(), 0);
    },
  );
});

test('a list of tools that is too long to be read is dropped, and the request gets an error', async () => {
  await withGateway({ policy: ALLOW_ALL, server: SERVER, flags: LIMIT }, async (gateway) => {
    gateway.message({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { long: { bytes: 1_000_000 } } });
    assert.match((await gateway.next(withId(1))).error?.message ?? '', /too long/);
    gateway.message(toolCall(2, 'read_file'));
    assert.ok((await gateway.next(withId(2))).result);
    assert.equal(await gateway.close(), 0);
  });
});

test('a long line that is no message is for a person, and not for the client', async () => {
  await withGateway({ policy: ALLOW_ALL, server: SERVER, flags: LIMIT }, async (gateway) => {
    gateway.message(toolCall(1, 'long', { bytes: 300_000, start: 'chatter ', end: '\n' }));
    gateway.message(toolCall(2, 'read_file'));
    assert.ok((await gateway.next(withId(2))).result);
    assert.ok(gateway.errors().startsWith('chatter xxx'));
    gateway.child.kill('SIGKILL');
  });
});

test('a line without end costs no more memory than the limit', {
  skip: process.platform !== 'linux' && 'reads /proc',
}, async () => {
  await withGateway({ policy: ALLOW_ALL, server: SERVER }, async (gateway) => {
    // The client reads and forgets.
    gateway.child.stdout?.removeAllListeners('data');
    let seen = 0;
    gateway.child.stdout?.on('data', (chunk: Buffer) => {
      seen += chunk.length;
    });
    gateway.message(toolCall(1, 'long', { bytes: 500_000_000, end: '' }));
    const resident = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8'))?.[1]) / 1024;
    let most = 0;
    for (let i = 0; i < 600 && seen < 499_000_000; i++) {
      most = Math.max(most, resident());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(seen >= 499_000_000, `${seen} bytes came`);
    assert.ok(most < 300, `${most} MB`);
    gateway.child.kill('SIGKILL');
  });
});

test('lines and pieces are what was sent, however it is cut', () => {
  const text = Buffer.from(`short\n${'y'.repeat(300)}\n\n${'z'.repeat(101)}\nlast\n`);
  for (let size = 1; size < 130; size += 7) {
    const lines = new BoundedLines(() => 100);
    const seen: Buffer[] = [];
    let pieces = 0;
    for (let at = 0; at < text.length; at += size) {
      for (const line of lines.push(text.subarray(at, at + size))) {
        if ('kind' in line) pieces++;
        seen.push('kind' in line ? line.bytes : line.whole);
      }
    }
    assert.equal(Buffer.concat(seen).toString(), text.toString(), `in chunks of ${size}`);
    assert.ok(pieces >= 2);
    assert.equal(lines.unfinished, 0);
  }
});

test('the id and the method of a line are found while it goes by, wherever they stand', () => {
  const found = (text: string) => {
    const stream = new EnvelopeStream();
    for (const byte of Buffer.from(text)) stream.push(Buffer.from([byte]));
    const { startsAs, id, method, isResponse } = stream;
    return [startsAs, id, method, isResponse];
  };
  assert.deepEqual(found('{"result":{"id":9,"method":"x"},"jsonrpc":"2.0","id":"a\\u0062"}'), [
    'object',
    'ab',
    undefined,
    true,
  ]);
  assert.deepEqual(found(' {"\\u0069d":7,"params":[{"id":"n"}],"method":"roots/list"}'), [
    'object',
    7,
    'roots/list',
    false,
  ]);
  assert.deepEqual(found('{"error":{"message":"}\\"{"},"id":null}'), ['object', null, undefined, true]);
  assert.deepEqual(found('[{"id":1}]'), ['array', undefined, undefined, false]);
  assert.deepEqual(found('chatter {"id":1}'), ['other', undefined, undefined, false]);
});
