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
  /** It says the same of all the fact's values in one call. */
  readonly perCall?: boolean;
  /** The condition's truth for one value, as a bit. */
  truth(value: unknown): number;
  /** Values at its border and on both sides of it, the most readable first. */
  samples(): readonly unknown[];
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
