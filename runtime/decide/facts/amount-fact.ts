import { AMOUNT_NAMES } from '../../data/amount-keys.js';
import { MAX_DEPTH, type Selector, select } from '../../text/selector.js';
import { foldKey } from '../paths/path-key.js';
import { readNumber } from './number.js';
import { WalkBudget } from './walk-budget.js';

const { hasOwnProperty: hasOwn } = Object.prototype;

const known = new Map<string, boolean>();
/** Keys come from calls: remember a bounded number of them. */
const MAX_KNOWN = 4096;

function isAmountKey(name: string): boolean {
  let is = known.get(name);
  if (is === undefined) {
    is = AMOUNT_NAMES.has(foldKey(name));
    if (known.size < MAX_KNOWN && name.length <= 64) known.set(name, is);
  }
  return is;
}

/** The amounts of one capability use. @internal */
export class AmountFact {
  readonly values: number[] = [];
  /** How many of them are of this call. */
  count = 0;
  /** One is missing, or is no plain number. */
  isUnknown = false;

  /**
   * One object serves every call.
   *
   * @param selectors undefined: the default, what stands under an amount key at any depth.
   */
  extract(args: unknown, selectors: readonly Selector[] | undefined): void {
    this.count = 0;
    this.isUnknown = false;
    this.budget.reset();
    if (selectors === undefined) {
      this.walk(args, 0);
      if (this.count === 0) this.isUnknown = true;
      return;
    }
    for (let i = 0; i < selectors.length; i++) {
      const selector = selectors[i] as Selector;
      const name = selector.name;
      if (name !== undefined && typeof args === 'object' && args !== null && hasOwn.call(args, name)) {
        const value = (args as Record<string, unknown>)[name];
        if (typeof value === 'number') {
          this.collect(value, 0);
          continue;
        }
      }
      select(args, selector, {
        value: (value) => this.collect(value, 0),
        unknown: () => {
          this.isUnknown = true;
        },
      });
    }
  }

  private readonly budget = new WalkBudget();

  private walk(node: unknown, depth: number): void {
    if (node === null || typeof node !== 'object') return;
    if (depth > MAX_DEPTH) {
      this.isUnknown = true;
      return;
    }
    if (Array.isArray(node)) {
      if (!this.budget.take(node.length)) this.isUnknown = true;
      else for (let i = 0; i < node.length; i++) this.walk(node[i], depth + 1);
      return;
    }
    for (const key in node) {
      if (!hasOwn.call(node, key)) continue;
      if (!this.budget.take(1)) {
        this.isUnknown = true;
        return;
      }
      const value = (node as Record<string, unknown>)[key];
      if (isAmountKey(key)) this.collect(value, 0);
      else if (typeof value === 'object') this.walk(value, depth + 1);
    }
  }

  private collect(value: unknown, depth: number): void {
    if (Array.isArray(value) && value.length > 0 && depth <= MAX_DEPTH) {
      for (const item of value) this.collect(item, depth + 1);
      return;
    }
    const number = readNumber(value);
    if (Number.isNaN(number)) this.isUnknown = true;
    else this.values[this.count++] = number;
  }
}
