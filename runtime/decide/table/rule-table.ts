import type { RuleFormula } from '../conditions/rule-formula.js';
import type { RuleSet } from '../conditions/rule-set.js';
import type { Facts } from '../facts/facts.js';
import { AmountColumn } from './amount-column.js';
import type { Column, Entry, TableCondition } from './column.js';
import { MemberColumn } from './member-column.js';
import { PathColumn } from './path-column.js';

/*
 * Very many rules for one capability: a table of bits, a row a rule (or a rule's alternative), in the order of
 * precedence. Each family of conditions keeps a vector of bits: of which rows what they ask of this fact holds. A call
 * looks its values up and turns a few bits; the vectors are ANDed word by word, and the lowest bit that is left is the
 * rule that decides, unless one of its further conditions, which no table knows, fails.
 */

/** A condition by its index, and which of the four questions of truth-set.ts is asked of its truth set. */
export type TableLiteral = readonly [condition: number, question: number];

/** A row: which rule it stands for, and what must hold. */
export type TableRow = readonly [position: number, ...literals: TableLiteral[]];

class RuleTable {
  private ready = false;
  private readonly columns: Column[] = [];
  /** By row: conditions that are worked out only for rows that are left. */
  private readonly further: TableLiteral[][] = [];
  /** Rows that the fixed conditions leave. */
  private alive = new Uint32Array(0);
  /** Rows that all conditions of this call's facts leave. */
  private left = new Uint32Array(0);
  /** Truth sets of this call, and the call they are of. */
  private readonly known: Uint8Array;
  private readonly knownIn: Uint32Array;
  private call = 0;

  /**
   * @param conditions All distinct conditions of the rule set.
   * @param rows In the order of precedence.
   * @param none The position that means that no row holds.
   */
  constructor(
    private readonly conditions: readonly TableCondition[],
    private readonly rows: readonly TableRow[],
    private readonly none: number,
  ) {
    this.known = new Uint8Array(conditions.length);
    this.knownIn = new Uint32Array(conditions.length);
  }

  /** The position of the rule that decides. */
  decide(facts: Facts): number {
    if (!this.ready) this.prepare(facts);
    this.call = (this.call + 1) >>> 0;
    if (this.call === 0) {
      this.knownIn.fill(0);
      this.call = 1;
    }
    const left = this.left;
    left.set(this.alive);
    for (let c = 0; c < this.columns.length; c++) (this.columns[c] as Column).and(left, facts);
    for (let w = 0; w < left.length; w++) {
      for (let bits = left[w] as number; bits !== 0; bits &= bits - 1) {
        const row = (w << 5) + 31 - Math.clz32(bits & -bits);
        if (this.holds(row, facts)) return (this.rows[row] as TableRow)[0];
      }
    }
    return this.none;
  }

  /** The truth sets of all conditions, to explain. */
  truthSets(facts: Facts): number[] {
    return this.conditions.map(({ truthSet }) => truthSet(facts));
  }

  private holds(row: number, facts: Facts): boolean {
    const further = this.further[row];
    if (further === undefined) return true;
    for (let i = 0; i < further.length; i++) {
      const [index, question] = further[i] as TableLiteral;
      if (this.knownIn[index] !== this.call) {
        this.known[index] = (this.conditions[index] as TableCondition).truthSet(facts);
        this.knownIn[index] = this.call;
      }
      if (((question >> (this.known[index] as number)) & 1) === 0) return false;
    }
    return true;
  }

  /** Sorts the rows' conditions into columns, once the fixed ones can be asked. */
  private prepare(facts: Facts): void {
    this.ready = true;
    const words = (this.rows.length + 31) >> 5;
    this.alive = new Uint32Array(words);
    this.left = new Uint32Array(words);
    const families = new Map<string, Entry[][]>();
    for (const [row, [, ...literals]] of this.rows.entries()) {
      if (!this.sort(row, literals, families, facts)) continue;
      this.alive[row >> 5] = (this.alive[row >> 5] as number) | (1 << (row & 31));
    }
    for (const [family, columns] of families) {
      for (const entries of columns) this.columns.push(columnOf(family, entries, words));
    }
  }

  /** @returns whether the row can hold at all. */
  private sort(
    row: number,
    literals: readonly TableLiteral[],
    families: Map<string, Entry[][]>,
    facts: Facts,
  ): boolean {
    const seen = new Map<string, number>();
    for (const [index, question] of literals) {
      const condition = this.conditions[index] as TableCondition;
      if (condition.fixed) {
        if (((question >> condition.truthSet(facts)) & 1) === 0) return false;
        continue;
      }
      const family = familyOf(condition);
      if (family === undefined) {
        const list = this.further[row] ?? [];
        list.push([index, question]);
        this.further[row] = list;
        continue;
      }
      // A row has one bit in a column: a second condition of the family goes into the next.
      const nth = seen.get(family) ?? 0;
      seen.set(family, nth + 1);
      const columns = families.get(family) ?? [];
      families.set(family, columns);
      const entries = columns[nth] ?? [];
      columns[nth] = entries;
      entries.push({ row, condition, question, negated: isNegated(question) });
    }
    return true;
  }
}

/** What is false of a truth set of TRUE alone asks for the opposite. */
function isNegated(question: number): boolean {
  return ((question >> 1) & 1) === 0;
}

function familyOf({ under, amount, member }: TableCondition): string | undefined {
  if (under) return under.isPlain ? 'under' : undefined;
  if (amount) return 'amount';
  return member && `member ${member[0]}`;
}

function columnOf(family: string, entries: readonly Entry[], words: number): Column {
  if (family === 'under') return new PathColumn(entries, words);
  if (family === 'amount') return new AmountColumn(entries, words);
  return new MemberColumn(entries, words, family.slice('member '.length));
}

/** What a generated module says of a capability with many rules. */
export interface TableRuleSet {
  /** Indices into `manifest.rules`. */
  readonly rules: readonly number[];
  readonly blocked?: true;
  readonly reads?: readonly string[];
  readonly conditions: readonly TableCondition[];
  readonly rows: readonly TableRow[];
  readonly formulas: readonly RuleFormula[];
}

/** The rule set of a table. */
export function tableRuleSet({ rules, blocked, reads, conditions, rows, formulas }: TableRuleSet): RuleSet {
  const table = new RuleTable(conditions, rows, rules.length);
  return {
    rules,
    ...(blocked && { blocked }),
    ...(reads && { reads }),
    decide: (facts) => table.decide(facts),
    truthSets: (facts) => table.truthSets(facts),
    formulas,
  };
}
