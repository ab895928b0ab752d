import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { segments } from '../../../runtime/audit/read.js';
import { CLI, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall } from '../../support/gateway.js';

/** A server with one tool, whose description says `VERSION`. */
const SERVER = `process.stdin.on('data', (data) => { for (const line of String(data).trim().split('\\n')) {
  const { id, method } = JSON.parse(line);
  const tools = [{ name: 'write_file', description: process.env.VERSION ?? '1', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } }];
  const result = method === 'initialize' ? { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }
    : method === 'tools/list' ? { tools } : { content: [] };
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
} });`;

/** A home with one guarded server, and others that are not. */
function machine(version = '1') {
  const home = temporaryFolder();
  const policy = join(home, 'policy.yaml');
  const [server, lock, config] = [join(home, 'server.mjs'), join(home, 'tools.lock.json'), join(home, '.mcp.json')];
  writeFileSync(policy, 'require_approval: [filesystem.write]\n');
  writeFileSync(server, SERVER);
  const command = [process.execPath, server];
  const env = {
    ...process.env,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CONFIG_HOME: join(home, 'config'),
    NO_COLOR: '1',
  };
  const scan = spawnSync(process.execPath, [CLI, 'scan', '--lock', lock, '--', ...command], { env, encoding: 'utf8' });
  assert.equal(scan.status, 0, scan.stderr);
  const gateway = [CLI, 'run', '--policy', policy, '--lock', lock, '--', ...command];
  writeFileSync(
    config,
    JSON.stringify({
      mcpServers: {
        files: { command: process.execPath, args: gateway, env: { VERSION: version } },
        open: { command: process.execPath, args: [server] },
        far: { type: 'http', url: 'https://far.example/mcp' },
      },
    }),
  );
  const status = (...args: string[]) => {
    const { status: code, stdout, stderr } = runCapfence(['status', ...args], { env, cwd: home });
    return { code, stdout, stderr };
  };
  const call = (path: string) =>
    spawnSync(process.execPath, gateway, {
      env,
      cwd: home,
      input: `${JSON.stringify(toolCall(1, 'write_file', { path }))}\n`,
    });
  return { home, policy, config, lock, status, call };
}

test('what is guarded, by what, what waits, and that the log verifies', () => {
  const { home, policy, lock, status, call, config } = machine();
  call('/a');
  call('/b');
  const { code, stdout, stderr } = status();
  assert.equal(code, 0, stdout + stderr);
  assert.match(stdout, /claude-code {2}.*\.mcp\.json/);
  assert.ok(stdout.includes(`by       ${policy}`), stdout);
  assert.ok(stdout.includes(`as in ${lock}`), stdout);
  assert.match(stdout, /open {2}not guarded: capfence wrap .* --server open/);
  assert.match(stdout, /far {2}its client starts no program/);
  assert.match(stdout, /log {2}.*: \d+ records, as they were written/);
  assert.match(stdout, /waiting {2}2 in /);
  const json = JSON.parse(status('--json').stdout);
  assert.deepEqual(
    json.servers.map((server: { server: string; state: string }) => `${server.server} ${server.state}`),
    ['files guarded', 'open unguarded', 'far remote'],
  );
  assert.deepEqual([json.ok, json.approvals[0].waiting], [true, 2]);
  assert.equal(status(config).code, 0, 'a file that is named');
  assert.equal(status(join(home, 'none.json')).code, 2);
});

test('a policy that can not be loaded, a lock that is gone and a changed log are problems: exit 1', () => {
  const { home, policy, lock, status, call } = machine();
  call('/a');
  writeFileSync(policy, 'deny: [[]]\n');
  writeFileSync(lock, '{}');
  const dir = join(home, 'state/capfence/audit');
  const file = segments(dir)[0]?.path as string;
  writeFileSync(file, readFileSync(file, 'utf8').replace('write_file', 'read_file'));
  const { code, stdout } = status();
  assert.equal(code, 1);
  assert.ok((stdout.match(/problem/g) ?? []).length >= 3, stdout);
  assert.match(stdout, /not as they were written/);
});

test('with --scan, whether the lock is current', () => {
  const same = machine().status('--scan');
  assert.equal(same.code, 0, same.stdout);
  const other = machine('2').status('--scan');
  assert.equal(other.code, 1);
  assert.match(other.stdout, /its tools are not those of .*: write_file changed/);
});

test('a configuration that can not be read is said, and hides no other', () => {
  const { home, status } = machine();
  mkdirSync(join(home, '.cursor'));
  appendFileSync(join(home, '.cursor/mcp.json'), '{ "mcpServers": { ');
  const { code, stdout } = status();
  assert.equal(code, 1);
  assert.match(stdout, /problem {2}.*\.cursor\/mcp\.json/);
  assert.match(stdout, /files {2}guarded/);
  const empty = temporaryFolder();
  const env = { ...process.env, HOME: empty, XDG_STATE_HOME: empty, XDG_CONFIG_HOME: empty };
  assert.match(runCapfence(['status'], { env, cwd: empty }).stdout, /no servers are configured/);
});
