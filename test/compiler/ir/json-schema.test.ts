import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONDITIONS } from '../../../compiler/conditions/index.js';
import { policyJsonSchema } from '../../../compiler/ir/json-schema.js';

test('the JSON Schema knows every condition, and is the one that is shipped', () => {
  const schema = policyJsonSchema();
  const defs = schema['$defs'] as Record<string, { anyOf?: { properties: object }[]; properties?: object }>;
  const rule = Object.keys(defs['rule']?.anyOf?.[1]?.properties ?? {});
  for (const key of [...CONDITIONS.keys(), 'any', 'all', 'not', 'id', 'reason']) {
    assert.ok(rule.includes(key), key);
    if (key !== 'id' && key !== 'reason') assert.ok(Object.hasOwn(defs['conditions']?.properties ?? {}, key), key);
  }
  const shipped = readFileSync(new URL('../../../docs/policy.schema.json', import.meta.url), 'utf8');
  assert.equal(shipped, `${JSON.stringify(schema, null, 2)}\n`, 'run npm run build');
});
