import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, ROOT } from '../support/capfence.js';
import { temporaryFolder } from '../support/folder.js';
import { SHARED, without } from '../support/shared.js';

test('no check of the official conformance suite is lost through the gateway', { skip: without('probes') }, () => {
  const folder = temporaryFolder();
  const policy = join(folder, 'all.yaml');
  writeFileSync(policy, 'allow: ["*"]\n');
  const gateway = ['node', CLI, 'run', '--policy', policy, '--audit', join(folder, 'audit'), '--'];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(SHARED, 'probes/conformance.mjs'), '--', ...gateway],
    { cwd: ROOT, encoding: 'utf8' },
  );
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /no check is lost/);
  const passed = [...stdout.matchAll(/(\d+) checks passed/g)].map(([, count]) => Number(count));
  assert.ok(passed.length === 2 && (passed[0] as number) > 10, stdout);
});
