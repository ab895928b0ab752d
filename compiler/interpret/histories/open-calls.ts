import type { Effects } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import type { Mark, Policy } from '../../ir/policy.js';
import { foldedKey } from './key-fold.js';
import type { Past } from './past.js';

/**
 * A past in which these calls are open as well: a label that one of them may set may hold, and one that one of them may
 * clear is not certain.
 */
export function besideOpenCalls(past: Past, { marks }: Policy, open: readonly Effects[]): Past {
  const isTouched = (asked: After, key: string | undefined, clears: boolean) =>
    open.some((call) =>
      call.marks.some(({ mark, keys }) => {
        const own = marks[mark] as Mark;
        return own.clears === clears && concerns(keys, key) && own.labels.some((label) => asked.labels.includes(label));
      }),
    );
  return {
    ...past,
    holds: (asked, key) => {
      const truth = past.holds(asked, key);
      const isOpen = truth !== 'unknown' && isTouched(asked, key, truth === 'true');
      return isOpen ? 'unknown' : truth;
    },
    exceeds: (limit, amount, key) => past.exceeds(limit, amount, key),
  };
}

/** May a mark with these keys be about this one? */
export function concerns(keys: readonly (string | null)[] | undefined, key: string | undefined): boolean {
  if (keys === undefined) return true;
  if (key === undefined) return keys.length > 0;
  return keys.some((one) => one === null || foldedKey(one) === foldedKey(key));
}
