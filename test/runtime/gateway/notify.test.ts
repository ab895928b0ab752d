import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLI, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const POLICY = 'require_approval: [filesystem.write]\n';

interface Posted {
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

/** A webhook on loopback, for the length of a test. @param status What it answers to the nth post. */
async function withHook(
  use: (url: string, posted: Posted[]) => Promise<void>,
  status: (number: number) => number = () => 200,
): Promise<void> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      posted.push({ body, headers: request.headers });
      const code = status(posted.length);
      response.writeHead(code, code === 302 ? { location: '/elsewhere' } : {}).end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/T0K3N`, posted);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const until = async (wanted: () => boolean): Promise<void> => {
  for (let i = 0; i < 400 && !wanted(); i++) await sleep(25);
  assert.ok(wanted(), 'nothing came');
};
const ask = (gateway: Started, id: number, args: unknown, tool = 'write_file') => {
  gateway.message(toolCall(id, tool, args));
  return gateway.next(withId(id));
};

test('a webhook is told of each new request, once, and signed', async () => {
  await withHook(async (url, posted) => {
    const env = { CAPFENCE_NOTIFY_SECRET: 'between us' };
    await withGateway({ policy: POLICY, flags: ['--notify', url], env }, async (gateway) => {
      const asked = await ask(gateway, 1, { path: '/a' });
      await ask(gateway, 2, { path: '/a' }); // It joins.
      await ask(gateway, 3, { path: '/b' });
      await until(() => posted.length >= 2);
      await sleep(200);
      assert.equal(posted.length, 2);
      const [first] = posted as [Posted];
      const { text, ...members } = JSON.parse(first.body);
      assert.deepEqual(members, {
        id: asked.error?.data?.['approval'],
        agent: 'mcp-agent',
        tool: 'write_file',
        capability: 'filesystem.write',
        rule: 'require_approval[0]',
        reason: 'approval_required',
        expires: asked.error?.data?.['expires'],
      });
      assert.match(text, /^mcp-agent asks to call write_file \(filesystem\.write\)/);
      assert.equal(first.headers['content-type'], 'application/json');
      const [, time, mac] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(first.headers['x-capfence-signature'])) ?? [];
      assert.ok(Math.abs(Number(time) - Date.now() / 1000) < 30);
      assert.equal(mac, createHmac('sha256', 'between us').update(`${time}.${first.body}`).digest('hex'));
      // The address is a secret, and so is what signs.
      await gateway.close();
      const log = JSON.stringify(gateway.records());
      assert.doesNotMatch(log, /T0K3N|between us/);
    });
  });
});

test('without a secret unsigned; with the arguments, as they were spelled and masked', async () => {
  await withHook(async (url, posted) => {
    const flags = ['--notify', url, '--notify-arguments', '--redact', 'content'];
    await withGateway({ policy: POLICY, flags }, async (gateway) => {
      gateway.send(
        `${JSON.stringify(toolCall(1, 'write_file', { n: 1, content: 'hidden' })).replace('"n":1', '"n":9007199254740993')}\n`,
      );
      await until(() => posted.length === 1);
      const [{ body, headers }] = posted as [Posted];
      assert.match(body, /"arguments":\{"content":"\[redacted\]","n":9007199254740993\}/);
      assert.doesNotMatch(body, /hidden/);
      assert.equal(headers['x-capfence-signature'], undefined);
    });
  });
});

test('the markup of no chat gets into the text', async () => {
  await withHook(async (url, posted) => {
    const tool = '<!channel> @here *x* `y` [z](http://evil.example) ~w~ _v_ <users/all> #c &amp;';
    const policy = 'require_approval: ["*.*", "*"]\n';
    await withGateway({ policy, flags: ['--notify', url, '--notify-arguments'] }, async (gateway) => {
      await ask(gateway, 1, { text: '<@U1> [z](http://evil.example)' }, tool);
      await until(() => posted.length === 1);
      const { text, tool: told } = JSON.parse((posted[0] as Posted).body);
      assert.equal(told, tool, 'programs get it as it is');
      assert.doesNotMatch(text, /[<>@*`~[\]#]|:\/\/|_v_|&(?!(?:amp|lt|gt);)/);
    });
  });
});

test('a webhook that fails is tried three times, delays nothing, and is said once without its secret', async () => {
  await withHook(
    async (url, posted) => {
      await withGateway({ policy: POLICY, flags: ['--notify', url] }, async (gateway) => {
        await ask(gateway, 1, { path: '/a' });
        assert.doesNotMatch(gateway.errors(), /could not/, 'the call was answered before');
        await until(() => /could not be told/.test(gateway.errors()));
        assert.equal(posted.length, 3);
        assert.match(
          gateway.errors(),
          /http:\/\/127\.0\.0\.1:\d+ could not be told of request [0-9a-f]{16}: it answers 500/,
        );
        assert.doesNotMatch(gateway.errors(), /T0K3N/);
      });
    },
    () => 500,
  );
  await withHook(
    async (url, posted) => {
      await withGateway({ policy: POLICY, flags: ['--notify', url] }, async (gateway) => {
        await ask(gateway, 1, { path: '/a' });
        await until(() => posted.length === 2);
        await sleep(100);
        assert.doesNotMatch(gateway.errors(), /could not/);
      });
    },
    (number) => (number === 1 ? 503 : 200),
  );
  await withHook(
    async (url, posted) => {
      await withGateway({ policy: POLICY, flags: ['--notify', url] }, async (gateway) => {
        await ask(gateway, 1, { path: '/a' });
        await until(() => /could not be told/.test(gateway.errors()));
        assert.equal(posted.length, 3, 'no redirection was followed');
      });
    },
    () => 302,
  );
});

test('a program gets it on its standard input, without a shell', async () => {
  const folder = temporaryFolder();
  const [program, out] = [join(folder, 'tell me $(touch x)'), join(folder, 'out')];
  writeFileSync(
    program,
    `#!${process.execPath}\nimport('node:fs').then(({ readFileSync, appendFileSync }) => appendFileSync(${JSON.stringify(out)}, readFileSync(0, 'utf8') + (process.env.CAPFENCE_NOTIFY_SECRET ?? '')));\n`,
  );
  chmodSync(program, 0o755);
  const env = { CAPFENCE_NOTIFY_SECRET: 'between us' };
  await withGateway({ policy: POLICY, flags: ['--notify-command', program], env }, async (gateway) => {
    const asked = await ask(gateway, 1, { path: '/a' });
    await until(() => existsSync(out) && readFileSync(out, 'utf8').endsWith('\n'));
    assert.equal(JSON.parse(readFileSync(out, 'utf8')).id, asked.error?.data?.['approval']);
  });
  const gone = join(folder, 'gone');
  writeFileSync(gone, '');
  await withGateway({ policy: POLICY, flags: ['--notify-command', gone] }, async (gateway) => {
    await ask(gateway, 1, { path: '/a' });
    await until(() => /gone could not be told of request .*EACCES/.test(gateway.errors()));
  });
});

test('bad addresses end the command with 2', () => {
  for (const [url, said] of [
    ['ftp://a/b', /takes an address such as/],
    ['nothing', /takes an address such as/],
    ['https://me:pw@a.example/x', /without a user/],
  ] as const) {
    const run = runCapfence(['run', '--policy', 'x', '--notify', url, '--', 'x']);
    assert.equal(run.status, 2);
    assert.match(run.stderr, said);
    assert.equal(runCapfence(['notify', '--notify', url]).status, 2);
  }
  assert.match(runCapfence(['notify']).stderr, /nobody to tell/);
});

test('capfence notify tells of the requests of a store that many gateways share', async () => {
  await withHook(async (url, posted) => {
    await withGateway({ policy: POLICY }, async (gateway) => {
      await ask(gateway, 1, { path: '/before' });
      const store = join(gateway.folder, 'approvals');
      const notify = spawn(process.execPath, [CLI, 'notify', '--notify', url, '--approvals', store]);
      try {
        await until(() => posted.length === 1);
        await ask(gateway, 2, { path: '/after' });
        await until(() => posted.length === 2);
      } finally {
        notify.kill('SIGTERM');
      }
      assert.deepEqual((await once(notify, 'exit'))[0], 0);
      assert.equal(posted.length, 2);
    });
  });
});

test('a program with arguments, and none at all, are refused before anything starts', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  for (const command of ['./notify.sh --loud', '', join(folder, 'none')]) {
    const flags = ['run', '--policy', 'policy.yaml', '--notify-command', command, '--', 'true'];
    const { status, stderr } = runCapfence(flags, { cwd: folder });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /--notify-command takes one program without arguments/);
  }
});
