/** A JSON Schema, as far as completion looks at it. */
type Schema = Readonly<Record<string, unknown>>;

/** What a JSON Schema (2020-12) lets stand at a place. */
export interface Allowed {
  /** Keys of a mapping. */
  readonly keys: readonly string[];
  /** Words that it lists. */
  readonly words: readonly string[];
}

/** More alternatives than these are not followed. */
const MAX_ALTERNATIVES = 200;

/** What may stand at a path of keys and indices. */
export function allowedAt(root: Schema, path: readonly (string | number)[]): Allowed {
  let here = alternatives(root, root);
  for (const step of path) here = here.flatMap((one) => below(root, one, step)).slice(0, MAX_ALTERNATIVES);
  return {
    keys: [...new Set(here.flatMap(({ properties }) => Object.keys((properties ?? {}) as object)))],
    words: [...new Set(here.flatMap(wordsOf))],
  };
}

/** A schema, or all that it may be instead. */
function alternatives(root: Schema, given: unknown): Schema[] {
  if (typeof given !== 'object' || given === null) return [];
  const { $ref, anyOf, oneOf, allOf, ...own } = given as Schema;
  const referred =
    typeof $ref === 'string'
      ? [
          $ref
            .split('/')
            .slice(1)
            .reduce((at: unknown, key) => (at as Schema)?.[key], root),
        ]
      : [];
  const others = [...referred, ...[anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : []))];
  return [own, ...others.flatMap((one) => alternatives(root, one))];
}

function below(root: Schema, { properties, additionalProperties, items }: Schema, step: string | number): Schema[] {
  if (typeof step === 'number') return alternatives(root, items);
  const own = (properties ?? {}) as Schema;
  return alternatives(root, Object.hasOwn(own, step) ? own[step] : additionalProperties);
}

function wordsOf({ enum: listed, const: only, type }: Schema): string[] {
  const found = [...(Array.isArray(listed) ? listed : []), ...(only === undefined ? [] : [only])];
  const words = found.filter((one) => typeof one === 'string' || typeof one === 'boolean').map(String);
  return type === 'boolean' ? [...words, 'true', 'false'] : words;
}
