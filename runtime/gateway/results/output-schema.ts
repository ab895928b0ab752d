import { isObject } from '../../wire/envelope.js';

/** Schemas nest no deeper. */
const MAX_STEPS = 64;
/** What says more of a string than its length: what was put in its place is none of that. */
const NARROWING = ['enum', 'const', 'pattern', 'format', 'not', 'if', '$dynamicRef', 'contentEncoding'];
/** What says something of members or elements that is not looked at here. */
const BEYOND = [
  'uniqueItems',
  'contains',
  'unevaluatedProperties',
  'unevaluatedItems',
  'dependentSchemas',
  'patternProperties',
];

/**
 * May a string stand there, in structured output that a tool says the schema of (MCP, Tool.outputSchema)? False on doubt.
 *
 * @param path From the structured content on.
 * @param text What would stand there.
 */
export function acceptsString(schema: unknown, path: readonly (string | number)[], text: string): boolean {
  return accepts(schema, path, text, schema, 0);
}

function accepts(
  schema: unknown,
  path: readonly (string | number)[],
  text: string,
  root: unknown,
  steps: number,
): boolean {
  if (steps > MAX_STEPS) return false;
  if (schema === undefined || schema === true) return true;
  if (!isObject(schema)) return false;
  const on = (inner: unknown, rest = path) => accepts(inner, rest, text, root, steps + 1);
  const { $ref, allOf, anyOf, oneOf } = schema;
  if ($ref !== undefined && !on(resolved(root, $ref))) return false;
  if (Array.isArray(allOf) && !allOf.every((one) => on(one))) return false;
  if (Array.isArray(anyOf) && !anyOf.some((one) => on(one))) return false;
  // That no other does can't be told from one place alone.
  if (Array.isArray(oneOf) && !oneOf.every((one) => on(one))) return false;
  const [first, ...rest] = path;
  return first === undefined ? isStringSchema(schema, text) : on(memberSchema(schema, first), rest);
}

function isStringSchema(schema: Record<string, unknown>, text: string): boolean {
  const { type, minLength, maxLength } = schema;
  if (type !== undefined && ![type].flat().includes('string')) return false;
  if (NARROWING.some((key) => key in schema)) return false;
  const length = [...text].length;
  return (
    length >= (typeof minLength === 'number' ? minLength : 0) &&
    length <= (typeof maxLength === 'number' ? maxLength : length)
  );
}

/** The schema of a member or element; undefined where nothing is said of it. */
function memberSchema(schema: Record<string, unknown>, key: string | number): unknown {
  if ([...NARROWING, ...BEYOND].some((word) => word in schema)) return false;
  if (typeof key === 'number') {
    const { prefixItems, items } = schema;
    return Array.isArray(prefixItems) && key < prefixItems.length ? prefixItems[key] : items;
  }
  const { properties, additionalProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, key)) return properties[key];
  return additionalProperties;
}

/** A reference within the schema; others are not known. */
function resolved(root: unknown, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#(?:\/|$)/.test(reference)) return false;
  let node: unknown = root;
  for (const token of reference.split('/').slice(1)) {
    const key = decodeURIComponentSafe(token).replaceAll('~1', '/').replaceAll('~0', '~');
    if (!isObject(node) || !Object.hasOwn(node, key)) return false;
    node = node[key];
  }
  return node;
}

function decodeURIComponentSafe(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
