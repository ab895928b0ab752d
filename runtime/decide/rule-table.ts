import type { Doubt } from './doubt.js';
import type { Facts } from './facts.js';
import type { Comparison } from './number.js';
import type { Prefixes } from './path-prefix.js';
import type { RuleSet } from './policy.js';

/*
 * Very many rules for one capability: a table of bits, a row a rule (or a rule's alternative), in the order of
 * precedence. Each family of conditions keeps a vector of bits: of which rows what they ask of this fact holds. A call
 * looks its values up and turns a few bits; the vectors are ANDed word by word, and the lowest bit that is left is the
 * rule that decides, unless one of its further conditions, which no table knows, fails.
 */

/** A distinct condition of the rule set, and what it can be looked up by. */
export interface TableCondition {
  /** Its outcome (outcome.ts) over all values of its fact. */
  readonly outcome: (facts: Facts) => number;
  /** It asks whether the path lies under one of these. */
  readonly under?: Prefixes;
  /** It compares the amount. */
  readonly amount?: readonly [comparison: Comparison, bound: number];
  /** It asks whether a top-level argument is one of these strings. */
  readonly member?: readonly [name: string, words: readonly string[]];
  /** It reads what does not change while the policy is bound. */
  readonly fixed?: true;
}

/** A condition by its index, and which of the four questions of outcome.ts is asked of its outcome. */
export type TableLiteral = readonly [condition: number, question: number];

/** A row: which rule it stands for, and what must hold. */
export type TableRow = readonly [position: number, ...literals: TableLiteral[]];

/** A literal in its family: what its row's bit depends on. */
interface Entry {
  readonly row: number;
  readonly condition: TableCondition;
  readonly question: number;
  /** Under `not`: it holds where the condition is false. */
  readonly negated: boolean;
}

export class RuleTable {
  private ready = false;
  private readonly columns: Column[] = [];
  /** By row: conditions that are worked out only for rows that are left. */
  private readonly further: TableLiteral[][] = [];
  /** Rows that the fixed conditions leave. */
  private alive = new Uint32Array(0);
  /** Rows that all conditions of this call's facts leave. */
  private left = new Uint32Array(0);
  /** Outcomes of this call, and the call they are of. */
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

  /** The outcomes of all conditions, to explain. */
  outcomes(facts: Facts): number[] {
    return this.conditions.map(({ outcome }) => outcome(facts));
  }

  private holds(row: number, facts: Facts): boolean {
    const further = this.further[row];
    if (further === undefined) return true;
    for (let i = 0; i < further.length; i++) {
      const [index, question] = further[i] as TableLiteral;
      if (this.knownIn[index] !== this.call) {
        this.known[index] = (this.conditions[index] as TableCondition).outcome(facts);
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
        if (((question >> condition.outcome(facts)) & 1) === 0) return false;
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

/** What is false of an outcome of TRUE alone asks for the opposite. */
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

/** The bits of one family: of a row without such a condition always 1. */
abstract class Column {
  readonly bits: Uint32Array;
  protected readonly base: Uint32Array;
  /** Words that differ from the base, as far as that is worth knowing. */
  private readonly touched: number[] = [];
  private touchedCount = 0;
  private isFilled = false;

  constructor(
    protected readonly entries: readonly Entry[],
    words: number,
  ) {
    this.base = new Uint32Array(words).fill(0xffffffff);
    for (const { row, negated } of entries)
      if (!negated) this.base[row >> 5] = (this.base[row >> 5] as number) & ~(1 << (row & 31));
    this.bits = this.base.slice();
  }

  /** Turns the bits of what this call's values satisfy. */
  protected abstract look(facts: Facts): void;

  /** Leaves the rows that this family leaves. */
  and(left: Uint32Array, facts: Facts): void {
    this.look(facts);
    const { bits } = this;
    for (let w = 0; w < left.length; w++) left[w] = (left[w] as number) & (bits[w] as number);
    this.restore();
  }

  /** The condition is true of the row: its bit is turned. */
  protected turn(row: number): void {
    const word = row >> 5;
    this.bits[word] = (this.bits[word] as number) ^ (1 << (row & 31));
    this.touched[this.touchedCount++] = word;
  }

  /** Several values, or some that are unknown: every condition is asked for itself. */
  protected fill(facts: Facts): void {
    this.isFilled = true;
    for (let i = 0; i < this.entries.length; i++) {
      const { row, condition, question } = this.entries[i] as Entry;
      const word = row >> 5;
      const bit = 1 << (row & 31);
      const holds = ((question >> condition.outcome(facts)) & 1) === 1;
      this.bits[word] = holds ? (this.bits[word] as number) | bit : (this.bits[word] as number) & ~bit;
    }
  }

  protected restore(): void {
    if (this.isFilled) {
      this.bits.set(this.base);
      this.isFilled = false;
    } else {
      for (let i = 0; i < this.touchedCount; i++) {
        const word = this.touched[i] as number;
        this.bits[word] = this.base[word] as number;
      }
    }
    this.touchedCount = 0;
  }
}

/** A folder that some prefix names, and the rows of the prefixes that name it. */
interface Folder {
  readonly path: string;
  readonly rows: number[];
}

/**
 * Prefixes by a hash of their text. A clean path is hashed letter by letter, and looked up at the end of each of its
 * segments: nothing is cut out of it.
 */
class PathColumn extends Column {
  private readonly byHash = new Map<number, Folder[]>();

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    for (const { row, condition } of entries) {
      const paths = (condition.under as Prefixes).forms.map(({ path }) => path);
      // Of prefixes that lie under one another the outermost says it all, and turns its bit once.
      const outermost = paths.filter(
        (path, i) => !paths.some((other, j) => (other !== path || j < i) && covers(other, path)),
      );
      for (const path of outermost) this.folder(path).rows.push(row);
    }
  }

  private folder(path: string): Folder {
    let hash = SEED;
    for (let i = 0; i < path.length; i++) hash = mix(hash, path.charCodeAt(i));
    const folders = this.byHash.get(hash) ?? [];
    this.byHash.set(hash, folders);
    const known = folders.find((folder) => folder.path === path);
    if (known) return known;
    const made = { path, rows: [] };
    folders.push(made);
    return made;
  }

  protected look(facts: Facts): void {
    const { clean } = facts.paths();
    if (clean === '') {
      this.fill(facts);
      return;
    }
    let hash = SEED;
    for (let i = 0; i < clean.length; i++) {
      const code = clean.charCodeAt(i);
      if (code === SLASH) this.meet(hash, clean, i);
      hash = mix(hash, code);
    }
    this.meet(hash, clean, clean.length);
  }

  private meet(hash: number, path: string, end: number): void {
    const folders = this.byHash.get(hash);
    if (folders === undefined) return;
    for (let i = 0; i < folders.length; i++) {
      const folder = folders[i] as Folder;
      if (folder.path.length !== end || !path.startsWith(folder.path)) continue;
      for (let j = 0; j < folder.rows.length; j++) this.turn(folder.rows[j] as number);
    }
  }
}

const SLASH = 47;
const SEED = 17;

function mix(hash: number, code: number): number {
  return (Math.imul(hash, 31) + code) | 0;
}

function covers(folder: string, path: string): boolean {
  return path.startsWith(folder) && (path.length === folder.length || path.charCodeAt(folder.length) === 47);
}

/** One argument's words: each leads to its rows. */
class MemberColumn extends Column {
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

/** As many intervals share one stored vector. */
const STRIDE = 32;

/** Bounds in order; between two of them all amounts are alike. A vector is stored for every few, the rest is turned. */
class AmountColumn extends Column {
  /** Each distinct bound makes two steps: from below to it, and from it to above. */
  private readonly bounds: Float64Array;
  /** The rows whose bit turns at a step. */
  private readonly steps: readonly number[][];
  private readonly stored: readonly Uint32Array[];

  constructor(entries: readonly Entry[], words: number) {
    super(entries, words);
    const amounts = entries.map(({ condition }) => condition.amount as readonly [Comparison, number]);
    this.bounds = Float64Array.from([...new Set(amounts.map(([, bound]) => bound))].sort((a, b) => a - b));
    const at = new Map([...this.bounds].map((bound, i) => [bound, i]));
    const steps: number[][] = Array.from({ length: 2 * this.bounds.length }, () => []);
    const first = this.base.slice();
    entries.forEach(({ row }, i) => {
      const [comparison, bound] = amounts[i] as readonly [Comparison, number];
      const below = comparison === 'lt' || comparison === 'lte';
      if (below) first[row >> 5] = (first[row >> 5] as number) ^ (1 << (row & 31));
      // `gte` and `lt` turn on reaching the bound, `gt` and `lte` on passing it.
      const reaching = comparison === 'gte' || comparison === 'lt';
      (steps[2 * (at.get(bound) as number) + (reaching ? 0 : 1)] as number[]).push(row);
    });
    this.steps = steps;
    const stored = [first];
    const current = first.slice();
    steps.forEach((rows, i) => {
      for (const row of rows) current[row >> 5] = (current[row >> 5] as number) ^ (1 << (row & 31));
      if ((i + 1) % STRIDE === 0) stored.push(current.slice());
    });
    this.stored = stored;
  }

  protected look(facts: Facts): void {
    const fact = facts.amount();
    if (fact.isUnknown || fact.count !== 1) {
      this.fill(facts);
      return;
    }
    const step = this.stepsTo(fact.values[0] as number);
    const from = Math.floor(step / STRIDE);
    this.bits.set(this.stored[from] as Uint32Array);
    for (let i = from * STRIDE; i < step; i++) {
      const rows = this.steps[i] as number[];
      for (let j = 0; j < rows.length; j++) {
        const row = rows[j] as number;
        this.bits[row >> 5] = (this.bits[row >> 5] as number) ^ (1 << (row & 31));
      }
    }
  }

  /** Each look sets every bit: there is nothing to put back. */
  protected override restore(): void {}

  /** How many steps lie at or below the amount. */
  private stepsTo(amount: number): number {
    let low = 0;
    let high = this.bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.bounds[middle] as number) < amount) low = middle + 1;
      else high = middle;
    }
    return 2 * low + (low < this.bounds.length && this.bounds[low] === amount ? 1 : 0);
  }
}

/** What a generated module says of a capability with many rules. */
export interface TableRuleSet {
  /** Indices into `manifest.rules`. */
  readonly rules: readonly number[];
  readonly blocked?: true;
  readonly conditions: readonly TableCondition[];
  readonly rows: readonly TableRow[];
  readonly doubts: readonly Doubt[];
}

/** The rule set of a table. */
export function tableRuleSet({ rules, blocked, conditions, rows, doubts }: TableRuleSet): RuleSet {
  const table = new RuleTable(conditions, rows, rules.length);
  return {
    rules,
    ...(blocked && { blocked }),
    decide: (facts) => table.decide(facts),
    outcomes: (facts) => table.outcomes(facts),
    doubts,
  };
}
