import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeExpression } from '../../../compiler/analyse/regions/region-text.js';
import { interpretTool } from '../../../compiler/interpret/interpret.js';
import { forTool } from '../../../compiler/ir/for-tool.js';
import { loadPolicyText } from '../../../compiler/ir/load.js';
import { check } from '../../support/seed.js';

const ATOMS = ['tool_name: read', 'tool_name: ["r*", list]', 'tenant: a', 'path_prefix: /a'];
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(...ATOMS).map((atom) => `{ ${atom} }`),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((all) => `{ any: [${all.join(', ')}] }`),
    fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((all) => `{ all: [${all.join(', ')}] }`),
    tie('tree').map((one) => `{ not: ${one} }`),
  ),
}));

test('what is left for a tool decides its calls as the whole does', () => {
  check(
    fc.property(tree, fc.constantFrom('read', 'list', 'write'), (when, tool) => {
      const { policy } = loadPolicyText(
        `tools: { ${tool}: a.b }\nallow: [{ capability: a.b, all: [${when}] }]\ndeny: [{ capability: other }]\n`,
      );
      const rules = policy.rules.map((rule) => ({ ...rule, when: forTool(rule.when, tool) }));
      assert.ok(!describeExpression(rules[1]?.when ?? assert.fail()).includes('tool is'));
      for (const tenant of ['a', 'b']) {
        for (const path of ['/a/x', '/b', undefined]) {
          const world = { context: { tenant }, environment: { home: '/home/me' } };
          const args = path === undefined ? {} : { path };
          const [whole, left] = [policy, { ...policy, rules }].map(
            (one) => interpretTool(one, tool, args, world).decision,
          );
          assert.equal(left, whole, `${when} ${tenant} ${path}`);
        }
      }
    }),
    200,
  );
});
