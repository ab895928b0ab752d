import { keyOf } from '../../text/history-key.js';
import { MAX_DEPTH, type Selector, select } from '../../text/selector.js';

/** The keys of labels and limits that a selector finds; null: there is one, and it can't be read. */
export function keysOf(args: unknown, by: Selector): readonly (string | null)[] {
  return elementsAt(args, by).map((value) => (value === UNREADABLE ? null : keyOf(value)));
}

/** Stands for what is missing, or nested too deep. */
export const UNREADABLE = Symbol('unreadable');

/** What a selector finds, arrays taken apart. */
export function elementsAt(args: unknown, selector: Selector): unknown[] {
  const found: unknown[] = [];
  const add = (value: unknown, depth: number): void => {
    if (!Array.isArray(value) || value.length === 0) found.push(value);
    else if (depth > MAX_DEPTH) found.push(UNREADABLE);
    else for (const item of value) add(item, depth + 1);
  };
  select(args, selector, { value: (value) => add(value, 0), unknown: () => found.push(UNREADABLE) });
  return found;
}
