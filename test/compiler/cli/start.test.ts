import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { recordHash } from '../../../runtime/audit/record.js';
import { ROOT } from '../../support/capfence.js';

test('npm start drives the real client and the real filesystem server, and shows what happened', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/start.mjs'], {
    encoding: 'utf8',
    cwd: ROOT,
  });
  assert.equal(status, 0, stderr);
  const session = stdout.slice(stdout.indexOf('The agent calls'), stdout.indexOf('$ capfence approvals'));
  const expected: [call: string, verdict: RegExp][] = [
    ['read_text_file', /allowed {3}the server answers: meet at noon/],
    ['write_file', /allowed {3}the server answers: Successfully wrote/],
    ['write_file', /waiting {3}approval_required: .* {2}\(require_approval\[0\], policies\/mcp_policy\.yaml:7\)/],
    ['write_file', /blocked {3}policy_deny {2}\(deny\[1\], policies\/mcp_policy\.yaml:3\)/],
    ['write_file', /blocked .*deny\[1\]/],
    ['write_file', /blocked .*deny\[1\]/],
    ['move_file', /blocked .*deny\[0\]/],
    ['delete_file', /blocked {3}destructive_operation {2}\(deny\[0\], policies\/mcp_policy\.yaml:2\)/],
    ['run_command', /blocked {3}policy_deny {2}\(deny\[2\], policies\/mcp_policy\.yaml:5\)/],
    ['launch_rocket', /blocked {3}unmapped_tool/],
  ];
  const calls = session
    .split('\n\n  ')
    .slice(1)
    .filter((call) => !/^ *the client gets/.test(call));
  assert.equal(calls.length, expected.length);
  for (const [i, [name, verdict]] of expected.entries()) {
    assert.ok(calls[i]?.startsWith(name), name);
    assert.match(calls[i] as string, verdict);
  }
  // The error as the client gets it, and one record whole, with the hash of the payload.
  const lines = stdout.split('\n');
  const error = JSON.parse(lines.find((line) => line.startsWith('{"jsonrpc"')) as string);
  assert.deepEqual([error.error.code, error.error.data.reason], [-32000, 'destructive_operation']);
  const record = JSON.parse(lines.find((line) => line.startsWith('{"agent"')) as string);
  assert.equal(record.id, error.error.data.record);
  assert.match(record.payload_sha256, /^[0-9a-f]{64}$/);
  assert.equal(record.hash, recordHash(record));
  assert.match(stdout, /ok: 2 segments, 18 records/);
  // A person has approved what waited, and it went through.
  assert.match(stdout, /\$ capfence approvals\n.*pending .*write_file/s);
  assert.match(stdout, /The agent calls again\n\n {2}write_file.*\n {4}allowed/);
  assert.match(stdout, /asked .*\n.*approved {3}by you\n.*used /);
});
