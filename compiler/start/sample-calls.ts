import { isObject } from '../../runtime/wire/envelope.js';
import { isPathKey } from '../interpret/arguments.js';
import type { SnapshotTool } from '../ir/tool-snapshot.js';

/** A call as the schema asks for it: its required arguments, paths in this folder. */
export function sampleCall({ inputSchema }: SnapshotTool, folder: string): Record<string, unknown> {
  const { properties, required: given } = (inputSchema ?? {}) as Record<string, unknown>;
  const required: readonly unknown[] = Array.isArray(given) ? given : [];
  const wanted = Object.entries(isObject(properties) ? properties : {}).filter(
    ([name]) => required.includes(name) || isPathKey(name),
  );
  return Object.fromEntries(wanted.map(([name, schema]) => [name, sample(schema, name, folder, 0)]));
}

function sample(schema: unknown, name: string, folder: string, depth: number): unknown {
  const given = (schema ?? {}) as Record<string, unknown>;
  const { enum: values, const: constant, items, anyOf, oneOf } = given;
  if (constant !== undefined) return constant;
  if (Array.isArray(values) && values.length > 0) return values[0];
  const [alternative] = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if (alternative !== undefined && depth < 8) return sample(alternative, name, folder, depth + 1);
  switch ([given['type']].flat()[0]) {
    case 'number':
    case 'integer':
      return 1;
    case 'boolean':
      return true;
    case 'array':
      return depth < 8 ? [sample(items, name, folder, depth + 1)] : [];
    case 'object':
      return depth < 8 ? sampleCall({ name, inputSchema: schema }, folder) : {};
    default:
      return isPathKey(name) ? `${folder}/example` : 'example';
  }
}
