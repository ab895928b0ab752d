import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeOf } from '../../support/verdicts.js';

test('a deny rule for a program finds it behind whatever runs it', () => {
  const command = ['rm ...', { run: 'chmod ...', flags: ['-R'] }];
  const judge = judgeOf({ deny: [{ capability: 'x.y', command }], allow: ['x.y'] });
  for (const text of [
    'docker run -v /:/h img rm -rf /h',
    'docker exec a rm',
    'kubectl exec p -- rm',
    'npm exec rm',
    'npm x',
    'uv run x',
    'bundle exec x',
    'git rebase -x "rm x" HEAD~',
    'git bisect run rm x',
    'git submodule foreach rm',
    'chmod 777 .$IFS-R',
    'bash -oc posix "rm x"',
    'bash -Oc extglob "rm x"',
    'time ! rm x',
    'time -p ! rm x',
    'echo "rm x" | sh -',
    'echo x | sh +x',
    'x | bash -o pipefail',
    'x | bash /dev/stdin',
    'x | python3 -W ignore',
    'setarch -R rm x',
    "test -v 'a[$(rm x)]'",
    'hash -p /bin/rm foo',
    'tar --to-comm=rm x',
  ]) {
    assert.equal(judge({ command: text }), 'deny', text);
  }
  for (const text of ['ls', 'docker ps', 'git status', 'bash script.sh', 'npm test', 'test -f x', 'tar czf a b']) {
    assert.equal(judge({ command: text }), 'allow', text);
  }
});

test('a word whose value the shell chooses is no operand and no absent flag', () => {
  const command = ['npm test', 'ls **', { run: 'git log ...', no_flags: ['--output'] }];
  const judge = judgeOf({ allow: [{ capability: 'x.y', command }] });
  for (const text of ['git log HEAD$IFS--output=F', 'ls .$IFS-la', 'npm test 12>/dev/null', 'ls >&1\u00a0F']) {
    assert.equal(judge({ command: text }), 'deny', text);
  }
  for (const text of ['npm test 2>/dev/null', 'npm test 2\\\n>/dev/null', 'ls ~/x src/*']) {
    assert.equal(judge({ command: text }), 'allow', text);
  }
});
