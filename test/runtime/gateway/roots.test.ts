import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../support/folder.js';
import { type Started, toolCall, withGateway, withId } from '../../support/gateway.js';

const SERVER = [process.execPath, fileURLToPath(new URL('../../support/scripted-server.mjs', import.meta.url))];
const OPEN = 'allow: [mcp.tool]\n';

/** The id of the server's next request for roots. */
async function askForRoots(gateway: Started, n: number): Promise<void> {
  gateway.message(toolCall(`ask${n}`, 'roots'));
  await gateway.next(({ id, method }) => id === `roots-${n}` && method === 'roots/list');
}

const roots = (n: number, ...uris: unknown[]) => ({
  jsonrpc: '2.0',
  id: `roots-${n}`,
  result: { roots: uris.map((uri) => ({ uri })) },
});

async function decision(gateway: Started, id: number, tool: string, args: object): Promise<unknown> {
  gateway.message(toolCall(id, tool, args));
  const { error } = await gateway.next(withId(id));
  return error ? error.data?.['reason'] : 'passes';
}

test('the folders that the client names as roots are readings of every relative path from then on', async () => {
  const policy = `deny: [{capability: filesystem.read, path_prefix: /b/secret}]\nallow: [{capability: filesystem.read, path_prefix: /a}, mcp.tool]\n`;
  await withGateway({ policy, server: SERVER, flags: ['--root', '/a'] }, async (gateway) => {
    assert.equal(await decision(gateway, 1, 'read_file', { path: 'x' }), 'passes');
    await askForRoots(gateway, 0);
    gateway.message(roots(0, 'file:///b'));
    assert.equal(
      await decision(gateway, 2, 'read_file', { path: 'x' }),
      'policy_default_deny',
      'it reads /b/x as well',
    );
    assert.equal(await decision(gateway, 3, 'read_file', { path: 'secret/x' }), 'policy_deny');
    assert.equal(
      await decision(gateway, 4, 'read_file', { path: '/a/x' }),
      'passes',
      'absolute paths are what they were',
    );
    // Every change adds to them.
    await askForRoots(gateway, 1);
    gateway.message(roots(1, 'file:///a'));
    assert.equal(await decision(gateway, 5, 'read_file', { path: 'secret/x' }), 'policy_deny');
    assert.equal(await gateway.close(), 0);
  });
});

test('a root that nobody can tell makes relative paths unknown; an error names none; "1" answers 1', async () => {
  const policy = 'allow: [{capability: filesystem.read, path_prefix: [/a, ./]}, mcp.tool]\n';
  await withGateway({ policy, server: SERVER, flags: ['--root', '/a'] }, async (gateway) => {
    await askForRoots(gateway, 0);
    gateway.message({ jsonrpc: '2.0', id: 'roots-0', error: { code: -32601, message: 'no roots' } });
    assert.equal(await decision(gateway, 1, 'read_file', { path: 'x' }), 'passes');
    await askForRoots(gateway, 1);
    // An answer to something that was never asked is nobody's roots.
    gateway.message(roots(7, 'file:///b'));
    assert.equal(await decision(gateway, 2, 'read_file', { path: 'x' }), 'passes');
    gateway.message(roots(1, 'https://elsewhere/'));
    assert.equal(await decision(gateway, 3, 'read_file', { path: 'x' }), 'policy_default_deny');
    assert.equal(await decision(gateway, 4, 'read_file', { path: '/a/x' }), 'passes');
    assert.equal(await gateway.close(), 0);
  });
});

test('roots that come with a call that is made again (2026-07-28) count for that call', async () => {
  const policy = 'allow: [{capability: filesystem.read, path_prefix: /a}]\n';
  await withGateway({ policy, server: SERVER, flags: ['--root', '/a'] }, async (gateway) => {
    const retry = toolCall(1, 'read_file', { path: 'x' }) as { params: Record<string, unknown> };
    retry.params['inputResponses'] = { r: { roots: [{ uri: 'file:///b' }] } };
    gateway.message(retry);
    assert.equal((await gateway.next(withId(1))).error?.data?.['reason'], 'policy_default_deny');
    assert.equal(await gateway.close(), 0);
  });
});

test('--resolve-links: as a kernel walks, and after dots were taken out; dangling links lead where they lead', async () => {
  const policy = 'allow: [{capability: filesystem.read, path_prefix: ./ws}]\n';
  await withGateway({ policy, server: SERVER, flags: ['--resolve-links', '--root', '.'] }, async (gateway) => {
    const at = (...parts: string[]) => join(gateway.folder, ...parts);
    for (const dir of ['ws/plain', 'far/inner', 'far/out', 'ws/out-real']) mkdirSync(at(dir), { recursive: true });
    symlinkSync(at('far/inner'), at('ws/in'));
    symlinkSync(at('far'), at('ws/out'));
    symlinkSync(at('nowhere/yet'), at('ws/dangling'));
    writeFileSync(at('far/secret'), 's');
    const cases: [string, boolean][] = [
      ['ws/plain/x', true],
      ['ws/in/../out/secret', false],
      ['ws/nothing/../out/secret', false],
      ['ws/plain/../out/secret', false],
      ['ws/in/x', false],
      ['ws/dangling', false],
      ['ws/plain/../plain/y', true],
    ];
    for (const [i, [path, passes]] of cases.entries()) {
      const given = at(path.split('/')[0] as string) + path.slice(2);
      assert.equal(
        await decision(gateway, i, 'read_file', { path: given }),
        passes ? 'passes' : 'policy_default_deny',
        path,
      );
    }
    assert.equal(await gateway.close(), 0);
  });
});

test('the gateway’s own files: by any name, through links, above where a tool reaches below; never by reading', async () => {
  const policy = `allow: ["*"]\ntools: {tree_writer: {capability: disk.write, tree: true}}\n`;
  await withGateway({ policy, server: SERVER }, async (gateway) => {
    const at = (...parts: string[]) => join(gateway.folder, ...parts);
    mkdirSync(at('free'));
    symlinkSync(at('policy.yaml'), at('free/link'));
    symlinkSync(gateway.folder, at('free/folder'));
    symlinkSync(at('audit/new-file'), at('free/dangling'));
    const cases: [tool: string, args: object, expected: string][] = [
      ['write_file', { path: at('policy.yaml') }, 'gateway_protected'],
      ['write_file', { path: 'policy.yaml' }, 'gateway_protected'],
      ['write_file', { path: at('free/link') }, 'gateway_protected'],
      ['write_file', { path: at('free/folder/policy.yaml') }, 'gateway_protected'],
      ['write_file', { path: at('free/dangling') }, 'gateway_protected'],
      ['write_file', { path: at('free/x/../../audit/x') }, 'gateway_protected'],
      ['write_file', { path: `/proc/self/root${at('policy.yaml')}` }, 'gateway_protected'],
      ['write_file', { path: '/proc/self/cwd/policy.yaml' }, 'gateway_protected'],
      ['write_file', { path: '$HOME/x' }, 'gateway_protected'],
      ['move_file', { source: gateway.folder, destination: '/elsewhere' }, 'gateway_protected'],
      ['tree_writer', { path: gateway.folder }, 'gateway_protected'],
      ['write_file', { path: gateway.folder }, 'passes'],
      ['write_file', { path: at('free/x') }, 'passes'],
      ['write_file', { path: at('free/new/deeper') }, 'passes'],
      ['write_file', { content: at('policy.yaml') }, 'passes'],
      ['read_file', { path: at('policy.yaml') }, 'passes'],
    ];
    for (const [i, [tool, args, expected]] of cases.entries()) {
      assert.equal(await decision(gateway, i, tool, args), expected, `${tool} ${JSON.stringify(args)}`);
    }
    assert.equal(await gateway.close(), 0);
  });
});

test('the program itself, the state folder and what wrap has changed are its own files too', async () => {
  await withGateway({ policy: 'allow: ["*"]\n', server: SERVER, env: {} }, async (gateway) => {
    const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
    assert.equal(await decision(gateway, 1, 'write_file', { path: cli }), 'gateway_protected');
    assert.equal(await gateway.close(), 0);
  });
  const state = temporaryFolder();
  mkdirSync(join(state, 'capfence/wraps'), { recursive: true });
  const config = join(state, 'client/.mcp.json');
  writeFileSync(join(state, 'capfence/wraps/one.json'), JSON.stringify({ file: config }));
  await withGateway({ policy: 'allow: ["*"]\n', server: SERVER, env: { XDG_STATE_HOME: state } }, async (gateway) => {
    assert.equal(await decision(gateway, 1, 'write_file', { path: config }), 'gateway_protected');
    assert.equal(
      await decision(gateway, 2, 'write_file', { path: join(state, 'capfence/wraps/one.backup') }),
      'gateway_protected',
    );
    assert.equal(
      await decision(gateway, 3, 'write_file', { path: join(state, 'capfence/ledger/x') }),
      'gateway_protected',
    );
    assert.equal(await decision(gateway, 4, 'write_file', { path: join(state, 'client/other.json') }), 'passes');
    assert.equal(await gateway.close(), 0);
  });
});

for (const lists of [true, false])
  test(`a held call is judged again when it is approved: what ${lists ? 'is listed otherwise' : 'the server says has changed'} is refused`, async () => {
    const lock = (folder: string) => {
      const file = join(folder, 'lock.json');
      const tools = [{ name: 'write_file', description: 'as locked', inputSchema: { type: 'object' } }];
      const others = ['change', 'roots', 'read_file', 'long'].map((name) => ({
        name,
        description: name,
        inputSchema: { type: 'object' },
      }));
      writeFileSync(file, JSON.stringify({ server: { name: 's', version: '1' }, tools: [...tools, ...others] }));
      return file;
    };
    const dir = temporaryFolder();
    const policy = `require_approval: [filesystem.write]\n${OPEN}`;
    const flags = ['--approval', 'hold', '--lock', lock(dir)];
    await withGateway({ policy, server: SERVER, flags }, async (gateway) => {
      gateway.message(toolCall('held', 'write_file', { path: '/data/x' }));
      await waitFor(() => gateway.records().some(({ kind }) => kind === 'approval'));
      gateway.message(toolCall('c', 'change', { announce: !lists }));
      await gateway.next(withId('c'));
      if (lists) {
        gateway.message({ jsonrpc: '2.0', id: 'list', method: 'tools/list' });
        await gateway.next(withId('list'));
      }
      const approval = gateway.records().find(({ kind }) => kind === 'approval')?.['approval'] as string;
      const cli = fileURLToPath(new URL('../../../dist/cli.js', import.meta.url));
      const approve = spawnSync(
        process.execPath,
        [cli, 'approve', approval, '--approvals', join(gateway.folder, 'approvals')],
        { encoding: 'utf8' },
      );
      assert.equal(approve.status, 0, approve.stderr);
      const { error } = await gateway.next(withId('held'));
      assert.equal(error?.data?.['reason'], 'tool_changed');
      assert.ok(!gateway.received().toString().includes('"held"'), 'the server never saw it');
      const states = gateway.records().filter(({ kind }) => kind === 'approval');
      assert.equal(states.at(-1)?.['state'], 'used', 'the approval is used up');
      assert.equal(await gateway.close(), 0);
    });
  });

async function waitFor(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(holds());
}

test('a root that is a link is also the folder that it leads to', async () => {
  await withGateway(
    {
      policy: 'allow: [{capability: filesystem.read, path_prefix: ./}]\n',
      server: SERVER,
      flags: ['--no-self-protect'],
    },
    async (first) => {
      const [real, link] = [join(first.folder, 'real'), join(first.folder, 'link')];
      mkdirSync(real);
      symlinkSync(real, link);
      for (const flags of [
        ['--root', link],
        ['--root', link, '--resolve-links'],
      ]) {
        await withGateway(
          { policy: 'allow: [{capability: filesystem.read, path_prefix: ./}]\n', server: SERVER, flags },
          async (gateway) => {
            for (const [i, path] of [join(real, 'a'), join(link, 'a'), 'a'].entries())
              assert.equal(await decision(gateway, i, 'read_file', { path }), 'passes', `${flags}: ${path}`);
            assert.equal(await decision(gateway, 9, 'read_file', { path: '../a' }), 'policy_default_deny');
          },
        );
      }
    },
  );
});

test('a relative path may lead into a folder that the server was given: no own file is changed there', async () => {
  await withGateway({ policy: OPEN }, async (first) => {
    const server = [...SERVER, first.folder];
    const policy = 'allow: [filesystem]\n';
    writeFileSync(join(first.folder, 'own.yaml'), policy);
    await withGateway({ policy, server, flags: ['--audit', join(first.folder, 'log')] }, async (gateway) => {
      assert.equal(await decision(gateway, 1, 'write_file', { path: 'log/x' }), 'gateway_protected');
      assert.equal(await decision(gateway, 2, 'write_file', { path: 'other/x' }), 'passes');
    });
  });
});
