// Named examples: ways past the gateway, or to its end, that were found by attacking it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Reply, toolCall, withGateway, withId } from '../../support/gateway.js';
import { SEED } from '../../support/seed-policy.js';

const ALLOW_ALL = 'allow: ["*"]\n';
const DENY_FILES = 'deny: ["filesystem.*"]\nallow: ["*"]\n';
const node = (script: string): string[] => [process.execPath, '-e', script];
const SPACE = ' '.repeat(70);

test('spaces before a colon hide nothing: approvals, lists and ids', async () => {
  const server = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
    const { id, method } = JSON.parse(line);
    const tools = [{ name: 'delete_file' }, { name: 'read_file' }];
    if (method === 'tools/list') process.stdout.write('{"jsonrpc":"2.0","id":' + id + ',"result"' + ' '.repeat(70) + ':' + JSON.stringify({ tools }) + '}\\n');
  } });`;
  await withGateway({ policy: SEED, server: node(server) }, async (gateway) => {
    const ask = async (id: number, path: string): Promise<string> => {
      gateway.send(
        `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"write_file","arguments"${SPACE}:{"path":"${path}"}}}\n`,
      );
      return String((await gateway.next(withId(id))).error?.data?.['approval']);
    };
    assert.notEqual(await ask(1, '/data/prod/x'), await ask(2, '/data/prod/other'));
    const pending = join(gateway.folder, 'approvals');
    const asked = readdirSync(pending)
      .map((name) => readFileSync(join(pending, name), 'utf8'))
      .join('');
    assert.ok(asked.includes('/data/prod/x') && asked.includes('/data/prod/other'), 'the person sees what is asked');
    gateway.message({ jsonrpc: '2.0', id: 3, method: 'tools/list' });
    const { result } = await gateway.next(withId(3));
    const listed = result?.['tools'] as { name: string }[] | undefined;
    assert.deepEqual(
      listed?.map(({ name }) => name),
      ['read_file'],
    );
    gateway.send(`{"jsonrpc":"2.0","id"${SPACE}:7,"method":"ping","params":{"a":1,"a":2}}\n`);
    assert.equal((await gateway.next(withId(7))).error?.code, -32600);
  });
});

test('a file: URI is judged in whatever shape it comes', async () => {
  await withGateway({ policy: DENY_FILES }, async (gateway) => {
    const uri = 'file:///etc/shadow';
    const shapes: [method: string, params: unknown][] = [
      ['resources/read', [uri]],
      ['resources/read', [{ uri }]],
      ['resources/read', uri],
      ['resources/read', { uri: { uri } }],
      ['resources/read', { uri: [[uri]] }],
      ['completion/complete', [{ type: 'ref/resource', uri }]],
      ['completion/complete', { ref: [{ uri }] }],
      ['subscriptions/listen', { notifications: { resourceSubscriptions: uri } }],
      ['subscriptions/listen', { notifications: { resourceSubscriptions: [{ uri }] } }],
      ['subscriptions/listen', { notifications: [uri] }],
    ];
    for (const [id, [method, params]] of shapes.entries()) {
      gateway.message({ jsonrpc: '2.0', id, method, params });
      assert.ok((await gateway.next(withId(id))).error, JSON.stringify(params));
    }
    assert.equal(gateway.received().length, 0);
  });
});

test('names of megabytes are refused in few words', async () => {
  await withGateway({ policy: SEED }, async (gateway) => {
    const names = ['\x7f', '\u00e9', '\ufdfa', ' '].map((letter) => letter.repeat(1_000_000));
    for (const [id, name] of names.entries()) gateway.message(toolCall(id, name));
    for (const [id, name] of names.entries()) gateway.message({ jsonrpc: '2.0', id: `m${id}`, method: name });
    gateway.message({
      jsonrpc: '2.0',
      id: 'keys',
      method: 'ping',
      params: Object.fromEntries(
        names.flatMap((name) => [
          [`${name}a`, 1],
          [`${name}A`, 2],
        ]),
      ),
    });
    for (let id = 0; id < names.length; id++) {
      for (const answer of [await gateway.next(withId(id)), await gateway.next(withId(`m${id}`))]) {
        assert.ok(answer.error && JSON.stringify(answer).length < 20_000);
      }
    }
    assert.ok(JSON.stringify(await gateway.next(withId('keys'))).length < 20_000);
    gateway.message(toolCall('after', 'read_file', { path: '/a' }));
    assert.ok((await gateway.next(withId('after'))).result);
  });
});

test('a malformed response is not answered with the id of a request', async () => {
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.send('{"jsonrpc":"2.0","id":5,"result":{"a":1,"a":2}}\n{"jsonrpc":"2.0","id":5,"method":"ping"}\n');
    assert.ok((await gateway.next(withId(5))).result);
    assert.equal((await gateway.next(withId(null))).error?.code, -32600);
    assert.equal(gateway.replies.filter(withId(5)).length, 1);
  });
});

test('answers that only a lenient client takes are answers: lists are filtered, and nobody is answered twice', async () => {
  const tools = JSON.stringify({ tools: [{ name: 'delete_file' }, { name: 'read_file' }] });
  const none = JSON.stringify({ tools: [] });
  const forms = [
    `{"id":0,"result":${tools}}`,
    `{"jsonrpc":"2.0","id":"1","result":${tools}}`,
    `{"jsonrpc":"2.0","id":2,"method":"x","result":${tools}}`,
    `{"jsonrpc":"2.0","id":3,"result":${none},"result":${tools}}`,
    `{"jsonrpc":"2.0","id":4,"result":{"tools":[],"tools":[{"name":"delete_file"}]}}`,
  ];
  const server = `let n = 0; const forms = ${JSON.stringify(forms)};
    process.stdin.on('data', (data) => { for (const _ of String(data).trim().split('\\n')) if (n < forms.length) process.stdout.write(forms[n++] + '\\n'); else { process.stdout.write('{"jsonrpc":"2.0","id":9,"result":hello world}\\n'); process.exit(0); } });`;
  await withGateway({ policy: SEED, server: node(server) }, async (gateway) => {
    for (let id = 0; id < forms.length; id++) {
      gateway.message({ jsonrpc: '2.0', id, method: 'tools/list' });
      await gateway.next((reply: Reply) => String(reply.id) === String(id));
    }
    gateway.message({ jsonrpc: '2.0', id: 9, method: 'ping' });
    assert.equal(await gateway.exited, 0);
    assert.ok(!JSON.stringify(gateway.replies).includes('delete_file'));
    assert.equal(gateway.replies.length, forms.length + 1);
    assert.match(String(gateway.replies.at(-1)?.error?.message), /ended \(exit code 0\)/);
    assert.match(gateway.errors(), /hello world/, 'what is no JSON is for a person');
  });
});

test('a client that writes much before it reads gets all its answers', async () => {
  const server = `let rest = ''; process.stdin.on('data', (data) => { rest += data; const lines = rest.split('\\n'); rest = lines.pop(); for (const line of lines) process.stdout.write('{"jsonrpc":"2.0","id":' + JSON.parse(line).id + ',"result":{"x":"' + 'y'.repeat(2000) + '"}}\\n'); });`;
  await withGateway({ policy: ALLOW_ALL, server: node(server) }, async (gateway) => {
    gateway.child.stdout?.pause();
    const isWritten = new Promise<void>((resolve) => {
      const lines = Array.from({ length: 3000 }, (_, id) => `${JSON.stringify(toolCall(id, 'read_file', {}))}\n`);
      gateway.child.stdin?.write(lines.join(''), () => resolve());
    });
    await Promise.race([isWritten, sleep(10_000).then(() => assert.fail('the client is held back for answers'))]);
    gateway.child.stdout?.resume();
    await gateway.next(withId(2999));
    assert.equal(gateway.replies.length, 3000);
  });
});

test('what a server says last on stderr is passed on, however slowly it is read', async () => {
  const server = `process.stderr.write('x'.repeat(300_000) + 'END\\n', () => process.exit(1));`;
  await withGateway({ policy: ALLOW_ALL, server: node(server) }, async (gateway) => {
    gateway.child.stderr?.pause();
    await sleep(1500);
    gateway.child.stderr?.resume();
    assert.equal(await gateway.exited, 1);
    assert.ok(gateway.errors().endsWith('END\n'));
  });
});

test('chatter that nobody reads takes no memory', { skip: process.platform !== 'linux' && 'reads /proc' }, async () => {
  const server = `const line = 'not a message '.repeat(5000) + '\\n'; const more = () => { while (process.stdout.write(line)); }; process.stdout.on('drain', more); more();`;
  await withGateway({ policy: ALLOW_ALL, server: node(server) }, async (gateway) => {
    gateway.child.stderr?.pause();
    await sleep(2500);
    const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gateway.child.pid}/status`, 'utf8'))?.[1]) / 1024;
    assert.ok(rss < 250, `${rss} MB`);
    gateway.child.kill('SIGKILL');
    gateway.child.stderr?.resume();
  });
});

test('batches end with the revision that had them, in a batch too', async () => {
  const initialize = (id: string, protocolVersion: string) => ({
    jsonrpc: '2.0',
    id,
    method: 'initialize',
    params: { protocolVersion, capabilities: {}, clientInfo: { name: 't', version: '1' } },
  });
  await withGateway({ policy: ALLOW_ALL }, async (gateway) => {
    gateway.message(initialize('a', '2025-03-26'));
    await gateway.next(withId('a'));
    gateway.message([initialize('b', '2025-06-18')]);
    while (!gateway.replies.some((reply) => Array.isArray(reply))) await sleep(10);
    gateway.message([{ jsonrpc: '2.0', id: 'c', method: 'ping' }]);
    assert.equal((await gateway.next(withId(null))).error?.code, -32600);
  });
});

test('an audit folder on a full disk ends it with 2', {
  skip: process.getuid?.() !== 0 && 'mounts a small file system',
}, async (context) => {
  await withGateway({ policy: ALLOW_ALL }, async ({ folder }) => {
    const small = join(folder, 'small');
    const mounted =
      spawnSync('sh', [
        '-c',
        `mkdir "$0" && mount -t tmpfs -o size=64k tmpfs "$0" && mkdir "$0/audit" && (cat /dev/zero > "$0/fill" 2>/dev/null; true)`,
        small,
      ]).status === 0;
    if (!mounted) return context.skip('nothing can be mounted here');
    try {
      await withGateway({ policy: ALLOW_ALL, flags: ['--audit', join(small, 'audit')] }, async (gateway) => {
        assert.equal(await gateway.exited, 2);
        assert.match(gateway.errors(), /^error: the audit folder [^\n]*can't be used: [^\n]+\n$/);
      });
    } finally {
      spawnSync('umount', [small]);
    }
  });
});

test('two arguments that only case tells apart are refused where one of them is read', async () => {
  const policy = 'tools: { t: a.b }\nallow: [{ capability: a.b, args: { mode: safe } }, filesystem.read]\n';
  await withGateway({ policy }, async (gateway) => {
    const both: [string, Record<string, unknown>][] = [
      ['t', { mode: 'safe', Mode: 'x' }],
      ['t', { Mode: 'safe', MODE: 'safe' }],
      ['read_file', { path: '/a', PATH: '/b' }],
      ['read_file', { options: [{ filePath: '/a', filepath: '/b' }] }],
    ];
    for (const [i, [tool, args]] of both.entries()) {
      gateway.message(toolCall(i, tool, args));
      assert.equal((await gateway.next(withId(i))).error?.code, -32600, JSON.stringify(args));
    }
    // What nothing reads may be called as it likes.
    gateway.message(toolCall(9, 't', { mode: 'safe', other: 1, Other: 2 }));
    assert.notEqual((await gateway.next(withId(9))).error?.code, -32600);
  });
});

test('a blocked call always says which rule it was, and what to do', async () => {
  const policy =
    'deny: [{ capability: a.b, description: "ask Ann" }]\nallow: [{ capability: c.d, path_prefix: /x }]\ntools: { t: a.b, u: c.d }\n';
  for (const as of ['error', 'result']) {
    await withGateway({ policy, flags: ['--deny-as', as] }, async (gateway) => {
      const help = async (tool: string, args: unknown): Promise<string> => {
        gateway.message(toolCall(tool, tool, args));
        const { error, result } = await gateway.next(withId(tool));
        const content = result?.['content'] as { text: string }[] | undefined;
        return as === 'error' ? String(error?.data?.['help']) : String(content?.[0]?.text);
      };
      assert.match(await help('t', {}), /stopped by deny\[0\].*ask Ann.*capfence trace [0-9a-f]{8}-/s);
      assert.match(await help('u', { path: '/y' }), /no rule of the policy .* lets it pass.*don't repeat it/s);
      assert.match(await help('v', {}), /knows no tool v/);
    });
  }
});
