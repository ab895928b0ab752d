import { AMOUNT_NAMES } from '../../runtime/data/amount-keys.js';
import type { Mapping } from '../../runtime/types.js';
import { plainNumber } from '../conditions/number.js';
import { DEEPEST, findBySelector, foldKey, Looks } from './arguments.js';

/** The amounts of a call, by the mapping's selectors or by default; null: unknown. */
export function amountsOf(mapping: Mapping, args: unknown): (number | null)[] {
  if (mapping.amounts === undefined) {
    const found = defaultAmounts(args, 0, new Looks());
    return found.some((amount) => amount !== null) || mapping.noneIfAbsent ? found : [null];
  }
  return mapping.amounts.flatMap((selector) => {
    const found = findBySelector(args, selector);
    return found.flatMap((one) => (typeof one === 'string' ? [null] : numbersIn(one.value, 0)));
  });
}

function defaultAmounts(node: unknown, depth: number, looks: Looks): (number | null)[] {
  if (node === null || typeof node !== 'object') return [];
  if (depth > DEEPEST) return [null];
  if (Array.isArray(node) && !looks.take(node.length)) return [null];
  return Object.entries(node).flatMap(([key, value]) => {
    if (!Array.isArray(node) && !looks.take(1)) return [null];
    const isAmount = !Array.isArray(node) && AMOUNT_NAMES.has(foldKey(key));
    return isAmount ? numbersIn(value, 0) : defaultAmounts(value, depth + 1, looks);
  });
}

function numbersIn(value: unknown, depth: number): (number | null)[] {
  if (Array.isArray(value) && value.length > 0 && depth <= DEEPEST)
    return value.flatMap((item) => numbersIn(item, depth + 1));
  return [plainNumber(value)];
}
