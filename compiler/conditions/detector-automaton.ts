import { type Alphabet, alphabetOf, assertions, type Instruction } from '../../runtime/decide/conditions/regex.js';
import type { PackedAutomaton } from '../../runtime/decide/secrets/automaton.js';
import { NEWLINE, NOTHING, OTHER, WORD } from '../../runtime/text/character-kinds.js';
import { regexProgram } from './regex.js';

/*
 * All detectors of a policy are one automaton: it is begun at a position of a text, and says which of them match from
 * there, and how far. It is deterministic, made here, and written into the module as a text that the runtime unfolds when
 * a call first needs it.
 */

/** More states than this is no set of detectors for a gateway; of one of a policy's own. */
const MAX_STATES = 12_000;
export const MAX_OWN_STATES = 1000;

/** What stands before the place where it begins, in the order of the first states. */
const KINDS = [NOTHING, NEWLINE, WORD, OTHER];

export class TooLarge extends Error {}

interface State {
  /** Instructions to go on from, before assertions are looked at. */
  readonly at: readonly number[];
  readonly before: number;
}

/** What the automaton is made of. */
export interface Pattern {
  readonly pattern: string;
  /** So many characters before it belong to it. */
  readonly lead?: number;
}

/** @throws TooLarge where the patterns together have more states. */
export function detectorAutomaton(patterns: readonly Pattern[], most = MAX_STATES): PackedAutomaton {
  return new Builder(patterns, most).packed();
}

/** Kept: they take a while to make, and policies mostly ask for the same. */
const automata = new Map<string, PackedAutomaton>();

export function automatonOf(detectors: readonly Pattern[]): PackedAutomaton {
  const key = JSON.stringify(detectors.map(({ pattern, lead }) => [pattern, lead]));
  const known = automata.get(key) ?? detectorAutomaton(detectors);
  if (automata.size < 16) automata.set(key, known);
  return known;
}

/** The shortest text that a pattern matches, of letters and digits where it can be. */
export function shortestMatch(pattern: string): string {
  return new Builder([{ pattern }], MAX_STATES).shortest();
}

class Builder {
  private readonly instructions: Instruction[] = [];
  /** By the index of a match, whose it is. */
  private readonly owner = new Map<number, number>();
  private readonly starts: number[] = [];
  private readonly alphabet: Alphabet;
  private readonly states: State[] = [];
  private readonly index = new Map<string, number>();

  constructor(
    private readonly patterns: readonly Pattern[],
    private readonly most: number,
  ) {
    for (const [detector, { pattern }] of patterns.entries()) this.add(pattern, detector);
    this.alphabet = alphabetOf({ instructions: this.instructions });
  }

  private add(pattern: string, detector: number): void {
    const { start, instructions } = regexProgram(pattern);
    const base = this.instructions.length;
    this.starts.push(base + start);
    for (const one of instructions) {
      if (one[0] === 'match') this.owner.set(this.instructions.length, detector);
      this.instructions.push(moved(one, base));
    }
  }

  packed(): PackedAutomaton {
    for (const before of KINDS) this.push({ at: this.starts, before });
    const rows: number[][] = [];
    const ends: (readonly string[])[] = [];
    for (let state = 0; state < this.states.length; state++) {
      if (this.states.length > this.most) throw new TooLarge();
      const reached = KINDS.map((kind) => this.closure(this.states[state] as State, kind));
      ends.push(reached.map((instructions) => this.ownersAmong(instructions)));
      rows.push(this.alphabet.samples.map(({ kind, takes }) => this.next(reached[kind] as number[], kind, takes)));
    }
    const least = minimal(rows, ends);
    const lengths = shortestOf(least.rows, least.ends);
    const whole = lengths.map((length, detector) => length + (this.patterns[detector]?.lead ?? 0));
    return {
      ...pack(this.alphabet, least.rows, least.ends),
      shortest: Math.min(...lengths),
      least: Math.min(...whole),
    };
  }

  shortest(): string {
    const readable = this.alphabet.samples.map((_, charClass) => this.characterOf(charClass));
    let texts = new Map([[this.push({ at: this.starts, before: NOTHING }), '']]);
    const seen = new Set(texts.keys());
    while (texts.size > 0) {
      const next = new Map<number, string>();
      for (const [state, text] of texts) {
        const reached = KINDS.map((kind) => this.closure(this.states[state] as State, kind));
        if (this.ownersAmong(reached[NOTHING] as number[]) !== '') return text;
        for (const [charClass, { kind, takes }] of this.alphabet.samples.entries()) {
          const to = this.next(reached[kind] as number[], kind, takes);
          if (to < 0 || seen.has(to)) continue;
          seen.add(to);
          next.set(to, text + readable[charClass]);
        }
      }
      texts = next;
    }
    return '';
  }

  /** One of a class, the most readable first. */
  private characterOf(charClass: number): string {
    const { boundaries, classes } = this.alphabet;
    const isIn = (point: number) => classes[boundaries.filter((one) => one <= point).length] === charClass;
    const likely = [...'a1A0bB2', ...Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i))];
    const first = boundaries[classes.indexOf(charClass) - 1] ?? 0;
    return likely.find((one) => isIn(one.charCodeAt(0))) ?? String.fromCodePoint(first);
  }

  /** @returns -1 where nothing goes on. */
  private next(reached: readonly number[], kind: number, takes: ReadonlySet<number>): number {
    const at = new Set<number>();
    for (const index of reached) {
      const instruction = this.instructions[index] as Instruction;
      if (instruction[0] === 'take' && takes.has(index)) at.add(instruction[1]);
    }
    return at.size === 0
      ? -1
      : this.stateFor(
          [...at].sort((a, b) => a - b),
          kind,
        );
  }

  private closure({ at, before }: State, after: number): number[] {
    return this.reached(at, assertions(before, after));
  }

  /** The instructions that are reached without taking a character, where these assertions hold. */
  private reached(at: readonly number[], holds: number): number[] {
    const seen = new Set<number>();
    const pending = [...at];
    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const instruction = this.instructions[index] as Instruction;
      if (instruction[0] === 'alt') pending.push(instruction[1], instruction[2]);
      else if (instruction[0] === 'assert' && (instruction[2] & ~holds) === 0) pending.push(instruction[1]);
    }
    return [...seen];
  }

  private ownersAmong(instructions: readonly number[]): string {
    const owners = instructions.flatMap((index) => this.owner.get(index) ?? []);
    return [...new Set(owners)].sort((a, b) => a - b).join(' ');
  }

  private stateFor(at: readonly number[], before: number): number {
    // What stood before is told apart only where that is asked.
    return this.push({ at, before: this.asks(at) ? before : OTHER });
  }

  private push(state: State): number {
    const key = `${state.before}:${state.at.join()}`;
    const known = this.index.get(key);
    if (known !== undefined) return known;
    this.states.push(state);
    this.index.set(key, this.states.length - 1);
    return this.states.length - 1;
  }

  /** Is an assertion met before the next character is taken? */
  private asks(at: readonly number[]): boolean {
    return this.reached(at, 0).some((index) => {
      const instruction = this.instructions[index] as Instruction;
      return instruction[0] === 'assert' && instruction[2] !== 0;
    });
  }
}

interface Tables {
  /** A row a state; -1: nowhere. */
  readonly rows: readonly (readonly number[])[];
  /** By state and kind of what follows, whose match it is. */
  readonly ends: readonly (readonly string[])[];
}

/** States that nothing tells apart are one (Moore's algorithm); the first four stay where they are. */
function minimal(rows: Tables['rows'], ends: Tables['ends']): Tables {
  const sets = new Numbering();
  const own = new Numbering();
  const ways = rows.map((row) => [...byTarget(row)].flatMap(([to, classes]) => [sets.of(classes.join()), to]));
  // A first state is told apart from all others, so that it keeps its place.
  let groups = ends.map((kinds, state) => own.of(state < KINDS.length ? `start ${state}` : kinds.join('/')));
  for (let count = 0; ; ) {
    const finer = new Numbering();
    groups = ways.map((steps, state) =>
      finer.of(`${groups[state]};${steps.map((one, i) => (i % 2 === 0 ? one : groups[one])).join()}`),
    );
    if (finer.size === count) break;
    count = finer.size;
  }
  const first = new Map<number, number>();
  for (const [state, group] of groups.entries()) if (!first.has(group)) first.set(group, state);
  return inDepth(
    rows.map((row) => row.map((to) => (to < 0 ? to : (first.get(groups[to] as number) as number)))),
    ends,
  );
}

/** Distinct texts, by number. */
class Numbering {
  private readonly numbers = new Map<string, number>();

  get size(): number {
    return this.numbers.size;
  }

  get all(): string[] {
    return [...this.numbers.keys()];
  }

  of(text: string): number {
    const known = this.numbers.get(text) ?? this.numbers.size;
    this.numbers.set(text, known);
    return known;
  }
}

/** Where a row leads, and with which classes. */
function byTarget(row: readonly number[]): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const [charClass, to] of row.entries()) {
    if (to < 0) continue;
    const classes = found.get(to);
    if (classes) classes.push(charClass);
    else found.set(to, [charClass]);
  }
  return found;
}

/** Only states that are reached, each chain of them in a row: so a table is short as a text. */
function inDepth(rows: Tables['rows'], ends: Tables['ends']): Tables {
  const order: number[] = [...KINDS.keys()];
  const seen = new Set(order);
  const pending = KINDS.flatMap((_, start) => rows[start] as readonly number[]);
  for (let state = pending.pop(); state !== undefined; state = pending.pop()) {
    if (state < 0 || seen.has(state)) continue;
    seen.add(state);
    order.push(state);
    pending.push(...(rows[state] as readonly number[]));
  }
  const place = new Map(order.map((state, i) => [state, i]));
  return {
    rows: order.map((state) =>
      (rows[state] as readonly number[]).map((to) => (to < 0 ? to : (place.get(to) as number))),
    ),
    ends: order.map((state) => ends[state] as readonly string[]),
  };
}

function moved(instruction: Instruction, base: number): Instruction {
  switch (instruction[0]) {
    case 'alt':
      return ['alt', instruction[1] + base, instruction[2] + base];
    case 'assert':
      return ['assert', instruction[1] + base, instruction[2]];
    case 'take':
      return ['take', instruction[1] + base, instruction[2]];
    default:
      return instruction;
  }
}

/**
 * The tables as texts. States that go one way each, all on to the next (the forty characters of a key), are one entry with
 * a count; sets of character classes are told once.
 */
function pack(
  { boundaries, classes, samples }: Alphabet,
  rows: readonly (readonly number[])[],
  ends: readonly (readonly string[])[],
): Omit<PackedAutomaton, 'shortest' | 'least'> {
  const sets = new Numbering();
  const entries: { text: string; count: number }[] = [];
  for (const [state, row] of rows.entries()) {
    const ways = [...byTarget(row)].map(([to, classes]) => {
      const step = to - state;
      const set = base36(sets.of(ranges(classes)));
      return step === 1 ? set : `${set}:${base36(step)}`;
    });
    const text = ways.join('.');
    const last = entries.at(-1);
    if (last?.text === text) last.count++;
    else entries.push({ text, count: 1 });
  }
  let before = 0;
  const steps = boundaries.map((boundary) => {
    const step = boundary - before;
    before = boundary;
    return base36(step);
  });
  return {
    boundaries: steps.join(' '),
    classes: classes.map(base36).join(' '),
    width: samples.length,
    isText: !takesOthers(boundaries, classes, rows),
    sets: sets.all.join(','),
    rows: entries.map(({ text, count }) => (count > 1 ? `${text}*${base36(count)}` : text)).join(','),
    ends: ends
      .flatMap((kinds, state) => (kinds.some((owners) => owners !== '') ? [`${base36(state)}=${ofKinds(kinds)}`] : []))
      .join(','),
  };
}

/** Mostly it does not matter what follows. */
function ofKinds(kinds: readonly string[]): string {
  return kinds.every((owners) => owners === kinds[0]) ? (kinds[0] as string) : kinds.join('/');
}

/** By detector, the fewest characters that a match has. */
function shortestOf(rows: Tables['rows'], ends: Tables['ends']): number[] {
  const lengths: number[] = [];
  let states = new Set(KINDS.keys());
  const seen = new Set(states);
  for (let length = 0; states.size > 0; length++) {
    for (const owners of [...states].flatMap((state) => ends[state] as readonly string[])) {
      for (const owner of owners === '' ? [] : owners.split(' ')) lengths[Number(owner)] ??= length;
    }
    const next = [...states].flatMap((state) => rows[state] as readonly number[]);
    states = new Set(next.filter((state) => state >= 0 && !seen.has(state)));
    for (const state of states) seen.add(state);
  }
  return lengths;
}

/** May a character be part of a match that is not printed in ASCII, and no blank or line break? */
function takesOthers(boundaries: readonly number[], classes: readonly number[], rows: Tables['rows']): boolean {
  const starts = [0, ...boundaries];
  const others = classes.filter((_, i) => {
    const last = (starts[i + 1] ?? Number.POSITIVE_INFINITY) - 1;
    return !isText(starts[i] as number, last);
  });
  return rows.some((row) => others.some((charClass) => (row[charClass] as number) >= 0));
}

/** Are all of these? */
function isText(first: number, last: number): boolean {
  const isBlank = (point: number) => point === 9 || point === 10 || point === 13;
  if (first >= 0x20) return last < 0x7f;
  for (let point = first; point <= last; point++) if (!isBlank(point) && (point < 0x20 || point >= 0x7f)) return false;
  return true;
}

/** Ascending numbers; those in a row as the first and the last. */
function ranges(all: readonly number[]): string {
  const parts: [number, number][] = [];
  for (const one of all) {
    const last = parts.at(-1);
    if (last && last[1] === one - 1) last[1] = one;
    else parts.push([one, one]);
  }
  return parts.map(([from, to]) => (from === to ? base36(from) : `${base36(from)}-${base36(to)}`)).join(' ');
}

const base36 = (number: number): string => number.toString(36);
