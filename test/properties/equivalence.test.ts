import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import {
  type Interpretation,
  interpretCapability,
  interpretMethod,
  interpretTool,
} from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Policy } from '../../compiler/ir/policy.js';
import type { Verdict } from '../../runtime/decide/index.js';
import * as arbitrary from '../support/arbitrary.js';
import { check } from '../support/seed.js';

/** What the two sides must agree on. */
function ofInterpretation(policy: Policy, interpretation: Interpretation | null) {
  return (
    interpretation && {
      decision: interpretation.decision,
      reason: interpretation.reason,
      capability: interpretation.capability,
      rule: interpretation.rule ? policy.rules.indexOf(interpretation.rule) : -1,
    }
  );
}

const plain = (verdict: Verdict | null) => verdict && { ...verdict };

test('generated code decides exactly as the interpreter: tools, capabilities, methods, unknown facts', () => {
  const verdicts = new Map<string, number>();
  check(
    fc.property(
      arbitrary.policyFile,
      arbitrary.environment,
      arbitrary.context,
      fc.array(arbitrary.call, { minLength: 1, maxLength: 8 }),
      fc.array(arbitrary.methodCall, { maxLength: 3 }),
      arbitrary.capability,
      (file, environment, context, calls, methodCalls, capability) => {
        const policy = loadPolicyText(JSON.stringify(file)).policy;
        const decide = evaluateModule(policy).bind(context, environment);
        const world = { context, environment };
        for (const { tool, args } of calls) {
          const interpretation = interpretTool(policy, tool, args, world);
          assert.deepEqual(plain(decide(tool, args)), ofInterpretation(policy, interpretation));
          assert.deepEqual(decide.unknown(tool, args).toSorted(), interpretation.unknown.toSorted());
          verdicts.set(interpretation.decision, (verdicts.get(interpretation.decision) ?? 0) + 1);
          if (interpretation.decision !== 'deny') assert.ok(decide.reachable(tool));
          const direct = interpretCapability(policy, capability, args, world);
          assert.deepEqual(plain(decide.capability(capability, args)), ofInterpretation(policy, direct));
        }
        for (const { method, params } of methodCalls) {
          const interpretation = interpretMethod(policy, method, params, world);
          assert.deepEqual(plain(decide.method(method, params)), ofInterpretation(policy, interpretation));
          if (interpretation)
            assert.deepEqual(decide.unknownMethod(method, params).toSorted(), interpretation.unknown.toSorted());
        }
      },
    ),
    1800,
    40_000,
  );
  // The generators reach every verdict, and none crowds out the others.
  const total = [...verdicts.values()].reduce((sum, count) => sum + count, 0);
  for (const decision of ['deny', 'require_approval', 'warn', 'allow']) {
    assert.ok((verdicts.get(decision) ?? 0) > total / 50, `${decision}: ${verdicts.get(decision)} of ${total}`);
  }
});

test('… and where the tools of the server are known, so that other arguments make facts unknown', () => {
  const names = ['path', 'file', 'amount', 'content', 'command', 'args', 'options', 'source', 'destination'];
  const known = fc.dictionary(arbitrary.toolName, fc.subarray(names));
  let stricter = 0;
  check(
    fc.property(
      arbitrary.policyFile,
      known,
      arbitrary.environment,
      arbitrary.context,
      fc.array(arbitrary.call, { minLength: 1, maxLength: 8 }),
      (file, schemas, environment, context, calls) => {
        const own = loadPolicyText(JSON.stringify(file)).policy;
        const policy: Policy = { ...own, arguments: schemas };
        const decide = evaluateModule(policy).bind(context, environment);
        const world = { context, environment };
        for (const { tool, args } of calls) {
          const interpretation = interpretTool(policy, tool, args, world);
          assert.deepEqual(plain(decide(tool, args)), ofInterpretation(policy, interpretation));
          assert.deepEqual(decide.unknown(tool, args).toSorted(), interpretation.unknown.toSorted());
          if (interpretation.decision !== interpretTool(own, tool, args, world).decision) stricter++;
        }
      },
    ),
    1000,
    20_000,
  );
  assert.ok(stricter > 10, `a schema makes ${stricter} calls stricter`);
});

test('… and on one capability, whose mapping names selectors, so that every condition meets what it reads', () => {
  const keys = [
    'contains',
    'match_regex',
    'amount_lte',
    'path_prefix',
    'path_glob',
    'args',
    'table',
    'risk_level',
    'after',
  ];
  check(
    fc.property(
      fc.record({
        deny: fc.array(arbitrary.conditionsOf(keys), { maxLength: 3 }),
        require_approval: fc.array(arbitrary.conditionsOf(keys), { maxLength: 2 }),
        allow: fc.array(arbitrary.conditionsOf(keys), { minLength: 1, maxLength: 3 }),
      }),
      arbitrary.selectors,
      fc.array(arbitrary.callArguments, { minLength: 4, maxLength: 8 }),
      arbitrary.environment,
      (conditions, selectors, calls, environment) => {
        const rules = Object.entries(conditions).map(([section, all]) => [
          section,
          all.map((when) => ({ capability: 'x.y', ...when })),
        ]);
        const labels = [...arbitrary.LABELS];
        const file = { ...Object.fromEntries(rules), labels, tools: { t: { capability: 'x.y', ...selectors } } };
        const policy = loadPolicyText(JSON.stringify(file)).policy;
        const decide = evaluateModule(policy).bind({}, environment);
        for (const args of calls) {
          const interpretation = interpretTool(policy, 't', args, { context: {}, environment });
          assert.deepEqual(plain(decide('t', args)), ofInterpretation(policy, interpretation), JSON.stringify(args));
          assert.deepEqual(decide.unknown('t', args).toSorted(), interpretation.unknown.toSorted());
        }
      },
    ),
    1800,
    60_000,
  );
});

test('… and with so many rules that a table decides', () => {
  const keys = [
    'amount_gt',
    'amount_lte',
    'amount_gte',
    'amount_lt',
    'path_prefix',
    'args',
    'args_values',
    'environment',
    'contains',
  ];
  const some = fc.array(arbitrary.conditionsOf(keys), { minLength: 4, maxLength: 10 });
  // Members that a table looks up, beside those that it does not.
  const members = fc.array(
    fc.record({
      args: fc.record(
        { a: fc.constantFrom('x', 'rm', { in: ['x', 'ls'] }), note: fc.constantFrom('x', { eq: 'rm' }) },
        { requiredKeys: ['a'] },
      ),
    }),
    { minLength: 3, maxLength: 8 },
  );
  check(
    fc.property(
      fc.record({ deny: some, require_approval: some, warn: members, allow: some }),
      arbitrary.selectors,
      fc.array(arbitrary.callArguments, { minLength: 4, maxLength: 8 }),
      arbitrary.environment,
      arbitrary.context,
      (conditions, selectors, calls, environment, context) => {
        const rules = Object.entries(conditions).map(([section, all]) => [
          section,
          all.map((when) => ({ capability: 'x.y', ...when })),
        ]);
        const labels = [...arbitrary.LABELS];
        const file = { ...Object.fromEntries(rules), labels, tools: { t: { capability: 'x.y', ...selectors } } };
        const policy = loadPolicyText(JSON.stringify(file)).policy;
        const decide = evaluateModule(policy).bind(context, environment);
        // The same object serves all calls: what one leaves behind would show in the next.
        for (const args of [...calls, ...calls.toReversed()]) {
          const interpretation = interpretTool(policy, 't', args, { context, environment });
          assert.deepEqual(plain(decide('t', args)), ofInterpretation(policy, interpretation), JSON.stringify(args));
          assert.deepEqual(decide.unknown('t', args).toSorted(), interpretation.unknown.toSorted());
        }
      },
    ),
    400,
    20_000,
  );
});
