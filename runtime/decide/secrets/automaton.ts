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
  /** No match has a character beyond ASCII. */
  readonly isAscii: boolean;
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
/**
 * What two characters may be, a bit each: the third and fourth of a match, or the second and third; and, so many bits on, what
 * the two before them must be for that: its first and second, or, the last of them, its first.
 *
 * @internal
 */
export const AT_THIRD = 1;
export const AT_SECOND = 2;
export const BEFORE = 4;
const LAST_IS_FIRST = AT_SECOND << BEFORE;
/** By how many characters of a match are before them. */
const SIGNS = [AT_THIRD << BEFORE, AT_SECOND, AT_THIRD];
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
  /**
   * By two characters (`pairOf`): may they be the first and second of a match; the second of them its first; may they be its
   * third and fourth; its second and third? A bit each.
   */
  readonly signs = new Uint8Array(1 << 16);
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
    this.hasPairs = packed.isAscii && packed.shortest >= MIN_PAIRED;
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
    let states = new Set([1, 2, 3, 4]);
    for (let before = 0; before < MIN_PAIRED - 1; before++) {
      const after = new Set<number>();
      for (const state of states) {
        for (let a = 0; a < 128; a++) {
          const second = next[state * width + (ascii[a] as number)] as number;
          if (second === 0) continue;
          after.add(second);
          for (let b = 0; b < 256; b++) {
            const sign = b < 128 && next[second * width + (ascii[b] as number)] !== 0 ? (SIGNS[before] as number) : 0;
            signs[pairOf(a, b)] = (signs[pairOf(a, b)] as number) | sign;
            if (before === 0) signs[pairOf(b, a)] = (signs[pairOf(b, a)] as number) | LAST_IS_FIRST;
          }
        }
      }
      states = after;
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
    let passed: { readonly key: number; readonly before: readonly Match[] }[] | undefined;
    for (let at = start; ; at++) {
      const unit = at < end ? text.charCodeAt(at) : -1;
      if (ends[state] !== 0) found = this.with(found, state, unit, at);
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
        const key = at * (this.ends.length + 1) + state;
        const known = this.checkpoints.get(key);
        if (known !== undefined) {
          found = farther(found, known);
          break;
        }
        passed ??= [];
        passed.push({ key, before: found });
      }
    }
    if (passed !== undefined) this.keep(passed, found);
    return found;
  }

  /** What follows a checkpoint is what was found after it. */
  private keep(passed: readonly { readonly key: number; readonly before: readonly Match[] }[], found: readonly Match[]): void {
    if (this.checkpoints.size > MAX_CHECKPOINTS) this.checkpoints.clear();
    for (const { key, before } of passed) {
      const later = found.filter(({ detector, end }) => !before.some((one) => one.detector === detector && one.end === end));
      this.checkpoints.set(key, later);
    }
  }

  private with(found: readonly Match[], state: number, unit: number, end: number): readonly Match[] {
    const kind = unit < 0 ? NOTHING : unit < 128 ? kindOf(unit) : OTHER;
    const owners = this.owners[(this.ends[state] as number) + kind] as readonly number[];
    return owners.length === 0 ? found : farther(found, owners.map((detector) => ({ detector, end })));
  }
}

/** The later end of each detector. */
function farther(found: readonly Match[], later: readonly Match[]): readonly Match[] {
  if (later.length === 0) return found;
  return [...found.filter(({ detector }) => !later.some((one) => one.detector === detector)), ...later];
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
    const parts = ways === '' ? [] : ways.split('.').map((way) => way.split(':').map((digits) => Number.parseInt(digits, 36)));
    for (let i = 0; i < count; i++, state++) {
      for (const [set, step = 1] of parts as [number, number?][]) {
        for (const charClass of sets[set] as readonly number[]) next[(state + 1) * width + charClass] = state + step + 1;
      }
    }
  }
  return next;
}
