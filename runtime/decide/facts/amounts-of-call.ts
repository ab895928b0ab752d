import { AmountFact } from './amount-fact.js';
import type { Facts } from './facts.js';

/** The amounts of a call, taken from it when a condition first asks. */
export function amountFact(facts: Facts): AmountFact {
  const { amounts, noneIfAbsent } = facts.selectors;
  facts.amounts ??= new AmountFact();
  if (!facts.amountsReady) {
    facts.amounts.extract(facts.args, amounts, noneIfAbsent);
    if (facts.isOpen(amounts === undefined)) facts.amounts.isUnknown = true;
    facts.amountsReady = true;
  }
  return facts.amounts;
}
