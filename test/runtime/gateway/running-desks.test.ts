import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { announceDesk, deskAt, RunningDesks } from '../../../runtime/approvals/running-desks.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';

const HOSTS = ['127.0.0.1', 'localhost', '[::1]', 'desk.example'];
const DESK = { url: 'http://127.0.0.1:7333/', places: HOSTS.map((host) => ({ host, port: 7333 })) };

function reached(args: unknown, desk: Parameters<typeof announceDesk>[1] = DESK): boolean {
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
    'open http://127.0.0.1:7333\n2. press Approve',
    'https://a.example\nlocalhost:7333/',
    'http://127.0.0.1:7333\t1',
    'data:text/html;base64,PG1ldGE+',
    'data:text/html,<meta http-equiv=refresh content="0;url=http://local&shy;host:73&#51;3/">',
    'javascript:location="http://local"+"host:7333"',
    "go('localhost\\u003a7333')",
    'see:localhost:7333',
    'a&localhost:7333',
    'x→localhost:7333',
    'http://127.0.0.1%253A7333',
  ])
    assert.ok(reached({ deep: [{ url }] }), url);
  assert.ok(reached({ 'http://localhost:7333/': 1 }), 'in a key');
  assert.ok(reached({ url: 'http://127.0.0.1', port: 7333 }), 'in two arguments');
  assert.ok(reached(['localhost', '7333']), 'in two arguments');
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
    'lines 0:7333',
    'data:image/png;base64,7333',
    'a.ts:7333',
  ])
    assert.ok(!reached({ url }), url);
  assert.ok(!new RunningDesks(join(temporaryFolder(), 'none')).areReachedBy({ url: DESK.url }));
});

test('one at the port of its scheme, and one on another machine', () => {
  const plain = deskAt('https://desk.example/');
  for (const url of [
    'https://desk.example/x',
    'desk.example/x',
    'http://desk.example/',
    'curl desk.example/x',
    '//desk.example',
    'https://desk.example\n2',
  ])
    assert.ok(reached(url, plain), url);
  for (const url of [
    'https://my.desk.example/',
    'https://desk.example.com/',
    'https://desk.example:8443/',
    'desk.example.ts',
  ])
    assert.ok(!reached(url, plain), url);
  assert.ok(!reached(['0', '00'], deskAt('http://127.0.0.1/')));
  const elsewhere = new RunningDesks(join(temporaryFolder(), 'none'), ['https://desk.example/']);
  assert.ok(elsewhere.areReachedBy(['https://DESK.example.:443/']));
  assert.ok(!elsewhere.areReachedBy(['https://localhost/']));
  assert.equal(elsewhere.url, 'https://desk.example/');
});

test('a page whose process has ended is none', () => {
  const folder = temporaryFolder();
  const old = join(folder, '1.json');
  writeFileSync(old, JSON.stringify(DESK));
  utimesSync(old, 0, 0);
  writeFileSync(join(folder, '2.json'), 'no JSON');
  assert.ok(!new RunningDesks(folder).areReachedBy({ url: DESK.url }));
  announceDesk(folder, DESK);
  assert.ok(!existsSync(old), 'and the next one clears it away');
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

test('a folder of pages that can not be read hides none: no address of this machine passes', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const place of [file, join(file, 'below')]) {
    const desks = new RunningDesks(place);
    assert.ok(desks.areReachedBy({ url: 'http://localhost:1234/' }));
    assert.ok(!desks.areReachedBy({ url: 'https://example.com/' }));
    assert.equal(desks.url, undefined);
  }
});

test('hostile files among the pages stop nothing', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'dir.json'));
  writeFileSync(join(folder, 'deep.json'), '['.repeat(9000));
  writeFileSync(join(folder, 'odd.json'), '{"url":"x","places":[{"host":{"toString":1},"port":1},null,3]}');
  writeFileSync(join(folder, 'long.json'), 'x'.repeat(1_000_000));
  symlinkSync('/dev/zero', join(folder, 'zero.json'));
  symlinkSync('loop.json', join(folder, 'loop.json'));
  announceDesk(folder, DESK);
  assert.ok(new RunningDesks(folder).areReachedBy({ url: DESK.url }));
});

test('looking is linear: what an attacker can write into an argument stalls nothing', { timeout: 20_000 }, () => {
  const folder = temporaryFolder();
  announceDesk(folder, DESK);
  const desks = new RunningDesks(folder);
  for (const [text, isReached] of [
    [`${'a'.repeat(4_000_000)}7333`, false],
    ['a:7334 '.repeat(1_000_000), false],
    ['7333'.repeat(1_000_000), false],
    ['/'.repeat(4_000_000), false],
    [':7333'.repeat(800_000), true],
    ['%25'.repeat(1_000_000), false],
  ] as const)
    assert.equal(desks.areReachedBy({ text }), isReached, text.slice(0, 20));
});
