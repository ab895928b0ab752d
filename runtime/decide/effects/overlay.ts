import { addDecimals, decimalOf, doubleAbove, parseDecimal } from '../../text/decimal.js';
import { foldKeyText } from '../../text/history-key.js';
import type { Effects, History, ManifestHistory } from '../../types.js';
import { TRUE, UNKNOWN } from '../conditions/truth-set.js';

/**
 * A past with calls that are open beside it: a label that one of them may set may hold, and one that one of them may clear
 * holds for certain no more.
 *
 * @internal
 */
export class Overlay implements History {
  constructor(
    private readonly past: History,
    private readonly policy: ManifestHistory,
    private readonly open: readonly Effects[],
    /** The totals include these already. */
    private readonly counts: boolean,
  ) {}

  get now(): number {
    return this.past.now;
  }

  label(index: number, key?: string): 1 | 2 | 4 {
    const truth = this.past.label(index, key);
    if (truth === UNKNOWN) return truth;
    return this.touches(index, key, truth === TRUE) ? UNKNOWN : truth;
  }

  exceeds(index: number, amount: number, key?: string): boolean {
    if (!this.counts) return this.past.exceeds(index, amount, key);
    let sum = decimalOf(amount);
    for (const { counts } of this.open) {
      for (const count of counts) {
        if (count.limit !== index || !isOf(count.keys, key)) continue;
        if (count.amount === null) return true;
        sum = addDecimals(sum, parseDecimal(count.amount));
      }
    }
    return this.past.exceeds(index, doubleAbove(sum), key);
  }

  /** Does an open call set the label, or clear it? */
  private touches(index: number, key: string | undefined, clears: boolean): boolean {
    const { labels } = this.policy.afters[index] ?? { labels: [] };
    return this.open.some(({ marks }) =>
      marks.some(({ mark, keys }) => {
        const own = this.policy.marks[mark];
        return (
          own !== undefined && (own.clears ?? false) === clears && isOf(keys, key) && sharesOne(own.labels, labels)
        );
      }),
    );
  }
}

/** May a key be among these? */
function isOf(keys: readonly (string | null)[] | undefined, key: string | undefined): boolean {
  if (keys === undefined || key === undefined) return keys === undefined || keys.length > 0;
  const fold = foldKeyText(key);
  return keys.some((one) => one === null || foldKeyText(one) === fold);
}

function sharesOne(a: readonly string[], b: readonly string[]): boolean {
  return a.some((one) => b.includes(one));
}
