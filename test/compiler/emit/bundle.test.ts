import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { compile } from '../../../compiler/compile.js';
import { bundleGateway } from '../../../compiler/emit/bundle.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { allRecords } from '../../../runtime/audit/read.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall } from '../../support/gateway.js';
import { SEED } from '../../support/seed-policy.js';

const RECORDER = new URL('../../support/recorder.mjs', import.meta.url).pathname;

test('a prebuilt gateway is one file of at most 96 kB that needs nothing beside it', async () => {
  const folder = temporaryFolder();
  const { policy } = loadPolicyText(SEED);
  const { js } = await compile(SEED, { name: 'mcp_policy.yaml' });
  const bundle = await bundleGateway(policy, js);
  assert.ok(Buffer.byteLength(bundle) <= 96 * 1024, `${Buffer.byteLength(bundle)} bytes`);
  const [, packed = ''] = /return '([^']+)';/.exec(bundle) ?? [];
  const runtime = brotliDecompressSync(Buffer.from(packed, 'base64')).toString();
  const plain = [...bundle.matchAll(/from '([^']+)';/g), ...runtime.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)];
  const imported = plain.map(([, name]) => name);
  assert.ok(imported.length > 10 && imported.every((name) => name?.startsWith('node:')), imported.join());
  // What it decides is there for everybody to read.
  assert.ok(bundle.includes(js.slice(js.indexOf('export const manifest')).trimEnd()));
  writeFileSync(join(folder, 'gateway.mjs'), bundle);
  const lines = [
    toolCall(1, 'delete_file', { path: '/data/a' }),
    toolCall(2, 'write_file', { path: '/data/prod/a' }),
    toolCall(3, 'write_file', { path: '/data/staging/a' }),
    { jsonrpc: '2.0', id: 4, method: 'tools/list' },
  ];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['gateway.mjs', '--audit', 'audit', '--approvals', 'approvals', '--', process.execPath, RECORDER],
    { cwd: folder, input: `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{`, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(answers.map(({ id, error }) => `${id} ${error?.data?.decision ?? 'result'}`).sort(), [
    '1 deny',
    '2 require_approval',
    '3 result',
    '4 result',
  ]);
  assert.deepEqual(
    answers.find(({ id }) => id === 4).result.tools.map(({ name }: { name: string }) => name),
    ['read_file', 'write_file'],
  );
  assert.deepEqual(
    [...allRecords(join(folder, 'audit'))].map(({ kind, decision }) => `${kind} ${decision ?? ''}`.trim()).sort(),
    ['approval', 'call allow', 'call deny', 'call require_approval', 'footer', 'header'],
  );
});
