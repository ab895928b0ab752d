import { addDecimals, type Decimal, decimalOf, decimalText, ONE, parseDecimal, ZERO } from '../../text/decimal.js';
import { parseSelector, type Selector } from '../../text/selector.js';
import type { CountEffect, Effects, ManifestHistory, MarkEffect } from '../../types.js';
import { amountFact } from '../facts/amounts-of-call.js';
import type { Facts } from '../facts/facts.js';
import { elementsAt, keysOf } from '../facts/key-fact.js';
import { readNumber } from '../facts/number.js';

/** The marks and limits of one kind of capability, some at a time. */
export interface EffectPart {
  /** Indices into the manifest's. */
  readonly marks: readonly number[];
  readonly limits: readonly number[];
  /** Into the manifest's result rules; absent: none. */
  readonly results?: readonly number[];
  /**
   * Which of them a call concerns: a bit each, the marks first, result rules last; from bit 15 on once more, for the marks that it concerns for
   * certain.
   */
  readonly bits: (facts: Facts) => number;
}

/** The marks and limits of one kind of capability. */
export interface EffectSet {
  readonly parts: readonly EffectPart[];
  /** The arguments that their conditions and selectors name. */
  readonly reads: readonly string[];
}

export const effectSet = (reads: readonly string[], ...parts: EffectPart[]): EffectSet => ({ parts, reads });

/** Bits of a part for what must hold begin here. */
const MUST_FROM = 15;

/** What most calls leave behind. */
export const NO_EFFECTS: Effects = Object.freeze({
  marks: Object.freeze([]),
  counts: Object.freeze([]),
  results: Object.freeze([]),
});

/** What a limit counts, and by what. */
interface Counting {
  /** undefined: calls. */
  readonly of: Selector | 'amount' | undefined;
  readonly by: Selector | undefined;
}

/** Reads from the facts of a capability use what it leaves behind. @internal */
export class EffectReader {
  private readonly markKeys: readonly (Selector | undefined)[];
  private readonly countings: readonly Counting[];

  constructor({ marks, limits }: ManifestHistory) {
    this.markKeys = marks.map(({ by }) => (by === undefined ? undefined : parseSelector(by)));
    this.countings = limits.map(({ of, by }) => ({
      of: of === undefined || of === 'amount' ? of : parseSelector(of),
      by: by === undefined ? undefined : parseSelector(by),
    }));
  }

  read({ parts }: EffectSet, facts: Facts): Effects {
    let marks: MarkEffect[] | undefined;
    let counts: CountEffect[] | undefined;
    let results: number[] | undefined;
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p] as EffectPart;
      const bits = part.bits(facts);
      for (let left = bits & ((1 << MUST_FROM) - 1); left !== 0; left &= left - 1) {
        const at = 31 - Math.clz32(left & -left);
        if (at < part.marks.length) {
          const mark = this.mark(part.marks[at] as number, ((bits >> (MUST_FROM + at)) & 1) === 1, facts);
          if (mark.keys?.length !== 0) marks = [...(marks ?? []), mark];
        } else if (at < part.marks.length + part.limits.length) {
          const count = this.count(part.limits[at - part.marks.length] as number, facts);
          if (count.keys?.length !== 0) counts = [...(counts ?? []), count];
        } else {
          const rule = part.results?.[at - part.marks.length - part.limits.length] as number;
          results = [...(results ?? []), rule];
        }
      }
    }
    if (marks === undefined && counts === undefined && results === undefined) return NO_EFFECTS;
    return { marks: marks ?? [], counts: counts ?? [], results: results ?? [] };
  }

  private mark(mark: number, must: boolean, facts: Facts): MarkEffect {
    const by = this.markKeys[mark];
    return by === undefined ? { mark, must } : { mark, must, keys: keysOf(facts.args, by) };
  }

  private count(limit: number, facts: Facts): CountEffect {
    const { of, by } = this.countings[limit] as Counting;
    const amount = of === undefined ? ONE : of === 'amount' ? namedAmounts(facts) : amountsAt(facts, of);
    const text = amount && decimalText(amount);
    return by === undefined ? { limit, amount: text } : { limit, amount: text, keys: keysOf(facts.args, by) };
  }
}

/** What the mapping calls amounts; null where it says nothing of them, or one can't be read. */
function namedAmounts(facts: Facts): Decimal | null {
  if (facts.selectors.amounts === undefined) return null;
  const { isUnknown, values, count } = amountFact(facts);
  if (isUnknown || facts.isOpen(false)) return null;
  return sumOf(values.slice(0, count));
}

function amountsAt(facts: Facts, of: Selector): Decimal | null {
  const numbers = elementsAt(facts.args, of).map(readNumber);
  return numbers.some(Number.isNaN) ? null : sumOf(numbers);
}

/** One below zero adds nothing. */
function sumOf(numbers: readonly number[]): Decimal {
  return numbers.reduce((sum, number) => (number > 0 ? addDecimals(sum, decimalOf(number)) : sum), ZERO);
}

/** What several capability uses of one call leave behind: it is one call, and counts once. */
export function mergeEffects(all: readonly Effects[], { limits }: ManifestHistory): Effects {
  const marks = all.flatMap((effects) => effects.marks);
  const results = [...new Set(all.flatMap((effects) => effects.results))];
  const byLimit = new Map<number, CountEffect>();
  for (const count of all.flatMap((effects) => effects.counts)) {
    const other = byLimit.get(count.limit);
    // Amounts that mappings name are each use's own; all else is the same in all of them.
    const isOwn = limits[count.limit]?.of === 'amount';
    byLimit.set(count.limit, other === undefined || !isOwn ? (other ?? count) : bothCounts(other, count));
  }
  if (marks.length === 0 && byLimit.size === 0 && results.length === 0) return NO_EFFECTS;
  return { marks, counts: [...byLimit.values()], results };
}

function bothCounts(a: CountEffect, b: CountEffect): CountEffect {
  if (a.amount === null || b.amount === null) return { ...a, amount: null };
  return { ...a, amount: decimalText(addDecimals(parseDecimal(a.amount), parseDecimal(b.amount))) };
}
