import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { foldersIn } from '../../../compiler/cli/commands/init.js';
import { logLine } from '../../../compiler/report/log/log-line.js';
import { styleFor } from '../../../compiler/report/style.js';
import { CLI, ROOT, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

test('help VERB, -h and --help are one', () => {
  for (const verb of ['verify', 'run', 'compile', 'prune']) {
    const long = runCapfence([verb, '--help']);
    assert.deepEqual([long.status, long.stderr], [0, '']);
    assert.deepEqual(runCapfence(['help', verb]), long);
    assert.deepEqual(runCapfence([verb, '-h']), long);
  }
  assert.equal(runCapfence(['help']).stdout, runCapfence(['--help']).stdout);
  const wrong = runCapfence(['help', 'verfy']);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /verify/);
});

test('a shell completes verbs and flags', () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { status, stdout } = runCapfence(['completion', shell]);
    assert.equal(status, 0);
    for (const word of ['explain', 'crashes-ok', 'policy-name']) assert.ok(stdout.includes(word), `${shell}: ${word}`);
    if (spawnSync(shell, ['--version']).status === 0)
      assert.equal(spawnSync(shell, ['-n'], { input: stdout }).status, 0, `${shell} can't read it`);
  }
  assert.equal(runCapfence(['completion', 'tcsh']).status, 2);
  if (spawnSync('bash', ['--version']).status !== 0) return;
  const complete = (...words: string[]) => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const script = `eval "$("$0" "$1" completion bash)"; COMP_WORDS=(${list}); COMP_CWORD=${words.length - 1}; _capfence; echo "\${COMPREPLY[@]}"`;
    return spawnSync('bash', ['-c', script, process.execPath, CLI], { encoding: 'utf8' }).stdout.trim();
  };
  assert.equal(complete('capfence', 'veri'), 'verify');
  assert.equal(complete('capfence', 'verify', '--cra'), '--crashes-ok');
  assert.equal(complete('capfence', 'run', '--pol'), '--policy --policy-name');
  assert.equal(complete('capfence', 'help', 'tra'), 'trace');
});

test('check reads a policy from standard input, and --json is --format json', () => {
  const input = 'allow:\n  - filesystem.raed\n';
  const { status, stdout } = runCapfence(['check', '-', '--json'], { input });
  assert.equal(status, 1);
  assert.equal(JSON.parse(stdout).findings[0].code, 'CF304');
});

test('compile and scan say what they did, for programs', () => {
  const folder = temporaryFolder();
  const json = (args: string[], wanted = 0) => {
    const { status, stdout, stderr } = runCapfence(args, { cwd: folder });
    assert.equal(status, wanted, stderr);
    return JSON.parse(stdout);
  };
  writeFileSync(join(folder, 'p.yaml'), 'allow:\n  - capability: filesystem.read\n    path_prefix: /data/\n');
  const files = ['out/p.ts', 'out/p.js', 'out/p.manifest.json'];
  assert.deepEqual(json(['compile', 'p.yaml', '-o', 'out', '--json']), { written: files, stale: [] });
  writeFileSync(join(folder, 'out/p.ts'), '');
  assert.deepEqual(json(['compile', 'p.yaml', '-o', 'out', '--check', '--json'], 1), {
    written: [],
    stale: ['out/p.ts'],
  });
  mkdirSync(join(folder, 'data'));
  const server = [
    '--',
    process.execPath,
    join(ROOT, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js'),
  ];
  const scanned = json(['scan', '--lock', 'a.lock', '--json', ...server, 'data']);
  assert.deepEqual([scanned.file, scanned.warnings], ['a.lock', []]);
  assert.deepEqual(json(['scan', '--check', 'a.lock', '--json', ...server, 'data']), { same: true, changes: [] });
  const made = ['data', './data'].map((dir, i) => json(['init', '-o', `${i}.yaml`, '--json', ...server, dir]));
  for (const { folders, tools, calls } of made) {
    assert.deepEqual(folders, [join(folder, 'data')]);
    assert.equal(tools, scanned.tools);
    assert.ok(calls.some(({ decision }: { decision: string }) => decision === 'allow'));
  }
  writeFileSync(
    join(folder, 'mcp.json'),
    JSON.stringify({
      mcpServers: { fs: { command: server[1], args: [server[2], 'data'] }, far: { url: 'http://x' } },
    }),
  );
  const wrapped = json(['wrap', 'mcp.json', '--dry-run', '--json', '--dir', join(folder, 'own')]);
  assert.deepEqual(
    wrapped.servers.map(({ server: name, state }: Record<string, string>) => [name, state]),
    [
      ['fs', 'wrapped'],
      ['far', 'none'],
    ],
  );
});

test('a folder is one however it is written; the value of an option is none', () => {
  const folder = temporaryFolder();
  const before = process.cwd();
  try {
    process.chdir(folder);
    mkdirSync('data');
    mkdirSync('module');
    assert.deepEqual(foldersIn(['server', 'data', './data', 'none', join(folder, 'data')]), [
      'data',
      './data',
      join(folder, 'data'),
    ]);
    assert.deepEqual(foldersIn(['python', '-m', 'module', 'data']), ['data']);
    assert.deepEqual(foldersIn(['server', '--dir', './data']), ['./data']);
  } finally {
    process.chdir(before);
  }
});

test('logs keeps the tool and the reason at every width', () => {
  const record = {
    kind: 'call',
    time: '2026-01-02T03:04:05.678Z',
    agent: 'an-agent',
    decision: 'require_approval',
    tool: 'read_multiple_files',
    reason: 'destructive_operation',
    rule: 'require_approval[0]',
    place: 'policy.yaml:3',
  };
  for (let columns = 20; columns <= 200; columns++) {
    const lines = logLine(record, styleFor({}), columns).split('\n');
    assert.ok(
      lines.every((line) => line.length <= columns),
      `${columns}: ${lines}`,
    );
    const joined = lines.map((line) => line.replace(/^ {2}/, '')).join('');
    if (columns >= 46)
      for (const word of [record.tool, record.reason]) assert.ok(lines.join('\n').includes(word), lines.join('\n'));
    assert.ok(joined.includes(record.reason) || joined.replace(/\s/g, '').includes(record.reason), lines.join('\n'));
  }
  assert.equal(
    logLine(
      { ...record, tool: 'list_directory', reason: 'policy_default_deny', decision: 'deny' },
      styleFor({}),
      60,
    ).split('\n').length,
    1,
  );
});

test('logs refuses a decision that there is not, and says which was meant', () => {
  const { status, stderr } = runCapfence(['logs', '--decision', 'alow', '--audit', tmpdir()]);
  assert.equal(status, 2);
  assert.match(stderr, /alow.*allow/);
});
