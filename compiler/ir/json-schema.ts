import { DECISIONS } from '../../runtime/decision.js';
import { args } from '../conditions/args.js';
import { CONDITIONS } from '../conditions/index.js';
import { schemaOf } from '../conditions/schema.js';
import { claimSchema, limitSchema, markSchema, ruleSchema } from './expression.js';
import { jsonSchemaOf } from './json-schema-of.js';
import { mappingSchema, policySchema, promiseSchema } from './schema.js';

type Json = Record<string, unknown>;

/**
 * The JSON Schema (2020-12) of policy files, for editors: made of the very schemas that the loader checks with, and the
 * short forms that it expands before.
 */
export function policyJsonSchema(): Json {
  const policy = jsonSchemaOf(policySchema);
  const properties = { ...(policy['properties'] as Json) };
  const list = (items: Json): Json => ({ anyOf: [{ type: 'array', items }, { type: 'null' }] });
  for (const section of DECISIONS) properties[section] = list({ $ref: '#/$defs/rule' });
  properties['mark'] = list(withConditions(markJsonSchema()));
  properties['limits'] = list(withConditions(jsonSchemaOf(limitSchema)));
  properties['prove'] = list(promiseJsonSchema());
  properties['rules'] = list({ $ref: '#/$defs/olderRule' });
  properties['tools'] = { type: 'object', additionalProperties: { $ref: '#/$defs/uses' } };
  properties['methods'] = {
    type: 'object',
    additionalProperties: { anyOf: [{ const: 'pass' }, { $ref: '#/$defs/uses' }] },
  };
  const rule = withConditions(jsonSchemaOf(ruleSchema));
  const conditions = Object.fromEntries(
    [...CONDITIONS.values()].map((condition) => [condition.key, jsonSchemaOf(schemaOf(condition))]),
  );
  const mapping = { anyOf: [{ $ref: '#/$defs/capability' }, jsonSchemaOf(mappingSchema)] };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'CapFence policy',
    ...policy,
    properties,
    $defs: {
      capability: { type: 'string', pattern: '^[A-Za-z0-9_*-]+(\\.[A-Za-z0-9_*-]+)*$' },
      claim: withConditions(jsonSchemaOf(claimSchema)),
      rule: { anyOf: [{ $ref: '#/$defs/capability' }, rule] },
      olderRule: {
        ...rule,
        required: ['action'],
        properties: {
          ...(rule['properties'] as Json),
          action: { enum: ['allow', 'warn', 'require_approval', 'block', 'deny'] },
          threshold: {},
        },
      },
      conditions: withConditions({
        type: 'object',
        properties: conditions,
        additionalProperties: false,
        minProperties: 1,
      }),
      uses: { anyOf: [mapping, { type: 'array', items: mapping, minItems: 1 }] },
    },
  };
}

/** One of `label` and `clear`; and operators on the result. */
function markJsonSchema(): Json {
  const mark = jsonSchemaOf(markSchema);
  const operators = ((jsonSchemaOf(schemaOf(args))['additionalProperties'] as Json)['anyOf'] as Json[]).find(
    ({ type }) => type === 'object',
  ) as Json;
  const result = {
    ...operators,
    properties: { at: { type: 'string' }, ...(operators['properties'] as Json) },
    required: ['at'],
  };
  return {
    ...mark,
    properties: { ...(mark['properties'] as Json), result },
    oneOf: [{ required: ['label'] }, { required: ['clear'] }],
  };
}

/** One of `never` and `always`, in it one decision. */
function promiseJsonSchema(): Json {
  const promise = jsonSchemaOf(promiseSchema);
  const one = (decisions: readonly string[]): Json => ({
    $ref: '#/$defs/claim',
    oneOf: decisions.map((decision) => ({ required: [decision] })),
  });
  return {
    ...promise,
    properties: {
      ...(promise['properties'] as Json),
      never: one(['allow', 'require_approval']),
      always: one(['allow', 'warn', 'require_approval']),
    },
    oneOf: [{ required: ['never'] }, { required: ['always'] }],
  };
}

/** What nests in itself, which the loader checks level by level. */
function withConditions(schema: Json): Json {
  const some = { type: 'array', items: { $ref: '#/$defs/conditions' }, minItems: 1 };
  return {
    ...schema,
    properties: { ...(schema['properties'] as Json), any: some, all: some, not: { $ref: '#/$defs/conditions' } },
  };
}
