import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, type ReportedFinding } from '../../../compiler/check.js';
import type { Snapshot } from '../../../compiler/ir/tool-snapshot.js';
import { verdictOf } from '../../support/decide.js';

/** The findings of these kinds, each with its severity and help. */
async function found(policy: string, kinds: readonly string[], tools?: Snapshot): Promise<ReportedFinding[]> {
  const { findings } = await check(policy, {
    name: 'p.yaml',
    environment: { platform: 'linux' },
    ...(tools && { tools }),
  });
  return findings.filter(({ kind }) => kinds.includes(kind));
}

const rule = (conditions: string, section = 'allow') =>
  `${section}:\n  - {capability: a.b, ${conditions}}\ntools: {t: a.b}\n`;

const OPEN: Readonly<Record<string, string>> = {
  'a prefix that ends in a word': 'args: {url: {prefix: "https://api.example.com"}}',
  'a glob of hosts': 'args: {url: {glob: "https://*.example.com/*"}}',
  'a glob that ends in a word': 'args: {name: {glob: "prod*"}}',
  'a command as a glob': 'args: {command: {glob: "git *"}}',
  'recipients as a glob': 'args: {to: {glob: "*@example.com"}}',
  'a statement as a prefix': 'args: {sql: {prefix: "select "}}',
  'an anchored expression that takes a delimiter': "args: {command: {regex: '^git [^\"]*$'}}",
  'an anchored expression of a statement': "args: {query: {regex: '(?s)^select .*$'}}",
  'words alone': 'contains: select',
  'words of an argument alone': 'args: {title: {contains: draft}}',
};

for (const [name, conditions] of Object.entries(OPEN)) {
  test(`open at its end: ${name}`, async () => {
    const policy = rule(conditions);
    const [finding, ...others] = await found(policy, ['open-ended']);
    assert.equal(others.length, 0);
    assert.equal(finding?.code, 'CF219');
    assert.equal(finding.severity, 'warning');
    const { tool, args } = finding.witness as { tool: string; args: Record<string, unknown> };
    assert.equal(verdictOf(policy, tool, args), 'allow', JSON.stringify(args));
  });
}

test('not open: values by name, delimiters at the end, forbidding rules, what is under not', async () => {
  for (const conditions of [
    'args: {url: "https://api.example.com/x"}',
    'args: {path_in_repo: {prefix: "docs/"}}',
    'args: {title: {glob: "*.md"}}',
    "args: {command: {regex: '^git (status|log)$'}}",
    'contains: select, args: {mode: safe}',
    'not: {contains: select}',
  ]) {
    assert.deepEqual(await found(rule(conditions), ['open-ended']), [], conditions);
  }
  assert.deepEqual(await found(rule('args: {url: {prefix: "https://evil"}}', 'deny'), ['open-ended']), []);
});

test('a capability that nothing exercises: a warning where a person meant another, else a note', async () => {
  const [typo] = await found('deny: [filesystem.delte]\nallow: ["*"]\n', ['unknown-capability']);
  assert.deepEqual([typo?.code, typo?.severity, typo?.help], ['CF304', 'warning', 'did you mean `filesystem.delete`?']);
  assert.equal(typo?.witness?.tool, undefined);
  const [near] = await found('deny: [shel.execute]\nallow: ["*"]\n', ['unknown-capability']);
  assert.deepEqual([near?.severity, near?.help], ['warning', 'did you mean `shell.execute`?']);
  const [own] = await found('deny: [trading.execute]\nallow: ["*"]\n', ['unknown-capability']);
  assert.equal(own?.severity, 'note');
  for (const known of ['filesystem', 'mcp.tool.x', 'mcp', '*', '*.delete', 'mail.send', 'prompts.use']) {
    const policy = `deny: ["${known}"]\nallow: ["*"]\ntools: {send: mail.send}\nmethods: {prompts/get: prompts.use}\n`;
    assert.deepEqual(await found(policy, ['unknown-capability']), [], known);
  }
});

const TOOLS: Snapshot = {
  server: { name: 's', version: '1' },
  tools: [
    {
      name: 'get',
      inputSchema: {
        type: 'object',
        properties: { resourceType: { type: 'string' }, options: { type: 'object', properties: { deep: {} } } },
      },
    },
    { name: 'any', inputSchema: { type: 'object', additionalProperties: true, properties: {} } },
  ],
};

test('selectors and args keys that no tool has, against the tools of a server', async () => {
  const policy = (key: string, mapping = '') =>
    `deny:\n  - {capability: k.read, args: {"${key}": secret}}\nallow: [k.read]\ntools: {get: {capability: k.read${mapping}}}\n`;
  const [finding] = await found(policy('kind?'), ['unread-selector'], TOOLS);
  assert.deepEqual([finding?.code, finding?.severity, finding?.rule?.id], ['CF305', 'warning', 'deny[0]']);
  assert.match(finding?.help ?? '', /resourceType/);
  for (const key of ['resourceType', 'resourceType?', '/options/deep', '/options/*'])
    assert.deepEqual(await found(policy(key), ['unread-selector'], TOOLS), [], key);
  assert.equal((await found(policy('/options/other'), ['unread-selector'], TOOLS)).length, 1);
  const [mapped] = await found(policy('resourceType', ', paths: [file]'), ['unread-selector'], TOOLS);
  assert.match(mapped?.message ?? '', /the mapping of get reads `file`/);
});

test('capabilities and selectors of marks and limits that nothing has are found, too', async () => {
  const policy = (said: string) => `allow: [k.read]\ntools: {get: {capability: k.read}}\n${said}\n`;
  const kinds = ['unknown-capability', 'unread-selector', 'unreachable-capability'];
  const kindsOf = async (said: string) =>
    (await found(policy(said), kinds, TOOLS)).map(({ kind, help }) => [kind, help]);
  const meant = 'did you mean `k.read`?';
  assert.deepEqual(await kindsOf('mark: [{label: seen, capability: k.raed}]'), [['unknown-capability', meant]]);
  assert.deepEqual(await kindsOf('limits: [{id: d, capability: k.raed, max: 1, per: 1h}]'), [
    ['unknown-capability', meant],
  ]);
  const [unreachable] = await kindsOf('limits: [{id: d, capability: filesystem.write, max: 1, per: 1h}]');
  assert.equal(unreachable?.[0], 'unreachable-capability');
  for (const said of [
    'mark: [{label: seen, capability: k.read, by: resourcetype_}]',
    'limits: [{id: d, capability: k.read, max: 1, per: 1h, of: count}]',
    'limits: [{id: d, capability: k.read, max: 1, per: 1h, by: /options/who}]',
    'labels: [seen]\ndeny: [{capability: k.read, after: {label: seen, by: who}}]',
  ])
    assert.deepEqual(
      (await kindsOf(said)).map(([kind]) => kind),
      ['unread-selector'],
      said,
    );
  for (const said of [
    'mark: [{label: seen, capability: k.read, by: resourceType}]',
    'limits: [{id: d, capability: k.read, max: 1, per: 1h, by: /options/deep}]',
    'limits: [{id: d, capability: k.read, max: 1, per: 1h, of: amount}]',
  ])
    assert.deepEqual(await kindsOf(said), [], said);
});

test('a control character in a pattern', async () => {
  const [finding] = await found(
    'deny: [{capability: a.b, match_regex: "\\bsudo\\b"}]\nallow: [a.b]\ntools: {t: a.b}\n',
    ['control-character'],
  );
  assert.deepEqual([finding?.code, finding?.severity], ['CF220', 'warning']);
  assert.deepEqual(
    await found("deny: [{capability: a.b, match_regex: '\\bsudo\\b'}]\nallow: [a.b]\ntools: {t: a.b}\n", [
      'control-character',
    ]),
    [],
  );
});

test('a denial or an approval across an allow is a note; two exceptions that cross are a warning', async () => {
  const crossing = (first: string, second: string) =>
    `${first}: [{capability: filesystem.write, path_prefix: /a}]\n${second}: [{capability: filesystem.write, path_glob: "**/x"}]\n`;
  const severities = async (policy: string) => (await found(policy, ['conflict'])).map(({ severity }) => severity);
  assert.deepEqual(await severities(crossing('deny', 'allow')), ['note']);
  assert.deepEqual(await severities(crossing('require_approval', 'allow')), ['note']);
  assert.deepEqual(await severities(crossing('deny', 'require_approval')), ['warning']);
});
