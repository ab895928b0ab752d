import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { publint } from 'publint';
import { ROOT } from './support/capfence.js';
import { temporaryFolder } from './support/folder.js';

/** What is downloaded, and what lies on the disk then. */
const MAX_PACKED = 1_250_000;
const MAX_UNPACKED = 5_500_000;

const folder = temporaryFolder();
const run = (command: string, ...args: string[]) => spawnSync(command, args, { cwd: folder, encoding: 'utf8' });

test('the package: small, clean, and it runs from an empty folder', { timeout: 120_000 }, async () => {
  const packed = spawnSync('npm', ['pack', '--json', '--pack-destination', folder], { cwd: ROOT, encoding: 'utf8' });
  assert.equal(packed.status, 0, packed.stderr);
  const [{ filename, size, unpackedSize, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
  assert.ok(size <= MAX_PACKED, `${size} bytes`);
  assert.ok(unpackedSize <= MAX_UNPACKED, `${unpackedSize} bytes`);
  const paths = (files as { path: string }[]).map(({ path }) => path);
  assert.ok(!paths.some((path) => /^(?:test|node_modules|compiler|runtime|\.)/.test(path)), paths.join());
  for (const path of ['README.md', 'CHANGELOG.md', 'LICENSE', 'dist/cli.js', 'policies/mcp_policy.yaml'])
    assert.ok(paths.includes(path), path);

  const installed = join(folder, 'node_modules/capfence');
  mkdirSync(installed, { recursive: true });
  assert.equal(run('tar', 'xzf', filename, '-C', installed, '--strip-components=1').status, 0);
  const { dependencies, bin, engines } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
  assert.deepEqual(Object.keys(dependencies).sort(), ['esbuild', 'ts-morph'], 'a small list');
  assert.equal(engines.node, '>=20.16');
  // As a registry would have put them there.
  for (const name of Object.keys(dependencies))
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  const cli = join(installed, bin.capfence);
  assert.ok(statSync(cli).isFile());
  assert.match(readFileSync(cli, 'utf8'), /^#!\/usr\/bin\/env node\n/);
  assert.equal(
    run(process.execPath, cli, '--version').stdout.trim(),
    JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).version,
  );
  writeFileSync(join(folder, 'p.yaml'), 'allow: [filesystem.read]\n');
  assert.equal(run(process.execPath, cli, 'check', 'p.yaml').status, 0);
  const compiled = run(process.execPath, cli, 'compile', 'p.yaml', '--gateway', 'gateway.mjs');
  assert.equal(compiled.status, 0, compiled.stderr);
  const report = run(process.execPath, cli, 'report', 'p.yaml');
  assert.equal(report.status, 0, report.stderr);
  // What is not installed is asked for by name.
  const postgres = run(process.execPath, cli, 'approvals', '--approvals', 'postgres://127.0.0.1/x');
  assert.equal(postgres.status, 2);
  assert.match(postgres.stderr, /npm i pg/);

  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'use.ts'),
    `import { ActionRuntime, McpGatewayServer, type Verdict } from 'capfence';
import { McpGatewayServer as Slim } from 'capfence/gateway';
import { check, compile, diff, explain } from 'capfence/compiler';
import { bind } from './generated/p.js';
import type { Decide } from 'capfence/runtime';
const gate = await ActionRuntime.fromPolicy('p.yaml');
const verdict: Verdict = gate.decide('read_file', { path: '/x' });
const decide: Decide = bind({});
console.log(verdict.decision, decide('write_file', {}).decision, typeof McpGatewayServer, typeof Slim, typeof check, typeof compile, typeof diff, typeof explain);
`,
  );
  const tsc = [
    join(ROOT, 'node_modules/typescript/bin/tsc'),
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2022',
    '--types',
    'node',
    '--typeRoots',
    join(ROOT, 'node_modules/@types'),
    'use.ts',
  ];
  const typed = run(process.execPath, ...tsc);
  assert.equal(typed.status, 0, typed.stdout);
  const used = run(process.execPath, 'use.js');
  assert.equal(used.stdout.trim(), 'allow deny function function function function function function', used.stderr);
});

test('the package has nothing that publint minds', async () => {
  const { messages } = await publint({ pkgDir: ROOT, level: 'suggestion', pack: false });
  assert.deepEqual(messages, []);
});
