import { Column, type Entry } from './column.js';
import type { Facts } from './facts.js';

/** One argument's words: each leads to its rows. */
export class MemberColumn extends Column {
  private readonly byWord = new Map<string, number[]>();

  constructor(
    entries: readonly Entry[],
    words: number,
    private readonly name: string,
  ) {
    super(entries, words);
    for (const { row, condition } of entries) {
      for (const word of new Set((condition.member as readonly [string, readonly string[]])[1])) {
        const rows = this.byWord.get(word);
        if (rows) rows.push(row);
        else this.byWord.set(word, [row]);
      }
    }
  }

  protected look(facts: Facts): void {
    const value = Object.hasOwn(facts.args, this.name) ? facts.args[this.name] : undefined;
    if (typeof value !== 'string') {
      this.fill(facts);
      return;
    }
    const rows = this.byWord.get(value);
    if (rows !== undefined) for (let i = 0; i < rows.length; i++) this.turn(rows[i] as number);
  }
}
