import type { Facts } from '../facts/facts.js';
import type { Comparison } from '../facts/number.js';
import { Column, type Entry } from './column.js';

/** As many intervals share one stored vector, if it is longer than SHORT words; else each has its own. */
const STRIDE = 32;
const SHORT = 4;

/** Bounds in order; between two of them all numbers are alike. A vector is stored for every few, the rest is turned. */
export abstract class NumberColumn extends Column {
  /** Each distinct bound makes two steps: from below to it, and from it to above. */
  private readonly bounds: Float64Array;
  /** The rows whose bit turns at a step. */
  private readonly steps: readonly number[][];
  private readonly stored: readonly Uint32Array[];
  private readonly stride: number;

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    const tests = entries.map(({ condition }) => condition.compared as readonly [Comparison, number]);
    this.bounds = Float64Array.from([...new Set(tests.map(([, bound]) => bound))].sort((a, b) => a - b));
    const at = new Map([...this.bounds].map((bound, i) => [bound, i]));
    const steps: number[][] = Array.from({ length: 2 * this.bounds.length }, () => []);
    this.stride = words <= SHORT ? 1 : STRIDE;
    const first = this.base.slice();
    entries.forEach(({ row }, i) => {
      const [comparison, bound] = tests[i] as readonly [Comparison, number];
      const below = comparison === 'lt' || comparison === 'lte';
      if (below) first[row >> 5] = (first[row >> 5] as number) ^ (1 << (row & 31));
      // `gte` and `lt` turn on reaching the bound, `gt` and `lte` on passing it.
      const reaching = comparison === 'gte' || comparison === 'lt';
      (steps[2 * (at.get(bound) as number) + (reaching ? 0 : 1)] as number[]).push(row);
    });
    this.steps = steps;
    const stored = [first];
    const current = first.slice();
    steps.forEach((rows, i) => {
      for (const row of rows) current[row >> 5] = (current[row >> 5] as number) ^ (1 << (row & 31));
      if ((i + 1) % this.stride === 0) stored.push(current.slice());
    });
    this.stored = stored;
  }

  /** The number of this call; NaN where the conditions are to be asked one by one. */
  protected abstract numberOf(facts: Facts): number;

  protected look(facts: Facts): void {
    const number = this.numberOf(facts);
    if (Number.isNaN(number)) {
      this.fill(facts);
      return;
    }
    const step = this.stepsTo(number);
    const from = Math.floor(step / this.stride);
    this.bits.set(this.stored[from] as Uint32Array);
    for (let i = from * this.stride; i < step; i++) {
      const rows = this.steps[i] as number[];
      for (let j = 0; j < rows.length; j++) {
        const row = rows[j] as number;
        this.bits[row >> 5] = (this.bits[row >> 5] as number) ^ (1 << (row & 31));
      }
    }
  }

  /** Each look sets every bit: there is nothing to put back. */
  protected override restore(): void {}

  /** How many steps lie at or below the number. */
  private stepsTo(number: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bounds[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return 2 * low + (low < this.bounds.length && this.bounds[low] === number ? 1 : 0);
  }
}
