import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { capfence, ROOT, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

const SEED = 'policies/mcp_policy.yaml';

function inFolder(use: (folder: string) => void): void {
  const folder = temporaryFolder();
  use(folder);
}

test('--version, --help of every command, and no command at all', () => {
  assert.match(capfence('--version').stdout, /^\d+\.\d+\.\d+\n$/);
  const { status, stdout } = capfence('--help');
  assert.equal(status, 0);
  for (const name of ['compile', 'check', 'diff', 'scan', 'explain', 'fmt', 'test', 'run', 'logs', 'verify']) {
    assert.ok(stdout.includes(`  ${name}`), name);
    const help = capfence(name, '--help');
    assert.equal(help.status, 0);
    assert.match(help.stdout, /^Usage: capfence/);
  }
  assert.equal(capfence().status, 2);
  assert.equal(capfence('complie').status, 2);
  assert.equal(capfence('compile').status, 2);
  assert.equal(capfence('run', '--policy', SEED).status, 2);
  assert.equal(capfence('run', '--nonsense', '--', 'true').status, 2);
});

test('compile writes the module, its JavaScript and its manifest; --check tells stale from fresh', () => {
  inFolder((folder) => {
    const out = join(folder, 'out');
    assert.equal(capfence('compile', SEED, '-o', out, '--check').status, 1);
    assert.ok(!existsSync(out));
    const gateway = join(folder, 'gateway.mjs');
    assert.equal(capfence('compile', SEED, '-o', out, '--gateway', gateway).status, 0);
    for (const name of ['ts', 'js']) {
      assert.equal(
        readFileSync(join(out, `mcp_policy.${name}`), 'utf8'),
        readFileSync(join(ROOT, `generated/mcp_policy.${name}`), 'utf8'),
      );
    }
    const manifest = JSON.parse(readFileSync(join(out, 'mcp_policy.manifest.json'), 'utf8'));
    assert.equal(manifest.rules[1].file, SEED);
    assert.equal(capfence('compile', SEED, '-o', out, '--gateway', gateway, '--check').status, 0);
    writeFileSync(join(out, 'mcp_policy.ts'), '// edited\n');
    const stale = capfence('compile', SEED, '-o', out, '--check');
    assert.equal(stale.status, 1);
    assert.match(stale.stderr, /mcp_policy\.ts is not what its policy compiles to/);
    assert.ok(readFileSync(gateway).length <= 96 * 1024, 'a prebuilt gateway has at most 96 kB');
    assert.ok(!/\bfrom\s*["'](?!node:)/.test(readFileSync(gateway, 'utf8')), 'and no dependency');
  });
});

test('two policies of one name, and a policy that does not load, end with 2', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'mcp_policy.yaml'), 'alow: [a.b]\n');
    assert.equal(capfence('compile', SEED, join(folder, 'mcp_policy.yaml'), '-o', folder).status, 2);
    const { status, stderr } = capfence('compile', join(folder, 'mcp_policy.yaml'), '-o', folder);
    assert.equal(status, 2);
    assert.match(stderr, /error\[CF102\]: the policy has no key `alow`/);
    assert.match(stderr, /mcp_policy\.yaml:1:1/);
    assert.match(stderr, /1 \| alow: \[a\.b\]\n {2}\| \^{4}\n/);
    assert.match(stderr, /help: did you mean `allow`\?/);
    assert.match(capfence('compile', 'no/such.yaml').stderr, /CF100.*there is no such file/);
  });
});

test('explain without a past says that it has none', () => {
  const policy = join(ROOT, 'policies/agentdojo/banking.yaml');
  const call = ['explain', policy, '--tool', 'send_money', '--args', '{"amount":5}'];
  const unknown = capfence(...call).stdout;
  assert.match(unknown, /rests on unknown: history[\s\S]*no past was given/);
  const first = capfence(...call, '--history', '{}').stdout;
  assert.match(first, /^allow /);
  assert.ok(!first.includes('no past'));
  assert.ok(!capfence('explain', SEED, '--tool', 'write_file', '--args', '{"path":"x"}').stdout.includes('no past'));
});

test('explain tells a program and a person why', () => {
  const { stdout } = capfence('explain', SEED, '--tool', 'write_file', '--args', '{"path":"/etc/x"}', '--json');
  const explained = JSON.parse(stdout);
  assert.deepEqual(explained.rule, { id: 'deny[1]', file: SEED, line: 3 });
  assert.equal(explained.decision, 'deny');
  assert.equal(explained.default, false);
  assert.deepEqual(explained.considered[0].conditions[0], {
    key: 'path_prefix',
    text: 'path under "/etc"',
    value: 'true',
    fact: 'path',
    observed: ['/etc/x'],
  });
  const person = capfence('explain', SEED, '--tool', 'write_file', '--args', '{"path":"x"}').stdout;
  assert.match(person, /rests on unknown: path/);
  assert.equal(capfence('explain', SEED, '--tool', 'write_file', '--args', '{').status, 2);
  inFolder((folder) => {
    const calls = join(folder, 'calls.jsonl');
    writeFileSync(calls, '{"tool":"read_file","args":{"path":"/a"}}\n\n{"capability":"shell.execute","args":{}}\n');
    const lines = capfence('explain', SEED, '--calls', calls).stdout.trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line).decision),
      ['allow', 'deny'],
    );
  });
});

test('test tells passed from failed, in three formats, with coverage', () => {
  const pack = 'policies/shell/baseline.test.yaml';
  const { status, stdout } = capfence('test', pack, '--coverage');
  assert.equal(status, 0);
  assert.match(stdout, /25 passed, 0 failed\n\nrules +\d of 3 matched/);
  inFolder((folder) => {
    const fixture = join(folder, 'f.yaml');
    const policy = join(ROOT, 'policies/mcp_policy.yaml');
    writeFileSync(
      fixture,
      `policy: ${JSON.stringify(policy)}\ncases:\n  - { name: "<wrong> & \\u0000", tool: read_file, expect: { decision: deny } }\n`,
    );
    assert.equal(capfence('test', fixture).status, 1);
    const json = JSON.parse(capfence('test', fixture, '--format', 'json').stdout);
    assert.equal(json.failed, 1);
    assert.deepEqual([json.cases[0].expected, json.cases[0].actual, json.cases[0].rule], ['deny', 'allow', 'allow[0]']);
    assert.deepEqual(json.coverage.rules, {
      total: 6,
      hit: 1,
      missed: ['deny[0]', 'deny[1]', 'deny[2]', 'require_approval[0]', 'allow[1]'],
    });
    const junit = capfence('test', fixture, '--format', 'junit').stdout;
    assert.match(
      junit,
      /<testcase name="&lt;wrong&gt; &amp; \ufffd"[^>]*>\n\s+<failure message="expected deny, got allow/,
    );
    writeFileSync(fixture, 'policy: x.yaml\ncases:\n  - { name: a, tol: b }\n');
    assert.equal(capfence('test', fixture).status, 2);
    assert.match(capfence('test', fixture).stderr, /did you mean `tool`/);
  });
});

test('fmt converts both ways, and --check tells what is not formatted', () => {
  inFolder((folder) => {
    const yaml = join(folder, 'p.yaml');
    const dsl = join(folder, 'p.capfence');
    writeFileSync(yaml, '# why\ndeny:   [ a.b ]\nallow:\n- {capability: c.d, path_prefix: /x} # there\n');
    assert.equal(capfence('fmt', yaml, '--check').status, 1);
    assert.equal(capfence('fmt', yaml).status, 0);
    assert.equal(capfence('fmt', yaml, '--check').status, 0);
    assert.equal(
      readFileSync(yaml, 'utf8'),
      'deny:\n  # why\n  - a.b\n\nallow:\n  - capability: c.d # there\n    path_prefix: "/x"\n',
    );
    assert.equal(capfence('fmt', yaml, '--to', 'capfence', '-o', dsl).status, 0);
    assert.equal(readFileSync(dsl, 'utf8'), '# why\ndeny a.b\nallow c.d where path under "/x"  # there\n');
    assert.equal(capfence('explain', dsl, '--tool', 'x').status, 0);
    assert.equal(capfence('compile', dsl, '-o', folder).status, 0);
    assert.equal(capfence('fmt', dsl, '--to', 'yaml').stdout, readFileSync(yaml, 'utf8'));
    assert.equal(capfence('fmt', yaml, '--to', 'toml').status, 2);
  });
});

test('logs and verify end with 2 where there is no audit folder', () => {
  for (const command of ['logs', 'verify']) assert.equal(capfence(command, '--audit', '/no/such/folder').status, 2);
});

test('a line of calls whose members are of other types is told by its number', () => {
  for (const [line, problem] of [
    ['{"tool":5}', /line 1 of -: "tool" is a string/],
    ['{"tool":"x","args":[1]}', /line 1 of -: "args" is a JSON object/],
    ['{"capability":"a.b","context":null}', /line 1 of -: "context" is a JSON object/],
  ] as const) {
    const { status, stderr } = runCapfence(['explain', SEED, '--calls', '-'], { input: `${line}\n` });
    assert.deepEqual([status, problem.test(stderr)], [2, true], stderr);
  }
});
