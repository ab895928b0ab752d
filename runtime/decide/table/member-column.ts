import { nearKey, nearKeys } from '../conditions/near-equal.js';
import type { Facts } from '../facts/facts.js';
import { argumentOf, Column, type Entry } from './column.js';
import type { TableCondition } from './table-condition.js';

/** One argument's words: each leads to its rows. */
export class MemberColumn extends Column {
  private readonly byWord = new Map<string, number[]>();
  /** In forbidding rules another spelling of a word is enough. */
  private readonly byNearKey = new Map<string, number[]>();

  constructor(
    entries: readonly Entry[],
    words: number,
    private readonly name: string,
  ) {
    super(entries, words);
    for (const { row, condition, negated } of entries) {
      const [listed, near] = condition.member as NonNullable<TableCondition['member']>;
      // Under `not` another spelling is unknown, which forbids as well: only the word itself turns the bit.
      const isNear = near && !negated;
      const rows = isNear ? this.byNearKey : this.byWord;
      for (const word of new Set(isNear ? listed.flatMap(nearKeys) : listed)) {
        const known = rows.get(word);
        if (known) known.push(row);
        else rows.set(word, [row]);
      }
    }
  }

  protected look(facts: Facts): void {
    const value = argumentOf(facts, this.name);
    if (typeof value !== 'string') {
      this.fill(facts);
      return;
    }
    this.turnAll(this.byWord.get(value));
    if (this.byNearKey.size > 0) this.turnAll(this.byNearKey.get(nearKey(value)));
  }
}
