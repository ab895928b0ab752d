import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { capfenceIn } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

function inFolder(files: Record<string, string>, use: (folder: string) => void): void {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  use(folder);
}

const capfence = (cwd: string, ...args: string[]) => {
  const { status, stdout, stderr } = capfenceIn(cwd, ...args);
  return { status, output: stdout + stderr, stdout };
};

test('what a policy extends is never quoted unless it is a policy, and stays in the repository', () => {
  const secret = 'AUTHORIZATION: basic c2VjcmV0';
  const files = {
    'repo/.git/config': `[http]\n\textraheader = ${secret}\n`,
    'repo/notes.txt': `${secret}\n`,
    'repo/words.yaml': `${secret}\n`,
    'outside.yaml': 'deny: [a.b]\n',
  };
  inFolder(files, (folder) => {
    const repo = join(folder, 'repo');
    symlinkSync(join(folder, 'outside.yaml'), join(repo, 'link.yaml'));
    spawnSync('mkfifo', [join(repo, 'pipe.yaml')]);
    for (const parent of [
      '.git/config',
      'notes.txt',
      'words.yaml',
      '../outside.yaml',
      'link.yaml',
      'pipe.yaml',
      '/proc/self/environ',
      '/dev/zero',
      '/dev/stdin',
    ]) {
      writeFileSync(join(repo, 'p.yaml'), `extends: ${JSON.stringify(parent)}\ndeny: [a.b]\n`);
      for (const format of ['text', 'json']) {
        const { status, output } = capfence(repo, 'check', 'p.yaml', '--format', format);
        assert.equal(status, 2, `${parent} ${format}: ${output}`);
        assert.ok(!output.includes('c2VjcmV0') && !output.includes('PATH='), `${parent} ${format}: ${output}`);
        assert.match(output, /CF1\d\d/, `${parent} ${format}`);
      }
    }
    mkdirSync(join(repo, 'sub'));
    writeFileSync(join(repo, 'base.yaml'), 'deny: [a.b]\n');
    writeFileSync(join(repo, 'sub/p.yaml'), 'extends: ../base.yaml\nallow: [a.b]\n');
    assert.equal(capfence(repo, 'check', 'sub/p.yaml', '--fail-on', 'never').status, 0);
  });
});

test('one broken file is told in every format, and hides no other', () => {
  inFolder({ 'bad.yaml': 'alow: [a.b]\n', 'good.yaml': 'allow:\n  - "*"\n' }, (folder) => {
    const check = (format: string) => capfence(folder, 'check', 'bad.yaml', 'good.yaml', '--format', format);
    const { status, stdout } = check('json');
    assert.equal(status, 2);
    const { findings } = JSON.parse(stdout);
    assert.deepEqual(
      findings.map(({ kind }: { kind: string }) => kind),
      ['load-error', 'broad-allow'],
    );
    const [{ results }] = JSON.parse(check('sarif').stdout).runs;
    assert.deepEqual(
      results.map(({ ruleId }: { ruleId: string }) => ruleId),
      ['CF102', 'CF209'],
    );
    for (const format of ['text', 'markdown', 'github']) {
      const { output } = check(format);
      assert.ok(output.includes('alow') && output.includes('CF209'), `${format}: ${output}`);
    }
    const diff = capfence(folder, 'diff', 'bad.yaml', 'good.yaml', '--format', 'json');
    assert.deepEqual([diff.status, JSON.parse(diff.stdout).equivalent], [2, false]);
  });
});

test('no escape sequence and no workflow command gets out of a policy', () => {
  inFolder({ 'p.yaml': 'allow:\n  - capability: "*"\n    id: "x\\e[31m\\n::error::y"\n' }, (folder) => {
    for (const format of ['text', 'markdown', 'github', 'sarif', 'json']) {
      const { output } = capfence(folder, 'check', 'p.yaml', '--format', format);
      assert.ok(!output.includes('\u001b['), format);
      assert.ok(!/^::error::y/m.test(output), format);
    }
  });
});
