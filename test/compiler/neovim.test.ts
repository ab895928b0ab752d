import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLI, ROOT } from '../support/capfence.js';
import { installed } from '../support/debian.js';
import { temporaryFolder } from '../support/folder.js';

const POLICY = `extends: base.yaml
tools: { post: web.post }
deny:
  - { capability: filesystem.write, path_prefx: /etc }
  - { capability: filesystem.write, path_prefix: /etc/ssl }
require_approval:
  - { capability: web.post, after: [ secret ] }
allow:
  - { capability: web.post }
`;

const skip = installed('neovim', () => spawnSync('nvim', ['--version']).status === 0);

test('Neovim shows diagnostics, applies an action, completes, hovers, and renames over what a policy extends', {
  ...(skip && { skip }),
  timeout: 90_000,
}, () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'base.yaml'), 'mark: [{ label: secret, capability: filesystem.read }]\n');
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  const out = join(folder, 'shown.json');
  const script = join(ROOT, 'test/support/neovim.lua');
  const { status, stderr } = spawnSync(
    'nvim',
    [
      '--headless',
      '-u',
      'NONE',
      '-i',
      'NONE',
      '-n',
      '-c',
      `luafile ${script}`,
      '--',
      process.execPath,
      CLI,
      folder,
      out,
    ],
    { cwd: folder, encoding: 'utf8', timeout: 80_000 },
  );
  assert.equal(status, 0, stderr);
  const shown = JSON.parse(readFileSync(out, 'utf8'));
  assert.deepEqual(
    shown.loading.map(({ line, code }: { line: number; code: string }) => [line, code]),
    [[3, 'CF102']],
    stderr,
  );
  assert.equal(shown.action, 'Replace by path_prefix');
  assert.match(shown.mended, /path_prefix: \/etc \}/);
  assert.deepEqual([shown.analysis[0].line, shown.analysis[0].code], [4, 'CF204'], 'deny[1] is not needed');
  assert.match(shown.hover, /\*\*deny\[0\]\*\* denies/);
  assert.ok(shown.completion.includes('capability'), shown.completion.join());
  assert.match(shown.renamed, /after: \[ confidential \]/);
  assert.match(shown.base, /label: confidential/);
  assert.ok(shown.lenses.some((title: string) => /^decides \d+ of \d+ known tools$/.test(title)));
});
