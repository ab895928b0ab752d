import { FEW, type WordIndex } from '../conditions/word-index.js';
import type { Facts } from '../facts/facts.js';
import { Column, type Entry } from './column.js';
import type { TableCondition } from './table-condition.js';

/**
 * Words that conditions look for in the text: each leads to its rows. `contains` is true where one of its words is there; an
 * expression may only be found where a text is that it can't be without, so that a column of these leaves rows to be looked
 * at more closely.
 */
export class TextColumn extends Column {
  private readonly byWord = new Map<number, number[]>();
  /** Rows that were turned in this call: one condition may have several words. */
  private readonly turned = new Set<number>();
  private readonly index: WordIndex | undefined;
  private readonly ids: readonly number[];
  /** Expressions: they are looked for in the text as it is. */
  private readonly isFilter: boolean;

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    let index: WordIndex | undefined;
    let isFilter = false;
    for (const { row, condition, negated } of entries) {
      const test = condition.text;
      isFilter = test?.kind === 'regex';
      // An expression that must not be found leaves its row anyway.
      for (const word of isFilter && negated ? [] : wordsOf(test)) {
        index = word.index;
        this.add(word.id, row);
      }
    }
    this.index = index;
    this.ids = [...this.byWord.keys()];
    this.isFilter = isFilter;
  }

  protected look(facts: Facts): void {
    const text = facts.onlyText();
    if (text === undefined) {
      if (this.isFilter) this.leaveAll();
      else this.fill(facts);
      return;
    }
    if (this.turned.size > 0) this.turned.clear();
    const read = this.isFilter ? text : facts.plain();
    const { ids, index } = this;
    // The words of other capabilities are in the index as well.
    if (ids.length > FEW) index?.eachIn(read, this.meet);
    else for (let i = 0; i < ids.length; i++) if (index?.has(ids[i] as number, read)) this.meet(ids[i] as number);
  }

  private readonly meet = (id: number): void => {
    const rows = this.byWord.get(id);
    if (rows === undefined) return;
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (this.turned.has(row)) continue;
      this.turned.add(row);
      this.turn(row);
    }
  };

  private add(id: number, row: number): void {
    const rows = this.byWord.get(id);
    if (rows === undefined) this.byWord.set(id, [row]);
    else if (!rows.includes(row)) rows.push(row);
  }
}

/** What a test looks for, by its numbers in an index. */
function wordsOf(test: TableCondition['text']): readonly { readonly id: number; readonly index: WordIndex }[] {
  if (test?.kind === 'contains') return test.ids.map((id) => ({ id, index: test.index }));
  return test?.kind === 'regex' ? test.literals.filter((literal) => literal !== undefined) : [];
}
