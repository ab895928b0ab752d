// The audit log as a gateway's user meets it: rotation, failing disks, signatures, heads, and the commands that read it.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allRecords, newestRecords, recordAt, type SegmentFile, segments } from '../../../runtime/audit/read.js';
import { AuditLog } from '../../../runtime/audit/segment.js';
import { signerOf, verifierOf } from '../../../runtime/audit/sign.js';
import { verify } from '../../../runtime/audit/verify.js';
import { CLI, capfence, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';
import { LONG } from '../../support/seed.js';

const ALLOW_ALL = 'allow: ["*"]\n';

function inFolder<T>(use: (folder: string) => T): T {
  const folder = temporaryFolder();
  return use(folder);
}

const keys = () =>
  generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });

const edit = (path: string, change: (lines: string[]) => string[]): void =>
  writeFileSync(path, `${change(readFileSync(path, 'utf8').trimEnd().split('\n')).join('\n')}\n`);

const problemsOf = (dir: string, options = {}): string[] =>
  verify(dir, options).problems.map(({ kind, seq }) => `${kind} ${seq}`);

test('segments stay below their size, and the chain goes on through them', () => {
  inFolder((dir) => {
    const log = new AuditLog({ dir, agent: 'a', fsync: false, maxBytes: 6000, header: () => ({ policy: 'p' }) });
    log.open();
    for (let i = 0; i < 200; i++) {
      log.append({ kind: 'call', tool: 'é'.repeat(i % 40), request: i });
      if (i % 7 === 0) log.flush();
    }
    log.append({ kind: 'call', tool: 'x'.repeat(20_000) });
    log.append({ kind: 'call', tool: 'last' });
    log.close();
    const files = segments(dir);
    const sizes = files.map(({ path }) => statSync(path).size);
    assert.ok(files.length > 10, `${files.length}`);
    assert.equal(sizes.filter((size) => size > 6000).length, 1, 'only that of the record which is larger by itself');
    assert.deepEqual(problemsOf(dir), []);
    assert.equal([...allRecords(dir)].filter(({ kind }) => kind === 'call').length, 202);
    // A segment taken out of the middle.
    rmSync(files[5]?.path as string);
    assert.deepEqual(problemsOf(dir), ['missing-segment 0']);
  });
});

test('a removed tail, a removed segment and a rewritten one are told by what the last verification saw', () => {
  inFolder((dir) => {
    for (let n = 0; n < 3; n++) {
      const log = new AuditLog({ dir, agent: `a${n}`, fsync: false, header: () => ({}) });
      log.open();
      for (let i = 0; i < 5; i++) log.append({ kind: 'call', tool: `t${i}` });
      log.close();
    }
    const [first, second, third] = segments(dir).map(({ path }) => path) as [string, string, string];
    const head = join(dir, 'head.json');
    const json = (): { ok: boolean; problems: { kind: string }[] } => {
      const { status, stdout } = capfence('verify', '--audit', dir, '--head', head, '--json');
      const result = JSON.parse(stdout);
      assert.equal(status, result.ok ? 0 : 1);
      return result;
    };
    assert.equal(json().ok, true);
    const seen = readFileSync(head, 'utf8');
    const whole = readFileSync(first);
    // A footer that fits is made anew behind a cut tail.
    edit(first, (lines) => lines.slice(0, 3));
    assert.deepEqual(
      json().problems.map(({ kind }) => kind),
      ['truncated', 'unfinished'],
    );
    writeFileSync(first, whole);
    renameSync(second, join(dir, 'elsewhere'));
    assert.deepEqual(
      json().problems.map(({ kind }) => kind),
      ['missing-segment'],
    );
    renameSync(join(dir, 'elsewhere'), second);
    // A whole segment in another's place: a chain of its own, right in itself.
    const forged = new AuditLog({ dir: join(dir, 'forge'), agent: 'f', fsync: false, header: () => ({}) });
    forged.open();
    for (let i = 0; i < 9; i++) forged.append({ kind: 'call', tool: 'innocent' });
    forged.close();
    const lines = readFileSync(segments(join(dir, 'forge'))[0]?.path as string);
    const original = readFileSync(third);
    writeFileSync(third, lines);
    assert.ok(json().problems.some(({ kind }) => kind === 'rewritten'));
    writeFileSync(third, original);
    assert.equal(readFileSync(head, 'utf8'), seen, 'a verification that fails remembers nothing');
    assert.equal(json().ok, true);
    writeFileSync(head, '{}');
    assert.equal(capfence('verify', '--audit', dir, '--head', head).status, 2);
  });
});

test('signatures: every segment, by the right key, and none stripped', () => {
  inFolder((dir) => {
    const { privateKey, publicKey } = keys();
    const log = new AuditLog({ dir, agent: 'a', fsync: false, signer: signerOf(privateKey), header: () => ({}) });
    log.open();
    for (let i = 0; i < 2100; i++) log.append({ kind: 'call', request: i });
    log.close();
    const [{ path }] = segments(dir) as [SegmentFile];
    const isSignature = verifierOf(publicKey);
    const signed = [...allRecords(dir)].filter(({ sig }) => sig !== undefined).map(({ seq }) => seq);
    assert.deepEqual(signed, [0, 1000, 2000, 2101]);
    assert.deepEqual(problemsOf(dir, { isSignature }), []);
    assert.deepEqual(problemsOf(dir), [], 'without a key signatures are not looked at');
    assert.deepEqual(problemsOf(dir, { isSignature: verifierOf(keys().publicKey) }), [
      'bad-signature 0',
      'bad-signature 1000',
      'bad-signature 2000',
      'bad-signature 2101',
    ]);
    const text = readFileSync(path, 'utf8');
    edit(path, (lines) => lines.map((line, i) => (i === 1000 ? line.replace(/,"sig":"[^"]+"/, '') : line)));
    assert.deepEqual(problemsOf(dir, { isSignature }), ['unsigned 1000']);
    writeFileSync(
      path,
      text.replace(/("sig":")(.)/, (_, before, first) => before + (first === 'A' ? 'B' : 'A')),
    );
    assert.deepEqual(problemsOf(dir, { isSignature }), ['bad-signature 0']);
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    assert.throws(
      () => signerOf(rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })),
      /not an Ed25519 private key/,
    );
    assert.throws(() => signerOf(publicKey), /not an Ed25519 private key/);
    assert.throws(() => verifierOf(privateKey), /private key: verify needs only the public one/);
  });
});

test('keygen, run --sign and verify --key, and no key is ever printed', async () => {
  await withGateway({ policy: ALLOW_ALL }, async ({ folder }) => {
    const made = capfence('keygen', '-o', join(folder, 'k'));
    assert.equal(made.status, 0);
    assert.ok(!/[A-Za-z0-9+/]{40}/.test(made.stdout + made.stderr));
    if (process.platform !== 'win32') assert.equal(statSync(join(folder, 'k.key')).mode & 0o777, 0o600);
    assert.equal(capfence('keygen', '-o', join(folder, 'k')).status, 2, 'keys are not overwritten');
    await withGateway({ policy: ALLOW_ALL, flags: ['--sign', join(folder, 'k.key')] }, async (gateway) => {
      gateway.message(toolCall(1, 'write_file', { path: join(folder, 'k.key') }));
      assert.equal((await gateway.next(withId(1))).error?.data?.['reason'], 'gateway_protected');
      await gateway.close();
      const audit = join(gateway.folder, 'audit');
      assert.equal(capfence('verify', '--audit', audit, '--key', join(folder, 'k.pub')).status, 0);
      const wrong = capfence('verify', '--audit', audit, '--key', join(folder, 'k.key'));
      assert.equal(wrong.status, 2);
      assert.match(wrong.stderr, /private key/);
    });
    const { privateKey } = generateKeyPairSync('x25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    writeFileSync(join(folder, 'other.key'), privateKey);
    await withGateway({ policy: ALLOW_ALL, flags: ['--sign', join(folder, 'other.key')] }, async (gateway) => {
      assert.equal(await gateway.exited, 2);
      assert.match(gateway.errors(), /other\.key can't be used: not an Ed25519 private key/);
    });
  });
});

test('whatever kills the gateway, each call that the server saw is on record', async () => {
  const rounds = LONG ? 200 : 30;
  await withGateway({ policy: ALLOW_ALL }, async ({ folder }) => {
    const audit = join(folder, 'many');
    const seenBy = (n: number): string => join(folder, `seen-${n}`);
    const round = async (n: number): Promise<void> => {
      const server = `const { appendFileSync } = require('node:fs'); process.stdin.on('data', (chunk) => appendFileSync(${JSON.stringify(seenBy(n))}, chunk));`;
      const child = spawn(
        process.execPath,
        [CLI, 'run', '--policy', join(folder, 'policy.yaml'), '--audit', audit, '--', process.execPath, '-e', server],
        { stdio: ['pipe', 'ignore', 'ignore'] },
      );
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.on('error', () => {});
      let isGone = false;
      void gone.then(() => {
        isGone = true;
      });
      // As soon as it is there it is killed, at another moment each time, while calls keep coming.
      const pump = (async () => {
        for (let id = 0; !isGone; id++) {
          child.stdin.write(`${JSON.stringify(toolCall(`${n}-${id}`, 'write_file', { n, id }))}\n`);
          if (id % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      while (!existsSync(seenBy(n))) await sleep(5);
      await sleep((n * 37) % 41);
      child.kill('SIGKILL');
      await gone;
      await pump;
    };
    for (let n = 0; n < rounds; n += 5) await Promise.all(Array.from({ length: 5 }, (_, i) => round(n + i)));
    await sleep(300); // The servers read what was in their pipes, and end.
    const recorded = new Set(
      [...allRecords(audit)].filter(({ kind }) => kind === 'call').map(({ request }) => request),
    );
    const seen = Array.from({ length: rounds }, (_, n) => readFileSync(seenBy(n), 'utf8')).join('\n');
    const calls = [...seen.matchAll(/"id":"(\d+-\d+)"/g)].map(([, id]) => id);
    assert.ok(calls.length > rounds * 5, `${calls.length} calls got through`);
    assert.deepEqual(
      calls.filter((id) => !recorded.has(id)),
      [],
    );
    const kinds = new Set(verify(audit).problems.map(({ kind }) => kind));
    assert.deepEqual(
      [...kinds].filter((kind) => kind !== 'torn' && kind !== 'unfinished'),
      [],
    );
    assert.equal(capfence('verify', '--audit', audit, '--crashes-ok').status, 0);
    assert.equal(capfence('verify', '--audit', audit).status, 1);
  });
});

test('while nothing can be written calls are denied, a person is told, and service resumes', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    const audit = join(gateway.folder, 'audit');
    const call = async (id: number) => {
      await sleep(30);
      gateway.message(toolCall(id, 'write_file', { path: '/a' }));
      return (await gateway.next(withId(id))).error?.data?.['reason'] ?? 'passed';
    };
    assert.equal(await call(1), 'passed');
    // The folder is moved, and a file stands in its place.
    renameSync(audit, `${audit}.old`);
    writeFileSync(audit, '');
    assert.equal(await call(2), 'audit_unavailable');
    assert.equal(await call(3), 'audit_unavailable');
    assert.match(
      gateway.errors(),
      /^capfence: the audit log can't be written \([^\n]+\): calls are denied until it can\n$/,
    );
    rmSync(audit);
    assert.equal(await call(4), 'passed');
    assert.match(gateway.errors(), /can be written again\n$/);
    // It is removed altogether.
    rmSync(audit, { recursive: true });
    assert.equal(await call(5), 'audit_unavailable');
    assert.equal(await call(6), 'passed');
    assert.equal(await gateway.close(), 0);
    assert.deepEqual(verify(audit).problems, []);
    assert.deepEqual(
      [...allRecords(audit)].filter(({ kind }) => kind === 'call').map(({ request }) => request),
      [6],
    );
  });
});

const FULL = '/dev/full';

test('a disk that is full denies', { skip: process.platform !== 'linux' && 'needs /dev/full' }, () => {
  inFolder((dir) => {
    const log = new AuditLog({ dir, agent: 'a', fsync: false, header: () => ({}) });
    log.open();
    const [{ path }] = segments(dir) as [SegmentFile];
    log.append({ kind: 'call' });
    const inner = log as unknown as { path: string; looked: number; fd: number };
    assert.ok(statSync(path).isFile() && statSync(FULL).isCharacterDevice());
    inner.looked = Number.POSITIVE_INFINITY;
    const { openSync } = process.getBuiltinModule('node:fs');
    inner.fd = openSync(FULL, 'a');
    assert.throws(() => log.flush(), /ENOSPC/);
    log.append({ kind: 'call' });
    log.flush();
    log.close();
    assert.deepEqual(problemsOf(dir), [], 'what could not even begin leaves nothing behind');
  });
});

test('records are found by their number, and read from either end', () => {
  inFolder((dir) => {
    for (const agent of ['a', 'b', 'c']) {
      const log = new AuditLog({ dir, agent, fsync: false, header: () => ({}) });
      log.open();
      for (let i = 0; i < 500; i++) log.append({ kind: 'call', tool: 'x'.repeat((i * 7919) % 3000), request: i });
      log.close();
    }
    const forwards = [...allRecords(dir)].map(({ id }) => id);
    const times = [...newestRecords(dir)].map(({ time }) => String(time));
    assert.equal(new Set(forwards).size, 3 * 502);
    assert.deepEqual(times, times.toSorted().toReversed());
    assert.deepEqual([...newestRecords(dir)].map(({ id }) => id).sort(), forwards.toSorted());
    for (const { path } of segments(dir)) {
      for (const seq of [0, 1, 2, 250, 499, 500, 501]) assert.equal(recordAt(path, seq)?.['seq'], seq);
      assert.equal(recordAt(path, 502), undefined);
      appendFileSync(path, '{"torn');
      assert.equal(recordAt(path, 501)?.['kind'], 'footer');
    }
    assert.equal([...newestRecords(dir)].length, 3 * 502, 'a torn line is no record');
    mkdirSync(join(dir, '2026-01-01'), { recursive: true });
    writeFileSync(join(dir, '2026-01-01', 'empty.jsonl'), '');
    assert.equal([...newestRecords(dir)].length, 3 * 502);
    assert.ok(readdirSync(dir).length > 1);
  });
});

test('logs: filters, limits and following; trace: one record and the line of its rule', async () => {
  const policy = 'deny:\n  - capability: filesystem.delete # never\nallow: ["*"]\n';
  await withGateway({ policy, flags: ['--agent', 'agent\u001b[2J'] }, async (gateway) => {
    const audit = join(gateway.folder, 'audit');
    let followed = '';
    const until = async (text: string): Promise<void> => {
      for (const end = Date.now() + 10_000; !followed.includes(text); await sleep(20))
        assert.ok(Date.now() < end, text);
    };
    gateway.message(toolCall(1, 'read_file', { path: '/a' }));
    await gateway.next(withId(1));
    const follow = spawn(process.execPath, [CLI, 'logs', '--audit', audit, '--follow', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      follow.stdout?.on('data', (chunk) => {
        followed += chunk;
      });
      await until('"tool":"read_file"');
      gateway.message(toolCall(2, 'delete_file', { path: '/a' }));
      gateway.message(toolCall(3, 'read_file\n2026-01-01 forged', { path: '/a' }));
      await gateway.next(withId(3));
      await until('forged');
    } finally {
      follow.kill();
    }
    assert.equal(
      followed
        .trim()
        .split('\n')
        .filter((line) => JSON.parse(line).kind === 'call').length,
      3,
      'each once',
    );
    await gateway.close();
    const logs = (...flags: string[]) => capfence('logs', '--audit', audit, ...flags);
    assert.equal(logs().stdout.trim().split('\n').length, 3, 'no name makes a line of its own');
    assert.ok(!/[\x00-\x09\x0b-\x1f\x7f]/.test(logs().stdout), 'nor sends a code');
    assert.match(
      logs('--tool', 'delete_file').stdout,
      /^[^\n]+ deny +delete_file +destructive_operation +deny\[0\][^\n]+\n$/,
    );
    assert.equal(logs('--decision', 'allow', '--json').stdout.trim().split('\n').length, 2);
    assert.match(logs('--limit', '1').stdout, /^[^\n]+forged[^\n]+\n$/);
    assert.equal(logs('--since', '2099-01-01').stdout, '');
    assert.equal(logs('--agent', 'agent\u001b[2J', '--json').stdout.trim().split('\n').length, 5);
    const record = gateway.records().find(({ tool }) => tool === 'delete_file') as Record<string, unknown>;
    const trace = runCapfence(['trace', String(record['id']), '--audit', audit], { cwd: gateway.folder });
    assert.match(trace.stdout, /policy\.yaml:2\n +- capability: filesystem\.delete # never\n/);
    assert.deepEqual(JSON.parse(capfence('trace', String(record['id']), '--audit', audit, '--json').stdout), record);
    assert.equal(capfence('trace', 'nothing', '--audit', audit).status, 2);
  });
});

test('a request for approval is bound to what is masked in it', async () => {
  const policy = 'require_approval: ["*"]\n';
  await withGateway({ policy, flags: ['--redact', 'token'] }, async (gateway) => {
    const ask = async (id: number, token: string) => {
      gateway.message(toolCall(id, 'x', { token, path: '/a' }));
      return (await gateway.next(withId(id))).error?.data?.['approval'];
    };
    const first = await ask(1, 'tok-1');
    assert.notEqual(await ask(2, 'tok-2'), first);
    assert.equal(await ask(3, 'tok-1'), first);
    const pending = join(gateway.folder, 'approvals');
    const stored = readdirSync(pending).map((name) => readFileSync(join(pending, name), 'utf8'));
    assert.ok(stored.length === 2 && stored.every((text) => text.includes('[redacted]') && !text.includes('tok-')));
    // What is no request any more is no answer: the call asks again.
    for (const name of readdirSync(pending)) {
      rmSync(join(pending, name));
      symlinkSync('/nowhere', join(pending, name));
    }
    gateway.message(toolCall(4, 'x', { token: 'tok-1', path: '/a' }));
    const again = (await gateway.next(withId(4))).error?.data;
    assert.equal(again?.['reason'], 'approval_required');
    assert.notEqual(again?.['approval'], first);
  });
});

test('payloads are kept, masked where asked, and replayed under another policy', async () => {
  const policy = 'deny: [filesystem.delete]\nallow: ["*"]\n';
  await withGateway(
    { policy, flags: ['--audit-payloads', '--redact', 'token', '--redact', '/users/*/password'] },
    async (gateway) => {
      const secret = {
        path: '/data/a',
        token: 'tok-123',
        users: [{ password: 'p-456', name: 'n' }, { password: ['p-789'] }],
      };
      const line = JSON.stringify(toolCall(1, 'write_file', secret));
      gateway.send(`${line}\n`);
      gateway.message(toolCall(2, 'delete_file', { path: '/data/b' }));
      gateway.message(toolCall(3, 'read_file', { path: '/data/c' }));
      gateway.send('{"jsonrpc":"2.0","id":4,"method":"ping","params":{"token":"tok-123","token":"tok-123"}}\n');
      gateway.send(`${'token tok-123'}\n`);
      gateway.message({ jsonrpc: '2.0', id: 9, method: 'ping' });
      await gateway.next(withId(9));
      await gateway.close();
      const audit = join(gateway.folder, 'audit');
      const stored = segments(audit)
        .map(({ path }) => readFileSync(path, 'utf8'))
        .join('');
      assert.ok(!/tok-123|p-456|p-789/.test(stored));
      const [first] = gateway.records().filter(({ kind }) => kind === 'call') as [Record<string, unknown>];
      const { createHash } = process.getBuiltinModule('node:crypto');
      assert.equal(first['payload_sha256'], createHash('sha256').update(line).digest('hex'), 'of what came');
      assert.deepEqual(JSON.parse(String(first['payload'])).params.arguments, {
        path: '/data/a',
        token: '[redacted]',
        users: [{ password: '[redacted]', name: 'n' }, { password: '[redacted]' }],
      });
      assert.equal(first['redacted'], true);
      assert.deepEqual(
        gateway
          .records()
          .filter(({ kind }) => kind === 'refused')
          .map(({ payload_withheld }) => payload_withheld),
        [true, true],
      );
      writeFileSync(
        join(gateway.folder, 'new.yaml'),
        'deny:\n  - { capability: filesystem.read, path_prefix: /data }\nallow: ["*"]\n',
      );
      const again = capfence('replay', '--policy', join(gateway.folder, 'new.yaml'), '--audit', audit, '--json');
      assert.equal(again.status, 1);
      const { calls, changed, redacted } = JSON.parse(again.stdout);
      assert.deepEqual([calls, redacted], [3, 1]);
      assert.deepEqual(
        changed.map(({ tool, from, to, before, after }: Record<string, { rule?: string }>) => [
          tool,
          from,
          to,
          before?.rule,
          after?.rule,
        ]),
        [
          ['delete_file', 'deny', 'allow', 'deny[0]', 'allow[0]'],
          ['read_file', 'allow', 'deny', 'allow[0]', 'deny[0]'],
        ],
      );
      assert.equal(capfence('replay', '--policy', join(gateway.folder, 'policy.yaml'), '--audit', audit).status, 0);
    },
  );
  await withGateway({ policy }, async (gateway) => {
    gateway.message(toolCall(1, 'read_file', { path: '/a' }));
    await gateway.next(withId(1));
    await gateway.close();
    const bare = capfence(
      'replay',
      '--policy',
      join(gateway.folder, 'policy.yaml'),
      '--audit',
      join(gateway.folder, 'audit'),
    );
    assert.equal(bare.status, 2);
    assert.match(bare.stderr, /--audit-payloads/);
  });
});
