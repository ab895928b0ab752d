import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { readFixture } from '../../compiler/fixtures/fixture.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { editablePolicy } from '../../compiler/ir/load.js';
import { mutantsOf } from '../../compiler/mutate/mutants.js';
import { mutate } from '../../compiler/mutate/mutate.js';
import { mutationMarkdown } from '../../compiler/report/mutation.js';
import { capfenceIn } from '../support/capfence.js';
import { temporaryFolder } from '../support/folder.js';
import { checkAsync } from '../support/seed.js';

const POLICY = `# A policy to change.
version: 1
tools: { pay: { capability: payments.transfer, amounts: [amount] } }
deny:
  - capability: filesystem.write
    path_prefix: [/etc, /srv/secret]
require_approval:
  - { capability: payments.transfer, amount_gt: 100 }
allow:
  - filesystem.read
  - capability: filesystem.write
    path_glob: /data/**/*.txt
    any: [{ tenant: a }, { not: { environment: prod } }]
  - { capability: payments.transfer, amount_lte: 1000 }
`;

function place(policy = POLICY, cases = ''): { folder: string; policy: string; fixture: string } {
  const folder = temporaryFolder();
  const [own, fixture] = [join(folder, 'p.yaml'), join(folder, 'p.test.yaml')];
  writeFileSync(own, policy);
  writeFileSync(
    fixture,
    `# Keep this.\npolicy: p.yaml\ncases:\n${cases || '  - { name: a, tool: read_file, args: { path: /x }, expect: { decision: allow } }\n'}`,
  );
  return { folder, policy: own, fixture };
}

test('every kind of small change is made, each in the author’s own words', async () => {
  const { policy } = place();
  const { syntax } = await editablePolicy(policy);
  const mutants = mutantsOf(syntax);
  const shown = mutants.map(
    ({ kind, rule, before, after }) => `${rule} ${kind}: ${before.replace(/\s+/g, ' ')} → ${after}`,
  );
  for (const one of [
    'deny[0] rule-left-out: capability: filesystem.write path_prefix: [/etc, /srv/secret] → (left out)',
    'deny[0] capability-widened: filesystem.write → filesystem',
    'deny[0] condition-left-out: path_prefix: [/etc, /srv/secret] → (left out)',
    'deny[0] word-left-out: /etc → (left out)',
    'deny[0] prefix-shortened: /srv/secret → "/srv"',
    'deny[0] prefix-lengthened: /etc → "/etc/x"',
    'require_approval[0] bound-shifted: 100 → 101',
    'require_approval[0] bound-shifted: 100 → 99',
    'allow[0] capability-widened: filesystem.read → filesystem',
    'allow[1] star-moved: /data/**/*.txt → "/data/*/*.txt"',
    'allow[1] all-for-any: any: [{ tenant: a }, { not: { environment: prod } }] → all: [{ tenant: a }, { not: { environment: prod } }]',
    'tools: pay selector-left-out: amount → (left out)',
  ])
    assert.ok(shown.includes(one), `${one}\n${shown.join('\n')}`);
  assert.ok(shown.some((one) => one.startsWith('allow[2] section-moved') && one.includes('→ warn: ')));
  assert.ok(mutants.every(({ place: { line } }) => line >= 3));
});

test('a case kills what it notices; --write adds what kills the rest, and the score is whole', () => {
  const { folder, fixture } = place();
  const first = capfenceIn(folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml', '--format', 'json');
  assert.equal(first.status, 0, first.stderr);
  const before = JSON.parse(first.stdout);
  assert.equal(before.mutants - before.equivalent, before.killed + before.survived.length);
  assert.ok(before.survived.length > 10 && before.score < 0.5);
  for (const { kind, rule, file, line, before: was, from, to, witness } of before.survived) {
    assert.ok(kind && rule && file === 'p.yaml' && line > 0 && was);
    assert.ok(witness === null ? from === null : from !== to);
  }
  const written = capfenceIn(folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml', '--write', 'p.test.yaml');
  assert.match(written.stderr, /wrote \d+ cases to p\.test\.yaml: look each over/);
  assert.match(readFileSync(fixture, 'utf8'), /^# Keep this\./);
  const again = capfenceIn(folder, 'test', 'p.test.yaml');
  assert.equal(again.status, 0, again.stdout);
  const last = capfenceIn(
    folder,
    'mutate',
    'p.yaml',
    '--tests',
    'p.test.yaml',
    '--format',
    'json',
    '--fail-under',
    '100',
  );
  assert.equal(last.status, 0, last.stdout.slice(0, 2000));
  assert.equal(JSON.parse(last.stdout).score, 1);
});

test('what is told: the frame, the call, the score; exit 1 below --fail-under, or where a case fails as it is', () => {
  const { folder } = place();
  const text = capfenceIn(folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml', '--fail-under', '90');
  assert.equal(text.status, 1);
  assert.match(
    text.stdout,
    /survives require_approval\[0\]: bound shifted\n +--> p\.yaml:8:\d+\n +\| - 100\n +\| \+ 99\n/,
  );
  assert.match(text.stdout, /= pay \{.*\} → allow now, require_approval with the change/);
  assert.match(text.stderr, /is under 90 %/);
  const markdown = capfenceIn(folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml', '--format', 'markdown');
  assert.match(markdown.stdout, /^\*\*p\.yaml\*\*: \d+ changes to this policy would go unnoticed/);
  const wrong = place(POLICY, '  - { name: wrong, tool: read_file, args: { path: /x }, expect: { decision: deny } }\n');
  const failing = capfenceIn(wrong.folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml');
  assert.equal(failing.status, 1);
  assert.match(failing.stdout, /fails as it is, and is left out: wrong/);
  // Without `--tests`, those that stand beside it.
  assert.equal(
    capfenceIn(folder, 'mutate', 'p.yaml').stdout,
    capfenceIn(folder, 'mutate', 'p.yaml', '--tests', 'p.test.yaml').stdout,
  );
  for (const flags of [
    ['--tests', 'none.yaml'],
    ['--tests', 'p.test.yaml', '--fail-under', '101'],
    ['--tests', 'p.test.yaml', '--format', 'x'],
  ])
    assert.equal(capfenceIn(folder, 'mutate', 'p.yaml', ...flags).status, 2, flags.join(' '));
});

/** A folder with these files, and what `mutate` says there as JSON. */
function mutated(files: Readonly<Record<string, string>>, ...flags: string[]) {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stdout, stderr } = capfenceIn(folder, 'mutate', 'p.yaml', '--json', ...flags);
  return { folder, status, stderr, said: status === 2 ? undefined : JSON.parse(stdout) };
}

test('a case that only sees another number of a rule notices nothing that is proved to change nothing', () => {
  const policy =
    'deny:\n  - { capability: filesystem.write, path_prefix: /etc/ssh }\n  - { capability: filesystem.write, path_prefix: /etc }\nallow: [filesystem.write]\n';
  const of = (rule: string) =>
    mutated({
      'p.yaml': policy,
      'p.test.yaml': `policy: p.yaml\ncases:\n  - { name: a, tool: write_file, args: { path: /etc/x }, expect: { decision: deny${rule} } }\n`,
    }).said;
  const [plain, numbered] = [of(''), of(', rule: "deny[1]"')];
  assert.ok(plain.equivalent > 3);
  assert.equal(numbered.equivalent, plain.equivalent);
});

test('what is equivalent in one folder only is not', () => {
  const { said } = mutated({
    'p.yaml':
      'deny: [{ capability: filesystem.write, path_prefix: [/ws/private, ./private] }]\nallow: [{ capability: filesystem.write, path_prefix: [./, /ws] }]\n',
    'p.test.yaml':
      'policy: p.yaml\ncases:\n  - { name: a, root: /ws, tool: write_file, args: { path: x }, expect: { decision: allow } }\n',
  });
  assert.ok(
    said.survived.some(({ before }: { before: string }) => before === './private'),
    JSON.stringify(said.survived),
  );
});

test('cases are written once, into tests of this policy; what has no case of it is told', () => {
  const files = {
    'p.yaml': 'deny: [filesystem.delete]\nallow: [{ capability: filesystem.write, path_prefix: /a }]\n',
    'q.yaml': 'allow: [web]\n',
    'p.test.yaml': 'policy: p.yaml\ncases:\n  - { name: a, tool: web, expect: { decision: deny } }\n',
    'q.test.yaml': 'policy: q.yaml\ncases:\n  - { name: a, tool: web, expect: { decision: deny } }\n',
  };
  const other = mutated(files, '--write', 'q.test.yaml');
  assert.equal(other.status, 2);
  assert.match(other.stderr, /--write: q\.test\.yaml tests q\.yaml, not p\.yaml/);
  assert.match(mutated(files, '--tests', 'q.test.yaml').stderr, /q\.test\.yaml: no case is of p\.yaml/);
  assert.match(mutated(files, '--write', 'no/such/a.test.yaml').stderr, /there is no folder no\/such/);
  const { folder } = mutated(files, '--write', 'new.test.yaml');
  const text = readFileSync(join(folder, 'new.test.yaml'), 'utf8');
  assert.match(text, /^policy: p\.yaml\n/);
  const calls = readFixture(join(folder, 'new.test.yaml')).map(({ name: _, place: __, ...one }) => JSON.stringify(one));
  assert.ok(calls.length > 2);
  assert.equal(new Set(calls).size, calls.length, text);
  assert.equal(capfenceIn(folder, 'test', 'new.test.yaml').status, 0);
});

test('what is written passes in a fixture that has a past of its own', () => {
  const { folder } = mutated(
    {
      'p.yaml':
        'mark: [{ label: seen, capability: filesystem.read, path_prefix: /secret }]\ndeny: [{ capability: web.read, after: seen }]\nallow: [filesystem.read, { capability: web.read, args: { n: { in: [1, 2] } } }]\ntools: { fetch: web.read }\n',
      'p.test.yaml':
        'policy: p.yaml\nhistory: { seen: { must: -5 } }\ncases:\n  - { name: a, tool: read_file, args: { path: /x }, expect: { decision: allow } }\n',
    },
    '--write',
    'p.test.yaml',
  );
  const { status, stdout } = capfenceIn(folder, 'test', 'p.test.yaml');
  assert.equal(status, 0, stdout);
});

test('labels are changed wherever they are asked for and cleared; a frame of the DSL has its own words', () => {
  const policy = `labels: [other]
mark:
  - { label: seen, capability: web, by: url, result: { at: /ok, eq: true } }
  - { label: read, capability: filesystem.read }
  - { clear: [seen, read], capability: git }
deny: [{ capability: mail, after: { label: [seen], by: url } }, { capability: shell, after: read }]
allow: [web, mail, git, shell, filesystem.read]
`;
  const tests = 'policy: p.yaml\ncases:\n  - { name: a, tool: nothing, expect: { decision: deny } }\n';
  const { said } = mutated({ 'p.yaml': policy, 'p.test.yaml': tests });
  const found = (kind: string) =>
    said.survived
      .filter((one: { kind: string }) => one.kind === kind)
      .map(({ rule, before, after }: Record<string, string>) => `${rule}: ${before} → ${after}`);
  // A label that nothing sets any more does not load: its author would notice.
  assert.deepEqual(found('label-changed').sort(), [
    'deny[0]: seen → read',
    'deny[1]: read → seen',
    'mark[2]: read → seen',
    'mark[2]: seen → read',
  ]);
  assert.deepEqual(found('result-left-out'), ['mark[0]: result: { at: /ok, eq: true } → (left out)']);
  const folder = temporaryFolder();
  writeFileSync(
    join(folder, 'p.capfence'),
    'deny shell.execute as nothing where environment in ["a", "b"]\nallow shell.execute\n',
  );
  writeFileSync(join(folder, 'p.test.yaml'), tests.replace('p.yaml', 'p.capfence'));
  const dsl = capfenceIn(folder, 'mutate', 'p.capfence');
  assert.match(dsl.stdout, /\| - deny shell\.execute as nothing where environment in \["a", "b"\n/);
});

test('what a policy says in Markdown stays text', async () => {
  const { policy, fixture } = place(
    'version: 1\nallow:\n  - { capability: filesystem.read, path_prefix: "/a|<b>`c`" }\n',
  );
  const text = mutationMarkdown('p', await mutate(policy, readFixture(fixture)));
  assert.ok(!/<b>/.test(text) && !/[^&#0-9;]`c`/.test(text), text);
});

const CONDITIONS = fc.constantFrom(
  'path_prefix: /data',
  'path_prefix: [/data/a, /srv]',
  'path_glob: "/data/**"',
  'path_glob: "/data/*.txt"',
  'tenant: a',
  'not: { path_prefix: /data/a }',
  'any: [{ tenant: a }, { path_prefix: /srv }]',
  'all: [{ tenant: a }, { path_prefix: /data }]',
);
const RULE = fc.record({
  action: fc.constantFrom('read', 'write', '*'),
  conditions: fc.uniqueArray(CONDITIONS, { maxLength: 1 }),
});
const CALLS = [
  '/data',
  '/data/a',
  '/data/a/x',
  '/data/x.txt',
  '/data/a/x.txt',
  '/srv/q',
  '/etc/x',
  'relative',
  undefined,
].flatMap((path) =>
  ['a', 'b'].flatMap((tenant) =>
    ['read_file', 'write_file'].map((tool) => ({ tool, tenant, args: path === undefined ? {} : { path } })),
  ),
);

test('property: what is called equivalent never differs on sampled calls, and a survivor’s witness does', async () => {
  await checkAsync(
    fc.asyncProperty(
      fc.array(RULE, { maxLength: 2 }),
      fc.array(RULE, { maxLength: 2 }),
      fc.array(RULE, { minLength: 1, maxLength: 2 }),
      async (deny, ask, allow) => {
        const section = (name: string, rules: typeof deny) =>
          rules.length === 0
            ? ''
            : `${name}:\n${rules.map(({ action, conditions }) => `  - { capability: "filesystem.${action}"${conditions.map((one) => `, ${one}`).join('')} }\n`).join('')}`;
        const { policy } = place(
          `version: 1\n${section('deny', deny)}${section('require_approval', ask)}${section('allow', allow)}`,
        );
        const { syntax, withSyntax } = await editablePolicy(policy);
        const own = withSyntax(syntax);
        const { survived } = await mutate(policy, []);
        const surviving = new Set(survived.map(({ mutant }) => mutant.root));
        const open = new Set(
          survived.map(({ mutant: { rule, before, after, place: at } }) =>
            JSON.stringify([rule, before, after, at.offset]),
          ),
        );
        assert.ok(surviving.size <= mutantsOf(syntax).length);
        const decide = (of: typeof own, { tool, tenant, args }: (typeof CALLS)[number]) =>
          interpretTool(of, tool, args, { context: { tenant }, environment: { home: '/h' } }).decision;
        for (const mutant of mutantsOf(syntax)) {
          let changed: typeof own;
          try {
            changed = withSyntax(mutant.root);
          } catch {
            continue;
          }
          const key = JSON.stringify([mutant.rule, mutant.before, mutant.after, mutant.place.offset]);
          if (open.has(key)) continue;
          for (const call of CALLS)
            assert.equal(decide(changed, call), decide(own, call), `${key} ${JSON.stringify(call)}`);
        }
        for (const { mutant, witness, from, to } of survived) {
          if (witness?.tool === undefined) continue;
          const world = { context: witness.context, environment: { home: '/h' } };
          assert.equal(interpretTool(own, witness.tool, witness.args, world).decision, from);
          assert.equal(interpretTool(withSyntax(mutant.root), witness.tool, witness.args, world).decision, to);
        }
      },
    ),
    15,
    200,
  );
});
