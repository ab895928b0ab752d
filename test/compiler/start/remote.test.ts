import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CLI } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

const REMOTE = join(dirname(createRequire(import.meta.url).resolve('mcp-remote/package.json')), 'dist/proxy.js');

/** A server that is reached by an address (MCP 2025-06-18, streamable HTTP), for the length of a test. */
async function withRemoteServer(use: (url: string, called: string[]) => Promise<void>): Promise<void> {
  const called: string[] = [];
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', async () => {
      const server = new McpServer({ name: 'remote-shop', version: '1' });
      for (const name of ['list_orders', 'delete_order'])
        server.registerTool(name, { description: name }, async () => {
          called.push(name);
          return { content: [{ type: 'text' as const, text: `from afar: ${name}` }] };
        });
      const transport = new StreamableHTTPServerTransport({});
      await server.connect(transport as Parameters<McpServer['connect']>[0]);
      const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : undefined;
      await transport.handleRequest(request, response, body);
    });
  }).listen(0, '127.0.0.1');
  await once(http, 'listening');
  try {
    await use(`http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`, called);
  } finally {
    http.closeAllConnections();
    http.close();
  }
}

/** Runs capfence beside this process, whose server must go on answering. */
async function capfence(folder: string, ...args: string[]): Promise<{ status: number | null; stderr: string }> {
  const env = {
    ...process.env,
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
  };
  const child = spawn(process.execPath, [CLI, ...args], { cwd: folder, env });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [status] = (await once(child, 'exit')) as [number | null];
  return { status, stderr };
}

test('a server with an address, behind mcp-remote behind the gateway', { timeout: 60_000 }, async () => {
  const folder = temporaryFolder();
  await withRemoteServer(async (url, called) => {
    const path = join(folder, 'mcp.json');
    writeFileSync(path, JSON.stringify({ mcpServers: { shop: { url } } }));
    const hint = await capfence(folder, 'wrap', 'mcp.json');
    assert.match(hint.stderr, /"command": "npx", "args": \["-y", "mcp-remote", URL\], and wrap that/);
    const args = [REMOTE, url, '--transport', 'http-only'];
    writeFileSync(path, JSON.stringify({ mcpServers: { shop: { command: process.execPath, args } } }));
    const wrapped = await capfence(folder, 'wrap', 'mcp.json');
    assert.equal(wrapped.status, 0, wrapped.stderr);
    const { shop } = JSON.parse(readFileSync(path, 'utf8')).mcpServers;
    const client = new Client({ name: 'test', version: '1' });
    const env = { ...process.env, HOME: folder, XDG_STATE_HOME: join(folder, 'state') } as Record<string, string>;
    await client.connect(new StdioClientTransport({ command: shop.command, args: shop.args, env, stderr: 'ignore' }));
    try {
      assert.match(
        JSON.stringify(await client.callTool({ name: 'list_orders', arguments: {} })),
        /from afar: list_orders/,
      );
      const blocked = JSON.stringify(await client.callTool({ name: 'delete_order', arguments: {} }));
      assert.match(blocked, /approval_required.*capfence approve/, 'it says what to do');
    } finally {
      await client.close();
    }
    assert.deepEqual(called, ['list_orders']);
  });
});
