import { AMOUNT_NAMES } from '../../data/amount-keys.js';
import type { Selector } from '../../text/selector.js';
import { foldKey } from '../paths/path-key.js';
import { readNumber } from './number.js';
import { ValueCollector } from './value-collector.js';

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
export class AmountFact extends ValueCollector {
  readonly values: number[] = [];
  /** How many of them are of this call. */
  count = 0;

  /** @param selectors undefined: the default, what stands under an amount key at any depth. */
  extract(args: unknown, selectors: readonly Selector[] | undefined, noneIfAbsent: boolean): void {
    this.count = 0;
    this.gather(args, selectors);
    if (selectors === undefined && this.count === 0 && !noneIfAbsent) this.isUnknown = true;
  }

  protected takes(key: string): boolean {
    return isAmountKey(key);
  }

  protected add(value: unknown): void {
    const number = readNumber(value);
    if (Number.isNaN(number)) this.isUnknown = true;
    else this.values[this.count++] = number;
  }
}
