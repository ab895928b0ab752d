/** Argument names (folded to lower case without `_` and `-`) that hold an amount when a mapping names no selector. */
export const AMOUNT_NAMES: ReadonlySet<string> = new Set('amount total value sum quantity price cost'.split(' '));
