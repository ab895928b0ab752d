import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isAuthorized } from '@cedar-policy/cedar-wasm/nodejs';
import fc from 'fast-check';
import { checkPolicy } from '../../compiler/analyse/findings/check.js';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { check } from '../support/seed.js';

/*
 * Cedar's opinion on what both languages can say: rules that allow and deny by capability, by a path's prefix and by a
 * number, on calls whose values are known. What is decided must be the same, and a promise that is kept is kept by Cedar.
 */

const TOOLS = ['a', 'b'];
const PREFIXES = ['/s', '/s/t', '/u'];
const PATHS = ['/s', '/s/x', '/s/t', '/s/t/y', '/st', '/u/z', '/w'];
const NUMBERS = [-2, -1, 0, 1, 2];

type Condition =
  | { readonly path_prefix: string }
  | { readonly args: { readonly n: Readonly<Record<string, number>> } }
  | { readonly not: Condition }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] };

const OPERATORS: Readonly<Record<string, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=' };
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constantFrom(...PREFIXES).map((path_prefix) => ({ path_prefix })),
  fc
    .record({ op: fc.constantFrom(...Object.keys(OPERATORS)), bound: fc.constantFrom(...NUMBERS) })
    .map(({ op, bound }) => ({ args: { n: { [op]: bound } } })),
);
const literal = fc.oneof(
  { weight: 2, arbitrary: leaf },
  leaf.map((not) => ({ not })),
);
const some = fc.array(literal, { minLength: 2, maxLength: 2 });
const expression: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: literal },
  some.map((all) => ({ all })),
  some.map((any) => ({ any })),
);
const part = fc.record({
  capability: fc.constantFrom('x', 'x.a', 'x.b'),
  when: fc.oneof(fc.constant(undefined), { weight: 3, arbitrary: expression }),
});
type Part = typeof part extends fc.Arbitrary<infer T> ? T : never;

const policies = fc.record({
  deny: fc.array(part, { maxLength: 2 }),
  allow: fc.array(part, { minLength: 1, maxLength: 3 }),
  never: part,
});

function cedarOf(condition: Condition): string {
  if ('not' in condition) return `!(${cedarOf(condition.not)})`;
  if ('all' in condition) return `(${condition.all.map(cedarOf).join(' && ')})`;
  if ('any' in condition) return `(${condition.any.map(cedarOf).join(' || ')})`;
  if ('path_prefix' in condition) {
    const prefix = condition.path_prefix;
    return `(context.path == "${prefix}" || context.path like "${prefix}/*")`;
  }
  const [[op, bound]] = Object.entries(condition.args.n) as [[string, number]];
  return `(context.n ${OPERATORS[op]} ${bound})`;
}

function ruleOf(effect: 'permit' | 'forbid', { capability, when }: Part): string {
  const action = capability === 'x' ? 'action' : `action == Action::"${capability}"`;
  return `${effect}(principal, ${action}, resource)${when ? ` when { ${cedarOf(when)} }` : ''};`;
}

function allows(rules: readonly string[], tool: string, args: { readonly p: string; readonly n: number }): boolean {
  const answer = isAuthorized({
    principal: { type: 'Agent', id: 'a' },
    action: { type: 'Action', id: `x.${tool}` },
    resource: { type: 'Server', id: 's' },
    context: { path: args.p, n: args.n },
    policies: { staticPolicies: rules.join('\n') },
    entities: [],
  });
  assert.equal(answer.type, 'success');
  return answer.type === 'success' && answer.response.decision === 'allow';
}

const call = fc.record({
  tool: fc.constantFrom(...TOOLS),
  args: fc.record({ p: fc.constantFrom(...PATHS), n: fc.constantFrom(...NUMBERS) }),
});

test('Cedar decides the same, and keeps what is kept', () => {
  const counts = { calls: 0, allowed: 0, kept: 0, broken: 0 };
  check(
    fc.property(policies, fc.array(call, { minLength: 8, maxLength: 8 }), ({ deny, allow, never }, calls) => {
      const plain = ({ capability, when }: Part) => ({ capability, ...when });
      const text = JSON.stringify({
        deny: deny.map(plain),
        allow: allow.map(plain),
        prove: [{ never: { allow: never.capability, ...never.when } }],
        tools: Object.fromEntries(TOOLS.map((tool) => [tool, { capability: `x.${tool}`, paths: ['p'] }])),
      });
      const { policy } = loadPolicyText(text);
      const environment = { platform: 'linux', home: '/home/u', roots: ['/w'] };
      const decide = evaluateModule(policy).bind({}, environment);
      const rules = [...deny.map((one) => ruleOf('forbid', one)), ...allow.map((one) => ruleOf('permit', one))];
      const [promise] = checkPolicy(policy, { environment }).promises;
      counts[promise?.state === 'kept' ? 'kept' : 'broken']++;
      for (const { tool, args } of calls) {
        const isAllowed = allows(rules, tool, args);
        counts.calls++;
        if (isAllowed) counts.allowed++;
        assert.equal(decide(tool, args).decision === 'allow', isAllowed, `${tool} ${JSON.stringify(args)}`);
        const isSpokenOf = allows([ruleOf('permit', never)], tool, args);
        if (isAllowed && isSpokenOf) assert.equal(promise?.state, 'broken');
      }
    }),
    60,
    2000,
  );
  console.log(`Cedar: ${JSON.stringify(counts)}`);
  assert.ok(counts.allowed > counts.calls / 10 && counts.kept > 3 && counts.broken > 10);
});
