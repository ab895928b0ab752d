import type { Comparison } from '../../../runtime/decide/facts/number.js';
import { compareAmount } from '../../conditions/number.js';
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
import { around } from './words.js';

/** A comparison of amounts with a bound. null is unknown. */
export class AmountRegion implements Region {
  readonly dimension = 'amount';

  constructor(
    private readonly comparison: Comparison,
    readonly bound: number,
  ) {}

  truth(value: unknown): number {
    const truth = compareAmount(value as number | null, this.comparison, this.bound);
    return truth === 'true' ? TRUE : truth === 'false' ? FALSE : UNKNOWN;
  }

  samples(): readonly unknown[] {
    return around(this.bound);
  }

  borders(): readonly unknown[] {
    return [...around(this.bound), 0, -1];
  }
}

/** One number for each interval that the bounds make, and the bounds; the simplest first. */
export function numbersAround(bounds: readonly number[]): number[] {
  const sorted = [...new Set(bounds)].sort((a, b) => a - b);
  const between = sorted.flatMap((bound, i) => {
    const next = sorted[i + 1];
    if (next === undefined) return [];
    const whole = Math.floor(bound) + 1;
    const middle = whole < next ? whole : bound / 2 + next / 2;
    return middle > bound && middle < next ? [middle] : [];
  });
  const first = sorted[0] ?? 0;
  const last = sorted.at(-1) ?? 0;
  const outside = [Number.MAX_VALUE, -Number.MAX_VALUE].flatMap((most) => (most > last || most < first ? [most] : []));
  const near = [Math.floor(first) - 1, first - Math.abs(first), Math.ceil(last) + 1, last + Math.abs(last)].filter(
    (value) => Number.isFinite(value) && (value < first || value > last || sorted.length === 0),
  );
  return [...sorted, ...between, ...near, ...outside, ...(sorted.length === 0 ? [1] : [])];
}

/** The amounts of a call. */
export class AmountDimension implements Dimension {
  readonly key = 'amount';
  readonly single = false;

  solve(constraints: readonly Constraint[]): Solution {
    const bounds = (constraints as readonly Constraint<AmountRegion>[]).map(({ region }) => region.bound);
    // Below zero most bounds say something else.
    const found = firstWithin([...numbersAround(bounds), ...numbersAround([...bounds, 0])], constraints);
    return found === 'none' ? firstWithin([null], constraints) : found;
  }
}
