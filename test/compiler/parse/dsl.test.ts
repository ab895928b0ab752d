import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { formatText } from '../../../compiler/format.js';
import { interpretTool } from '../../../compiler/interpret/interpret.js';
import { loadPolicyText, useDsl } from '../../../compiler/ir/load.js';
import { ROOT } from '../../support/capfence.js';

before(useDsl);

const POLICY = `# Who may do what.
policy mcp version 1
approval timeout 30m

tool read_file, list_directory -> filesystem.read
tool move_file -> filesystem.delete { paths source tree } + filesystem.write { paths destination }
tool run -> shell.execute { text (command, "args?"), note paths none risk high }
method prompts/* -> pass
risk high -> approve

# Nothing is deleted.
deny  filesystem.delete                              because destructive_operation
deny  filesystem.write  as etc where path under "/etc"  # system files
approve filesystem.write where path under "/data/prod" and not environment = "dev"
allow filesystem.read
allow filesystem.write  where path under "/data/staging"
allow shell.execute
allow payments.transfer where amount <= 100 and (tenant = "acme" or args /currency in ["EUR", "USD"])
# The end.
`;

function problems(text: string): string[] {
  try {
    loadPolicyText(text, 'p.capfence');
    return [];
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.diagnostics.map(({ code, place }) => `${code} ${place.line}:${place.column}`);
  }
}

test('a policy in the DSL decides as it reads, and its rules have places', () => {
  const { policy } = loadPolicyText(POLICY, 'p.capfence');
  assert.equal(policy.name, 'mcp');
  assert.equal(policy.approvalTimeoutSeconds, 1800);
  const decide = (tool: string, args: Record<string, unknown>, context = {}) => {
    const { decision, rule } = interpretTool(policy, tool, args, { context, environment: { platform: 'linux' } });
    return `${decision} ${rule?.id ?? ''}:${rule?.place.line ?? ''}`;
  };
  assert.equal(decide('move_file', { source: '/a', destination: '/data/staging/a' }), 'deny deny[0]:12');
  assert.equal(decide('write_file', { path: '/etc/x' }), 'deny etc:13');
  assert.equal(decide('write_file', { path: '/data/prod/x' }), 'require_approval require_approval[0]:14');
  assert.equal(decide('write_file', { path: '/data/staging/x' }), 'allow allow[1]:16');
  assert.equal(decide('run', { command: 'ls' }), 'require_approval allow[2]:17');
});

test('several errors come in one run, each with its place', () => {
  assert.deepEqual(problems('deny\nallow a.b where path\nallow c.d where amount "x"\n').length, 3);
  assert.deepEqual(problems('deny a.b where path beneath "/x"\n'), ['CF121 1:21']);
  assert.deepEqual(problems('deny a..b\n'), ['CF107 1:6']);
  assert.deepEqual(problems('deny a.b where text matches "("\n'), ['CF112 1:29']);
  assert.deepEqual(problems('approval timeout soon\ndeny a.b\n'), ['CF121 1:18']);
  assert.deepEqual(problems('mode off\ndeny a.b\n'), ['CF103 1:6']);
  assert.deepEqual(problems('deny a.b where path under "\\q"\n'), ['CF121 1:27']);
  assert.deepEqual(problems('deny a.b as x\nallow c.d as x\n'), ['CF109 2:1']);
  assert.deepEqual(problems(''), ['CF115 1:1']);
  assert.deepEqual(problems('§\ndeny a.b\n'), ['CF121 1:1']);
});

test('hostile texts end in diagnostics', () => {
  for (const text of [
    `deny a.b where ${'('.repeat(50_000)}`,
    `deny a.b where ${'not '.repeat(50_000)}`,
    '"'.repeat(10_000),
    '# '.repeat(10_000),
    'deny '.repeat(5_000),
  ]) {
    assert.ok(problems(text).length > 0, text.slice(0, 30));
  }
});

test('the formatter keeps every comment, both ways', async () => {
  const formatted = await formatText(POLICY, 'p.capfence', 'capfence');
  assert.equal(await formatText(formatted, 'p.capfence', 'capfence'), formatted);
  const yaml = await formatText(POLICY, 'p.capfence', 'yaml');
  const back = await formatText(yaml, 'p.yaml', 'capfence');
  for (const text of [formatted, yaml, back]) {
    for (const comment of ['# Who may do what.', '# Nothing is deleted.', '# system files', '# The end.']) {
      assert.ok(text.includes(comment), `${comment} in\n${text}`);
    }
  }
  assert.equal(back.replace(/\s+/g, ' '), (await formatText(yaml, 'p.yaml', 'capfence')).replace(/\s+/g, ' '));
});

test('the words of the language are names too, and others are quoted', async () => {
  const text =
    'policy "my policy"\ntool path, "a tool", allow -> x.y { paths path, "in" amounts none }\nallow x.y as "the id" where args text exists\n';
  const { policy } = loadPolicyText(text, 'p.capfence');
  assert.deepEqual(Object.keys(policy.layers[0]?.tools ?? {}), ['path', 'a tool', 'allow']);
  const formatted = await formatText(text, 'p.capfence', 'capfence');
  assert.ok(formatted.includes('as "the id"'));
});

test('the railroad diagrams are of the grammar as it is', async () => {
  const { grammarPage } = (await import(new URL('../../../scripts/diagrams.mjs', import.meta.url).href)) as {
    grammarPage: () => string;
  };
  const page = readFileSync(join(ROOT, 'docs/dsl-grammar.html'), 'utf8');
  assert.ok(page === grammarPage(), 'run npm run diagrams');
});

test('a policy with empty sections, and one in the older form, say the same in the DSL', async () => {
  const text = `rules:
  - { id: first, capability: a.b, match_keywords: [x], action: block, reason: one }
  - { id: second, capability: a.b, action: require_approval }
deny:
  - { capability: a.b, reason: two }
allow:
require_approval: []
warn: null
tools: {}
methods:
risk_levels:
approval_timeout_seconds: 30
`;
  const dsl = await formatText(text, 'p.yaml', 'capfence');
  assert.equal(
    dsl,
    `deny a.b as first where text contains ["x"] because one
approve a.b as second
deny a.b because two

approval timeout 30s
`,
  );
  const reasons = (policy: { rules: readonly { decision: string; reason: string }[] }) =>
    policy.rules.map(({ decision, reason }) => `${decision} ${reason}`);
  const expected = ['deny one', 'deny two', 'require_approval approval_required'];
  assert.deepEqual(reasons(loadPolicyText(text, 'p.yaml').policy), expected);
  assert.deepEqual(reasons(loadPolicyText(dsl, 'p.capfence').policy), expected);
  const yaml = await formatText(text, 'p.yaml', 'yaml');
  assert.ok(!/null|\[\]|\{\}/.test(yaml), yaml);
  assert.deepEqual(reasons(loadPolicyText(yaml, 'p.yaml').policy), expected);
});
