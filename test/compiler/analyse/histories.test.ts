import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { diffPolicies } from '../../../compiler/analyse/diff/diff.js';
import { checkPolicy } from '../../../compiler/analyse/findings/check.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { capfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

const TOOLS = `
tools:
  rd: { capability: filesystem.read, paths: [path] }
  wr: { capability: filesystem.write, paths: [path] }
  send: mail.send
  sh: shell.run
  both: [{ capability: filesystem.read, paths: [path] }, mail.send]
  test: ci.test
  review: review.approve
  deploy: deploy.production
`;
const ENVIRONMENT = { platform: 'linux', home: '/home/u', roots: ['/w'] };

const load = (rules: string) => loadPolicyText(`${rules.trim()}\n${TOOLS}`).policy;
const check = (rules: string) => checkPolicy(load(rules), { environment: ENVIRONMENT });
const states = (rules: string) => check(rules).promises.map(({ state }) => state);

/** Findings of these kinds, with what their messages say. */
function found(rules: string, ...kinds: string[]): string[] {
  return check(rules)
    .findings.filter(({ kind }) => kinds.includes(kind))
    .map(({ kind, message }) => `${kind}: ${message.message}`);
}

const SECRET = 'mark: [{ label: secret, capability: filesystem.read, path_prefix: /secrets }]';

test('a past that no calls lead to: the mark is on what is denied', () => {
  const rules = `mark: [{ label: tested, capability: ci.test }]
deny: [ci]
allow: [{ capability: deploy, after: tested }]
prove: [{ never: { allow: deploy, after: tested } }]`;
  assert.deepEqual(found(rules, 'unreachable-history', 'unsatisfiable'), [
    'unreachable-history: `prove[0]` needs a history that no calls lead to: no call that passes sets `tested`',
    'unreachable-history: `allow[0]` needs a history that no calls lead to: no call that passes sets `tested`',
  ]);
});

test('a past that no calls lead to: two labels, of which one takes the other away', () => {
  const rules = `mark: [{ label: a, capability: ci }, { clear: a, capability: review }, { label: b, capability: review }, { clear: b, capability: ci }]
allow: [ci, review, { capability: deploy, all: [{ after: a }, { after: b }] }]`;
  assert.deepEqual(found(rules, 'unreachable-history'), [
    'unreachable-history: `allow[2]` needs a history that no calls lead to: what it asks for is only ever unknown',
  ]);
});

test('what is only ever unknown is said to be', () => {
  // Whether there is such a file, a mark can't tell.
  const rules = `mark: [{ label: odd, capability: ci, path_prefix: /a, not: { path_prefix: /a } }]
deny: [{ capability: shell, after: odd }]
allow: [ci, shell, { capability: deploy, after: odd }]`;
  const messages = found(rules, 'unreachable-history', 'contradiction');
  assert.match(messages.join('\n'), /`allow\[2\]` needs a history .* only ever unknown/);
  assert.match(
    messages.join('\n'),
    /`deny\[0\]` needs a history .* only ever unknown; it acts on what is unknown alone/,
  );
});

test('labels that nothing asks for, and labels that nothing takes away', () => {
  const rules = `mark: [{ label: [used, unused], capability: ci }, { clear: gone, capability: review }, { label: brief, capability: ci }]
deny: [{ capability: shell, after: used }, { capability: mail, after: used }, { capability: mail, after: { label: brief, within: 5m } }]
allow: [ci, review, shell, mail]`;
  assert.deepEqual(found(rules, 'unused-label', 'never-cleared'), [
    'unused-label: nothing asks for the label `unused`, which `mark[0]` sets',
    'unused-label: nothing asks for the label `gone`, which `mark[1]` clears',
    'never-cleared: once `used` is set, `deny[0]` forbids for the rest of the session',
  ]);
  assert.deepEqual(found(`${rules}\nlabels: [used]`, 'never-cleared'), []);
});

test('a mark with a path needs a root', () => {
  const { findings } = checkPolicy(
    load(`${SECRET}\ndeny: [{ capability: mail, after: secret }]\nallow: [filesystem.read, mail]`),
    {
      environment: { platform: 'linux', home: '/home/u' },
    },
  );
  const own = findings.find(({ kind }) => kind === 'needs-root');
  assert.equal(own?.message.severity, 'warning');
  assert.match(JSON.stringify(own?.witness?.args), /"path":"[^/]/);
});

const KEPT: readonly (readonly [what: string, rules: string])[] = [
  [
    'two labels of the same calls are one',
    `mark: [{ label: [a, b], capability: ci }]
allow: [ci, { capability: deploy, after: a }]
prove: [{ never: { allow: deploy, not: { after: b } } }]`,
  ],
  [
    'of the same calls, and with windows',
    `mark: [{ label: [a, b], capability: ci }]
allow: [ci, { capability: deploy, after: { label: a, within: 30m } }]
prove: [{ never: { allow: deploy, not: { after: { label: b, within: 1h } } } }]`,
  ],
  [
    'the shorter window of one label runs out first',
    `mark: [{ label: a, capability: ci }]
allow: [ci, { capability: deploy, after: { label: a, within: 30m } }]
prove: [{ never: { allow: deploy, not: { after: { label: a, within: 1h } } } }]`,
  ],
  [
    'a chain of three',
    `mark: [{ label: a, capability: review }, { label: b, capability: ci }, { label: c, capability: shell }]
allow: [review, { capability: ci, after: a }, { capability: shell, after: b }, { capability: deploy, after: c }]
prove: [{ never: { allow: deploy, not: { after: a } } }]`,
  ],
  [
    'a chain of five, of more labels than are looked at together',
    `mark: [{ label: a1, capability: ci }, { label: a2, capability: review }, { label: a3, capability: shell }, { label: a4, capability: filesystem.write }, { label: a5, capability: filesystem.delete }]
allow: [ci, { capability: review, after: a1 }, { capability: shell, after: a2 }, { capability: filesystem.write, after: a3 }, { capability: filesystem.delete, after: a4 }, { capability: deploy, after: a5 }]
prove: [{ never: { allow: deploy, not: { after: a1 } } }]`,
  ],
  [
    'of the same key, in a shorter window',
    `mark: [{ label: tested, capability: ci, by: commit }, { clear: tested, capability: filesystem.write }]
allow: [ci, filesystem.write, { capability: deploy, after: { label: tested, by: commit, within: 30m } }]
prove: [{ never: { allow: deploy, not: { after: { label: tested, by: commit, within: 1h } } } }]`,
  ],
  [
    'labels that shut each other out',
    `mark: [{ label: red, capability: ci }, { label: blue, capability: review }]
deny: [{ capability: ci, after: blue }, { capability: review, after: red }]
allow: [ci, review, { capability: deploy, after: red }]
prove: [{ never: { allow: deploy, after: blue } }]`,
  ],
];

for (const [what, rules] of KEPT) test(`kept: ${what}`, () => assert.deepEqual(states(rules), ['kept']));

/** Promises that are broken, with the calls that show it. */
const BROKEN: readonly (readonly [what: string, rules: string, calls: string])[] = [
  [
    'of the same calls, but the windows the other way round',
    `mark: [{ label: [a, b], capability: ci }]
allow: [ci, { capability: deploy, after: { label: a, within: 1h } }]
prove: [{ never: { allow: deploy, not: { after: { label: b, within: 30m } } } }]`,
    'test ok 0, deploy 1801',
  ],
  [
    'a call that fails has perhaps happened',
    `mark: [{ label: a, capability: ci }]
deny: [{ capability: deploy, not: { any: [{ after: a }, { not: { after: a } }] }, path_prefix: /x }]
allow: [ci, { capability: deploy, not: { after: { label: a, within: 1m } } }]
prove: [{ never: { allow: deploy, after: a } }]`,
    'test ok 0, deploy 61',
  ],
  [
    'a second call takes away what the first has set',
    `mark: [{ label: [a, b], capability: ci }, { clear: b, capability: review }]
allow: [ci, review, { capability: deploy, after: a }]
prove: [{ never: { allow: deploy, not: { after: b } } }]`,
    'test ok 0, review ok 1, deploy 2',
  ],
  [
    'what a person has approved marks as well',
    `${SECRET}
require_approval: [filesystem.read]
allow: [mail]
prove: [{ never: { allow: mail, after: secret } }]`,
    'rd ok 0, send 1',
  ],
];

for (const [what, rules, calls] of BROKEN) {
  test(`broken: ${what}`, () => {
    const [promise] = check(rules).promises;
    assert.equal(promise?.state, 'broken');
    const { trace = [], tool, at } = promise?.witness ?? {};
    const steps = trace.map((step) => `${step.tool} ${step.result} ${step.at}`);
    assert.equal([...steps, `${tool} ${at}`].join(', '), calls);
  });
}

const FENCE = `${SECRET}
deny: [{ capability: mail, after: secret }]
allow: [filesystem.read, mail]`;

test('diff: a window, a narrower mark and a mark that is gone, each with calls that both let pass', () => {
  const changes = (next: string) =>
    diffPolicies(load(FENCE), load(next), { environment: ENVIRONMENT }).changes.map(({ from, to, witness }) => {
      const calls = (witness.trace ?? []).map(({ tool, args, at }) => `${tool} ${JSON.stringify(args)} ${at}`);
      return `${from} → ${to}: ${[...calls, `${witness.tool} ${witness.at}`].join(', ')}`;
    });
  assert.deepEqual(changes(FENCE.replace('after: secret', 'after: { label: secret, within: 10m }')), [
    'deny → allow: rd {"path":"/secrets/x"} 0, send 601',
  ]);
  assert.deepEqual(changes(FENCE.replace('/secrets', '/secrets/deep')), [
    'deny → allow: rd {"path":"/secrets/x"} 0, send 1',
  ]);
  assert.deepEqual(changes(FENCE.replace('filesystem.read, path', 'filesystem.write, path')), [
    'deny → allow: rd {"path":"/secrets/x"} 0, send 1',
  ]);
});

test('diff: a mark with another condition on the same word is another mark', () => {
  const next = FENCE.replace('path_prefix: /secrets', 'contains: /secrets');
  const { changes, notAnalysed, settings } = diffPolicies(load(FENCE), load(next), { environment: ENVIRONMENT });
  assert.ok(changes.length + notAnalysed.length > 0);
  assert.deepEqual(
    settings.map(({ to }) => to),
    ['gone', 'new'],
  );
});

test('diff: what no calls lead to changes nothing', () => {
  const unreachable = FENCE.replace('allow: [filesystem.read, mail]', 'allow: [shell]').replace(
    'mail, after',
    'shell, after',
  );
  const next = unreachable.replace('deny: [{ capability: shell, after: secret }]', 'deny: [{ capability: ci }]');
  const { changes, notAnalysed } = diffPolicies(load(unreachable), load(next), { environment: ENVIRONMENT });
  assert.deepEqual([changes, notAnalysed], [[], []]);
});

test('a trace is a numbered list for people, and steps for programs, in every format', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'p.yaml');
  writeFileSync(
    path,
    `${SECRET}\nallow: [filesystem.read, mail]\nprove: [{ id: quiet, never: { allow: mail, after: secret } }]\n${TOOLS}`,
  );
  const shown = (format: string) => capfence('check', path, '--root', '/w', '--format', format).stdout;
  for (const format of ['text', 'github', 'sarif']) {
    const text = shown(format).replaceAll('%0A', '\n').replaceAll('\\n', '\n').replaceAll('\\"', '"');
    assert.match(
      text,
      /1\. rd \{"path":"\/secrets\/x"\} → succeeds, sets secret\n\s*2\. send \{\} → allow by allow\[1\]/,
      format,
    );
  }
  const markdown = shown('markdown');
  assert.match(markdown, /1\. `rd \{"path":"\/secrets\/x"\}` → `succeeds, sets secret`<br>2\. `send \{\}` → /);
  assert.match(markdown, /❌ broken \| `quiet` \| `never allow mail where after secret`/);
  const json = JSON.parse(shown('json'));
  assert.deepEqual(json.findings[0].witness.trace, [
    { tool: 'rd', args: { path: '/secrets/x' }, result: 'ok', at: 0, sets: ['secret'] },
  ]);
  assert.equal(json.findings[0].witness.at, 1);
  assert.deepEqual(
    json.promises.map(({ id, promise, state }: Record<string, unknown>) => [id, promise, state]),
    [['quiet', 'never allow mail where after secret', 'broken']],
  );
  assert.equal(JSON.parse(shown('sarif')).runs[0].properties.promises[0].state, 'broken');
  const page = join(folder, 'p.html');
  assert.equal(capfence('report', path, '-o', page).status, 0);
});

test('policies of one agent are checked together', () => {
  const folder = temporaryFolder();
  const [files, mail] = [join(folder, 'files.yaml'), join(folder, 'mail.yaml')];
  writeFileSync(files, `${SECRET}\nallow: [filesystem.read]\n${TOOLS}`);
  writeFileSync(
    mail,
    `labels: [secret, lost]\nallow: [mail, { capability: shell, after: lost }]\nprove: [{ never: { allow: mail, after: secret } }]\n${TOOLS}`,
  );
  const apart = capfence('check', files, mail, '--root', '/w');
  assert.match(apart.stdout, /CF226[\s\S]*CF216[\s\S]*capfence check A B --together/);
  const { stdout } = capfence('check', files, mail, '--together', '--root', '/w');
  assert.match(stdout, /CF215[\s\S]*1\. rd .* under .*files\.yaml\n\s*2\. send/);
  assert.match(stdout, /CF225.*`allow\[1\]`.*no policy sets `lost`/);
  assert.doesNotMatch(stdout, /CF226/);
  assert.equal(capfence('check', files, '--together').status, 2);
});

test('two keys of one call, each with another past: what holds of one key does not hold of both', () => {
  const rules = (claim: string) => `mark: [{ label: a, capability: ci, by: k }, { label: b, capability: review, by: k }]
allow: [ci, review, { capability: deploy, after: { label: a, by: k } }, { capability: deploy, after: { label: b, by: k } }]
prove: [{ always: { allow: deploy, ${claim} } }]`;
  assert.deepEqual(states(rules('after: { label: [a, b], by: k }')), ['unproved']);
  assert.deepEqual(states(rules('after: { label: a, by: k }')), ['kept']);
});

/** Promises that nearly hold: each was once called kept. */
const NEARLY: readonly (readonly [what: string, state: string, rules: string])[] = [
  [
    'an approval that matches on what is unknown lets a call pass that is denied once it is known',
    'unproved',
    `mark: [{ label: x, capability: ci, result: { at: /n, eq: 0 } }, { label: y, capability: review }]
require_approval: [{ capability: review, after: x }]
allow: [ci, { capability: deploy, all: [{ after: y }, { not: { after: x } }] }]
prove: [{ never: { allow: deploy } }]`,
  ],
  [
    'a tool that does two things, of which each makes the other unknown',
    'broken',
    `mark: [{ label: q, capability: mail }, { label: p, capability: filesystem.read, after: q }]
require_approval: [{ capability: mail, after: p }]
allow: [filesystem.read, { capability: deploy, after: q }]
prove: [{ never: { allow: deploy } }]`,
  ],
  [
    'a key that is missing is unknown, whatever came before',
    'broken',
    `mark: [{ label: x, capability: ci, by: id }]
deny: [{ capability: deploy, not: { after: x }, after: { label: x, by: id } }]
allow: [ci, deploy]
prove: [{ always: { allow: deploy, not: { after: x } } }]`,
  ],
  [
    'a request that nothing maps passes',
    'broken',
    `allow: [filesystem.read]
prove: [{ never: { allow: mcp.resources.read } }]`,
  ],
  [
    'two windows add up',
    'broken',
    `mark: [{ label: reviewed, capability: review }, { label: tested, capability: ci }]
allow: [review, { capability: ci, after: { label: reviewed, within: 45m } }, { capability: deploy, after: { label: tested, within: 30m } }]
prove: [{ never: { allow: deploy, not: { after: { label: reviewed, within: 60m } } } }]`,
  ],
];

for (const [what, state, rules] of NEARLY) test(`not kept: ${what}`, () => assert.deepEqual(states(rules), [state]));

test('the fewest calls there are: none, where one by itself breaks it', () => {
  const [promise] = check(`mark: [{ label: seen, capability: ci }]
allow: [ci, mail]
prove: [{ never: { allow: mail, any: [{ after: seen }, { not: { after: { label: seen, within: 1h } } }] } }]`).promises;
  assert.deepEqual([promise?.state, promise?.witness?.trace], ['broken', undefined]);
});

test('diff: tools that are mapped otherwise mark otherwise, and count otherwise', () => {
  const is = (before: string, after: string) => {
    const { changes, notAnalysed } = diffPolicies(loadPolicyText(before).policy, loadPolicyText(after).policy, {
      environment: ENVIRONMENT,
    });
    return [changes.length > 0 && 'changed', notAnalysed.length > 0 && 'open'].filter(Boolean);
  };
  const moved = (text: string, from: string, to: string) => is(text, text.replace(from, to));
  const fence = `mark: [{ label: secret, capability: vault.read }]
deny: [{ capability: mail, after: secret }]
allow: [vault, files, mail]
tools: { get: vault.read, send: mail.send }`;
  assert.deepEqual(moved(fence, 'get: vault.read', 'get: files.read'), ['changed', 'open']);
  const paths = `paths: { case: insensitive }
mark: [{ label: secret, capability: files.read, path_prefix: /s }]
deny: [{ capability: mail, after: secret }]
allow: [files, mail]
tools: { get: { capability: files.read, paths: [path] }, send: mail.send }`;
  assert.notDeepEqual(moved(paths, '[path]', '[name]'), []);
  assert.notDeepEqual(moved(paths, 'insensitive', 'sensitive'), []);
  const limit = `limits: [{ id: few, capability: pay.transfer, max: 3, per: 24h }]
allow: [pay, files]
tools: { pay: pay.transfer, pay2: pay.transfer }`;
  assert.deepEqual(moved(limit, 'pay2: pay.transfer', 'pay2: files.read'), ['open']);
});
