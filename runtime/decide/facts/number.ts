/** A value as a number: finite JSON numbers and strings of plain decimal digits; NaN for everything else. */
export function readNumber(value: unknown): number {
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && DECIMAL.test(value) ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : Number.NaN;
}

const DECIMAL = /^-?[0-9]+(?:\.[0-9]+)?$/;

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte';

export function compare(value: number, comparison: Comparison, bound: number): boolean {
  switch (comparison) {
    case 'gt':
      return value > bound;
    case 'gte':
      return value >= bound;
    case 'lt':
      return value < bound;
    case 'lte':
      return value <= bound;
  }
}
