import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellCommands } from '../../../compiler/conditions/shell.js';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { parseShell } from '../../../runtime/decide/commands/shell-text.js';
import { commandText } from '../../support/arbitrary.js';
import { check } from '../../support/seed.js';
import { judgeOf } from '../../support/verdicts.js';

const run = (command: unknown, more: object = {}) => ({ command, ...more });
const allows = (command: unknown, options = {}) => judgeOf({ allow: [{ capability: 'x.y', command }] }, options);
const denies = (command: unknown, options = {}) =>
  judgeOf({ deny: [{ capability: 'x.y', command }], allow: ['x.y'] }, options);

test('an allow rule wants every simple command to match', () => {
  const judge = allows(['npm test', 'git status', 'ls **']);
  for (const text of [
    'npm test',
    'npm  test',
    "npm 'test'",
    'git status && npm test',
    'git status;',
    'ls',
    'ls a b',
    'ls ~',
    'ls ~/x',
    'git status # x',
    'git status 2>&1',
    'git status 2>/dev/null | ls',
    'n\\pm test',
    'npm \\\ntest',
  ]) {
    assert.equal(judge(run(text)), 'allow', text);
  }
  for (const text of [
    'npm test x',
    'npm',
    'git status; rm -rf /',
    'git status\nrm x',
    'git status & rm x',
    'npm test > out',
    'A=1 npm test',
    'npm $X',
    'npm te*',
    'ls -la',
    'ls *',
    'ls $HOME',
    '$(npm test)',
    'npm test `id`',
    'npm test "$(id)"',
    '/bin/ls',
    'eval npm test',
    'if npm test',
    '(npm test)',
    "npm test '",
    'npm test \\',
    'npm test; ; ls',
    '',
    '# x',
    'npm test\r',
    'npm test <<x',
    'npm test <(x)',
    'npm test |& ls',
    'npm test &> x',
    "npm $'test'",
    '"npm test"',
  ]) {
    assert.equal(judge(run(text)), 'deny', text);
  }
});

test('words of patterns: stars, rest, folders, variables', () => {
  const cases: [string, string, string][] = [
    ['cat src/*', 'cat src/a.ts', 'allow'],
    ['cat src/*', 'cat src/a/b', 'deny'],
    ['cat src/*', 'cat src/..', 'deny'],
    ['cat *', 'cat -n', 'deny'],
    ['cat *', 'cat a/b', 'allow'],
    ['cat ?.ts', 'cat a.ts', 'allow'],
    ['cat ?x', 'cat -x', 'deny'],
    ['git log ...', 'git log --output=/x $HOME', 'allow'],
    ['ls **', 'ls a$B', 'deny'],
    ['ls **', 'ls $B', 'deny'],
    ['/bin/* x', '/bin/ls x', 'allow'],
    ['A=1 npm test', 'A=1 npm test', 'allow'],
    ['A=1 npm test', 'B=1 npm test', 'deny'],
    ['A=* npm test', 'A=x npm test', 'allow'],
  ];
  for (const [pattern, text, verdict] of cases)
    assert.equal(allows([pattern])(run(text)), verdict, `${pattern}: ${text}`);
});

test('options that must not be there, and those that are looked for', () => {
  const judge = allows([{ run: 'git log ...', no_flags: ['--output', '-O'] }]);
  for (const [text, verdict] of [
    ['git log -5', 'allow'],
    ['git log --output=x', 'deny'],
    ['git log --outp=x', 'deny'],
    ['git log -pO', 'deny'],
    ['git log -$X', 'deny'],
    ['git log a$X', 'deny'],
    ['git log a*', 'allow'],
    ['git log --ou=x', 'deny'],
  ]) {
    assert.equal(judge(run(text)), verdict, text);
  }
  const force = denies([{ run: 'git push ...', flags: ['--force', '-f'] }]);
  for (const [text, verdict] of [
    ['git push', 'allow'],
    ['git push --force', 'deny'],
    ['git push -uf', 'deny'],
    ['git push --forc', 'deny'],
    ['git push --force=yes', 'deny'],
    ['git push $X', 'deny'],
    ['git pull -f', 'allow'],
  ]) {
    assert.equal(force(run(text)), verdict, text);
  }
});

test('a deny rule sees what wrappers and shells run, and what it can not see is denied', () => {
  const judge = denies(['rm ...', 'kubectl delete ...']);
  for (const text of [
    'rm x',
    '/bin/rm x',
    'ls; rm x',
    'ls | rm',
    'sudo rm x',
    'sudo -u root rm x',
    'env -i A=1 rm x',
    'nice -n 5 rm x',
    'nice -5 rm',
    'timeout 5 rm x',
    'timeout -k 1 5 rm x',
    'nohup setsid rm x',
    'xargs rm',
    'sh -c "rm x"',
    "bash -lc 'ls; rm x'",
    'bash -c "sudo sh -c \\"rm x\\""',
    'A=1 rm x',
    'rm x > y',
    'sudo --odd rm x',
    'eval rm',
    'kubectl -n prod delete pod x',
    'kubectl --odd delete pod',
    'find . -exec rm "{}" \\;',
    'python3 -c x',
    'ssh host rm x',
    'npx x',
    'sh',
    'awk x',
    '$X',
  ]) {
    assert.equal(judge(run(text)), 'deny', text);
  }
  for (const text of [
    'ls',
    'echo rm',
    'sudo ls',
    'sh -c "ls"',
    'npm test',
    'make',
    'kubectl get pods',
    'grep rm x',
    'bash -c "ls && pwd"',
    'timeout 5 ls',
  ])
    assert.equal(judge(run(text)), 'allow', text);
});

test('under not the quantifier turns', () => {
  const judge = judgeOf({ allow: [{ capability: 'x.y', not: { command: ['rm ...'] } }] });
  assert.deepEqual(
    ['ls', 'ls; pwd', 'ls; rm x', 'sudo rm x', '$X'].map((text) => judge(run(text))),
    ['allow', 'allow', 'deny', 'deny', 'deny'],
  );
  const only = judgeOf({ deny: [{ capability: 'x.y', not: { command: ['ls ...'] } }], allow: ['x.y'] });
  assert.deepEqual(
    ['ls x', 'ls; ls -la', 'ls; rm x', 'ls $(x)'].map((text) => only(run(text))),
    ['allow', 'allow', 'deny', 'deny'],
  );
});

test('lists of words, and what stands beside a command', () => {
  const judge = allows(['git status', 'git commit -m *']);
  assert.equal(judge(run('git', { args: ['status'] })), 'allow');
  assert.equal(judge(run(['git', 'status'])), 'allow');
  assert.equal(judge(run('git status', { args: [] })), 'allow');
  // As words it is one message, as a text it is not.
  assert.equal(judge(run('git', { args: ['commit', '-m', 'a b'] })), 'deny');
  const words = allows(['git status', 'git commit -m *'], {
    mapping: { commands: [['command', 'args?']], shell: false },
  });
  assert.equal(words(run('git', { args: ['commit', '-m', 'a b; c'] })), 'allow');
  assert.equal(words(run('git commit -m "a b"')), 'allow');
  const shell = allows(['git status'], { mapping: { commands: [['command', 'args?']], shell: true } });
  assert.equal(shell(run('git', { args: ['status'] })), 'allow');
  assert.equal(shell(run('git', { args: ['status;', 'rm'] })), 'deny');
  for (const command of [[], {}, null, [['git'], {}]])
    assert.equal(judge(run(command)), 'deny', JSON.stringify(command));
});

test('on Windows only plain words are known', () => {
  const judge = allows(['git status'], { environment: { platform: 'win32' } });
  assert.equal(judge(run('git status')), 'allow');
  for (const text of ['git "status"', 'git  status', 'git status & del x', 'git ^status', '%X%'])
    assert.equal(judge(run(text)), 'deny', text);
});

test('patterns that match no command are refused', () => {
  for (const command of [
    '',
    'git  log',
    ' git',
    'git ... x',
    'A=1',
    'a && b',
    'a | b',
    'ls a**',
    'a\tb',
    { run: 'git', flags: 'force' },
    { run: 'git', flags: '-' },
    { flags: '-f' },
  ]) {
    assert.throws(
      () => loadPolicyText(JSON.stringify({ allow: [{ capability: 'x.y', command }] })),
      PolicyError,
      JSON.stringify(command),
    );
  }
});

const SHELLS = ['/bin/bash', '/bin/dash'].filter(existsSync);

test('what real shells say the words are is what is said here, or unknown', { skip: SHELLS.length === 0 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'capfence-shell-'));
  const stub = join(folder, 'stub');
  writeFileSync(stub, '#!/bin/sh\nfor a do printf "%s\\0" "$a"; done >> "$LOG"; printf "\\1" >> "$LOG"\n');
  chmodSync(stub, 0o755);
  // Programs of the texts are this stub: nothing else is found.
  const names = ['git', 'ls', 'rm', 'x', 'find', 'env', 'xargs', 'sudo', 'nice', 'timeout', 'a b', 'push', 'status'];
  for (const name of names) {
    writeFileSync(join(folder, name), `#!/bin/sh\nexec "${stub}" "${name}" "$@"\n`);
    chmodSync(join(folder, name), 0o755);
  }
  let known = 0;
  const texts = fc.sample(commandText, { numRuns: 400, seed: 20261126 });
  for (const text of texts) {
    const commands = shellCommands(text, false);
    const isPlain = commands?.every(
      ({ words, redirects, assignments }) =>
        words.length > 0 &&
        !redirects &&
        assignments.length === 0 &&
        names.includes(words[0]?.text ?? '') &&
        !words.some(({ expands }) => expands),
    );
    // Joined by other signs than these a command may not run.
    if (!commands || !isPlain || /[|&]/.test(text)) continue;
    known++;
    const expected = commands.map(({ words }) => words.map((word) => word.text));
    for (const shell of SHELLS) {
      const log = join(folder, 'log');
      writeFileSync(log, '');
      spawnSync(shell, ['-c', text], { cwd: folder, env: { PATH: folder, LOG: log }, timeout: 5000, stdio: 'ignore' });
      const said = readLog(log);
      assert.deepEqual(said, expected, `${shell}: ${JSON.stringify(text)}`);
    }
  }
  console.log(`shell texts: ${known} of ${texts.length} run in ${SHELLS.length} shells`);
  assert.ok(known > 20);
});

function readLog(file: string): string[][] {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  return readFileSync(file, 'utf8')
    .split('\u0001')
    .slice(0, -1)
    .map((one) => one.split('\0').slice(0, -1));
}

test('both parsers say the same of every text', () => {
  check(
    fc.property(fc.oneof(commandText, fc.string({ unit: 'binary', maxLength: 40 })), (text) => {
      const commands = parseShell(text, false);
      assert.deepEqual(commands === undefined || commands.length === 0 ? null : commands, shellCommands(text, false));
    }),
    3000,
    30_000,
  );
});
