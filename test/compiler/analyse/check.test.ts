import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPolicy } from '../../../compiler/analyse/findings/check.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import type { Snapshot } from '../../../compiler/ir/tool-snapshot.js';
import { LINUX } from '../../support/decide.js';

/** `kind rule < related` for each finding. */
function found(yaml: string, roots: readonly string[] = [], tools?: Snapshot): string[] {
  const { policy } = loadPolicyText(yaml.trimStart());
  const { findings } = checkPolicy(policy, { environment: { ...LINUX, roots }, ...(tools && { tools }) });
  for (const { kind, witness } of findings) {
    if (kind !== 'unsatisfiable' && kind !== 'not-analysed') assert.ok(witness, `${kind} has a witness`);
  }
  // The policies here are of made-up capabilities: that these are nobody's is another test's.
  const told = findings.filter(({ kind }) => kind !== 'unknown-capability');
  return told.map(({ kind, rule, related }) =>
    [kind, rule?.id, ...(related.length > 0 ? ['<', ...related.map((other) => other.rule.id)] : [])].join(' ').trim(),
  );
}

/** What is planted, and all that is found. */
const PLANTED: readonly (readonly [what: string, policy: string, ...findings: string[]])[] = [
  [
    'the seed policy',
    'deny: [filesystem.delete, {capability: filesystem.write, path_prefix: /etc}]\nallow: [filesystem.read, {capability: filesystem.write, path_prefix: /data}]',
  ],
  ['a deny of the same capability', 'deny: [x.y]\nallow: [x.y]', 'shadowed allow[0] < deny[0]'],
  ['a deny of a broader capability', 'deny: [x]\nallow: [x.y]', 'shadowed allow[0] < deny[0]'],
  [
    'a prefix below a denied one',
    'deny: [{capability: x.y, path_prefix: /a}]\nallow: [{capability: x.y, path_prefix: /a/b}]',
    'shadowed allow[0] < deny[0]',
  ],
  [
    'an approval below a denied prefix',
    'deny: [{capability: x.y, path_prefix: /a}]\nrequire_approval: [{capability: x.y, path_prefix: /a/b}]\nallow: [x.y]',
    'shadowed require_approval[0] < deny[0]',
    'generalization deny[0] < allow[0]',
  ],
  [
    'a union of three',
    'deny: [{capability: x.y, amount_lt: 10}, {capability: x.y, amount_gte: 10, amount_lt: 20}]\nrequire_approval: [{capability: x.y, amount_gte: 20}]\nallow: [{capability: x.y, amount_gt: 5}]',
    'shadowed allow[0] < deny[0] deny[1] require_approval[0]',
  ],
  [
    'an environment, known or not',
    'deny: [{capability: x.y, environment: prod}, {capability: x.y, not: {environment: prod}}]\nallow: [x.y]',
    'shadowed allow[0] < deny[0] deny[1]',
  ],
  [
    'words that a regex implies',
    'deny: [{capability: x.y, contains: rm}]\nallow: [{capability: x.y, match_regex: "^(rm|rmdir) [a-z]+$"}]',
    'shadowed allow[0] < deny[0]',
  ],
  [
    'globs of files',
    'deny: [{capability: x.y, path_glob: "**/*.pem"}]\nallow: [{capability: x.y, path_glob: "/keys/*.pem"}]',
    'shadowed allow[0] < deny[0]',
  ],
  [
    'an argument in a list',
    'deny: [{capability: x.y, args: {c: {in: [EUR, USD]}}}]\nallow: [{capability: x.y, args: {c: EUR}}]',
    'shadowed allow[0] < deny[0]',
  ],
  [
    'an argument that must be there',
    'deny: [{capability: x.y, args: {c: {exists: false}}}]\nallow: [{capability: x.y, args: {c: {exists: false}}}]',
    'shadowed allow[0] < deny[0]',
  ],
  [
    'a tool by name',
    'deny: [{capability: filesystem.write, tool_name: "write_*"}]\nallow: [{capability: filesystem.write, tool_name: write_file}]',
    'shadowed allow[0] < deny[0]',
  ],
  ['a tool that only its capability names', 'allow: [{capability: mcp.tool.launch, tool_name: launch}]'],
  [
    'a duplicate',
    'allow: [{capability: x.y, path_prefix: /a}, {capability: x.y, path_prefix: /a}]',
    'redundant allow[1] < allow[0]',
  ],
  [
    'a narrower deny',
    'deny: [{capability: x.y, path_prefix: /a/b}, {capability: x.y, path_prefix: /a}]\nallow: [x.y]',
    'redundant deny[0] < deny[1]',
    'generalization deny[1] < allow[0]',
  ],
  [
    'a deny that another covers',
    'deny: [{capability: x.y, amount_lte: 10}, {capability: x.y, amount_gt: 10}, {capability: x.y, amount_gt: 15}]',
    'redundant deny[2] < deny[1]',
  ],
  [
    'a deny that two others cover',
    'deny: [{capability: x.y, amount_lte: 10}, {capability: x.y, amount_gt: 10}, {capability: x.y, amount_gt: 5, amount_lt: 15}]',
    'redundant deny[2] < deny[0] deny[1]',
  ],
  // What two allow rules cover between them is not what they cover together: a call may have a value of each.
  [
    'allows that cover one together',
    'allow: [{capability: x.y, amount_lte: 10}, {capability: x.y, amount_gt: 10}, {capability: x.y, amount_gt: 5}]',
    'redundant allow[1] < allow[2]',
  ],
  ['an impossible allow', 'allow: [{capability: x.y, amount_gt: 10, amount_lt: 5}]', 'unsatisfiable allow[0]'],
  [
    'two environments at once',
    'allow: [{capability: x.y, environment: prod, all: [{environment: dev}]}]',
    'unsatisfiable allow[0]',
  ],
  [
    'a deny of the impossible',
    'deny: [{capability: x.y, environment: prod, not: {environment: "p*"}}]\nallow: [x.y]',
    'contradiction deny[0]',
  ],
  ['amounts above and below', 'deny: [{capability: x.y, amount_gt: 10, amount_lt: 5}]', 'several-values deny[0]'],
  [
    'two dimensions',
    'deny: [{capability: x.y, amount_gt: 100}]\nallow: [{capability: x.y, tenant: acme}]',
    'conflict deny[0] < allow[0]',
  ],
  [
    'overlapping numbers',
    'deny: [{capability: x.y, amount_gt: 100}]\nallow: [{capability: x.y, amount_lt: 200}]',
    'conflict deny[0] < allow[0]',
  ],
  [
    'a glob and a prefix',
    'deny: [{capability: x.y, path_glob: "**/*.key"}]\nallow: [{capability: x.y, path_prefix: /data}]',
    'conflict deny[0] < allow[0]',
  ],
  ['crossing capabilities', 'deny: ["*.delete"]\nallow: [filesystem]', 'conflict deny[0] < allow[0]'],
  [
    'an exception',
    'deny: [{capability: x.y, path_prefix: /a/b}]\nallow: [{capability: x.y, path_prefix: /a}]',
    'generalization deny[0] < allow[0]',
  ],
  [
    'two exceptions to one rule',
    'deny: [{capability: x.y, tenant: evil}]\nrequire_approval: [{capability: x.y, amount_gt: 10}]\nallow: [x.y]',
    'generalization deny[0] < allow[0]',
    'generalization require_approval[0] < allow[0]',
  ],
  [
    'a list of words',
    'deny: [{capability: shell.execute, contains: rm -rf}]\nallow: [shell.execute]',
    'generalization deny[0] < allow[0]',
    'bypass deny[0] < allow[0]',
  ],
  ['everything', 'allow: ["*"]', 'broad-allow allow[0]'],
  [
    'a pattern open at its end',
    'allow: [{capability: shell.execute, match_regex: "^ls"}]',
    'unanchored-regex allow[0]',
  ],
  [
    'a pattern with an open branch',
    'allow: [{capability: shell.execute, match_regex: "^ls$|pwd$"}]',
    'unanchored-regex allow[0]',
  ],
  ['an anchored pattern', 'allow: [{capability: shell.execute, match_regex: "^(?:ls|pwd)$"}]'],
  ['dots in a prefix', 'deny: [{capability: x.y, path_prefix: /a/../b}]', 'suspicious-path deny[0]'],
  ['a wildcard in a prefix', 'deny: [{capability: x.y, path_prefix: "/a/*"}]', 'suspicious-path deny[0]'],
  [
    'relative and absolute',
    'deny: [{capability: x.y, path_prefix: /etc}]\nrequire_approval: [{capability: x.y, path_prefix: ./a}]',
    'needs-root deny[0] < require_approval[0]',
  ],
  [
    'a scope that no call has',
    'deny: [shell.execute.production]\nallow: [shell.execute]',
    'generalization deny[0] < allow[0]',
    'scoped-rule deny[0]',
  ],
];

for (const [what, policy, ...findings] of PLANTED) {
  test(`found: ${what}`, () => assert.deepEqual(found(policy), findings));
}

test('a root makes relative and absolute paths comparable', () => {
  const yaml = 'deny: [{capability: x.y, path_prefix: /w/a}]\nallow: [{capability: x.y, path_prefix: ./a/b}]';
  assert.deepEqual(found(yaml, ['/w']), ['shadowed allow[0] < deny[0]']);
});

test('findings of what calls there can be: a mapping without paths, a level', () => {
  const tools = 'tools: {t: {capability: x.y, paths: []}}\n';
  // A call without paths matches no condition on them; but the capability may be asked for as such.
  assert.deepEqual(found(`${tools}deny: [{capability: x.y, path_prefix: /}]\nallow: [{capability: x.y}]`).slice(0, 1), [
    'generalization deny[0] < allow[0]',
  ]);
});

const SNAPSHOT: Snapshot = {
  server: { name: 's', version: '1' },
  tools: [
    {
      name: 'write_file',
      inputSchema: { type: 'object', properties: { path: { type: 'string' }, backup_location: { type: 'string' } } },
    },
    { name: 'launch', inputSchema: { type: 'object', properties: { count: { type: 'number' } } } },
  ],
};

test('against the tools of a server', () => {
  const yaml = 'deny: [shell.execute]\nallow: [{capability: filesystem.write, path_prefix: /data}]';
  assert.deepEqual(
    found(yaml, [], SNAPSHOT),
    ['unreachable-capability deny[0]', 'unmapped-tool', 'unread-argument'].sort((a) =>
      a === 'unmapped-tool' ? -1 : 0,
    ),
  );
  const { tools } = checkPolicy(loadPolicyText(yaml).policy, { environment: LINUX, tools: SNAPSHOT });
  assert.deepEqual(tools, [
    { name: 'write_file', capabilities: ['filesystem.write'], reachable: true },
    { name: 'launch', capabilities: ['mcp.tool.launch'], reachable: false },
  ]);
});

test('patterns too large to analyse are said to be', () => {
  const wide = Array.from({ length: 12 }, (_, i) => `(a|b){${20 + i}}[^c]{30}(x|y)`);
  const yaml = JSON.stringify({
    deny: wide.map((match_regex) => ({ capability: 'x.y', match_regex })),
    allow: [{ capability: 'x.y', match_regex: '^[a-z]{100,300}$' }],
  });
  assert.ok(found(yaml).some((one) => one.startsWith('not-analysed')));
});

test('a pattern of ./x leaves commands that are not it: what comes after is not shadowed', () => {
  const text = 'require_approval: [{ capability: "*", command: "./x" }]\nwarn: [{ capability: mcp }]\n';
  const { findings } = checkPolicy(loadPolicyText(text).policy, { environment: LINUX });
  assert.ok(findings.every(({ kind }) => kind !== 'shadowed'));
});
