import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DiffReport, diff } from '../../../compiler/diff.js';
import { formatFile } from '../../../compiler/format.js';
import { LINUX } from '../../support/decide.js';
import { temporaryFolder } from '../../support/folder.js';

const compare = (before: string, after: string): Promise<DiffReport> =>
  diff(before, after, { names: ['before.yaml', 'after.yaml'], environment: LINUX });

/** `from → to capability, region: before / after` for each change. */
async function changes(before: string, after: string): Promise<string[]> {
  const report = await compare(before, after);
  assert.deepEqual(report.notAnalysed, []);
  return report.changes.map(
    ({ from, to, capability, region, before, after }) =>
      `${from} → ${to} ${capability}, ${region}: ${before?.id ?? 'default'} / ${after?.id ?? 'default'}`,
  );
}

const SEED = `deny:
  - {capability: filesystem.write, path_prefix: /etc}
require_approval:
  - {capability: filesystem.write, path_prefix: /data/prod}
allow:
  - filesystem.read
  - {capability: filesystem.write, path_prefix: /data/staging}
`;

test('how SQL is read changes what passes, and what it does not concern stays', async () => {
  const rules = `allow: [{capability: x.y, host: a.test}, {capability: x.z, command: [ls]}, {capability: x.q, sql_kind: select}]
tools: { v: {capability: x.q, sql: [q]} }
`;
  const report = await compare(rules, `sql: {dialect: mysql}\n${rules}`);
  assert.equal(report.equivalent, false);
  assert.deepEqual(
    report.changes.map(({ from, to, capability }) => `${from} ${to} ${capability}`),
    ['deny allow x.q'],
  );
});

test('other selectors, other calls', async () => {
  const rules = 'allow: [{capability: x.y, host: a.test}]\ntools: { t: {capability: x.y, urls: [to]} }\n';
  const report = await compare(rules, rules.replace('[to]', '[target]'));
  assert.equal(report.equivalent, false);
  assert.deepEqual(report.changes.map(({ from, to }) => `${from} ${to}`).sort(), ['allow deny', 'deny allow']);
});

test('an allow more', async () => {
  const after = `${SEED}  - {capability: filesystem.write, path_prefix: /srv}\n`;
  assert.deepEqual(await changes(SEED, after), ['deny → allow filesystem.write, path under /srv: default / allow[2]']);
  const { widened, equivalent, changes: all } = await compare(SEED, after);
  assert.deepEqual(
    [widened, equivalent, all[0]?.witness],
    [true, false, { tool: 'write_file', capability: 'filesystem.write', args: { path: '/srv/x' }, context: {} }],
  );
});

test('an approval gone, and what then decides', async () => {
  const after = SEED.replace('/data/prod', '/data/prod/eu');
  assert.deepEqual(await changes(SEED, after), [
    'require_approval → deny filesystem.write, path under /data/prod, except path under /data/prod/eu: require_approval[0] / default',
  ]);
  assert.equal((await compare(SEED, after)).widened, false);
});

test('policies that say the same are equivalent', async () => {
  const equal: readonly (readonly [string, string])[] = [
    // Reordered, renamed, with another reason.
    ['deny: [a.b, c.d]\nallow: [e.f]', 'deny: [{capability: c.d, id: first, reason: other}, a.b]\nallow: [e.f]'],
    // Two rules become one of a list, and one of any.
    [
      'allow: [{capability: x.y, environment: a}, {capability: x.y, environment: b}]',
      'allow: [{capability: x.y, environment: [a, b]}]',
    ],
    [
      'deny: [{capability: x.y, path_prefix: /a}, {capability: x.y, amount_gt: 5}]',
      'deny: [{capability: x.y, any: [{path_prefix: /a}, {amount_gt: 5}]}]',
    ],
    // What had no effect is gone.
    ['deny: [x]\nallow: [{capability: x.y, path_prefix: /a}, z.w]', 'deny: [x]\nallow: [z.w]'],
    // The same numbers, another way.
    ['allow: [{capability: x.y, amount_lte: 5}]', 'allow: [{capability: x.y, not: {amount_gt: 5}}]'],
    // The same words.
    ['deny: [{capability: x.y, match_regex: "^(a|b)$"}]', 'deny: [{capability: x.y, match_regex: "^[ab]$"}]'],
    [
      'allow: [x.y]\ntools: {t: x.y}',
      'allow: [{capability: x}, x.y]\ntools: {t: x.y}'.replace('{capability: x}, ', ''),
    ],
  ];
  for (const [before, after] of equal) {
    const report = await compare(`${before}\n`, `${after}\n`);
    assert.ok(
      report.equivalent,
      `${before}\n${after}\n${JSON.stringify(report.changes)}${JSON.stringify(report.notAnalysed)}`,
    );
  }
});

test('two allows are not one of both: a call may have a value of each', async () => {
  const two = 'allow: [{capability: x.y, path_prefix: /a}, {capability: x.y, path_prefix: /b}]\n';
  const one = 'allow: [{capability: x.y, path_prefix: [/a, /b]}]\n';
  const { changes: all } = await compare(two, one);
  assert.equal(all.length, 1);
  assert.deepEqual(Object.keys(all[0]?.witness.args ?? {}), ['path', 'file'], 'a path under each');
});

test('a policy and its translation into the DSL are equivalent', async () => {
  const folder = temporaryFolder();
  const yaml = join(folder, 'p.yaml');
  const dsl = join(folder, 'p.capfence');
  writeFileSync(yaml, SEED);
  writeFileSync(dsl, await formatFile(yaml, 'capfence'));
  assert.equal((await diff(yaml, dsl, { environment: LINUX })).equivalent, true);
});

test('tools, risk levels, paths.case, extends and the mode count', async () => {
  const rules = 'allow: [{capability: filesystem.read, path_prefix: /a}]\n';
  assert.deepEqual(await changes(rules, `${rules}tools: {peek: filesystem.read}\n`), [
    'deny → allow filesystem.read, tool peek, path under /a: default / allow[0]',
  ]);
  assert.deepEqual(
    await changes(
      `${rules}tools: {peek: filesystem.read}\n`,
      `${rules}tools: {peek: {capability: filesystem.read, paths: []}}\n`,
    ),
    ['allow → deny filesystem.read, tool peek, path under /a: allow[0] / default'],
  );
  assert.deepEqual(await changes('allow: [x.y]\n', 'allow: [x.y]\nrisk_levels: {high: {action: require_approval}}\n'), [
    'allow → require_approval x.y, every call: allow[0] / allow[0]',
  ]);
  assert.deepEqual(await changes(`${rules}paths: {case: sensitive}\n`, `${rules}paths: {case: insensitive}\n`), [
    'deny → allow filesystem.read, path under /a, except path under /a: default / allow[0]',
  ]);
  const { widened, changes: none, settings } = await compare(rules, `${rules}enforcement_mode: observe\n`);
  assert.deepEqual([widened, none.length, settings[0]?.to], [true, 0, 'observe']);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'base.yaml'), 'deny: [{capability: filesystem.read, path_prefix: /a/secret}]\n');
  writeFileSync(join(folder, 'old.yaml'), rules);
  writeFileSync(join(folder, 'new.yaml'), `extends: base.yaml\n${rules}`);
  const { changes: extended } = await diff(join(folder, 'old.yaml'), join(folder, 'new.yaml'), { environment: LINUX });
  assert.deepEqual(
    extended.map(({ from, to, after }) => [from, to, after?.id]),
    [['allow', 'deny', 'deny[0]']],
  );
});

test('a word in a part of a command is in the command: no denial is left open between two policies', async () => {
  const words = '"rm -rf", mkfs, "dd if=", "chmod -R 777", /dev/sd, .env, id_rsa, credentials, .aws/, .ssh/';
  const before = `deny:
  - { capability: shell.execute, contains: [${words}, ":(){"] }
require_approval:
  - capability: shell.execute
    match_regex: "^(sudo|apt|apt-get|brew|pip|npm|curl|wget)( [A-Za-z0-9 _./:@=-]*)?$"
    not: { contains: [${words}] }
allow:
  - capability: shell.execute
    match_regex: ["^(ls|pwd|whoami|date)( -[A-Za-z0-9]{1,3})?$", "^git (status|diff)( --(short|stat))*$", "^cat README[.]md$"]
`;
  const after = 'allow:\n  - { capability: shell.execute, match_regex: ["^ls$", "^pwd$", "^git status$"] }\n';
  const report = await compare(before, after);
  assert.deepEqual(
    report.notAnalysed.filter((what) => what.includes('from deny')),
    [],
  );
  assert.equal(report.widened, false);
});

test("a mapping's own risk comes before the context's", async () => {
  const policy = (mapping: string) =>
    `risk_levels: {high: {action: deny}}\nallow: [{capability: x.y, args: {k: {eq: v}}}]\ntools: {t: ${mapping}}\n`;
  const { changes: found } = await compare(policy('x.y'), policy('{capability: x.y, risk: low}'));
  assert.deepEqual(
    found.map(({ from, to }) => `${from} → ${to}`),
    ['deny → allow'],
  );
});
