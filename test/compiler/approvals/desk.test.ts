import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { allRecords } from '../../../runtime/audit/read.js';
import { draft } from '../../support/approvals.js';
import { runCapfence } from '../../support/capfence.js';
import { ask, enter, post, withDesk } from '../../support/desk.js';
import { temporaryFolder } from '../../support/folder.js';

const GRANTABLE = {
  grantable: { base: 'b', members: { n: 'x', path: 'y' }, paths: ['path'], fixed: [] },
};

test('a link lets one browser in, once; what it gets is for this page alone', async () => {
  await withDesk([], async (desk) => {
    const link = desk.link();
    assert.match(link, /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const ahead = await ask(link, { headers: { 'sec-purpose': 'prefetch' } });
    assert.equal(ahead.status, 401);
    const first = await ask(link);
    const [cookie = ''] = first.headers['set-cookie'] ?? [];
    assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict/);
    assert.ok(!cookie.includes(link.split('token=')[1] as string));
    const stolen = await ask(link);
    assert.equal(stolen.status, 401);
    assert.equal(stolen.headers['set-cookie'], undefined);
    for (let i = 0; i < 100 && desk.link() === link; i++) await sleep(20);
    assert.notEqual(desk.link(), link, 'the next link is printed');
    assert.equal((await ask(desk.link())).status, 200);
    const csp = String(first.headers['content-security-policy']);
    assert.match(csp, /default-src 'none'; script-src 'self'/);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.ok(!/unsafe|\*/.test(csp));
    assert.equal(first.headers['cache-control'], 'no-store');
  });
});

test('nothing is decided without the cookie, the second token, and this page as the origin', async () => {
  await withDesk([], async (desk) => {
    const { approval } = await desk.store.ask(draft('a'), 60);
    const path = `requests/${approval.id}/approve`;
    const own = await enter(desk.link());
    const port = new URL(desk.url).port;
    const refused: [string, number, Promise<{ status: number }>][] = [
      ['nothing', 401, post(desk, path, {})],
      ['no cookie', 401, post(desk, path, { second: own.second })],
      ['no second token', 403, post(desk, path, { cookie: own.cookie })],
      ['another token', 403, post(desk, path, { ...own, second: `${own.second}x` })],
      ['the cookie as the token', 403, post(desk, path, { ...own, second: own.cookie.split('=')[1] as string })],
      ['another origin', 403, post(desk, path, own, {}, { origin: 'https://evil.example' })],
      ['another port', 403, post(desk, path, own, {}, { origin: `http://127.0.0.1:${Number(port) + 1}` })],
      ['a sandboxed page', 403, post(desk, path, own, {}, { origin: 'null' })],
      ['another site', 403, post(desk, path, own, {}, { 'sec-fetch-site': 'cross-site' })],
      ['a rebound name', 403, post(desk, path, own, {}, { host: `evil.example:${port}` })],
      ['a name that looks alike', 403, post(desk, path, own, {}, { host: `127.0.0.1.evil.example:${port}` })],
      ['no port', 403, post(desk, path, own, {}, { host: '127.0.0.1' })],
      ['a form', 403, post(desk, path, own, {}, { 'content-type': 'text/plain' })],
      [
        'no origin',
        403,
        ask(`${desk.url}${path}`, {
          method: 'POST',
          headers: { cookie: own.cookie, 'x-capfence-token': own.second, 'content-type': 'application/json' },
          body: '{}',
        }),
      ],
      ['by GET', 404, ask(`${desk.url}${path.replace('requests', 'request')}`, { headers: { cookie: own.cookie } })],
      ['by PUT', 403, ask(`${desk.url}${path}`, { method: 'PUT', headers: { cookie: own.cookie } })],
    ];
    for (const [name, status, answer] of refused) assert.equal((await answer).status, status, name);
    const looks = ['', 'events', `requests/${approval.id}`, 'decided'];
    for (const look of looks) assert.equal((await ask(`${desk.url}${look}`)).status, 401, `look at ${look}`);
    const rebound = { host: `evil.example:${port}`, cookie: own.cookie };
    for (const look of looks) assert.equal((await ask(`${desk.url}${look}`, { headers: rebound })).status, 403);
    assert.equal((await desk.store.find(approval.id))?.state, 'pending');
    const done = await post(desk, path, own);
    assert.equal(done.status, 200, done.body);
    assert.equal((await desk.store.find(approval.id))?.state, 'approved');
  });
});

test('two who decide at once: one does, the other is told by whom', async () => {
  await withDesk(['--by', 'ann'], async (desk) => {
    const { approval } = await desk.store.ask(draft('a'), 60);
    const own = await enter(desk.link());
    for (let i = 0; i < 100 && desk.link().includes('used'); i++) await sleep(20);
    const path = `requests/${approval.id}`;
    const answers = await Promise.all([
      post(desk, `${path}/approve`, own),
      post(desk, `${path}/reject`, own, { why: 'no' }),
      post(desk, `${path}/approve`, own),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 409, 409],
    );
    assert.match(answers[1]?.body ?? '', /it is approved \(by ann/);
    const steps = [...allRecords(join(desk.folder, 'audit'))].filter(({ kind }) => kind === 'approval');
    assert.deepEqual(
      steps.map(({ state, by }) => [state, by]),
      [['approved', 'ann']],
    );
  });
});

test('a rejection tells why; what is decided can be looked back at, whole', async () => {
  await withDesk(['--by', 'ann'], async (desk) => {
    const { approval } = await desk.store.ask(draft('<b>'), 60);
    const own = await enter(desk.link());
    await post(desk, `requests/${approval.id}/reject`, own, { why: 'not <i>on</i> Fridays\u202e' });
    const { steps } = (await desk.store.find(approval.id)) ?? { steps: [] };
    assert.equal(steps[0]?.why, 'not <i>on</i> Fridays\u202e');
    const { entries } = JSON.parse((await ask(`${desk.url}decided`, { headers: { cookie: own.cookie } })).body);
    assert.match(entries[0].line, /rejected.*by ann: not &#60;i&#62;on&#60;\/i&#62; Fridays&#60;U\+202E&#62;/);
    const whole = JSON.parse(
      (await ask(`${desk.url}requests/${approval.id}`, { headers: { cookie: own.cookie } })).body,
    ).html;
    assert.match(whole, /9007199254740993/);
    assert.match(whole, /\/data\/prod\/&#60;b&#62;/);
    assert.ok(!whole.includes('data-do'), 'what is over has no buttons');
  });
});

test('a grant is shown before it is given, and can be taken back', async () => {
  await withDesk(['--by', 'ann'], async (desk) => {
    const { memberDigest } = await import('../../../runtime/approvals/grant.js');
    const text = JSON.stringify('/data/prod/a');
    const members = { n: memberDigest('n', '9007199254740993'), path: memberDigest('path', text) };
    const { approval } = await desk.store.ask(draft('a', { grantable: { ...GRANTABLE.grantable, members } }), 60);
    const own = await enter(desk.link());
    const terms = { for: '10m', uses: '5', vary: ['path'] };
    const path = `requests/${approval.id}`;
    for (const wrong of [
      {},
      { for: '40d' },
      { for: 'session' },
      { for: '10m', uses: '1' },
      { for: '10m', vary: ['q'] },
    ])
      assert.equal((await post(desk, `${path}/preview`, own, wrong)).status, 400);
    const shown = JSON.parse((await post(desk, `${path}/preview`, own, terms)).body).html;
    assert.match(shown, /any path under \/data\/prod, n as approved, for 10 minutes, for 5 calls/);
    assert.equal(shown.match(/>granted</g).length, 2);
    assert.equal(shown.match(/>outside</g).length, 2);
    assert.equal((await desk.store.find(approval.id))?.state, 'pending', 'nothing is decided by looking');
    const given = await post(desk, `${path}/grant`, own, terms);
    assert.equal(given.status, 200, given.body);
    const [grant] = await desk.store.grants.list();
    assert.deepEqual([grant?.by, grant?.uses, grant?.vary], ['ann', 5, { path: '/data/prod' }]);
    assert.equal((await post(desk, `grants/${grant?.id}/revoke`, own)).status, 200);
    assert.equal((await post(desk, `grants/${grant?.id}/revoke`, own)).status, 409);
    assert.equal((await desk.store.grants.list())[0]?.revoked?.by, 'ann');
  });
});

test('people sign in by name and password, and decide in their own name', async () => {
  const folder = temporaryFolder();
  const users = join(folder, 'users');
  const add = (name: string, password: string) =>
    runCapfence(['approvals', '--add-user', name, '--users', users], { input: `${password}\n` });
  assert.equal(add('ann', 'correct horse battery').status, 0);
  assert.match(add('bob', 'short').stderr, /at least 12 characters/);
  assert.match(add('ann', 'correct horse battery').stderr, /is in .* already/);
  assert.match(readFileSync(users, 'utf8'), /^ann:\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}\n$/);
  await withDesk(['--users', users], async (desk) => {
    assert.ok(!desk.link().includes('token'));
    const { approval } = await desk.store.ask(draft('a'), 60);
    const wrong = await post(desk, 'sign-in', {}, { name: 'ann', password: 'wrong horse battery' });
    assert.equal(wrong.status, 401);
    assert.equal((await post(desk, 'sign-in', {}, { name: 'eve', password: 'x' })).status, 401);
    assert.equal((await post(desk, 'sign-in', {}, { name: 'ann' })).status, 400);
    const elsewhere = { name: 'ann', password: 'correct horse battery' };
    assert.equal((await post(desk, 'sign-in', {}, elsewhere, { origin: 'http://evil.example' })).status, 403);
    const answer = await post(desk, 'sign-in', {}, { name: 'ann', password: 'correct horse battery' });
    assert.equal(answer.status, 200);
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { second } = JSON.parse(answer.body);
    assert.equal((await post(desk, `requests/${approval.id}/approve`, { cookie, second })).status, 200);
    assert.equal((await desk.store.find(approval.id))?.steps[0]?.by, 'ann');
    assert.equal((await post(desk, 'sign-out', { cookie, second })).status, 200);
    assert.equal((await ask(`${desk.url}decided`, { headers: { cookie } })).status, 401);
    for (let i = 0; i < 5; i++) await post(desk, 'sign-in', {}, { name: 'ann', password: 'guess' });
    const slowed = await post(desk, 'sign-in', {}, { name: 'ann', password: 'correct horse battery' });
    assert.equal(slowed.status, 429);
  });
});

test('what lets others in needs people who sign in; flags that say nothing are refused', () => {
  const folder = temporaryFolder();
  const refused = (...flags: string[]) => {
    const { status, stderr } = runCapfence(['approvals', ...flags, '--approvals', join(folder, 'a')]);
    assert.equal(status, 2);
    return stderr;
  };
  writeFileSync(join(folder, 'empty'), '# nobody\n');
  writeFileSync(join(folder, 'plain'), 'ann:secret\n');
  assert.match(refused('--web', '--host', '0.0.0.0'), /needs --users FILE/);
  assert.match(refused('--web', '--host', '192.0.2.1'), /needs --users FILE/);
  assert.match(refused('--web', '--url', 'https://a.example'), /needs --users FILE/);
  assert.match(refused('--web', '--users', join(folder, 'none')), /ENOENT/);
  assert.match(refused('--web', '--users', join(folder, 'empty')), /names nobody/);
  assert.match(refused('--web', '--users', join(folder, 'plain')), /plain:1: not name:\$scrypt\$/);
  assert.match(refused('--web', '--port', '65536'), /--port takes a number up to 65535/);
  // Nothing goes on after that: it would let anybody in.
  writeFileSync(join(folder, 'users'), `ann:$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'A'.repeat(43)}\n`);
  assert.match(refused('--web', '--users', join(folder, 'users'), '--host', ''), /--host takes an address or a name/);
  assert.match(
    refused('--web', '--users', join(folder, 'users'), '--host', '::1%lo'),
    /--host takes an address or a name/,
  );
  assert.match(refused('--web', '--users', join(folder, 'users'), '--host', '192.0.2.1'), /--host: /);
  assert.match(refused('--web', '--json'), /goes without/);
  assert.match(refused('--port', '1'), /--port is for --web/);
});

test('a thousand requests at once, and a body without end, are answered or refused; nothing stalls', async () => {
  await withDesk([], async (desk) => {
    const own = await enter(desk.link());
    const all = await Promise.all(
      Array.from({ length: 1000 }, (_, i) =>
        (i % 2 ? ask(desk.url) : post(desk, `requests/${i}/approve`, own)).then(
          ({ status }) => status,
          () => 0,
        ),
      ),
    );
    assert.ok(
      all.every((status) => [0, 401, 409].includes(status)),
      [...new Set(all)].join(),
    );
    const long = await post(desk, 'requests/a/reject', own, { why: 'x'.repeat(100_000) });
    assert.equal(long.status, 400);
    const { approval } = await desk.store.ask(draft('a'), 60);
    assert.equal((await post(desk, `requests/${approval.id}/approve`, own)).status, 200);
  });
});

test('a page is announced while it runs, and not any longer', async () => {
  let desks = '';
  await withDesk([], async (desk) => {
    desks = join(desk.folder, 'state/capfence/desks');
    const [name = ''] = readdirSync(desks);
    const { url, places } = JSON.parse(readFileSync(join(desks, name), 'utf8'));
    assert.equal(url, desk.url);
    const port = Number(new URL(url).port);
    assert.ok(
      ['127.0.0.1', 'localhost', '[::1]'].every((host) =>
        places.some((one: object) => isDeepStrictEqual(one, { host, port })),
      ),
    );
  });
  assert.ok(existsSync(desks));
  assert.deepEqual(readdirSync(desks), []);
});

test('behind a proxy: its address counts, also as the origin, and gateways know it', async () => {
  const folder = temporaryFolder();
  const users = join(folder, 'users');
  runCapfence(['approvals', '--add-user', 'ann', '--users', users], { input: 'correct horse battery\n' });
  await withDesk(['--users', users, '--url', 'https://desk.example/x'], async (desk) => {
    assert.equal(desk.link(), 'https://desk.example/x/');
    const [name = ''] = readdirSync(join(desk.folder, 'state/capfence/desks'));
    const { places, url } = JSON.parse(readFileSync(join(desk.folder, 'state/capfence/desks', name), 'utf8'));
    assert.equal(url, 'https://desk.example/x/');
    assert.ok(places.some((one: object) => isDeepStrictEqual(one, { host: 'desk.example', port: 443 })));
    const { port } = places[0];
    const direct = { url: `http://127.0.0.1:${port}/` };
    const through = { host: 'desk.example', origin: 'https://desk.example' };
    const answer = await post(direct, 'sign-in', {}, { name: 'ann', password: 'correct horse battery' }, through);
    assert.equal(answer.status, 200, answer.body);
    assert.match(answer.headers['set-cookie']?.[0] ?? '', /; Secure$/);
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    assert.equal((await ask(`${direct.url}decided`, { headers: { cookie } })).status, 200);
    // Who is taken out of the file is out, at once.
    writeFileSync(users, '# nobody\n');
    assert.equal((await ask(`${direct.url}decided`, { headers: { cookie } })).status, 401);
  });
});

test('guesses at once are counted at once; who has signed out is told nothing more', async () => {
  const folder = temporaryFolder();
  const users = join(folder, 'users');
  runCapfence(['approvals', '--add-user', 'ann', '--users', users], { input: 'correct horse battery\n' });
  await withDesk(['--users', users], async (desk) => {
    const signIn = () => post(desk, 'sign-in', {}, { name: 'ann', password: 'correct horse battery' });
    const answer = await signIn();
    const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { second } = JSON.parse(answer.body);
    const stream = ask(`${desk.url}events`, { headers: { cookie } });
    await sleep(300);
    await post(desk, 'sign-out', { cookie, second });
    await desk.store.ask(draft('later'), 60);
    assert.ok(!(await stream).body.includes('later'), 'the stream has ended, and says nothing of it');
    const guesses = await Promise.all(
      Array.from({ length: 20 }, () => post(desk, 'sign-in', {}, { name: 'ann', password: 'guess' })),
    );
    assert.ok(guesses.filter(({ status }) => status === 401).length <= 5);
  });
});

test('a cookie of the same name that another port has set is in nobody’s way', async () => {
  await withDesk([], async (desk) => {
    const own = await enter(desk.link());
    const [name] = own.cookie.split('=');
    assert.equal((await ask(`${desk.url}decided`, { headers: { cookie: `${name}=x; ${own.cookie}` } })).status, 200);
  });
});

test('a call with forty thousand arguments is shown in time', { timeout: 20_000 }, async () => {
  await withDesk([], async (desk) => {
    const args = JSON.stringify(Object.fromEntries(Array.from({ length: 40_000 }, (_, i) => [`old${i}`, 0])));
    const { approval } = await desk.store.ask(draft('a', { arguments: args }), 60);
    const own = await enter(desk.link());
    const start = performance.now();
    const { status } = await ask(`${desk.url}requests/${approval.id}`, { headers: { cookie: own.cookie } });
    assert.equal(status, 200);
    assert.ok(performance.now() - start < 8000);
  });
});
