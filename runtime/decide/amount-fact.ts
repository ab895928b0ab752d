import { AMOUNT_NAMES } from '../data/amount-keys.js';
import { readNumber } from './number.js';
import { foldKey } from './path-key.js';
import { MAX_DEPTH, type Selector, select } from './select.js';

/** The amounts of one demand. */
export class AmountFact {
  readonly values: number[] = [];
  /** One is missing, or is no plain number. */
  isUnknown = false;

  /** @param selectors undefined: the default, what stands under an amount key at any depth. */
  constructor(args: unknown, selectors: readonly Selector[] | undefined) {
    if (selectors === undefined) {
      this.walk(args, 0);
      if (this.values.length === 0) this.isUnknown = true;
      return;
    }
    for (const selector of selectors) {
      const before = this.values.length;
      let present = false;
      select(args, selector, {
        value: (value) => {
          present = true;
          this.collect(value, 0);
        },
        unknown: () => {
          this.isUnknown = true;
        },
      });
      if (present && this.values.length === before) this.isUnknown = true;
    }
  }

  private walk(node: unknown, depth: number): void {
    if (node === null || typeof node !== 'object') return;
    if (depth > MAX_DEPTH) {
      this.isUnknown = true;
      return;
    }
    for (const [key, value] of Object.entries(node)) {
      if (!Array.isArray(node) && AMOUNT_NAMES.has(foldKey(key))) this.collect(value, 0);
      else this.walk(value, depth + 1);
    }
  }

  private collect(value: unknown, depth: number): void {
    if (Array.isArray(value) && depth <= MAX_DEPTH) {
      for (const item of value) this.collect(item, depth + 1);
      return;
    }
    const number = readNumber(value);
    if (Number.isNaN(number)) this.isUnknown = true;
    else this.values.push(number);
  }
}
