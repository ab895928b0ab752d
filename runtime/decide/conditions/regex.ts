import { Classes, kindOf, NEWLINE, NOTHING, WORD } from '../../text/character-kinds.js';

/**
 * A regular expression as the program of a non-deterministic automaton, in the manner of RE2: what the compiler writes
 * into a module. Instructions name each other by index.
 */
export interface RegexProgram {
  /** It is nowhere without this text. */
  readonly literal?: string;
  readonly start: number;
  readonly instructions: readonly Instruction[];
}

export type Instruction =
  /** Go on at both. */
  | readonly ['alt', number, number]
  /** Go on where all of these assertions (bits below) hold. */
  | readonly ['assert', number, number]
  /** Take a character in one of the ranges (pairs of first and last code point). */
  | readonly ['take', number, readonly number[]]
  | readonly ['match']
  | readonly ['fail'];

/** Assertions, as bits. */
export const BEGIN_LINE = 1;
export const END_LINE = 2;
export const BEGIN_TEXT = 4;
export const END_TEXT = 8;
export const WORD_BOUNDARY = 16;
export const NO_WORD_BOUNDARY = 32;

/**
 * A whole deterministic automaton, made when the policy was compiled: what small expressions become. State 0 is the
 * start; `next` holds a row a state, a column a character class.
 */
export interface RegexTable {
  /** It is nowhere without this text. */
  readonly literal?: string;
  /** Where code points begin that may be told apart from those before: they cut them into intervals. */
  readonly boundaries: readonly number[];
  /** The character class of each interval: those of one class are never told apart. */
  readonly classes: readonly number[];
  /** The next state, or -1 where the expression is found. */
  readonly next: readonly number[];
  /** Is the expression found if the text ends in this state? 1 or 0. */
  readonly end: readonly number[];
}

/** Finds an expression by its whole table. */
export class TableRegex {
  private readonly classes: Classes;
  /** The class of each ASCII character. */
  private readonly ascii: Uint16Array;
  /** The next state by state and class, each state as where its row begins. */
  private readonly next: Int32Array;
  private readonly width: number;
  /** From here on it is found nowhere; -2 where there is no such state. */
  private readonly dead: number;

  constructor(private readonly table: RegexTable) {
    this.classes = new Classes(table.boundaries, table.classes);
    this.ascii = Uint16Array.from({ length: 128 }, (_, point) => this.classes.find(point));
    this.width = table.next.length / table.end.length;
    this.next = Int32Array.from(table.next, (state) => (state === ACCEPT ? ACCEPT : state * this.width));
    const dead = table.end.findIndex(
      (end, state) => end === 0 && this.row(state).every((to) => to === state * this.width),
    );
    this.dead = dead < 0 ? NEVER : dead * this.width;
  }

  /** Quickly: may it be found there? */
  mayBeIn(text: string): boolean {
    return this.table.literal === undefined || text.includes(this.table.literal);
  }

  /** Is the expression found anywhere in the text? */
  test(text: string): boolean {
    const { ascii, next, dead } = this;
    let state = 0;
    for (let i = 0; i < text.length; i++) {
      let point = text.charCodeAt(i);
      if (point < 128) state = next[state + (ascii[point] as number)] as number;
      else {
        if (point >= 0xd800 && point < 0xdc00) {
          point = text.codePointAt(i) as number;
          if (point > 0xffff) i++;
        }
        state = next[state + this.classes.find(point)] as number;
      }
      if (state === ACCEPT) return true;
      if (state === dead) return false;
    }
    return this.table.end[state / this.width] === 1;
  }

  private row(state: number): Int32Array {
    return this.next.subarray(state * this.width, (state + 1) * this.width);
  }
}

const NEVER = -2;

/** More states than this and the tables are begun anew: memory is bounded whatever the text. */
const MAX_STATES = 1000;
/** Whole automata that take more steps of their program to make are made as texts need them. */
const MAX_TABLE_STEPS = 20_000_000;
const ACCEPT = -1;
const UNMADE = -2;

/** @internal */
interface State {
  /** Instructions to go on from, before assertions are looked at. */
  readonly at: readonly number[];
  readonly before: number;
  /** By character class: the next state, ACCEPT or UNMADE. */
  readonly next: Int32Array;
  /** Does the text match if it ends here? Worked out when first asked. */
  end: boolean | undefined;
}

/**
 * Finds a regular expression in texts, in time linear in their length: a deterministic automaton whose tables are made
 * as texts need them. Each character is one look-up, or, once, one step of the program.
 */
export class Regex {
  private readonly alphabet: Alphabet;
  private readonly classes: Classes;
  private states: State[] = [];
  private index = new Map<string, number>();

  /** @param limit More states than this and the tables are begun anew. */
  constructor(
    private readonly program: RegexProgram,
    private readonly limit = MAX_STATES,
  ) {
    this.alphabet = alphabetOf(program);
    this.classes = new Classes(this.alphabet.boundaries, this.alphabet.classes);
  }

  /** Quickly: may it be found there? */
  mayBeIn(text: string): boolean {
    return this.program.literal === undefined || text.includes(this.program.literal);
  }

  /**
   * The whole automaton; undefined where it has more states than this, or takes more steps of the program to make.
   *
   * @param isSpent Asked now and then: whether to give up.
   */
  table(limit: number, isSpent: () => boolean = () => false): RegexTable | undefined {
    this.stateFor([], NOTHING);
    const width = this.alphabet.samples.length;
    const next: number[] = [];
    const end: number[] = [];
    for (let state = 0; state < this.states.length; state++) {
      for (let charClass = 0; charClass < width; charClass++) {
        if (this.states.length > limit || this.steps > MAX_TABLE_STEPS || isSpent()) return undefined;
        next.push(this.step(state, charClass));
      }
      end.push(this.endsIn(state) ? 1 : 0);
    }
    const { boundaries, classes } = this.alphabet;
    return { boundaries, classes, next, end };
  }

  /** Is the expression found anywhere in the text? */
  test(text: string): boolean {
    let current = this.stateFor([], NOTHING);
    for (let i = 0; i < text.length; i++) {
      const point = text.codePointAt(i) as number;
      if (point > 0xffff) i++;
      const charClass = this.classes.find(point);
      let next = (this.states[current] as State).next[charClass] as number;
      if (next === UNMADE) next = this.step(current, charClass);
      if (next === ACCEPT) return true;
      current = next;
    }
    return this.endsIn(current);
  }

  private endsIn(index: number): boolean {
    const state = this.states[index] as State;
    state.end ??= this.closure(state, NOTHING) === null;
    return state.end;
  }

  private step(from: number, charClass: number): number {
    const state = this.states[from] as State;
    const { kind, takes } = this.alphabet.samples[charClass] as CharacterClass;
    const reached = this.closure(state, kind);
    if (reached === null) {
      state.next[charClass] = ACCEPT;
      return ACCEPT;
    }
    const at = new Set<number>();
    for (const index of reached) {
      const instruction = this.program.instructions[index] as Instruction;
      if (instruction[0] === 'take' && takes.has(index)) at.add(instruction[1]);
    }
    const made = this.states.length;
    const next = this.stateFor(
      [...at].sort((a, b) => a - b),
      kind,
    );
    // The tables may have been begun anew, and this state with them.
    if (this.states.length >= made) state.next[charClass] = next;
    return next;
  }

  /** Of the program, so far. */
  private steps = 0;

  /** The instructions reachable without taking a character; null where one of them is the match. */
  private closure(state: State, after: number): number[] | null {
    const holds = assertions(state.before, after);
    const seen = new Set<number>();
    const pending = [this.program.start, ...state.at];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      this.steps++;
      const instruction = this.program.instructions[index] as Instruction;
      if (instruction[0] === 'match') return null;
      if (instruction[0] === 'alt') pending.push(instruction[1], instruction[2]);
      else if (instruction[0] === 'assert' && (instruction[2] & ~holds) === 0) pending.push(instruction[1]);
    }
    return [...seen];
  }

  private stateFor(at: readonly number[], before: number): number {
    const key = `${before}:${at.join()}`;
    const known = this.index.get(key);
    if (known !== undefined) return known;
    if (this.states.length >= this.limit) {
      this.states = [];
      this.index = new Map();
    }
    const next = new Int32Array(this.alphabet.samples.length).fill(UNMADE);
    this.states.push({ at, before, next, end: undefined });
    this.index.set(key, this.states.length - 1);
    return this.states.length - 1;
  }
}

/** The assertions that hold between two kinds. @internal */
export function assertions(before: number, after: number): number {
  const boundary = (before === WORD) !== (after === WORD) ? WORD_BOUNDARY : NO_WORD_BOUNDARY;
  return (
    boundary |
    (before === NOTHING ? BEGIN_TEXT | BEGIN_LINE : before === NEWLINE ? BEGIN_LINE : 0) |
    (after === NOTHING ? END_TEXT | END_LINE : after === NEWLINE ? END_LINE : 0)
  );
}

/** Characters that a program never tells apart. @internal */
export interface CharacterClass {
  readonly kind: number;
  /** The instructions that take them. */
  readonly takes: ReadonlySet<number>;
}

/** @internal */
export interface Alphabet {
  readonly boundaries: readonly number[];
  readonly classes: readonly number[];
  /** By class. */
  readonly samples: readonly CharacterClass[];
}

/** The classes of characters that a program tells apart: large sets such as \\p{L} cut Unicode into few. @internal */
export function alphabetOf({ instructions }: Pick<RegexProgram, 'instructions'>): Alphabet {
  // Many instructions take the same set.
  const sets = new Map<string, { readonly ranges: readonly number[]; readonly by: number[] }>();
  for (const [index, instruction] of instructions.entries()) {
    if (instruction[0] !== 'take') continue;
    const key = instruction[2].join();
    const set = sets.get(key);
    if (set) set.by.push(index);
    else sets.set(key, { ranges: instruction[2], by: [index] });
  }
  const edges = new Set<number>([0x0a, 0x0b, 0x30, 0x3a, 0x41, 0x5b, 0x5f, 0x60, 0x61, 0x7b]);
  for (const { ranges } of sets.values()) {
    for (let i = 0; i < ranges.length; i += 2) {
      edges.add(ranges[i] as number);
      edges.add((ranges[i + 1] as number) + 1);
    }
  }
  edges.delete(0);
  const boundaries = [...edges].sort((a, b) => a - b);
  const starts = [0, ...boundaries];
  const members: number[][] = starts.map(() => []);
  const intervalAt = new Map(starts.map((start, i) => [start, i]));
  const all = [...sets.values()];
  for (const [number, { ranges }] of all.entries()) {
    for (let i = 0; i < ranges.length; i += 2) {
      const first = intervalAt.get(ranges[i] as number) as number;
      const last = intervalAt.get((ranges[i + 1] as number) + 1) ?? starts.length;
      for (let at = first; at < last; at++) (members[at] as number[]).push(number);
    }
  }
  const known = new Map<string, number>();
  const samples: CharacterClass[] = [];
  const classes = starts.map((start, i) => {
    const kind = kindOf(start);
    const own = members[i] as number[];
    const key = `${kind}:${own.join()}`;
    let charClass = known.get(key);
    if (charClass === undefined) {
      charClass = samples.push({ kind, takes: new Set(own.flatMap((set) => all[set]!.by)) }) - 1;
      known.set(key, charClass);
    }
    return charClass;
  });
  // Neighbours of one class are one interval.
  const kept = boundaries.filter((_, i) => classes[i] !== classes[i + 1]);
  return {
    boundaries: kept,
    classes: classes.filter((charClass, i) => i === 0 || classes[i - 1] !== charClass),
    samples,
  };
}

/**
 * How many characters the sets of a program cut Unicode at, times how many sets there are: what its alphabet costs.
 *
 * @internal
 */
export function alphabetCost({ instructions }: RegexProgram): number {
  const sets = new Set<string>();
  let edges = 0;
  for (const instruction of instructions) {
    if (instruction[0] !== 'take') continue;
    const key = instruction[2].join();
    if (sets.has(key)) continue;
    sets.add(key);
    edges += instruction[2].length;
  }
  return edges * sets.size;
}
