import { amountFact } from '../facts/amounts-of-call.js';
import type { Facts } from '../facts/facts.js';
import { NumberColumn } from './number-column.js';

/** Bounds of the amount of a call. */
export class AmountColumn extends NumberColumn {
  protected numberOf(facts: Facts): number {
    const fact = amountFact(facts);
    const isOne = !fact.isUnknown && fact.count === 1;
    // Below zero an amount is unknown to most bounds.
    return isOne && (fact.values[0] as number) >= 0 ? (fact.values[0] as number) : Number.NaN;
  }
}
