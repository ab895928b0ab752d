// Packs the extension for Visual Studio Code: its grammar from the words of the DSL, its script in one file, then a .vsix by vsce.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { grammar } from './vscode-grammar.js';

const folder = fileURLToPath(new URL('../editors/vscode/', import.meta.url));
writeFileSync(`${folder}syntaxes/capfence.tmLanguage.json`, grammar());
const common = { absWorkingDir: folder, bundle: true, minify: true, logLevel: /** @type {const} */ ('warning') };
await build({
  ...common,
  entryPoints: ['extension.ts'],
  outfile: 'dist/extension.js',
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
});
await build({
  ...common,
  entryPoints: ['webview.js'],
  outfile: 'dist/webview.js',
  platform: 'browser',
  target: 'es2022',
});
// Version 4 needs Node 22.
const packed = spawnSync('npx', ['--yes', '@vscode/vsce@3', 'package', '--no-dependencies'], {
  cwd: folder,
  stdio: 'inherit',
});
process.exitCode = packed.status ?? 1;
