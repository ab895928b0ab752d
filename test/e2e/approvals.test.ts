// The official clients through each way of asking a person: SDK 1.x, and 2.x in both of its eras.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client as ModernClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as ModernTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { ApprovalFolder } from '../../runtime/approvals/folder.js';
import { CLI } from '../support/capfence.js';
import { temporaryFolder } from '../support/folder.js';

const POLICY = `
require_approval: [{ capability: filesystem.write, path_prefix: /data/prod }]
allow: [filesystem.read, { capability: filesystem.write, path_prefix: /data }]
`;
const SERVER = fileURLToPath(new URL('../support/modern-server.mjs', import.meta.url));

interface Person {
  /** What forms are answered with. */
  action: 'accept' | 'decline';
  readonly questions: string[];
}

interface Connected {
  call(name: string, path: string, onProgress?: (progress: number) => void): Promise<string>;
  close(): Promise<void>;
}

type Parameters = { command: string; args: string[]; stderr: 'ignore' };

async function said(call: Promise<unknown>): Promise<string> {
  try {
    const { content } = (await call) as { content: { text: string }[] };
    return content.map(({ text }) => text).join();
  } catch (error) {
    return (error as Error).message.replace(/^.*decision=/, '');
  }
}

async function legacy(parameters: Parameters, person: Person): Promise<Connected> {
  const client = new Client({ name: 'test', version: '1' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => {
    person.questions.push(params.message);
    return { action: person.action, content: {} };
  });
  await client.connect(new StdioClientTransport(parameters));
  return {
    call: (name, path, onProgress) => {
      const options = onProgress ? { onprogress: ({ progress }: { progress: number }) => onProgress(progress) } : {};
      return said(client.callTool({ name, arguments: { path } }, undefined, options));
    },
    close: () => client.close(),
  };
}

const modern =
  (mode: 'legacy' | { pin: string }) =>
  async (parameters: Parameters, person: Person): Promise<Connected> => {
    const client = new ModernClient(
      { name: 'test', version: '1' },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    client.setRequestHandler('elicitation/create', ({ params }) => {
      person.questions.push(params.message);
      return { action: person.action, content: {} };
    });
    await client.connect(new ModernTransport(parameters));
    return {
      call: (name, path, onProgress) => {
        const options = onProgress ? { onprogress: ({ progress }: { progress: number }) => onProgress(progress) } : {};
        return said(client.callTool({ name, arguments: { path } }, options));
      },
      close: () => client.close(),
    };
  };

const CLIENTS = {
  'SDK 1.x': legacy,
  'SDK 2.x, 2025-11-25': modern('legacy'),
  'SDK 2.x, 2026-07-28': modern({ pin: '2026-07-28' }),
};

for (const [name, connect] of Object.entries(CLIENTS)) {
  test(`approvals with a client of ${name}: retry, hold and elicit`, { timeout: 60_000 }, async () => {
    const folder = temporaryFolder();
    const store = new ApprovalFolder(join(folder, 'approvals'));
    writeFileSync(join(folder, 'policy.yaml'), POLICY);
    const person: Person = { action: 'accept', questions: [] };
    const start = (mode: string) => {
      const flags = ['--approvals', join(folder, 'approvals'), '--audit', join(folder, 'audit'), '--approval', mode];
      const args = [CLI, 'run', '--policy', join(folder, 'policy.yaml'), ...flags, '--', process.execPath, SERVER];
      return connect({ command: process.execPath, args, stderr: 'ignore' }, person);
    };
    const pending = async () => {
      for (let i = 0; i < 400; i++) {
        const found = (await store.list()).find(({ state }) => state === 'pending');
        if (found) return found.id;
        await sleep(25);
      }
      throw new Error('nothing is asked');
    };
    const retry = await start('retry');
    assert.match(await retry.call('write_file', '/data/prod/r'), /^approval_required/);
    assert.ok(await store.move(await pending(), 'approved', 'alice'));
    assert.equal(await retry.call('write_file', '/data/prod/r'), 'write_file /data/prod/r');
    assert.match(await retry.call('write_file', '/data/prod/r'), /^approval_required/);
    assert.ok(await store.move(await pending(), 'rejected', 'bob'));
    assert.match(await retry.call('write_file', '/data/prod/r'), /^denied reason=approval_rejected/);
    await retry.close();

    const hold = await start('hold');
    const told: number[] = [];
    const waiting = hold.call('write_file', '/data/prod/h', (progress) => told.push(progress));
    assert.equal(await hold.call('write_file', '/data/h'), 'write_file /data/h', 'others need not wait');
    assert.ok(await store.move(await pending(), 'approved', 'alice'));
    assert.equal(await waiting, 'write_file /data/prod/h');
    assert.ok(told.length >= 1);
    // A tool whose server asks the person at the client in turn, where the protocol has that.
    const create = hold.call('create_file', '/data/prod/c');
    assert.ok(await store.move(await pending(), 'approved', 'alice'));
    assert.match(await create, /^accept \/data\/prod\/c/);
    assert.equal(person.questions.splice(0).join(), 'sure?');
    await hold.close();

    const elicit = await start('elicit');
    assert.equal(await elicit.call('write_file', '/data/prod/e'), 'write_file /data/prod/e');
    assert.match(person.questions.splice(0).join(), /write_file.*\/data\/prod\/e/s);
    assert.match(await elicit.call('create_file', '/data/prod/c'), /^accept \/data\/prod\/c the state of the server/);
    assert.deepEqual(
      person.questions.splice(0).map((question) => question.split(' ')[0]),
      ['mcp-agent', 'sure?'],
    );
    person.action = 'decline';
    assert.match(await elicit.call('write_file', '/data/prod/e'), /^denied reason=approval_rejected/);
    await elicit.close();
  });
}
