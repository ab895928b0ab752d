import type { Facts } from '../facts/facts.js';
import { recipientFact } from '../facts/recipient-fact.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** @internal */
interface RecipientPattern {
  /** undefined: any. */
  readonly local: string | undefined;
  readonly domain: string;
  /** Any domain below it. */
  readonly isBelow: boolean;
}

/** The patterns of a `recipient`. */
export const recipientPatterns = (patterns: readonly string[]): readonly RecipientPattern[] =>
  patterns.map((pattern) => {
    const at = pattern.lastIndexOf('@');
    const local = pattern.slice(0, at);
    const domain = pattern.slice(at + 1);
    const isBelow = domain.startsWith('*.');
    return { local: local === '*' ? undefined : local, domain: isBelow ? domain.slice(1) : domain, isBelow };
  });

/** `recipient`. */
export function recipients(f: Facts, patterns: readonly RecipientPattern[]): number {
  const { values, isUnknown } = recipientFact(f);
  let truthSet = isUnknown ? UNKNOWN : 0;
  for (const { local, domain } of values) {
    const isOne = patterns.some(
      (pattern) =>
        (pattern.local === undefined || pattern.local === local) &&
        (pattern.isBelow ? domain.endsWith(pattern.domain) : domain === pattern.domain),
    );
    truthSet |= isOne ? TRUE : FALSE;
  }
  return truthSet;
}
