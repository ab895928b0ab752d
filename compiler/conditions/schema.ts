import * as z from 'zod/mini';

const SOME = 'a string or a list of strings that is not empty';

export const stringOrList = z.union(
  [z.string(), z.array(z.string({ error: 'a string' })).check(z.minLength(1, SOME))],
  {
    error: SOME,
  },
);

export const someString = (expected: string) => z.string({ error: expected }).check(z.minLength(1, expected));

/** The schema of a condition, typed. */
export function schemaOf({ schema }: { readonly schema: object }): z.ZodMiniType {
  return schema as z.ZodMiniType;
}
