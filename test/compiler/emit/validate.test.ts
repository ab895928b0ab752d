import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CrossCheck } from '../../../compiler/analyse/calls/cross-check.js';
import { validateModule } from '../../../compiler/analyse/validate.js';
import { loadPolicySync, loadPolicyText } from '../../../compiler/ir/load.js';
import type { Policy } from '../../../compiler/ir/policy.js';
import { FALSE, TRUE } from '../../../runtime/decide/conditions/truth-set.js';

const rich = `deny:
  - {capability: x.y, path_prefix: [/a, /b/c], not: {environment: dev}}
  - {capability: x.y, args: {n: {gt: 5, lte: 9}, s: {regex: "^ab+$"}}}
  - {capability: x.y, path_glob: "**/*.key"}
require_approval:
  - {capability: x.y, any: [{amount_gt: 100}, {contains: danger}]}
warn:
  - {capability: x.y, table: users}
allow:
  - {capability: x.y, tool_name: "t*"}
tools:
  tool: {capability: x.y, risk: high}
risk_levels: {high: {action: require_approval}}
`;

test('every rule, border and unknown of a policy is run', () => {
  const { policy } = loadPolicyText(rich);
  const { calls, unasked, left } = validateModule(policy);
  assert.ok(calls > 100, `${calls} calls`);
  assert.deepEqual([unasked, left], [0, 0]);
  assert.ok(validateModule(loadPolicySync('policies/mcp_policy.yaml').policy).calls > 30);
});

/** Each is a defect that the emitter might have: the policy that is interpreted is not the one that was compiled. */
const DEFECTS: readonly (readonly [what: string, change: (policy: Policy) => Policy])[] = [
  ['a rule is left out', (policy) => without(policy, 2)],
  ['the first rule is left out', (policy) => without(policy, 0)],
  ['the last rule is left out', (policy) => without(policy, policy.rules.length - 1)],
  ['a prefix loses a letter', (policy) => replaced(policy, '"/b/c"', '"/b/"')],
  ['a bound is off by one', (policy) => replaced(policy, '"value":9', '"value":10')],
  ['a comparison is strict', (policy) => replaced(policy, '"op":"gt"', '"op":"gte"')],
  ['an amount is compared otherwise', (policy) => replaced(policy, '"amount_gt"', '"amount_gte"')],
  ['a glob matches less', (policy) => replaced(policy, '**/*.key', '**/?.key')],
  ['an expression matches more', (policy) => replaced(policy, '^ab+$', '^ab*$')],
  ['a word is another', (policy) => replaced(policy, '"danger"', '"dange"')],
  ['a table is another', (policy) => replaced(policy, '"users"', '"user"')],
  [
    'a negation is lost',
    (policy) =>
      replaced(
        policy,
        '"kind":"not","of"',
        '"kind":"all","of":[{"kind":"atom","atom":{"key":"path_prefix","data":["/"]}}],"was"',
      ),
  ],
  ['any becomes all', (policy) => replaced(policy, '"kind":"any"', '"kind":"all"')],
  ['a risk level is forgotten', (policy) => ({ ...policy, riskLevels: {} })],
];

function without(policy: Policy, index: number): Policy {
  return { ...policy, rules: policy.rules.filter((_, i) => i !== index) };
}

/** A policy whose rules read otherwise; places are kept as they are. */
function replaced(policy: Policy, from: string, to: string): Policy {
  const rules = policy.rules.map((rule) => {
    const text = JSON.stringify(rule.when, (key, value) => (key === 'place' ? undefined : value));
    return text.includes(from) ? { ...rule, when: JSON.parse(text.replace(from, to)) } : rule;
  });
  assert.ok(
    rules.some((rule, i) => rule !== policy.rules[i]),
    `${from} is in the policy`,
  );
  return { ...policy, rules };
}

for (const [what, change] of DEFECTS) {
  test(`validation notices that ${what}`, () => {
    const { policy } = loadPolicyText(rich);
    const other = change(policy);
    const { decide } = CrossCheck.prototype;
    let noticed = false;
    // The interpreter reads the policy, the module is that of the other.
    const broken = new CrossCheck(other, { home: '/home/someone', platform: 'linux' });
    CrossCheck.prototype.decide = function (call) {
      const right = decide.call(this, call);
      const wrong = decide.call(broken, call);
      noticed ||=
        right?.decision !== wrong?.decision || right?.reason !== wrong?.reason || right?.rule?.id !== wrong?.rule?.id;
      return right;
    };
    try {
      validateModule(policy);
    } finally {
      CrossCheck.prototype.decide = decide;
    }
    assert.ok(noticed, what);
  });
}

test('truth sets are what the tables of the module ask of them', () => {
  assert.deepEqual([TRUE, FALSE], [1, 4], 'emitted code makes a truth set of a bit by 4 - 3 * bit');
});
