import { matches, parseFormula, type RuleFormula } from '../conditions/rule-formula.js';
import type { RuleSet, RuleSetHead } from '../conditions/rule-set.js';
import type { Facts } from '../facts/facts.js';
import { AmountColumn } from './amount-column.js';
import { ArgumentNumberColumn } from './argument-number-column.js';
import type { Column, Entry } from './column.js';
import { MemberColumn } from './member-column.js';
import { PathColumn } from './path-column.js';
import { PrefixColumn } from './prefix-column.js';
import type { TableCondition } from './table-condition.js';
import { TextColumn } from './text-column.js';

/*
 * Very many rules for one capability: a table of bits, a row a rule (or a rule's alternative), in the order of
 * precedence. Each family of conditions keeps a vector of bits: of which rows what they ask of this fact holds. A call
 * looks its values up and turns a few bits; the vectors are ANDed word by word, and the lowest bit that is left is the
 * rule that decides, unless one of its further conditions, which no table knows, fails.
 */

/** A condition by its index, and which of the four questions of truth-set.ts is asked of its truth set. */
export type TableLiteral = readonly [condition: number, question: number];

/** A row: which rule it stands for, and what must hold: all of some conditions, or a formula of many alternatives. */
export type TableRow =
  | readonly [position: number, ...literals: TableLiteral[]]
  | readonly [position: number, formula: string, forbids: boolean];

/** A formula that a row stands for as a whole. */
interface WholeRow {
  readonly formula: RuleFormula;
  readonly forbids: boolean;
}

class RuleTable {
  private ready = false;
  private readonly columns: Column[] = [];
  /** By row: conditions that are worked out only for rows that are left. */
  private readonly further: TableLiteral[][] = [];
  private readonly whole: WholeRow[] = [];
  /** By row: conditions that are worked out once a tool. */
  private readonly perTool: TableLiteral[][] = [];
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
    left.set(this.perTool.length > 0 ? this.rowsOf(facts) : this.alive);
    for (let c = 0; c < this.columns.length; c++) (this.columns[c] as Column).and(left, facts);
    for (let w = 0; w < left.length; w++) {
      for (let bits = left[w] as number; bits !== 0; bits &= bits - 1) {
        const row = (w << 5) + 31 - Math.clz32(bits & -bits);
        if (this.holds(row, facts)) return (this.rows[row] as TableRow)[0];
      }
    }
    return this.none;
  }

  /** The rows that the tool's name and risk leave. */
  private rowsOf(facts: Facts): Uint32Array {
    const memo = facts.selectors.ofTool;
    if (memo.rows !== undefined) return memo.rows;
    const rows = this.alive.slice();
    for (const [row, literals] of this.perTool.entries()) {
      const holds = literals?.every(([at, question]) => ((question >> this.truthSet(at, facts)) & 1) === 1) ?? true;
      if (!holds) rows[row >> 5] = (rows[row >> 5] as number) & ~(1 << (row & 31));
    }
    memo.rows = rows;
    return rows;
  }

  private holds(row: number, facts: Facts): boolean {
    const whole = this.whole[row];
    if (whole !== undefined) {
      return matches(whole.formula, { truthSet: (at) => this.truthSet(at, facts), forbids: whole.forbids });
    }
    const further = this.further[row];
    if (further === undefined) return true;
    for (let i = 0; i < further.length; i++) {
      const [index, question] = further[i] as TableLiteral;
      if (((question >> this.truthSet(index, facts)) & 1) === 0) return false;
    }
    return true;
  }

  /** Worked out once a call. */
  private truthSet(index: number, facts: Facts): number {
    if (this.knownIn[index] !== this.call) {
      this.known[index] = (this.conditions[index] as TableCondition).truthSet(facts);
      this.knownIn[index] = this.call;
    }
    return this.known[index] as number;
  }

  /** Sorts the rows' conditions into columns, once the fixed ones can be asked. */
  private prepare(facts: Facts): void {
    this.ready = true;
    const words = (this.rows.length + 31) >> 5;
    this.alive = new Uint32Array(words);
    this.left = new Uint32Array(words);
    const families = new Map<string, Entry[][]>();
    for (const [row, content] of this.rows.entries()) {
      if (isWhole(content)) this.whole[row] = { formula: parseFormula(content[1]), forbids: content[2] };
      else if (!this.sort(row, content.slice(1) as TableLiteral[], families, facts)) continue;
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
      if (condition.perTool) {
        const list = this.perTool[row] ?? [];
        list.push([index, question]);
        this.perTool[row] = list;
        continue;
      }
      const family = familyOf(condition);
      // What a column leaves is looked at more closely, unless it says all.
      if (family === undefined || family === 'literal') {
        const list = this.further[row] ?? [];
        list.push([index, question]);
        this.further[row] = list;
      }
      if (family === undefined) continue;
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

function familyOf({ under, compared, member, prefix, text, argument }: TableCondition): string | undefined {
  if (under) return under.isPlain ? 'under' : undefined;
  if (compared) return argument === undefined ? 'amount' : `number ${argument}`;
  if (text?.kind === 'contains') return 'word';
  if (text?.kind === 'regex') return text.literals.every((one) => one !== undefined) ? 'literal' : undefined;
  if (prefix) return `prefix ${argument}`;
  return member && `member ${argument}`;
}

function columnOf(family: string, entries: readonly Entry[], words: number): Column {
  const name = family.slice(family.indexOf(' ') + 1);
  switch (family.split(' ', 1)[0]) {
    case 'under':
      return new PathColumn(entries, words);
    case 'amount':
      return new AmountColumn(entries, words);
    case 'number':
      return new ArgumentNumberColumn(entries, words, name);
    case 'prefix':
      return new PrefixColumn(entries, words, name);
    case 'member':
      return new MemberColumn(entries, words, name);
    default:
      return new TextColumn(entries, words);
  }
}

function isWhole(row: TableRow): row is Extract<TableRow, { 1: string }> {
  return typeof row[1] === 'string';
}

/** What a module says of a capability with many rules. */
export interface TableRuleSet extends RuleSetHead {
  /** Indices into `manifest.rules`. */
  readonly rules: readonly number[];
  readonly conditions: readonly TableCondition[];
  /** In the order of precedence. */
  readonly rows: readonly TableRow[];
}

/** The rule set of a table. */
export function tableRuleSet({ conditions, rows, ...rest }: TableRuleSet): RuleSet {
  const table = new RuleTable(conditions, rows, rest.rules.length);
  let formulas: readonly RuleFormula[] | undefined;
  return {
    ...rest,
    conditions,
    decide: (facts) => table.decide(facts),
    formulas: () => {
      formulas ??= formulasOf(rows, rest.rules.length);
      return formulas;
    },
  };
}

/** What each rule asks for: any of its rows. */
function formulasOf(rows: readonly TableRow[], count: number): RuleFormula[] {
  const byRule: RuleFormula[][] = Array.from({ length: count }, () => []);
  for (const row of rows) (byRule[row[0]] as RuleFormula[]).push(formulaOfRow(row));
  return byRule.map((any) => (any.length === 1 ? (any[0] as RuleFormula) : { any }));
}

function formulaOfRow(row: TableRow): RuleFormula {
  if (isWhole(row)) return parseFormula(row[1]);
  const literals = row.slice(1) as readonly TableLiteral[];
  return { all: literals.map(([at, question]) => ({ at, not: isNegated(question) })) };
}
