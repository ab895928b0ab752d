import type * as z from 'zod/mini';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF102, CF103, CF104 } from '../diagnostics/messages.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { entry, isNull, nodeAt, type Syntax, toValue, typeName } from './syntax.js';

/**
 * Checks a piece of a policy against its schema; each problem becomes a diagnostic at its own place.
 *
 * @param where How the piece is called in messages: "the policy", "a rule".
 * @returns undefined where it doesn't fit.
 */
export function validate<T extends z.ZodMiniType>(
  schema: T,
  syntax: Syntax,
  where: string,
  diagnostics: Diagnostics,
): z.infer<T> | undefined {
  const result = schema.safeParse(toValue(syntax));
  if (result.success) return result.data;
  for (const issue of result.error.issues) {
    const path = issue.path;
    const node = nodeAt(syntax, path);
    const owner = path.length > 0 ? `\`${path.join('.')}\`` : where;
    if (issue.code === 'unrecognized_keys') {
      const known = keysOf(schema, path);
      for (const key of issue.keys) {
        diagnostics.add(
          CF102({ where: owner, key, hint: didYouMean(key, known) }),
          entry(node, key)?.keyPlace ?? node.place,
        );
      }
    } else if (isMissing(syntax, path)) {
      diagnostics.add(
        CF104({
          where: path.length > 1 ? `\`${path.slice(0, -1).join('.')}\`` : where,
          key: String(path.at(-1)),
          hint: EXAMPLES[String(path.at(-1))] ?? '',
        }),
        node.place,
      );
    } else {
      diagnostics.add(CF103({ what: owner, expected: issue.message, found: shown(node), hint: '' }), node.place);
    }
  }
  return undefined;
}

/** The keys that an object schema knows at a path. */
function keysOf(schema: z.ZodMiniType, path: readonly PropertyKey[]): string[] {
  const definition = schema._zod.def as {
    shape?: Record<string, z.ZodMiniType>;
    innerType?: z.ZodMiniType;
    valueType?: z.ZodMiniType;
    element?: z.ZodMiniType;
  };
  if (definition.innerType) return keysOf(definition.innerType, path);
  const [step, ...rest] = path;
  if (step === undefined) return Object.keys(definition.shape ?? {});
  const next = definition.shape?.[String(step)] ?? definition.valueType ?? definition.element;
  return next ? keysOf(next, rest) : [];
}

function isMissing(syntax: Syntax, path: readonly PropertyKey[]): boolean {
  if (path.length === 0) return false;
  const owner = nodeAt(syntax, path.slice(0, -1));
  return owner.kind === 'map' && entry(owner, String(path.at(-1))) === undefined;
}

function shown(syntax: Syntax): string {
  if (syntax.kind !== 'scalar' || isNull(syntax)) return typeName(syntax);
  return typeof syntax.value === 'string' ? JSON.stringify(syntax.value) : String(syntax.value);
}

/** What a missing key may look like. */
const EXAMPLES: Readonly<Record<string, string>> = {
  capability: 'name a capability, such as `capability: filesystem.read`',
  max: 'say how much there may be, such as `max: 100`',
  per: 'say in what time, such as `per: 24h` or `per: session`',
};
