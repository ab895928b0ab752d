import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPolicy } from '../../../compiler/analyse/findings/check.js';
import { diff } from '../../../compiler/diff.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { LINUX } from '../../support/decide.js';

/* Named examples: claims that were once wrong, found by attacking them. */

const RISKS = 'risk_levels: {high: {action: block}}\n';

/** Pairs of policies that decide some call otherwise: they must never be called equivalent. */
const DIFFERENT: readonly (readonly [what: string, before: string, after: string])[] = [
  [
    'a selector less',
    'tools: {cp: {capability: a.b, paths: [s, d]}}\nallow: [{capability: a.b, path_prefix: /data}]',
    'tools: {cp: {capability: a.b, paths: [s]}}\nallow: [{capability: a.b, path_prefix: /data}]',
  ],
  [
    'an optional selector',
    'tools: {cp: {capability: a.b, paths: [s]}}\ndeny: [{capability: a.b, path_prefix: /etc}]\nallow: [a.b]',
    'tools: {cp: {capability: a.b, paths: ["s?"]}}\ndeny: [{capability: a.b, path_prefix: /etc}]\nallow: [a.b]',
  ],
  [
    'a tree no more',
    'tools: {rm: {capability: a.b, paths: [p], tree: true}}\ndeny: [{capability: a.b, path_prefix: /a/b}]\nallow: [a.b]',
    'tools: {rm: {capability: a.b, paths: [p]}}\ndeny: [{capability: a.b, path_prefix: /a/b}]\nallow: [a.b]',
  ],
  [
    'a text selector',
    'tools: {t: {capability: a.b, text: [cmd]}}\nallow: [{capability: a.b, match_regex: "^ls$"}]',
    'tools: {t: {capability: a.b, text: [note]}}\nallow: [{capability: a.b, match_regex: "^ls$"}]',
  ],
  [
    'a risk no more',
    `${RISKS}tools: {t: {capability: a.b, risk: high}}\nallow: [a.b]`,
    `${RISKS}tools: {t: a.b}\nallow: [a.b]`,
  ],
  [
    'levels no more',
    `${RISKS}tools: {t1: {capability: a.b, risk: low}, t2: {capability: a.b, risk: high}}\nallow: [a.b]`,
    'tools: {t1: {capability: a.b, risk: low}, t2: {capability: a.b, risk: high}}\nallow: [a.b]',
  ],
  ['a longer glob', 'tools: {"db_*": a.b, "*_delete": c.d}\nallow: [a.b]', 'tools: {"db_*": a.b}\nallow: [a.b]'],
  ['an exact name within a glob', 'tools: {db: a.b, "db*": c.d}\nallow: [a.b]', 'tools: {"db*": a.b}\nallow: [a.b]'],
  [
    'a name that looks like another',
    'allow: [{capability: filesystem.read, tool_name: READ_FILE}, mcp.tool]',
    'allow: [mcp.tool]',
  ],
  [
    'a method that passes',
    'allow: [{capability: filesystem.read, path_prefix: /data}]',
    'allow: [{capability: filesystem.read, path_prefix: /data}]\nmethods: {resources/read: pass}',
  ],
  ['a depth in many digits', 'allow: [{capability: a.b, caller_depth_gt: 1.0e+22}, c.d]', 'allow: [c.d]'],
  [
    'a letter that becomes two',
    'deny: [{capability: a.b, contains: "ix"}]\nallow: [{capability: a.b, match_regex: "^(\u0130x|ix)$"}]',
    'deny: [{capability: a.b, contains: "ix"}]\nwarn: [{capability: a.b, match_regex: "^(\u0130x|ix)$"}]',
  ],
];

for (const [what, before, after] of DIFFERENT) {
  test(`not equivalent: ${what}`, async () => {
    const report = await diff(`${before}\n`, `${after}\n`, { names: ['a.yaml', 'b.yaml'], environment: LINUX });
    assert.equal(report.equivalent, false);
  });
}

const kinds = (text: string): string[] =>
  checkPolicy(loadPolicyText(`${text}\n`).policy, { environment: LINUX }).findings.map(
    ({ kind, rule }) => `${kind} ${rule?.id}`,
  );

/** What must not be claimed. */
const FALSE: readonly (readonly [policy: string, claim: string])[] = [
  ['tools: {"fs_*": a.b}\nallow: [{capability: a.b, tool_name: fs_read}]', 'unsatisfiable allow[0]'],
  [
    'tools: {"fs_*": a.b}\ndeny: [{capability: a.b, tool_name: fs_}]\nallow: [{capability: a.b, tool_name: "fs_*"}]',
    'shadowed allow[0]',
  ],
  [
    'deny: [{capability: a.b, contains: "ix"}]\nallow: [{capability: a.b, match_regex: "^(\u0130x|ix)$"}]',
    'shadowed allow[0]',
  ],
  [
    'deny: [{capability: a.b, contains: "\u03c3"}]\nallow: [{capability: a.b, match_regex: "^(\u0391\u03a3|\u03c3)$"}]',
    'shadowed allow[0]',
  ],
  ['allow: [{capability: a.b, caller_depth_gt: 0, caller_depth_lt: 0.0000001}]', 'unsatisfiable allow[0]'],
  ['allow: [{capability: a.b, caller_depth_gt: 1.0e+22}]', 'unsatisfiable allow[0]'],
  ['allow: [{capability: a.b, amount_gt: 1.7e+308}]', 'unsatisfiable allow[0]'],
  ['allow: [{capability: filesystem.read, tool_name: READ_FILE}]', 'unsatisfiable allow[0]'],
  [
    'deny: [{capability: filesystem.write, all: [{path_prefix: /a}, {path_prefix: /b}]}]\nallow: [filesystem.write]',
    'contradiction deny[0]',
  ],
  [
    'deny: [other.read]\nrequire_approval: [{capability: "*.read", path_prefix: /a}]\nallow: [{capability: "*.read", path_prefix: /b}]',
    'shadowed allow[0]',
  ],
];

for (const [policy, claim] of FALSE) {
  test(`not claimed: ${claim} of ${policy.replaceAll('\n', ' ')}`, () => assert.ok(!kinds(policy).includes(claim)));
}

test('a witness is JSON, where one selector asks for an element and another for a member', async () => {
  const after = 'allow: [{capability: filesystem, args: {/a/b: {gt: 1, lte: 99}, "/a/*": {regex: "[0-9]+"}}}]\n';
  const report = await diff('allow: [{capability: filesystem, amount_lt: 0}]\n', after, {
    names: ['a.yaml', 'b.yaml'],
    environment: LINUX,
  });
  assert.equal(report.equivalent, false);
});

test('found all the same: single letters, nested words, paths that nothing matches', () => {
  assert.ok(
    kinds('deny: [{capability: shell.execute, contains: [";", "|"]}]\nallow: [shell.execute]').includes(
      'bypass deny[0]',
    ),
  );
  assert.ok(kinds('deny: [{capability: x.y, args: {/a/b: {contains: rm}}}]\nallow: [x.y]').includes('bypass deny[0]'));
  for (const path of ['/a%20b', '$HOME/x', '/a\\\\b', '/a/b ', '/a;b']) {
    assert.ok(kinds(`allow: [{capability: x.y, path_prefix: "${path}"}]`).includes('suspicious-path allow[0]'), path);
  }
});

test('a rule is redundant beside stricter and equal ones together', () => {
  const policy =
    'deny: [{capability: x.y, path_prefix: /a}]\n' +
    'require_approval: [{capability: x.y, path_prefix: /b}, {capability: x.y, path_prefix: [/a, /b]}]\nallow: [x.y]';
  assert.ok(kinds(policy).includes('redundant require_approval[1]'));
});

test('a denial of words is bypassed where the allow rule excludes other words', () => {
  const policy = 'deny: [{capability: x.y, contains: rm}]\nallow: [{capability: x.y, not: {contains: sudo}}]';
  assert.ok(kinds(policy).includes('bypass deny[0]'));
});

test('a selector that one of several tools has is read', () => {
  const tool = (name: string, property: string) => ({
    name,
    inputSchema: { type: 'object', properties: { [property]: {} } },
  });
  const tools = { server: { name: 's', version: '1' }, tools: [tool('get', 'kind'), tool('list', 'page')] };
  const { policy } = loadPolicyText(
    'deny: [{capability: k.read, args: {kind: secret}}]\nallow: [k.read]\ntools: {get: k.read, list: k.read}\n',
  );
  const { findings } = checkPolicy(policy, { environment: LINUX, tools });
  assert.ok(!findings.some(({ kind }) => kind === 'unread-selector'));
});
