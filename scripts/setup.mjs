// Installs and builds whatever is missing or out of date, and says so. Needs nothing but Node and npm.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export function setUp() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 16))
    fail(`CapFence needs Node 20.16 or newer, this is ${process.versions.node}`);
  if (modified('node_modules/.package-lock.json') < modified('package-lock.json')) {
    step('Installing dependencies (once) …', npm(), ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  if (modified('dist/.stamp') < newestSource()) step('Building …', process.execPath, ['scripts/build.mjs']);
}

function step(message, command, args) {
  const started = Date.now();
  process.stderr.write(`${message}\n`);
  // npm on Windows is a .cmd file, which only a shell starts; the arguments are our own words.
  const shell = process.platform === 'win32' && command.endsWith('.cmd');
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell });
  if (status !== 0) fail(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}`);
  process.stderr.write(`  done in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

function npm() {
  return process.platform === 'win32' ? 'npm.cmd' : 'npm';
}

function newestSource() {
  const folders = ['compiler', 'runtime', 'sinks', 'stores', 'docs/diagnostics', 'scripts'];
  return Math.max(
    ...folders.flatMap(allBelow).map(modified),
    modified('index.ts'),
    modified('package.json'),
    modified('tsconfig.json'),
    modified('tsconfig.types.json'),
  );
}

function allBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    // The build writes this one itself.
    if (path.endsWith('messages.ts')) return [];
    return entry.isDirectory() ? allBelow(path) : [path];
  });
}

function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Run as a script: what the GitHub Action does. */
if (process.argv[1] === fileURLToPath(import.meta.url)) setUp();
