import type { Facts } from '../facts/facts.js';
import type { TableCondition } from './table-condition.js';

/** A literal in its family: what its row's bit depends on. */
export interface Entry {
  readonly row: number;
  readonly condition: TableCondition;
  readonly question: number;
  /** Under `not`: it holds where the condition is false. */
  readonly negated: boolean;
}

/** Measured with `npm run bench mixed`. */
const SHORT = 4;

/** The bits of one family: of a row without such a condition always 1. */
export abstract class Column {
  readonly bits: Uint32Array;
  protected readonly base: Uint32Array;
  /** Words that differ from the base, as far as that is worth knowing. */
  private readonly touched: number[] = [];
  private touchedCount = 0;
  private isFilled = false;
  /** So few words are put back as a whole. */
  private readonly isShort: boolean;

  constructor(
    protected readonly entries: readonly Entry[],
    words: number,
  ) {
    this.base = new Uint32Array(words).fill(0xffffffff);
    for (const { row, negated } of entries)
      if (!negated) this.base[row >> 5] = (this.base[row >> 5] as number) & ~(1 << (row & 31));
    this.bits = this.base.slice();
    this.isShort = words <= SHORT;
  }

  /** Turns the bits of what this call's values satisfy. */
  protected abstract look(facts: Facts): void;

  /** Leaves the rows that this family leaves. */
  and(left: Uint32Array, facts: Facts): void {
    this.look(facts);
    const { bits } = this;
    if (left.length === 1) {
      left[0] = (left[0] as number) & (bits[0] as number);
      bits[0] = this.base[0] as number;
      return;
    }
    for (let w = 0; w < left.length; w++) left[w] = (left[w] as number) & (bits[w] as number);
    this.restore();
  }

  /** The condition is true of the row: its bit is turned. */
  protected turn(row: number): void {
    const word = row >> 5;
    this.bits[word] = (this.bits[word] as number) ^ (1 << (row & 31));
    if (!this.isShort) this.touched[this.touchedCount++] = word;
  }

  protected turnAll(rows: readonly number[] | undefined): void {
    if (rows !== undefined) for (let i = 0; i < rows.length; i++) this.turn(rows[i] as number);
  }

  /** Several values, or some that are unknown: every condition is asked for itself. */
  protected fill(facts: Facts): void {
    this.isFilled = true;
    for (let i = 0; i < this.entries.length; i++) {
      const { row, condition, question } = this.entries[i] as Entry;
      const word = row >> 5;
      const bit = 1 << (row & 31);
      const holds = ((question >> condition.truthSet(facts)) & 1) === 1;
      this.bits[word] = holds ? (this.bits[word] as number) | bit : (this.bits[word] as number) & ~bit;
    }
  }

  /** Every row is left. */
  protected leaveAll(): void {
    this.isFilled = true;
    this.bits.fill(0xffffffff);
  }

  protected restore(): void {
    const { bits, base } = this;
    if (this.isShort) {
      for (let w = 0; w < bits.length; w++) bits[w] = base[w] as number;
    } else if (this.isFilled) {
      bits.set(base);
    } else {
      for (let i = 0; i < this.touchedCount; i++) {
        const word = this.touched[i] as number;
        bits[word] = base[word] as number;
      }
    }
    this.isFilled = false;
    this.touchedCount = 0;
  }
}

const { hasOwnProperty: hasOwn } = Object.prototype;

/** A top-level argument; undefined where there is none. */
export function argumentOf({ args }: Facts, name: string): unknown {
  return hasOwn.call(args, name) ? args[name] : undefined;
}
