// npm test: sets up, then checks types, style, generated files, and runs the tests. `--long`: fresh seeds, many runs.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, setUp } from './setup.mjs';

setUp();
process.chdir(root);
const args = process.argv.slice(2);
const long = args.includes('--long');
const only = args.filter((arg) => !arg.startsWith('--'));

const files = (only.length > 0 ? only : testFiles('test')).map((file) => file.replaceAll('\\', '/'));
const checks =
  only.length > 0
    ? []
    : [
        ['types', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.json'],
        ['types of scripts', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.scripts.json'],
        ['types of the extension', 'node_modules/typescript/bin/tsc', '-p', 'tsconfig.vscode.json', '--noEmit'],
        ['style', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
        ['generated is fresh', 'dist/cli.js', 'compile', ...policies(), '--check'],
      ];
let failed = 0;
for (const [name, ...command] of checks) {
  const { status } = spawnSync(process.execPath, command, { stdio: 'inherit' });
  process.stdout.write(`${status === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  if (status !== 0) failed++;
}
const { status } = spawnSync(
  process.execPath,
  [
    ...['--import', 'tsx', '--import', './scripts/test-limits.mjs'],
    ...['--test', '--test-concurrency', '2', '--test-reporter', './scripts/reporter.mjs'],
    ...files,
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      CAPFENCE_LONG: long ? '1' : '',
      CAPFENCE_CHECKS_PASSED: String(checks.length - failed),
      CAPFENCE_CHECKS_FAILED: String(failed),
    },
  },
);
process.exitCode = failed > 0 ? 1 : (status ?? 1);

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? testFiles(path) : entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

/** The policies whose compiled form is checked in. */
function policies() {
  return readdirSync('generated')
    .filter((name) => name.endsWith('.manifest.json'))
    .map((name) => `policies/${name.replace('.manifest.json', '.yaml')}`);
}
