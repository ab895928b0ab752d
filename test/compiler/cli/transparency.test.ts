import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, ROOT } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { SHARED, without } from '../../support/shared.js';

test('with a policy that allows all, a client sees the same through the gateway as directly', {
  skip: without('probes'),
}, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'all.yaml'), 'allow: ["*"]\n');
  const gateway = [
    process.execPath,
    CLI,
    'run',
    '--policy',
    join(folder, 'all.yaml'),
    '--audit',
    join(folder, 'audit'),
    '--',
  ];
  for (const server of [
    [process.execPath, join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'), 'stdio'],
    [process.execPath, join(SHARED, 'probes/fixture-server.mjs')],
  ]) {
    const [direct, through] = await Promise.all([
      probe(join(folder, 'd.json'), server),
      probe(join(folder, 'g.json'), [...gateway, ...server]),
    ]);
    assert.deepEqual(through, direct);
  }
});

/** What the probe found: each feature's outcome, and hashes of what the lists return. */
function probe(json: string, command: string[]): Promise<unknown> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(SHARED, 'probes/transparency.mjs'), '--json', json, '--', ...command], {
      cwd: ROOT,
      stdio: 'ignore',
    });
    child.once('close', (code) => {
      const { fingerprint, results } = JSON.parse(readFileSync(json, 'utf8'));
      resolve({
        code,
        fingerprint,
        outcomes: results.map((result: Record<string, unknown>) => [
          result['name'],
          result['status'] ?? result['outcome'] ?? result['ok'],
        ]),
      });
    });
  });
}
