import { Classes, kindOf, NOTHING, OTHER } from '../../text/character-kinds.js';
import { pairOf } from './text-units.js';

/** An automaton of detectors as text (compiler/secrets/detector-automaton.ts). Numbers are in base 36. */
export interface PackedAutomaton {
  /** Differences between the code points at which intervals begin. */
  readonly boundaries: string;
  /** The character class of each interval. */
  readonly classes: string;
  /** How many classes there are; decimal. */
  readonly width: number;
  /** The fewest characters of a match. */
  readonly shortest: number;
  /** The same, with what before it belongs to it. */
  readonly least: number;
  /** No match has a character that is not printed in ASCII, blanks and line breaks aside. */
  readonly isText: boolean;
  /** Sets of classes. */
  readonly sets: string;
  /** A state each: by which set of classes it goes where, relative to itself; one on where nothing is said; `*` times. */
  readonly rows: string;
  /** States in which detectors match, with these; where that depends on what follows, for each kind of it. */
  readonly ends: string;
}

/** How far one detector matches from where the automaton was begun. */
export interface Match {
  readonly detector: number;
  readonly end: number;
}

/** The outcome of a long run is kept at every so many characters, so that runs that come by there need not go on. */
const CHECKPOINT = 64;
/** Matches that are shorter begin anywhere. */
const MIN_PAIRED = 4;
/** Matches are told apart by their first character, in so many groups. */
const GROUPS = 3;
const ALL = (1 << GROUPS) - 1;

/**
 * What two characters may be, a bit for each group: the third and fourth of a match; the second and third; and, so many bits on,
 * what the two before them must be for that: its first and second, or, the last of them, its first.
 *
 * @internal
 */
export const AT_THIRD = ALL;
export const AT_SECOND = ALL << GROUPS;
export const BEFORE = 2 * GROUPS;
/** Behind all these bits is room for two more. @internal */
export const SIGN_BITS = 4 * GROUPS;

/** So many of them, and they are begun anew. */
const MAX_CHECKPOINTS = 1 << 16;

const NO_MATCHES: readonly Match[] = [];

/**
 * Finds what detectors match from a position on, each as far as it can. Time is linear in the text for all positions
 * together: runs that meet in one state at one place end alike, so the second of them stops there.
 */
export class DetectorAutomaton {
  private readonly classes: Classes;
  private readonly ascii: Uint8Array;
  /** 0 is nowhere; the first four are where it begins. */
  private readonly next: Uint16Array;
  private readonly width: number;
  /** By state, where in `owners` its four kinds begin; 0: nothing matches there. */
  private readonly ends: Uint16Array;
  private readonly owners: (readonly number[])[] = [[]];
  /** By two ASCII characters: after which kinds of character (a bit each) a match may begin with them. */
  readonly begins = new Uint8Array(1 << 14);
  /** By two characters (`pairOf`), what they may be of a match (AT_THIRD and its kin). */
  readonly signs = new Uint16Array(1 << 16);
  /** Texts can be looked at two characters at a time: no match is shorter than four, or has one beyond ASCII. */
  readonly hasPairs: boolean;

  constructor(packed: PackedAutomaton) {
    const { boundaries, classes, width, sets, rows, ends } = packed;
    let last = 0;
    const cuts = boundaries === '' ? [] : boundaries.split(' ').map((step) => (last += Number.parseInt(step, 36)));
    this.classes = new Classes(cuts, numbers(classes, ' '));
    this.ascii = Uint8Array.from({ length: 128 }, (_, point) => this.classes.find(point));
    this.width = width;
    this.next = unfold(rows, sets === '' ? [] : sets.split(',').map(members), width);
    this.ends = new Uint16Array(this.next.length / width);
    for (const entry of ends === '' ? [] : ends.split(',')) {
      const [state, list] = entry.split('=') as [string, string];
      this.ends[Number.parseInt(state, 36) + 1] = this.owners.length;
      const kinds = list.includes('/') ? list.split('/') : [list, list, list, list];
      for (const kind of kinds) this.owners.push(kind === '' ? [] : kind.split(' ').map(Number));
    }
    this.hasPairs = packed.isText && packed.shortest >= MIN_PAIRED;
    this.fillBegins();
    this.fillSigns();
  }

  private fillBegins(): void {
    const { ascii, next, width, begins } = this;
    for (let kind = 0; kind < 4; kind++) {
      for (let a = 0; a < 128; a++) {
        const state = next[(1 + kind) * width + (ascii[a] as number)] as number;
        if (state === 0) continue;
        for (let b = 0; b < 128; b++) {
          if (this.ends[state] !== 0 || next[state * width + (ascii[b] as number)] !== 0) {
            begins[(a << 7) | b] = (begins[(a << 7) | b] as number) | (1 << kind);
          }
        }
      }
    }
  }

  private fillSigns(): void {
    const { ascii, next, width, signs } = this;
    const add = (a: number, b: number, bits: number): void => {
      signs[pairOf(a, b)] = (signs[pairOf(a, b)] as number) | bits;
    };
    const after = (states: readonly number[], unit: number): number[] => [
      ...new Set(
        states.map((state) => next[state * width + (ascii[unit] as number)] as number).filter((to) => to !== 0),
      ),
    ];
    /** Adds the bits to each two characters that go on from these states. @returns the states after the first. */
    const pairs = (states: readonly number[], bits: number): number[] => {
      const reached = new Set<number>();
      for (let a = 0; a < 128; a++) {
        const seconds = after(states, a);
        for (const second of seconds) reached.add(second);
        for (let b = 0; seconds.length > 0 && b < 128; b++) if (after(seconds, b).length > 0) add(a, b, bits);
      }
      return [...reached];
    };
    let count = 0;
    for (let first = 0; first < 128; first++) {
      const seconds = after([1, 2, 3, 4], first);
      if (seconds.length === 0) continue;
      const group = 1 << (count++ % GROUPS);
      for (let other = 0; other < 256; other++) add(other, first, group << (BEFORE + GROUPS));
      for (let b = 0; b < 128; b++) if (after(seconds, b).length > 0) add(first, b, group << BEFORE);
      pairs(pairs(seconds, group << GROUPS), group);
    }
  }

  private readonly checkpoints = new Map<number, readonly Match[]>();

  /** Forgets the text before. */
  begin(): void {
    if (this.checkpoints.size > 0) this.checkpoints.clear();
  }

  /** What matches from `start` on. */
  matches(text: string, start: number, end: number): readonly Match[] {
    const { ascii, next, ends, width } = this;
    let state = 1 + (start === 0 ? NOTHING : kindOf(text.charCodeAt(start - 1)));
    let found: readonly Match[] = NO_MATCHES;
    // Of the last place where something matched; mostly the next is one more.
    let owners: readonly number[] = NOBODY;
    let farthest = -1;
    let passed: { readonly key: number; readonly before: readonly Match[] }[] | undefined;
    for (let at = start; ; at++) {
      const unit = at < end ? text.charCodeAt(at) : -1;
      if (ends[state] !== 0) {
        const here = this.ownersAt(state, unit);
        if (here !== owners && here.length > 0) {
          found = farther(found, owners, farthest);
          owners = here;
        }
        if (here.length > 0) farthest = at;
      }
      if (unit < 0) break;
      let charClass: number;
      if (unit < 128) charClass = ascii[unit] as number;
      else {
        const point = unit >= 0xd800 && unit < 0xdc00 && at + 1 < end ? (text.codePointAt(at) as number) : unit;
        if (point > 0xffff) at++;
        charClass = this.classes.find(point);
      }
      state = next[state * width + charClass] as number;
      if (state === 0) break;
      if ((at & (CHECKPOINT - 1)) === 0 && at - start >= CHECKPOINT) {
        found = farther(found, owners, farthest);
        owners = NOBODY;
        const key = at * (this.ends.length + 1) + state;
        const known = this.checkpoints.get(key);
        if (known !== undefined) {
          for (const { detector, end: later } of known) found = farther(found, [detector], later);
          break;
        }
        passed ??= [];
        passed.push({ key, before: found });
      }
    }
    found = farther(found, owners, farthest);
    if (passed !== undefined) this.keep(passed, found);
    return found;
  }

  /** What follows a checkpoint is what was found after it. */
  private keep(
    passed: readonly { readonly key: number; readonly before: readonly Match[] }[],
    found: readonly Match[],
  ): void {
    if (this.checkpoints.size > MAX_CHECKPOINTS) this.checkpoints.clear();
    for (const { key, before } of passed) {
      const later = found.filter(
        ({ detector, end }) => !before.some((one) => one.detector === detector && one.end === end),
      );
      this.checkpoints.set(key, later);
    }
  }

  private ownersAt(state: number, unit: number): readonly number[] {
    const kind = unit < 0 ? NOTHING : unit < 128 ? kindOf(unit) : OTHER;
    return this.owners[(this.ends[state] as number) + kind] as readonly number[];
  }
}

const NOBODY: readonly number[] = [];

/** With what these detectors match up to here. */
function farther(found: readonly Match[], owners: readonly number[], end: number): readonly Match[] {
  if (owners.length === 0) return found;
  const later = owners.map((detector) => ({ detector, end }));
  return [...found.filter(({ detector }) => !owners.includes(detector)), ...later];
}

function numbers(text: string, separator: string): number[] {
  return text.split(separator).map((digits) => Number.parseInt(digits, 36));
}

/** Numbers, and ranges of them. */
function members(set: string): number[] {
  return set.split(' ').flatMap((part) => {
    const [from, to = from] = numbers(part, '-') as [number, number?];
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

/** States are moved one up, to leave 0 for nowhere. */
function unfold(rows: string, sets: readonly (readonly number[])[], width: number): Uint16Array {
  const entries = rows.split(',').map((entry) => {
    const [ways, count] = entry.split('*') as [string, string | undefined];
    return { ways, count: count === undefined ? 1 : Number.parseInt(count, 36) };
  });
  const states = entries.reduce((sum, { count }) => sum + count, 0);
  const next = new Uint16Array((states + 1) * width);
  let state = 0;
  for (const { ways, count } of entries) {
    const parts =
      ways === '' ? [] : ways.split('.').map((way) => way.split(':').map((digits) => Number.parseInt(digits, 36)));
    for (let i = 0; i < count; i++, state++) {
      for (const [set, step = 1] of parts as [number, number?][]) {
        for (const charClass of sets[set] as readonly number[])
          next[(state + 1) * width + charClass] = state + step + 1;
      }
    }
  }
  return next;
}
