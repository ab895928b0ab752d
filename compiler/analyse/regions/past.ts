import type { After, Truth } from '../../conditions/condition.js';
import {
  type Constraint,
  type Dimension,
  FALSE,
  firstWithin,
  type Region,
  type Solution,
  TRUE,
  UNKNOWN,
} from './region.js';

/*
 * What came before a call, as far as one `after` goes: it holds, it may, or it does not. A call alone does not say which.
 */

const PAST = 'past ';

/** The dimension of an `after`: each has its own. */
export function pastDimension(asked: After): string {
  const known = dimensions.get(asked) ?? PAST + JSON.stringify([asked.labels, asked.within ?? null, asked.by ?? null]);
  dimensions.set(asked, known);
  return known;
}

const dimensions = new WeakMap<After, string>();

export function isPast(dimension: string): boolean {
  return dimension.startsWith(PAST);
}

/** Does a dimension ask of each key by itself? A call may have several. */
export function isOfKeys(dimension: string): boolean {
  return isPast(dimension) && !dimension.endsWith(',null]');
}

/** The `after` of a dimension. */
export function askedIn(dimension: string): After {
  const [labels, within, by] = JSON.parse(dimension.slice(PAST.length));
  return { labels, ...(within !== null && { within }), ...(by !== null && { by }) };
}

const BITS: Readonly<Record<Truth, number>> = { true: TRUE, unknown: UNKNOWN, false: FALSE };
const VALUES: readonly Truth[] = ['false', 'true', 'unknown'];

export class PastRegion implements Region {
  readonly perCall = true;

  /** @param dimension Of an `after`. */
  constructor(readonly dimension: string) {}

  truth(value: unknown): number {
    // Where nothing is said nothing has happened.
    return BITS[(value ?? 'false') as Truth];
  }

  samples(): readonly unknown[] {
    return ['true'];
  }

  borders(): readonly unknown[] {
    return VALUES;
  }
}

export class PastDimension implements Dimension {
  readonly single = true;

  constructor(readonly key: string) {}

  solve(constraints: readonly Constraint[]): Solution {
    return firstWithin(VALUES, constraints);
  }
}
