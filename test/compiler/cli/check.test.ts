import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { capfenceIn, ROOT, runCapfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

function inFolder(use: (folder: string) => void): void {
  const folder = temporaryFolder();
  use(folder);
}

const run = capfenceIn;

const SHADOWED = 'deny: [x.y]\nallow:\n  - x.y\n  - z.w\n';
/** Text that would be markup, a command or a mention wherever it is not quoted. */
const HOSTILE = '<img src=x>|`*@everyone*`::error::%0A[a](https://evil.test)';
const hostilePolicy = `deny:\n  - {capability: x.y, contains: ${JSON.stringify(HOSTILE)}}\nallow: [x.y]\n`;

test('check: exit codes, levels and formats', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'p.yaml'), SHADOWED);
    const text = run(folder, 'check', 'p.yaml');
    assert.equal(text.status, 1);
    assert.match(
      text.stdout,
      /warning\[CF201\]: `allow\[0\]` has no effect: `deny\[0\]` decides every call it matches/,
    );
    assert.match(text.stdout, /--> p\.yaml:3:5\n[\s\S]*--> p\.yaml:1:8\n[\s\S]*= call: x\.y \{\} → deny by deny\[0\]/);
    assert.equal(run(folder, 'check', 'p.yaml', '--fail-on', 'error').status, 0);
    assert.equal(run(folder, 'check', 'p.yaml', '--fail-on', 'never').status, 0);
    assert.equal(run(folder, 'check', 'p.yaml', '--fail-on', 'nonsense').status, 2);
    assert.equal(run(folder, 'check', 'missing.yaml').status, 2);
    const { findings, summary } = JSON.parse(run(folder, 'check', 'p.yaml', '--format', 'json').stdout);
    // That nothing exercises made-up capabilities is a note each.
    assert.deepEqual(summary, { error: 0, warning: 1, note: 2 });
    assert.deepEqual(findings.slice(0, 1), [
      {
        code: 'CF201',
        kind: 'shadowed',
        severity: 'warning',
        message: '`allow[0]` has no effect: `deny[0]` decides every call it matches',
        help: 'remove it, or narrow `deny[0]`',
        rule: { id: 'allow[0]', file: 'p.yaml', line: 3, column: 5 },
        related: [{ id: 'deny[0]', file: 'p.yaml', line: 1, column: 8 }],
        witness: { capability: 'x.y', args: {}, context: {} },
        outcome: 'deny by deny[0]',
      },
    ]);
    const sarif = JSON.parse(run(folder, 'check', 'p.yaml', '--format', 'sarif').stdout);
    assert.equal(sarif.version, '2.1.0');
    const [result] = sarif.runs[0].results;
    assert.equal(sarif.runs[0].tool.driver.rules[result.ruleIndex].id, result.ruleId);
    assert.deepEqual(result.locations[0].physicalLocation, {
      artifactLocation: { uri: 'p.yaml' },
      region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 8 },
    });
    assert.equal(result.relatedLocations.length, 1);
    assert.ok(Object.values(result.partialFingerprints).every((print) => /^[0-9a-f]{32}$/.test(String(print))));
    assert.match(
      run(folder, 'check', 'p.yaml', '--format', 'github').stdout,
      /^::warning file=p\.yaml,line=3,col=5,title=CF201 shadowed::/,
    );
    assert.match(
      run(folder, 'check', 'p.yaml', '--format', 'markdown').stdout,
      /^### ⚠️ Policy check: 0 errors, 1 warnings, 2 notes/,
    );
  });
});

test('reports quote whatever a policy says', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'p.yaml'), hostilePolicy);
    writeFileSync(join(folder, 'q.yaml'), 'allow: [x.y]\n');
    for (const args of [
      ['check', 'p.yaml'],
      ['diff', 'p.yaml', 'q.yaml'],
    ]) {
      const markdown = run(folder, ...args, '--format', 'markdown').stdout;
      assert.ok(markdown.includes('everyone'), 'the text is there');
      // Outside code spans none of it is left.
      const outside = markdown.replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '');
      assert.doesNotMatch(outside, /img|everyone|evil\.test|::error/);
      for (const line of markdown.split('\n').filter((row) => row.startsWith('| '))) {
        assert.equal(line.match(/(?<!\\)\|/g)?.length, args[0] === 'check' ? 6 : 5, line);
      }
      const github = run(folder, ...args, '--format', 'github').stdout;
      for (const line of github.trimEnd().split('\n'))
        assert.match(line, /^::(?:warning|notice|error) (?:file=[^,:]+,line=\d+,col=\d+,)?title=[^:,]*::/);
    }
  });
});

test('diff: exit codes and shape', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'a.yaml'), 'allow: [{capability: filesystem.write, path_prefix: /a}]\n');
    writeFileSync(join(folder, 'b.yaml'), 'allow: [{capability: filesystem.write, path_prefix: [/a, /b]}]\n');
    const exits = (...args: string[]) => run(folder, 'diff', ...args).status;
    assert.equal(exits('a.yaml', 'b.yaml'), 1);
    assert.equal(exits('b.yaml', 'a.yaml'), 0);
    assert.equal(exits('b.yaml', 'a.yaml', '--fail-on', 'changed'), 1);
    assert.equal(exits('a.yaml', 'b.yaml', '--fail-on', 'never'), 0);
    assert.equal(exits('a.yaml', 'a.yaml', '--fail-on', 'changed'), 0);
    assert.equal(exits('a.yaml', 'nowhere.yaml'), 2);
    const report = JSON.parse(run(folder, 'diff', 'a.yaml', 'b.yaml', '--format', 'json').stdout);
    assert.deepEqual(report, {
      equivalent: false,
      widened: true,
      changes: [
        {
          from: 'deny',
          to: 'allow',
          capability: 'filesystem.write',
          region: 'path under /a or /b, except path under /a',
          witness: { tool: 'write_file', capability: 'filesystem.write', args: { path: '/b/x' }, context: {} },
          before: null,
          after: { id: 'allow[0]', file: 'b.yaml', line: 1, column: 9 },
        },
      ],
      settings: [],
      notAnalysed: [],
    });
  });
});

/** A server with two tools on two pages. */
const SERVER = `
const tools = [{ name: 'write_file', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } }, { name: 'launch' }];
require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const result = method === 'initialize'
    ? { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'two', version: '3' } }
    : params && params.cursor ? { tools: tools.slice(1) } : { tools: tools.slice(0, 1), nextCursor: 'more' };
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
});`;

test('scan saves the tools of a server, and compile takes what their schemas know', () => {
  inFolder((folder) => {
    const scan = run(folder, 'scan', '-o', 'tools.json', '--', process.execPath, '-e', SERVER);
    assert.equal(scan.status, 0, scan.stderr);
    const snapshot = JSON.parse(readFileSync(join(folder, 'tools.json'), 'utf8'));
    assert.deepEqual(snapshot.server, { name: 'two', version: '3' });
    assert.deepEqual(
      snapshot.tools.map((tool: { name: string }) => tool.name),
      ['write_file', 'launch'],
    );
    assert.deepEqual(JSON.parse(run(folder, 'scan', '--', process.execPath, '-e', SERVER).stdout), snapshot);
    assert.equal(run(folder, 'scan', '--', 'no-such-command-anywhere').status, 2);
    assert.equal(run(folder, 'scan', '--', process.execPath, '-e', '').status, 2);

    writeFileSync(join(folder, 'p.yaml'), 'allow: [{capability: filesystem.write, path_prefix: /a}]\n');
    const compiled = run(folder, 'compile', 'p.yaml', '--tools', 'tools.json');
    assert.equal(compiled.status, 0, compiled.stderr);
    const manifest = JSON.parse(readFileSync(join(folder, 'generated/p.manifest.json'), 'utf8'));
    assert.deepEqual(manifest.arguments, { write_file: ['path'] });
    assert.equal(run(folder, 'compile', 'p.yaml', '--tools', 'p.yaml').status, 2);
    const report = JSON.parse(run(folder, 'check', 'p.yaml', '--tools', 'tools.json', '--format', 'json').stdout);
    assert.deepEqual(
      report.tools.map((tool: { reachable: boolean }) => tool.reachable),
      [true, false],
    );
  });
});

test('compile refuses what analysis finds at its level', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'p.yaml'), 'allow: [{capability: x.y, amount_gt: 5, amount_lt: 3}, z.w]\n');
    const refused = run(folder, 'compile', 'p.yaml');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /error\[CF202\]/);
    assert.throws(() => readFileSync(join(folder, 'generated/p.ts')));
    assert.equal(run(folder, 'compile', 'p.yaml', '--fail-on', 'never').status, 0);
    writeFileSync(join(folder, 'q.yaml'), SHADOWED);
    assert.equal(run(folder, 'compile', 'q.yaml').status, 0);
    assert.equal(run(folder, 'compile', 'q.yaml', '--fail-on', 'warning').status, 1);
  });
});

test('a gateway without a root says that relative and absolute paths meet', () => {
  inFolder((folder) => {
    writeFileSync(
      join(folder, 'p.yaml'),
      'deny: [{capability: x.y, path_prefix: /etc}]\nallow: [{capability: x.y, path_prefix: ./}]\n',
    );
    const start = (...flags: string[]) =>
      run(folder, 'run', '--policy', 'p.yaml', '--audit', 'audit', ...flags, '--', process.execPath, '-e', '').stderr;
    assert.match(start(), /without --root, whether \.\/ lies under \/etc is unknown/);
    assert.doesNotMatch(start('--root', folder), /without --root/);
  });
});

test('the packs show no warning', () => {
  const packs = ['filesystem', 'kubernetes', 'mcp', 'payments', 'shell', 'sql'].flatMap((pack) =>
    ['baseline', 'strict', 'permissive'].map((kind) => `policies/${pack}/${kind}.yaml`),
  );
  const { status, stdout } = run(ROOT, 'check', 'policies/mcp_policy.yaml', ...packs);
  assert.equal(status, 0, stdout);
});

interface Step {
  readonly name: string;
  readonly run: string;
  readonly env?: Record<string, string>;
  readonly 'working-directory'?: string;
}

test('the steps of the Action, run as a shell would run them', () => {
  inFolder((folder) => {
    const git = (...args: string[]) => {
      const { status, stderr } = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
        cwd: folder,
        encoding: 'utf8',
      });
      assert.equal(status, 0, stderr);
    };
    mkdirSync(join(folder, 'policies'));
    const policy = join(folder, 'policies/p.yaml');
    writeFileSync(policy, 'allow:\n  - {capability: filesystem.write, path_prefix: /a}\n');
    writeFileSync(
      join(folder, 'policies/p.test.yaml'),
      'policy: p.yaml\ncases:\n  - {name: one, tool: write_file, args: {path: /a/x}, expect: {decision: allow}}\n',
    );
    git('init', '-q', '-b', 'main');
    git('add', '.');
    git('commit', '-q', '-m', 'one');
    writeFileSync(policy, 'allow:\n  - {capability: filesystem.write, path_prefix: [/a, /b]}\n');

    const action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
    const report = join(folder, 'capfence-report.md');
    const values: Record<string, string> = {
      'inputs.policies': '',
      'inputs.base': 'main',
      'inputs.fail-on': action.inputs['fail-on'].default,
      'inputs.fail-on-diff': action.inputs['fail-on-diff'].default,
      'github.action_path': ROOT,
      'inputs.sarif': join(folder, 'out.sarif'),
      'steps.prepare.outputs.report': report,
    };
    const results = (action.runs.steps as Step[]).map(({ name, run: script, env = {}, 'working-directory': at }) => {
      // No expression in a script: an input is a value, never code.
      assert.doesNotMatch(script, /\$\{\{/);
      const filled = Object.entries(env).map(([key, value]) => [
        key,
        value.replace(/\$\{\{ (\S+) \}\}/g, (_, of: string) => values[of] as string),
      ]);
      const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], {
        cwd: at === undefined ? folder : ROOT,
        encoding: 'utf8',
        env: {
          ...process.env,
          ...Object.fromEntries(filled),
          GITHUB_ACTION_PATH: ROOT,
          GITHUB_OUTPUT: join(folder, 'output'),
          GITHUB_STEP_SUMMARY: join(folder, 'summary'),
          RUNNER_TEMP: folder,
        },
      });
      return { name, status, stdout, stderr };
    });
    assert.deepEqual(
      results.map(({ name, status }) => [name, status]),
      [
        ['Prepare the report', 0],
        ['Build', 0],
        ['Check', 0],
        ['Test', 0],
        ['Mutate', 0],
        ['Diff', 1],
        ['Show the report', 0],
      ],
      JSON.stringify(results),
    );
    assert.match(results[5]?.stdout ?? '', /::warning file=policies\/p\.yaml,line=2/);
    const summary = readFileSync(join(folder, 'summary'), 'utf8');
    assert.match(summary, /### ✅ Policy check/);
    assert.match(summary, /deny → allow/);
    assert.match(summary, /changes to this policy would go unnoticed/);
    assert.equal(JSON.parse(readFileSync(join(folder, 'out.sarif'), 'utf8')).version, '2.1.0');
  });
});

test('policies/*.yaml names their tests too: they are passed over, and said', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'a.yaml'), 'allow: [{ capability: filesystem.read, path_prefix: /a }]\n');
  writeFileSync(join(folder, 'a.test.yaml'), 'policy: a.yaml\ncases: []\n');
  const both = runCapfence(['check', 'a.test.yaml', 'a.yaml'], { cwd: folder });
  assert.equal(both.status, 0, both.stderr);
  assert.match(both.stderr, /^a\.test\.yaml: tests, not a policy; passed over$/m);
  assert.equal(runCapfence(['compile', 'a.test.yaml', 'a.yaml'], { cwd: folder }).status, 0);
  assert.equal(runCapfence(['check', 'a.test.yaml'], { cwd: folder }).status, 2);
});

test('a policy in the DSL is known for one on standard input, with a header or without', () => {
  for (const input of [
    'deny filesystem.delete\n',
    '# a\n\ndeny   filesystem.delete',
    'policy a\ndeny filesystem.delete\n',
  ]) {
    const { status, stdout, stderr } = runCapfence(['check', '-'], { input });
    assert.equal(status, 0, `${stdout}${stderr}`);
  }
  for (const input of ['deny: [filesystem.delete]\n', 'deny : [filesystem.delete]\n', '{ deny: [filesystem.delete] }'])
    assert.equal(runCapfence(['check', '-'], { input }).status, 0, input);
});
