import type { Facts } from '../facts/facts.js';
import { readNumber } from '../facts/number.js';
import { argumentOf, type Entry } from './column.js';
import { NumberColumn } from './number-column.js';

/** Bounds of one argument. */
export class ArgumentNumberColumn extends NumberColumn {
  constructor(
    entries: readonly Entry[],
    words: number,
    private readonly name: string,
  ) {
    super(entries, words);
  }

  protected numberOf(facts: Facts): number {
    return readNumber(argumentOf(facts, this.name));
  }
}
