// Packs the extension for Visual Studio Code: its grammar from the words of the DSL, its script in one file, then a .vsix by vsce.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { grammar } from './vscode-grammar.js';

const folder = fileURLToPath(new URL('../editors/vscode/', import.meta.url));
writeFileSync(`${folder}syntaxes/capfence.tmLanguage.json`, grammar());
await build({
  absWorkingDir: folder,
  entryPoints: ['extension.ts'],
  outfile: 'extension.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  external: ['vscode'],
  minify: true,
  logLevel: 'warning',
});
// Version 4 needs Node 22.
const packed = spawnSync('npx', ['--yes', '@vscode/vsce@3', 'package', '--no-dependencies'], {
  cwd: folder,
  stdio: 'inherit',
});
process.exitCode = packed.status ?? 1;
