// `npm run bench [decisions|mixed|parsers|history|promises|results|hop|editor] [-- --quick]`: installs what the benchmarks compare with, and runs all or some of them.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
setUp();
const args = process.argv.slice(2);
const benchmarks = ['decisions', 'mixed', 'parsers', 'history', 'promises', 'results', 'hop', 'editor'];
const chosen = benchmarks.filter((name) => args.includes(name));
for (const name of chosen.length > 0 ? chosen : benchmarks) {
  if ((name === 'decisions' || name === 'parsers') && !existsSync(`${root}bench/node_modules`)) {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: `${root}bench`,
      stdio: 'inherit',
    });
  }
  // With WebAssembly inlined into JavaScript, V8 of Node 20 aborts in its deoptimizer while Cedar is measured.
  const ofNode = name === 'decisions' ? ['--no-turbo-inline-js-wasm-calls'] : [];
  const flags = args.filter((arg) => !benchmarks.includes(arg));
  execFileSync(process.execPath, [...ofNode, '--import', 'tsx', `bench/${name}.ts`, ...flags], {
    cwd: root,
    stdio: 'inherit',
  });
}
