import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceDesk, RunningDesks } from '../../../runtime/approvals/running-desks.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';

const DESK = { url: 'http://127.0.0.1:7333/', hosts: ['127.0.0.1', 'localhost', '[::1]', 'desk.example'], port: 7333 };

function reached(args: unknown, desk = DESK): boolean {
  const folder = temporaryFolder();
  announceDesk(folder, desk);
  return new RunningDesks(folder).areReachedBy(args);
}

test('what leads to a page is found as browsers read it, wherever it stands', () => {
  for (const url of [
    'http://127.0.0.1:7333/',
    'http://localhost:7333',
    'HTTP://LOCALHOST:07333/x',
    'http://[::1]:7333/',
    'http://[::ffff:127.0.0.1]:7333/',
    'http://2130706433:7333/',
    'http://0x7f.1:7333/',
    'http://0177.0.0.1:7333/',
    'http://127.1:7333/',
    'http://0.0.0.0:7333/',
    'http://0:7333/',
    'http://any.localhost:7333/',
    'http://localhost.:7333/',
    'http://user:pass@127.0.0.1:7333/',
    'http:127.0.0.1:7333',
    'http:\\\\127.0.0.1:7333\\',
    'ht\ntp://127.0.0.1:73\t33/',
    'http://127。0。0。1:7333/',
    'http://ｌｏｃａｌｈｏｓｔ:7333/',
    'view-source:http://127.0.0.1:7333/',
    '//localhost:7333/x',
    'localhost:7333',
    '127.0.0.1:7333/requests',
    'https://elsewhere.example/?to=http%3A%2F%2F127.0.0.1%3A7333%2F',
    'https://elsewhere.example/?to=http%253A%252F%252F127.0.0.1%253A7333',
    'curl -X POST http://127.0.0.1:7333/requests/a/approve',
    "await page.goto('http://desk.example:7333/');",
    '<a href="http://localhost:7333/">go</a>',
  ])
    assert.ok(reached({ deep: [{ url }] }), url);
  assert.ok(reached({ 'http://localhost:7333/': 1 }), 'in a key');
});

test('nothing else is taken for it', () => {
  for (const url of [
    'http://127.0.0.1:7334/',
    'http://127.0.0.1/7333',
    'http://elsewhere.example:7333/',
    'http://127.0.0.1.elsewhere.example:7333/',
    'port 7333 of localhost',
    '7333',
    'localhost',
  ])
    assert.ok(!reached({ url }), url);
  assert.ok(!new RunningDesks(join(temporaryFolder(), 'none')).areReachedBy({ url: DESK.url }));
});

test('one at the port of its scheme, and one on another machine', () => {
  const plain = { ...DESK, url: 'https://desk.example/', port: 443 };
  assert.ok(reached('https://desk.example/x', plain) && reached('desk.example/x', plain));
  assert.ok(!reached('http://desk.example/x', plain));
  const elsewhere = new RunningDesks(join(temporaryFolder(), 'none'), ['https://desk.example/']);
  assert.ok(elsewhere.areReachedBy(['https://DESK.example.:443/']));
  assert.ok(!elsewhere.areReachedBy(['https://localhost/']));
  assert.equal(elsewhere.url, 'https://desk.example/');
});

test('a page whose process has ended is none', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, '1.json'), JSON.stringify({ ...DESK, pid: 2 ** 22 + 1 }));
  writeFileSync(join(folder, '2.json'), 'no JSON');
  assert.ok(!new RunningDesks(folder).areReachedBy({ url: DESK.url }));
});

test('a call that leads to a running page is gateway_protected, and notices name the page', async () => {
  const posted: string[] = [];
  const hook = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (text: string) => posted.push(text));
    request.on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const state = temporaryFolder();
  mkdirSync(join(state, 'capfence'), { recursive: true });
  const policy =
    'tools: { go: web.fetch, write_file: filesystem.write }\nallow: [web.fetch]\nrequire_approval: [filesystem.write]\n';
  const flags = ['--notify', `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`];
  const env = { XDG_STATE_HOME: state };
  try {
    await withGateway({ policy, flags, env }, async (gateway) => {
      const go = async (id: number) => {
        gateway.message(toolCall(id, 'go', { url: DESK.url }));
        return (await gateway.next(withId(id))).error?.data?.['reason'];
      };
      assert.equal(await go(1), undefined, 'no page runs');
      const withdraw = announceDesk(join(state, 'capfence/desks'), DESK);
      await sleep(300);
      assert.equal(await go(2), 'gateway_protected');
      gateway.message(toolCall(3, 'write_file', { path: '/x' }));
      await gateway.next(withId(3));
      for (let i = 0; i < 200 && posted.length === 0; i++) await sleep(25);
      const notice = JSON.parse(posted[0] ?? '{}');
      assert.equal(notice.url, DESK.url);
      assert.match(notice.text, /: http:\/\/127\.0\.0\.1:7333\/ , or capfence approve /);
      withdraw();
      await sleep(300);
      assert.equal(await go(4), undefined, 'it has ended');
    });
    await withGateway({ policy, env, flags: ['--approvals-page', 'https://desk.example/'] }, async (gateway) => {
      gateway.message(toolCall(1, 'go', { url: 'https://desk.example/' }));
      assert.equal((await gateway.next(withId(1))).error?.data?.['reason'], 'gateway_protected');
    });
  } finally {
    hook.closeAllConnections();
    hook.close();
  }
});
