import { COMMAND_KEYS } from '../../runtime/data/command-names.js';
import { RECIPIENT_WORDS } from '../../runtime/data/recipient-names.js';
import { SQL_KEYS } from '../../runtime/data/sql.js';
import { URL_WORDS } from '../../runtime/data/url-names.js';
import { isObject } from '../../runtime/wire/envelope.js';
import { foldKey, isPathKey, lastWord } from '../interpret/arguments.js';
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
      return sampleText(name, folder);
  }
}

/** What stands for a text in an example: harmless, and of the kind that its name says. */
function sampleText(name: string, folder: string): string {
  if (isPathKey(name)) return `${folder}/example`;
  if (URL_WORDS.has(lastWord(name))) return 'https://example.com/';
  if (COMMAND_KEYS.has(foldKey(name))) return 'ls';
  if (SQL_KEYS.has(foldKey(name)) && foldKey(name) !== 'query') return 'select 1';
  return RECIPIENT_WORDS.has(lastWord(name)) ? 'someone@example.com' : 'example';
}
