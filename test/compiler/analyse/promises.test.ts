import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { checkPolicy } from '../../../compiler/analyse/findings/check.js';
import { loadPolicySync, loadPolicyText } from '../../../compiler/ir/load.js';
import { capfence } from '../../support/capfence.js';
import { LINUX } from '../../support/decide.js';
import { temporaryFolder } from '../../support/folder.js';

const TOOLS = `
tools:
  rd: { capability: filesystem.read, paths: [path] }
  wr: { capability: filesystem.write, paths: [path] }
  rm: { capability: filesystem.delete, paths: [path] }
  send: { capability: mail.send, recipients: [to] }
  pay: { capability: payments.send, amounts: [amount] }
  trade: trades.execute
  price: prices.read
  profile: clients.read
`;

/** Of each promise that is not kept, how not, and how its witness is decided. */
function unkept(rules: string): string[] {
  const { policy } = loadPolicyText(`${rules.trim()}\n${TOOLS}`);
  const { findings } = checkPolicy(policy, { environment: LINUX });
  return findings
    .filter(({ kind }) => kind === 'broken-promise' || kind === 'unproved')
    .map(({ kind, outcome }) => (outcome === undefined ? kind : `${kind}: ${outcome}`));
}

const WRITES = 'allow: [{ capability: filesystem.write, path_prefix: /data }, filesystem.read]';
const PAST = 'mark: [{ label: priced, capability: prices.read }, { label: profiled, capability: clients.read }]';
const BOTH = 'never: { allow: trades.execute, any: [{ not: { after: priced } }, { not: { after: profiled } }] }';

const CASES: readonly (readonly [what: string, policy: string, ...unkept: string[]])[] = [
  [
    'writes stay below a folder',
    `${WRITES}\nprove: [{ never: { allow: filesystem.write, not: { path_prefix: /data } } }]`,
  ],
  [
    'writes go below another',
    `${WRITES}\nprove: [{ never: { allow: filesystem.write, not: { path_prefix: /data/x } } }]`,
    'broken-promise: allow by allow[0]',
  ],
  [
    'a warning passes, too',
    'warn: [filesystem.delete]\nprove: [{ never: { allow: filesystem.delete } }]',
    'broken-promise: warn by warn[0]',
  ],
  [
    'what a person is asked does not pass',
    'require_approval: [filesystem.delete]\nprove: [{ never: { allow: filesystem.delete } }]',
  ],
  [
    'but is asked for',
    'require_approval: [filesystem.delete]\nprove: [{ never: { require_approval: filesystem.delete } }]',
    'broken-promise: require_approval by require_approval[0]',
  ],
  ['what no rule lets pass is denied', `${WRITES}\nprove: [{ never: { require_approval: mail.send } }]`],
  ['always, by a rule', `${WRITES}\nprove: [{ always: { allow: filesystem.read, path_prefix: /public } }]`],
  [
    'always, but for a denial',
    `deny: [{ capability: filesystem.read, path_glob: "**/.env" }]\n${WRITES}\nprove: [{ always: { allow: filesystem.read, path_prefix: /public } }]`,
    'broken-promise: deny by deny[0]',
  ],
  ['always, and no rule', `${WRITES}\nprove: [{ always: { warn: mail.send } }]`, 'broken-promise: deny by default'],
  ['always asks, and it is allowed', `${WRITES}\nprove: [{ always: { require_approval: filesystem.read } }]`],
  [
    'amounts: the bound is off by one',
    'require_approval: [{ capability: payments, amount_gt: 1000 }]\nallow: [payments]\nprove: [{ never: { allow: payments, amount_gt: 100 } }]',
    'broken-promise: allow by allow[0]',
  ],
  [
    'a limit stops what is beyond it by itself',
    'limits: [{ id: l, capability: payments, max: 100, per: 24h, of: amount }]\nallow: [payments]\nprove: [{ never: { allow: payments, amount_gt: 100 } }]',
  ],
  [
    'always speaks of calls within limits',
    'limits: [{ id: l, capability: mail, max: 1, per: 24h }]\nallow: [mail]\nprove: [{ always: { allow: mail.send } }]',
  ],
  [
    'an inverted condition on the past',
    `${PAST}\nallow: [{ capability: trades.execute, not: { after: priced } }, prices, clients]\nprove: [{ ${BOTH} }]`,
    'broken-promise: allow by allow[0]',
  ],
  [
    'an alternative where both were meant, after one of them',
    `${PAST}\nallow: [{ capability: trades.execute, after: [priced, profiled] }, prices, clients]\nprove: [{ ${BOTH} }]`,
    'broken-promise: allow by allow[0]',
  ],
  [
    'both, as they were meant',
    `${PAST}\nallow: [{ capability: trades.execute, all: [{ after: priced }, { after: profiled }] }, prices, clients]\nprove: [{ ${BOTH} }]`,
  ],
  [
    'a risk level tightens what is always allowed',
    'risk_levels: { high: { action: deny } }\nallow: [mail]\nprove: [{ always: { allow: mail.send } }]',
    'broken-promise: deny by allow[0]',
  ],
];

for (const [what, policy, ...expected] of CASES) {
  test(`promises: ${what}`, () => assert.deepEqual(unkept(policy), expected));
}

test('promises are inherited, and compile refuses what breaks them', () => {
  const folder = temporaryFolder();
  const child = join(folder, 'child.yaml');
  writeFileSync(join(folder, 'base.yaml'), `prove: [{ id: no-mail, never: { allow: mail } }]\ndeny: [shell]\n${TOOLS}`);
  writeFileSync(child, 'extends: ./base.yaml\nallow: [mail.send]\n');
  assert.deepEqual(
    loadPolicySync(child).policy.promises.map(({ id }) => id),
    ['no-mail'],
  );
  const checked = capfence('check', child);
  assert.equal(checked.status, 1);
  assert.match(checked.stdout, /CF215[\s\S]*no-mail[\s\S]*allowed/);
  const compiled = capfence('compile', child, '-o', join(folder, 'out.ts'));
  assert.equal(compiled.status, 1);
  assert.match(compiled.stdout + compiled.stderr, /CF215/);
});

test('promises in the DSL are the same', () => {
  const yaml = `prove: [{ id: p, description: d, never: { require_approval: mail.send, not: { recipient: "*@example.com" } } }, { always: { warn: mail } }]\nallow: [mail]`;
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'p.yaml'), yaml);
  const dsl = capfence('fmt', '--to', 'capfence', join(folder, 'p.yaml')).stdout;
  assert.match(
    dsl,
    /never approve mail\.send as p where not recipient = "\*@example\.com" describe "d"\nalways warn mail/,
  );
  writeFileSync(join(folder, 'q.capfence'), dsl);
  const back = capfence('fmt', '--to', 'yaml', join(folder, 'q.capfence')).stdout;
  const of = (text: string) =>
    loadPolicyText(text).policy.promises.map(({ place: _, when, ...rest }) => ({ ...rest, kind: when.kind }));
  assert.deepEqual(of(back), of(yaml));
});

test('a promise that is none is an error', () => {
  for (const prove of [
    '[{ never: { allow: a.b }, always: { allow: a.b } }]',
    '[{ id: x }]',
    '[{ never: { warn: a.b } }]',
    '[{ always: { deny: a.b } }]',
    '[{ always: { allow: a.b, warn: a.b } }]',
    '[{ never: { allow: a.b, capability: a.b } }]',
    '[{ never: { allow: a.b, after: nothing } }]',
    '[a.b]',
  ])
    assert.throws(() => loadPolicyText(`allow: [a.b]\nprove: ${prove}\n`), /CF1/, prove);
});
