// The steps of the Action and the hook, in a shell, on a repository whose author means harm.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { ROOT, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

const TIGHT = 'deny: [shell]\nallow: [{capability: filesystem.read, path_prefix: /a}]\n';
const WIDE = 'allow: ["*"]\n';

interface Repository {
  readonly folder: string;
  write(file: string, text: string): void;
  git(...args: string[]): string;
  /** Runs a step as the Action does. */
  step(verb: string, env?: Record<string, string>): { status: number | null; output: string };
}

function withRepository(use: (repository: Repository) => void): void {
  const folder = temporaryFolder();
  const git = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t.test', ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
    return stdout;
  };
  const write = (file: string, text: string) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  };
  const step = (verb: string, env: Record<string, string> = {}) => {
    const { CAPFENCE: _, ...inherited } = process.env;
    const { status, stdout, stderr } = spawnSync(
      'bash',
      ['--noprofile', '--norc', '-eo', 'pipefail', '-c', `node "$GITHUB_ACTION_PATH/ci/policies.mjs" ${verb}`],
      {
        cwd: folder,
        encoding: 'utf8',
        env: {
          ...inherited,
          GITHUB_ACTION_PATH: ROOT,
          BASE: 'main',
          FORMAT: 'github',
          REPORT: join(folder, '..', 'report.md'),
          ...env,
        },
      },
    );
    return { status, output: stdout + stderr };
  };
  git('init', '-q', '-b', 'main');
  try {
    use({ folder, write, git, step });
  } finally {
    rmSync(join(folder, '..', 'report.md'), { force: true });
  }
}

/** No line is a command of GitHub's but those that capfence and the step write themselves. */
function assertNoForeignCommands(output: string): void {
  let stopped: string | undefined;
  for (const line of output.split('\n')) {
    const stop = /^::stop-commands::(\w{32})$/.exec(line)?.[1];
    if (stopped === undefined && stop) stopped = stop;
    else if (line === `::${stopped}::`) stopped = undefined;
    else if (stopped === undefined && /^\s*(::|##\[)/.test(line))
      assert.match(line, /^::(error|warning|notice)( file=| title=|::)/, line);
    else if (stopped === undefined) assert.doesNotMatch(line, /[\x00-\x08\x1b]/, JSON.stringify(line));
  }
}

const HOSTILE = [
  '--fail-on',
  'never',
  'a b',
  "it's",
  'say "hi"',
  'naïve-ü',
  '::error::pwned',
  '$(touch pwned)',
  '`touch pwned`',
  '-',
  'two\nlines',
  'esc\u001b[31m',
];

test('names from the pull request are data: each hostile name that widens fails, and is escaped', () => {
  for (const name of HOSTILE) {
    withRepository(({ folder, write, git, step }) => {
      const file = `policies/${name}.yaml`;
      write(file, TIGHT);
      git('add', '.');
      git('commit', '-qm', 'one');
      write(file, WIDE);
      const diff = step('diff');
      assert.equal(diff.status, 1, `${JSON.stringify(name)}: ${diff.output}`);
      const check = step('check');
      assert.equal(check.status, 1, `${JSON.stringify(name)}: ${check.output}`);
      assertNoForeignCommands(diff.output + check.output);
      assert.ok(!existsSync(join(folder, 'pwned')));
    });
  }
});

test('files that are called like flags pass nothing', () => {
  withRepository(({ write, git, step }) => {
    for (const name of ['--fail-on', 'never', '--format', 'json']) write(`policies/${name}.yaml`, TIGHT);
    write('--fail-on.capfence', 'policy x\nallow a.b\n');
    write('never.capfence', 'policy x\nallow a.b\n');
    git('add', '-A');
    git('commit', '-qm', 'one');
    write('--fail-on.capfence', 'policy x\nallow *\n');
    assert.equal(step('diff').status, 1);
    assert.equal(step('check').status, 1);
  });
});

test('renamed and widened is compared with what it was; moved away or deleted fails by default', () => {
  withRepository(({ folder, write, git, step }) => {
    const text = `${TIGHT}# a policy of some length\n# so that git knows it again\n# when it is renamed\n`;
    write('policies/old.yaml', text);
    write('policies/gone.yaml', 'deny: [x.y]\nallow: [z.a]\n');
    write('policies/moved.yaml', `${text}# another\n`);
    git('add', '.');
    git('commit', '-qm', 'one');
    renameSync(join(folder, 'policies/old.yaml'), join(folder, 'policies/new.yaml'));
    write('policies/new.yaml', text.replace('/a', '/'));
    mkdirSync(join(folder, 'elsewhere'));
    renameSync(join(folder, 'policies/moved.yaml'), join(folder, 'elsewhere/moved.yaml'));
    rmSync(join(folder, 'policies/gone.yaml'));
    git('add', '-A');
    const { status, output } = step('diff');
    assert.equal(status, 1);
    assert.match(output, /policy "policies\/new\.yaml", which was "policies\/old\.yaml"/);
    assert.match(output, /deny → allow/);
    assert.match(output, /::error::policy "policies\/moved\.yaml" was moved to "elsewhere\/moved\.yaml"/);
    assert.match(output, /::error::policy "policies\/gone\.yaml" is deleted/);
    assert.equal(step('diff', { FAIL_ON_DIFF: 'never' }).status, 0);
  });
});

test('only deleted: that fails, too', () => {
  withRepository(({ folder, write, git, step }) => {
    write('policies/a.yaml', TIGHT);
    git('add', '.');
    git('commit', '-qm', 'one');
    rmSync(join(folder, 'policies/a.yaml'));
    assert.equal(step('diff').status, 1, 'in the working tree');
    git('add', '-A');
    assert.equal(step('diff').status, 1, 'in git');
  });
});

test('a file that can not be read, or a link that leads out, fails; a base that is not here, too', () => {
  withRepository(({ folder, write, git, step }) => {
    write('policies/a.yaml', TIGHT);
    symlinkSync('/etc/passwd', join(folder, 'policies/link.yaml'));
    git('add', '.');
    git('commit', '-qm', 'one');
    const { status, output } = step('check');
    assert.equal(status, 2);
    assert.ok(!output.includes('root:'), 'nothing of it is shown');
    assert.match(output, /leads out of the repository/);
    assert.equal(step('check', { POLICIES: 'policies/none.yaml' }).status, 2);
    assert.equal(step('diff', { BASE: 'origin/none' }).status, 2);
    assert.equal(step('diff', { BASE: '--help' }).status, 2);
  });
});

test('a policy that a link has taken the place of, or of whose folder, is no longer looked at: that fails', () => {
  for (const replace of [
    (folder: string) => {
      // The folder is a link now, to a wider one.
      mkdirSync(join(folder, 'lib'));
      writeFileSync(join(folder, 'lib/a.yaml'), 'allow: ["*"]\n');
      rmSync(join(folder, 'policies'), { recursive: true });
      symlinkSync('lib', join(folder, 'policies'));
    },
    (folder: string) => {
      rmSync(join(folder, 'policies/a.yaml'));
      symlinkSync('/opt/nowhere/wide.yaml', join(folder, 'policies/a.yaml'));
    },
    (folder: string) => {
      // Out of the way, and another beside it.
      mkdirSync(join(folder, 'old'));
      renameSync(join(folder, 'policies/a.yaml'), join(folder, 'old/a.yaml'));
      writeFileSync(join(folder, 'policies/b.yaml'), 'allow: [shell, filesystem]\n');
    },
  ]) {
    withRepository(({ folder, write, git, step }) => {
      write('policies/a.yaml', `${TIGHT}# of some length\n# so that git knows it again\n`);
      git('add', '-A');
      git('commit', '-qm', 'one');
      replace(folder);
      git('add', '-A');
      assert.notEqual(step('diff').status, 0, String(replace));
    });
  }
});

test('a policy is the same by whatever name it is given', () => {
  withRepository(({ folder, write, git, step }) => {
    write('policies/a.yaml', TIGHT);
    git('add', '-A');
    git('commit', '-qm', 'one');
    write('policies/a.yaml', TIGHT.replace('/a', '/'));
    for (const name of ['policies/a.yaml', './policies/a.yaml', join(folder, 'policies/a.yaml'), 'policies//a.yaml'])
      assert.equal(step('diff', { POLICIES: name }).status, 1, name);
    const below = spawnSync(process.execPath, [join(ROOT, 'ci/policies.mjs'), 'diff'], {
      cwd: join(folder, 'policies'),
      env: { ...process.env, BASE: 'main', GIT_INDEX_FILE: '.git/index' },
    });
    assert.equal(below.status, 1);
  });
});

test('of what is no fixture nothing is shown, and it is not waited for', () => {
  withRepository(({ folder, write, git, step }) => {
    for (const target of ['../.git/config', '/proc/self/environ', '/dev/zero']) {
      write('policies/a.yaml', TIGHT);
      git('config', 'http.extraheader', 'AUTHORIZATION: basic SECRETTOKEN');
      rmSync(join(folder, 'policies/a.test.yaml'), { force: true });
      symlinkSync(target, join(folder, 'policies/a.test.yaml'));
      git('add', '-A');
      const { status, output } = step('test');
      assert.equal(status, 2, output);
      assert.ok(!output.includes('SECRETTOKEN') && !output.includes('PATH='), output);
      const direct = runCapfence(['test', 'policies/a.test.yaml'], { cwd: folder });
      assert.equal(direct.status, 2, direct.stdout);
      assert.ok(!(direct.stdout + direct.stderr).includes('SECRETTOKEN') && !direct.stderr.includes('PATH='));
    }
  });
});

test('nothing that the pull request brings along is run', () => {
  withRepository(({ folder, write, git, step }) => {
    write('policies/a.yaml', TIGHT);
    for (const bin of ['node_modules/.bin/capfence', 'node_modules/capfence/dist/cli.js']) {
      write(bin, '#!/bin/sh\ntouch pwned\n');
      chmodSync(join(folder, bin), 0o755);
    }
    write(
      'package.json',
      '{"name":"capfence","bin":{"capfence":"evil.js"},"scripts":{"capfence":"touch pwned","preinstall":"touch pwned"}}',
    );
    write('evil.js', "require('fs').writeFileSync('pwned','')");
    write('.npmrc', 'script-shell=/bin/false\n');
    write('.hooks/post-checkout', '#!/bin/sh\ntouch pwned\n');
    chmodSync(join(folder, '.hooks/post-checkout'), 0o755);
    git('config', 'core.hooksPath', join(folder, '.hooks'));
    git('add', '.');
    git('commit', '-qm', 'one', '--no-verify');
    assert.equal(step('all').status, 0);
    assert.ok(!existsSync(join(folder, 'pwned')));
    const hook = spawnSync(join(ROOT, 'ci/policies.sh'), ['all', 'policies/a.yaml'], { cwd: folder, encoding: 'utf8' });
    assert.equal(hook.status, 0, hook.stderr);
    assert.ok(!existsSync(join(folder, 'pwned')));
  });
});

test('what a policy extends is not printed; the report has the findings of all, one broken policy among them', () => {
  withRepository(({ folder, write, git, step }) => {
    writeFileSync(
      join(folder, '.git/config'),
      `${readFileSync(join(folder, '.git/config'), 'utf8')}[http]\n\textraheader = TOKEN-s3cr3t\n`,
    );
    write('policies/a.yaml', 'extends: ../.git/config\nallow: ["*"]\n');
    write('policies/b.yaml', WIDE);
    git('add', '.');
    git('commit', '-qm', 'one');
    const { status, output } = step('check', { SARIF: join(folder, 'out.sarif') });
    assert.equal(status, 2);
    assert.ok(!output.includes('s3cr3t'));
    assert.match(output, /::error file=policies\/a\.yaml.*CF123/);
    assert.match(output, /::warning file=policies\/b\.yaml.*CF209/);
    const report = readFileSync(join(folder, '..', 'report.md'), 'utf8');
    assert.match(report, /CF123[\s\S]*CF209/);
    const sarif = JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8'));
    assert.deepEqual(sarif.runs[0].results.map(({ ruleId }: { ruleId: string }) => ruleId).sort(), ['CF123', 'CF209']);
  });
});

test('the report says which changes the tests of a changed policy would not notice', () => {
  withRepository(({ folder, write, git, step }) => {
    for (const name of ['a', 'b|`x`']) {
      write(`policies/${name}.yaml`, TIGHT);
      write(
        `policies/${name}.test.yaml`,
        `policy: ${JSON.stringify(`${name}.yaml`)}\ncases:\n  - { name: c, tool: read_file, args: { path: /a/x }, expect: { decision: allow } }\n`,
      );
    }
    git('add', '.');
    git('commit', '-qm', 'one');
    git('checkout', '-qb', 'two');
    write('policies/b|`x`.yaml', TIGHT.replace('/a', '/a/'));
    git('commit', '-qam', 'two');
    const { status, output } = step('mutate', { REPORT: join(folder, 'own.md') });
    assert.equal(status, 0, output);
    assertNoForeignCommands(output);
    const report = readFileSync(join(folder, 'own.md'), 'utf8');
    assert.match(report, /changes? to this policy would go unnoticed/);
    assert.ok(!report.includes('a.yaml'), 'the other is as it was');
  });
});
