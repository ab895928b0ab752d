// The official clients and servers, through the gateway: SDK 1.x and 2.x, on either side, in every era.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { allRecords } from '../../runtime/audit/read.js';
import { CLI, ROOT } from '../support/capfence.js';
import { temporaryFolder } from '../support/folder.js';

const POLICY = `
deny: [filesystem.delete]
allow:
  - { capability: filesystem.read, path_prefix: /data }
  - { capability: filesystem.write, path_prefix: /data/staging }
`;
const SERVERS = {
  'a server of SDK 2.x': [fileURLToPath(new URL('../support/modern-server.mjs', import.meta.url))],
  'a server of SDK 1.x': [fileURLToPath(new URL('../support/legacy-server.mjs', import.meta.url))],
};

interface Connected {
  tools(): Promise<string[]>;
  call(name: string, path: string): Promise<string>;
  close(): Promise<void>;
}

/** What a failed call says, or the text of its result. */
async function said(call: Promise<unknown>): Promise<string> {
  try {
    const { content } = (await call) as { content: { text: string }[] };
    return content.map(({ text }) => text).join();
  } catch (error) {
    const { code, message, data } = error as { code?: number; message: string; data?: { decision?: string } };
    return `${code} ${message.replace(/^MCP error -?\d+: /, '')} ${data?.decision}`;
  }
}

type Parameters = { command: string; args: string[]; stderr: 'ignore' };

async function legacy(parameters: Parameters): Promise<Connected> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport(parameters));
  return {
    tools: async () => (await client.listTools()).tools.map(({ name }) => name),
    call: (name, path) => said(client.callTool({ name, arguments: { path } })),
    close: () => client.close(),
  };
}

const modern =
  (mode: 'legacy' | 'auto' | { pin: string }) =>
  async (parameters: Parameters): Promise<Connected> => {
    const client = new ModernClient(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: {} }));
    await client.connect(new ModernTransport(parameters));
    return {
      tools: async () => (await client.listTools()).tools.map(({ name }) => name),
      call: (name, path) => said(client.callTool({ name, arguments: { path } })),
      close: () => client.close(),
    };
  };

const CLIENTS = {
  'a client of SDK 1.x': legacy,
  'a client of SDK 2.x of before 2026': modern('legacy'),
  'a client of SDK 2.x that negotiates': modern('auto'),
  'a client of SDK 2.x of 2026-07-28': modern({ pin: '2026-07-28' }),
};

for (const [who, connect] of Object.entries(CLIENTS)) {
  for (const [to, server] of Object.entries(SERVERS)) {
    if (who.endsWith('2026-07-28') && to.endsWith('1.x')) continue; // They have no revision in common.
    test(`${who} to ${to}`, async () => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'policy.yaml'), POLICY);
      const audit = join(folder, 'audit');
      const args = [CLI, 'run', '--policy', join(folder, 'policy.yaml'), '--audit', audit, '--', process.execPath];
      const client = await connect({ command: process.execPath, args: [...args, ...server], stderr: 'ignore' });
      assert.deepEqual(
        (await client.tools()).filter((name) => name.endsWith('_file')),
        ['read_file', 'write_file', 'create_file'],
        'what can never pass is not offered',
      );
      assert.equal(await client.call('read_file', '/data/a'), 'read_file /data/a');
      assert.equal(await client.call('write_file', '/data/staging/é'), 'write_file /data/staging/é');
      assert.equal(
        await client.call('write_file', '/etc/x'),
        '-32000 AgentActionBlocked: capability=filesystem.write decision=denied reason=policy_default_deny deny',
      );
      assert.match(await client.call('read_file', '/data/../etc/x'), /^-32000 .* deny$/);
      if (to.endsWith('2.x') && !who.includes('1.x')) {
        // The server asks the person at the client: the retry is judged again, and its state arrives.
        assert.equal(
          await client.call('create_file', '/data/staging/a'),
          'accept /data/staging/a the state of the server',
        );
      }
      await client.close();
      const calls = [...allRecords(audit)].filter(({ kind, method }) => kind === 'call' && method === 'tools/call');
      assert.deepEqual(
        calls.slice(0, 4).map(({ decision }) => decision),
        ['allow', 'allow', 'deny', 'deny'],
      );
    });
  }
}

test('lists of several pages, and after a change, are filtered alike', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  const server = join(ROOT, 'test/support/paging-server.mjs');
  const args = [
    CLI,
    'run',
    '--policy',
    join(folder, 'policy.yaml'),
    '--audit',
    join(folder, 'audit'),
    '--',
    process.execPath,
    server,
  ];
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: 'ignore' }));
  const all = async (): Promise<string[]> => {
    const names: string[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      names.push(...page.tools.map(({ name }) => name));
      cursor = page.nextCursor;
      if (cursor === undefined) return names;
    }
  };
  assert.deepEqual(await all(), ['read_file', 'write_file', 'list_files']);
  const changed = new Promise<void>((resolve) => {
    client.fallbackNotificationHandler = async ({ method }) => {
      if (method === 'notifications/tools/list_changed') resolve();
    };
  });
  await client.callTool({ name: 'read_file', arguments: { path: '/data/change' } });
  await changed;
  assert.deepEqual(await all(), ['read_file', 'write_file', 'list_files', 'append_file']);
  await client.close();
});
