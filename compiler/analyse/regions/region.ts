/*
 * Analysis looks at one fact at a time: a dimension. A region is what one condition says of a dimension's values: true,
 * unknown or false of each. A dimension answers whether some value lies in given parts of given regions.
 */

/** Truth values as bits, so that several may be allowed at once. */
export const TRUE = 1;
export const UNKNOWN = 2;
export const FALSE = 4;
/** There is no value: an optional argument that is absent. */
export const NOTHING = 8;

export interface Region {
  /** Conditions of one dimension look at the same values: `path`, `text`, `context tenant`, `args /a`. */
  readonly dimension: string;
  /** True of a text, it is true of every text that holds that one. */
  readonly isSubstring?: boolean;
  /** It says the same of all the fact's values in one call. */
  readonly perCall?: boolean;
  /**
   * Words one of which a value must have (`keysOf`) for the condition to be true or unknown of it; undefined: it can't be
   * said in words. Rules are found by them.
   */
  readonly keys?: readonly string[] | undefined;
  /** The words of a value; undefined: it may have any. */
  keysOf?(value: unknown): readonly string[] | undefined;
  /** The condition's truth for one value, as a bit. */
  truth(value: unknown): number;
  /** Values in it, the most readable first. */
  samples(): readonly unknown[];
  /** Values at its border and on both sides of it, where the samples are not that. */
  borders?(): readonly unknown[];
}

/** A part of a region: where its truth is one of these. */
export interface Constraint<R extends Region = Region> {
  readonly region: R;
  /** Bits. */
  readonly allowed: number;
}

/** A value in all of the given parts; `none`: there is none; `budget`: that took too long to say. */
export type Solution = { readonly value: unknown } | 'none' | 'budget';

/** The values of one fact. */
export interface Dimension {
  readonly key: string;
  /** A call has exactly one value of it. */
  readonly single: boolean;
  solve(constraints: readonly Constraint[]): Solution;
}

/** The first of the values that lies in all the parts. */
export function firstWithin(values: Iterable<unknown>, constraints: readonly Constraint[]): Solution {
  for (const value of values) {
    if (constraints.every(({ region, allowed }) => (region.truth(value) & allowed) !== 0)) return { value };
  }
  return 'none';
}

/** The same dimension, which answers the same question only once. */
export function remembering(dimension: Dimension): Dimension {
  const numbers = new Map<Region, number>();
  const answers = new Map<string, Solution>();
  const numberOf = (region: Region): number => {
    const known = numbers.get(region) ?? numbers.size;
    numbers.set(region, known);
    return known;
  };
  return {
    key: dimension.key,
    single: dimension.single,
    solve(constraints) {
      if (constraints.length > MAX_REMEMBERED) return dimension.solve(constraints);
      const key = constraints.map(({ region, allowed }) => `${numberOf(region)}:${allowed}`).join();
      const known = answers.get(key);
      if (known !== undefined) return known;
      const answer = dimension.solve(constraints);
      if (answers.size < MAX_ANSWERS) answers.set(key, answer);
      return answer;
    },
  };
}

/** Questions of few parts come again. */
const MAX_REMEMBERED = 4;
const MAX_ANSWERS = 200_000;
