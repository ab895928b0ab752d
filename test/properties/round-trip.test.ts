import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { formatText } from '../../compiler/format.js';
import { loadPolicyText, useDsl } from '../../compiler/ir/load.js';
import * as arbitrary from '../support/arbitrary.js';
import { checkAsync } from '../support/seed.js';

before(useDsl);

/** What a policy means, without where it stands. */
function meaning(text: string, name: string): unknown {
  const { policy } = loadPolicyText(text, name);
  const plain = { ...policy, sha256: '', sources: [] };
  return JSON.parse(JSON.stringify(plain, (key, value) => (key === 'place' ? undefined : value)));
}

test('YAML → DSL → YAML → DSL keeps the meaning, and printing twice changes nothing', async () => {
  await checkAsync(
    fc.asyncProperty(arbitrary.policyFile, async (file) => {
      const yaml = JSON.stringify({ policy_name: 'p', ...file });
      const expected = meaning(yaml, 'p.yaml');
      const dsl = await formatText(yaml, 'p.yaml', 'capfence');
      assert.deepEqual(meaning(dsl, 'p.capfence'), expected, dsl);
      const back = await formatText(dsl, 'p.capfence', 'yaml');
      assert.deepEqual(meaning(back, 'p.yaml'), expected, back);
      assert.equal(await formatText(dsl, 'p.capfence', 'capfence'), dsl);
      assert.equal(await formatText(back, 'p.yaml', 'yaml'), back);
    }),
    400,
    10_000,
  );
});
