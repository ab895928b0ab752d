import { CONTROL, type PreparedTest } from '../conditions/argument-test.js';
import type { Facts } from '../facts/facts.js';
import { Beginnings, mix, SEED } from './beginnings.js';
import { argumentOf, Column, type Entry } from './column.js';

/** What one argument begins with. The value is looked up at each length that a prefix has. */
export class PrefixColumn extends Column {
  private readonly beginnings = new Beginnings();
  /** By length: has a prefix it? */
  private readonly isEnd: Uint8Array;
  /** In permitting rules a control character makes a value unknown. */
  private readonly minds: boolean;

  constructor(
    entries: readonly Entry[],
    words: number,
    private readonly name: string,
  ) {
    super(entries, words);
    const tests = entries.map(({ condition }) => condition.prefix as PreparedTest);
    this.minds = tests.some(({ ofControls }) => ofControls !== undefined);
    const lengths = new Set<number>();
    entries.forEach(({ row }, i) => {
      const { text } = tests[i] as PreparedTest;
      const prefixes = text?.kind === 'prefix' ? text.prefixes : [];
      // Of prefixes that begin with one another the shortest says it all, and turns its bit once.
      const shortest = new Set(
        prefixes.filter((one) => !prefixes.some((other) => other !== one && one.startsWith(other))),
      );
      for (const prefix of shortest) {
        this.beginnings.add(prefix, row);
        lengths.add(prefix.length);
      }
    });
    this.isEnd = new Uint8Array(Math.max(...lengths) + 1);
    for (const length of lengths) this.isEnd[length] = 1;
  }

  protected look(facts: Facts): void {
    const value = argumentOf(facts, this.name);
    if (typeof value !== 'string' || (this.minds && CONTROL.test(value))) {
      this.fill(facts);
      return;
    }
    const { isEnd } = this;
    let hash = SEED;
    for (let i = 0; i < isEnd.length; i++) {
      if (isEnd[i] === 1) this.turnAll(this.beginnings.rowsOf(hash, value, i));
      if (i === value.length) return;
      hash = mix(hash, value.charCodeAt(i));
    }
  }
}
