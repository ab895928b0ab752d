import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, capfenceIn } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

test('what is compiled with --sign runs where --require-signature asks for it, and nothing else does', () => {
  const folder = temporaryFolder();
  const run = (...args: string[]) => spawnSync(process.execPath, args, { cwd: folder, input: '', encoding: 'utf8' });
  const capfence = (...args: string[]) => run(CLI, ...args);
  const server = ['--audit', 'audit', '--', process.execPath, '-e', '0'];
  writeFileSync(join(folder, 'p.yaml'), 'allow: ["*"]\n');
  assert.equal(capfence('keygen', '-o', 'ours').status, 0);
  assert.equal(capfence('keygen', '-o', 'theirs').status, 0);
  const compiled = capfence(
    'compile',
    'p.yaml',
    '--fail-on',
    'never',
    '-o',
    'out',
    '--gateway',
    'out/gateway',
    '--sign',
    'ours.key',
  );
  assert.equal(compiled.status, 0, compiled.stderr);
  const module = ['run', '--module', 'out/p.js', '--require-signature'];
  assert.equal(capfence(...module, 'ours.pub', ...server).status, 0);
  assert.equal(run('out/gateway', '--require-signature', 'ours.pub', ...server).status, 0);
  for (const refused of [
    capfence(...module, 'theirs.pub', ...server),
    capfence(...module, 'ours.key', ...server),
    capfence(...module, 'missing.pub', ...server),
    run('out/gateway', '--require-signature', 'theirs.pub', ...server),
    capfence('run', '--policy', 'p.yaml', '--require-signature', 'ours.pub', ...server),
    capfence('compile', 'p.yaml', '--fail-on', 'never', '-o', 'out2', '--sign', 'ours.pub'),
  ]) {
    assert.equal(refused.status, 2, refused.stderr);
    assert.equal(refused.stderr.trim().split('\n').length, 1, refused.stderr);
  }
  const check = [
    'compile',
    'p.yaml',
    '--fail-on',
    'never',
    '-o',
    'out',
    '--gateway',
    'out/gateway',
    '--sign',
    'ours.key',
    '--check',
  ];
  assert.equal(capfence(...check).status, 0);
  appendFileSync(join(folder, 'out/p.js'), '\n');
  appendFileSync(join(folder, 'out/gateway'), '\n');
  assert.equal(capfence(...module, 'ours.pub', ...server).status, 2);
  assert.equal(run('out/gateway', '--require-signature', 'ours.pub', ...server).status, 2);
  assert.equal(capfence(...check).status, 1);
  rmSync(join(folder, 'out/p.js.sig'));
  assert.equal(capfence(...module, 'ours.pub', ...server).status, 2);
});

test('a signature says of what it is: name, policy and time', () => {
  const folder = temporaryFolder();
  const capfence = (...args: string[]) => capfenceIn(folder, ...args);
  const run = (file: string, ...flags: string[]) =>
    capfence(
      'run',
      '--module',
      file,
      '--require-signature',
      'k.pub',
      ...flags,
      '--audit',
      'audit',
      '--',
      process.execPath,
      '-e',
      '0',
    );
  capfence('keygen', '-o', 'k');
  writeFileSync(join(folder, 'dev.yaml'), 'policy_name: dev\nallow: ["*"]\n');
  writeFileSync(join(folder, 'p.yaml'), 'policy_name: prod\ndeny: ["*"]\n');
  const compiled = capfence('compile', 'dev.yaml', 'p.yaml', '--fail-on', 'never', '-o', '.', '--sign', 'k.key');
  assert.equal(compiled.status, 0, compiled.stderr);
  assert.equal(run('p.js', '--policy-name', 'prod', '--not-before', '2020-01-01').status, 0);
  const name = run('dev.js', '--policy-name', 'prod');
  assert.deepEqual([name.status, /is the policy "dev", not "prod"/.test(name.stderr)], [2, true], name.stderr);
  const early = run('p.js', '--not-before', '2999-01-01');
  assert.deepEqual([early.status, /before 2999/.test(early.stderr)], [2, true], early.stderr);
  // Another's file and signature under this name.
  cpSync(join(folder, 'dev.js'), join(folder, 'p.js'));
  cpSync(join(folder, 'dev.js.sig'), join(folder, 'p.js.sig'));
  const copied = run('p.js');
  assert.deepEqual([copied.status, /was signed as "dev.js"/.test(copied.stderr)], [2, true], copied.stderr);
  // The statement rewritten.
  const signed = readFileSync(join(folder, 'p.js.sig'), 'utf8');
  writeFileSync(join(folder, 'p.js.sig'), signed.replace('dev.js', 'p.js'));
  assert.equal(run('p.js').status, 2);
});
