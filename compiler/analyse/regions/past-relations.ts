import type { Formula, Literal, Matcher } from './formula.js';
import { isOfKeys, PastRegion } from './past.js';
import { FALSE, type Region, TRUE, UNKNOWN } from './region.js';

/** In every past that there can be, one of these comes out as is allowed. */
export type PastRelation = readonly PastPart[];

/** What an `after` comes to, as bits. */
export interface PastPart {
  readonly dimension: string;
  readonly allowed: number;
}

const TRUTHS = [TRUE, UNKNOWN, FALSE];
/** Of more than so many at once nothing is said. */
const MAX_PARTS = 3;

/**
 * What never comes out together, in as few parts as can be.
 *
 * @param vectors All that may come out together: a truth for each dimension.
 */
export function relationsOf(dimensions: readonly string[], vectors: readonly (readonly number[])[]): PastRelation[] {
  const found: { readonly at: readonly number[]; readonly never: readonly number[] }[] = [];
  const isKnown = (at: readonly number[], values: readonly number[]) =>
    found.some((one) => one.at.every((dimension, i) => values[at.indexOf(dimension)] === one.never[i]));
  for (const at of subsets(dimensions.length, MAX_PARTS)) {
    const seen = new Set(vectors.map((vector) => at.map((dimension) => vector[dimension]).join()));
    for (const values of valuesFor(at.length)) {
      if (!seen.has(values.join()) && !isKnown(at, values)) found.push({ at, never: values });
    }
  }
  return found.map(({ at, never }) =>
    at.map((dimension, i) => ({
      dimension: dimensions[dimension] as string,
      allowed: (TRUE | UNKNOWN | FALSE) & ~(never[i] as number),
    })),
  );
}

/** More than so many at once are not looked at as wholes. */
const MAX_DIMENSIONS = 6;

/**
 * A call has such a past, as far as these dimensions go.
 *
 * @param manyKeys It has several keys.
 */
export function matchersOf(
  relations: readonly PastRelation[],
  dimensions: readonly string[],
  manyKeys = false,
): Matcher[] {
  const own = relations.filter((parts) => parts.every(({ dimension }) => dimensions.includes(dimension)));
  // Of two keys nothing is known together.
  if (manyKeys) {
    const ofOne = own.filter((parts) => parts.filter(({ dimension }) => isOfKeys(dimension)).length < 2);
    return ofOne.map(matcherOf);
  }
  const single = own.filter(({ length }) => length === 1);
  if (own.length === single.length) return own.map(matcherOf);
  const joined = dimensions.filter((one) => own.some((parts) => parts.some(({ dimension }) => dimension === one)));
  return joined.length > MAX_DIMENSIONS ? own.map(matcherOf) : [oneOf(pastsOf(own, joined), joined)];
}

/** Every way in which all may come out, alike ones together: what each dimension may be, as bits. */
function pastsOf(relations: readonly PastRelation[], dimensions: readonly string[]): number[][] {
  const holds = (values: readonly number[]) => (parts: PastRelation) =>
    parts.some(({ dimension, allowed }) => ((values[dimensions.indexOf(dimension)] as number) & allowed) !== 0);
  let pasts = valuesFor(dimensions.length).filter((values) => relations.every(holds(values)));
  for (const at of dimensions.keys()) {
    const merged = new Map<string, number[]>();
    for (const past of pasts) {
      const key = past.filter((_, i) => i !== at).join();
      const known = merged.get(key);
      if (known) known[at] = (known[at] as number) | (past[at] as number);
      else merged.set(key, [...past]);
    }
    pasts = [...merged.values()];
  }
  return pasts;
}

/** One of these pasts. */
function oneOf(pasts: readonly (readonly number[])[], dimensions: readonly string[]): Matcher {
  const of = pasts.map((past): Formula => {
    const parts = past.map((allowed, i) => ({ dimension: dimensions[i] as string, allowed }));
    return { kind: 'all', of: parts.map((part): Formula => ({ kind: 'literal', literal: literalOf(part) })) };
  });
  return { protects: false, formula: { kind: 'any', of } };
}

/** A call has such a past. */
export function matcherOf(relation: PastRelation): Matcher {
  const of = relation.map((part): Formula => ({ kind: 'literal', literal: literalOf(part) }));
  return { protects: false, formula: of.length === 1 ? (of[0] as Formula) : { kind: 'any', of } };
}

function literalOf({ dimension, allowed }: PastPart): Literal {
  return { region: regionOf(dimension, allowed), dimension, negated: false, mode: 'permit' };
}

const regions = new Map<string, Region>();

/** The same part is the same region, so that what was asked of it before is known. */
function regionOf(dimension: string, allowed: number): Region {
  const key = `${allowed} ${dimension}`;
  const known = regions.get(key) ?? new AllowedPast(dimension, allowed);
  if (regions.size >= MAX_REGIONS) regions.clear();
  regions.set(key, known);
  return known;
}

const MAX_REGIONS = 10_000;

/** Some of the truths of an `after`. */
class AllowedPast extends PastRegion {
  constructor(
    dimension: string,
    private readonly allowed: number,
  ) {
    super(dimension);
  }

  override truth(value: unknown): number {
    return (super.truth(value) & this.allowed) !== 0 ? TRUE : FALSE;
  }
}

function* subsets(count: number, most: number): Iterable<number[]> {
  let last: number[][] = [[]];
  for (let size = 1; size <= most; size++) {
    last = last.flatMap((some) =>
      Array.from({ length: count }, (_, i) => i)
        .filter((i) => i > (some.at(-1) ?? -1))
        .map((i) => [...some, i]),
    );
    yield* last;
  }
}

function valuesFor(size: number): number[][] {
  return Array.from({ length: size }).reduce<number[][]>(
    (all) => all.flatMap((some) => TRUTHS.map((truth) => [...some, truth])),
    [[]],
  );
}
