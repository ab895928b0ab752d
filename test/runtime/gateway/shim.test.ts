import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ShimWorld, withoutShim } from '../../../runtime/gateway/process/shim.js';

/** What npm's installer writes for a package's executable, in its own words only where they matter. */
const PACKAGE_SHIM =
  '@ECHO off\r\nIF EXIST "%dp0%\\node.exe" (\r\n SET "_prog=%dp0%\\node.exe"\r\n)\r\n"%_prog%"  "%dp0%\\node_modules\\tool\\bin\\main.mjs" %*\r\n';
const NPX_SHIM =
  ':: starts npx\r\nSET "NPX_CLI_JS=%~dp0\\node_modules\\npm\\bin\\npx-cli.js"\r\nSET "NPX_CLI_JS=%PREFIX%\\node_modules\\npm\\bin\\npx-cli.js"\r\n"%NODE_EXE%" "%NPX_CLI_JS%" %*\r\n';

function world(files: Record<string, string>): ShimWorld {
  const known = new Map(Object.entries(files).map(([path, text]) => [path.toLowerCase(), text]));
  return {
    env: { Path: 'C:\\tools;C:\\node', PATHEXT: '.EXE;.CMD;.BAT' },
    cwd: 'C:\\work',
    node: 'C:\\running\\node.exe',
    exists: (path) => known.has(path.toLowerCase()),
    read: (path) => known.get(path.toLowerCase()) ?? '',
  };
}

test('on Windows the script behind a shim is started, without a shell', () => {
  const tool = world({ 'C:\\tools\\tool.cmd': PACKAGE_SHIM, 'C:\\tools\\node_modules\\tool\\bin\\main.mjs': '' });
  const hostile = ['tool', 'a & calc', '%PATH%', '"^'];
  const command = withoutShim(hostile, tool);
  assert.deepEqual(command, [
    'C:\\running\\node.exe',
    'C:\\tools\\node_modules\\tool\\bin\\main.mjs',
    ...hostile.slice(1),
  ]);
  assert.deepEqual(withoutShim(['C:\\tools\\tool.cmd'], tool).slice(1), command.slice(1, 2));
});

test('npx is found beside its node', () => {
  const files = {
    'C:\\node\\npx.cmd': NPX_SHIM,
    'C:\\node\\node.exe': '',
    'C:\\node\\node_modules\\npm\\bin\\npx-cli.js': '',
  };
  assert.deepEqual(withoutShim(['npx', '-y', 'server'], world(files)), [
    'C:\\node\\node.exe',
    'C:\\node\\node_modules\\npm\\bin\\npx-cli.js',
    '-y',
    'server',
  ]);
});

test('programs are started as they are, and other batch files are refused with what to do', () => {
  const files = { 'C:\\tools\\a.exe': '', 'C:\\tools\\a.cmd': PACKAGE_SHIM, 'C:\\work\\run.bat': 'echo %1\r\n' };
  assert.deepEqual(withoutShim(['a', 'x'], world(files)), ['a', 'x'], 'PATHEXT has .EXE first');
  assert.deepEqual(withoutShim(['missing'], world(files)), ['missing']);
  assert.throws(() => withoutShim(['run'], world(files)), /"C:\\\\work\\\\run\.bat" is a batch file/);
  // The script it names is not there.
  assert.throws(() => withoutShim(['tool'], world({ 'C:\\tools\\tool.cmd': PACKAGE_SHIM })), /batch file/);
});
