import type { After } from '../../conditions/condition.js';
import { FALSE, TRUE, UNKNOWN } from '../regions/region.js';

/*
 * What is kept of a past: of each label, when it was last set for certain, and when it may have been. Times are told apart
 * only as far as the windows that are asked for do, and by which of two came first: the shorter window, and the older
 * time, run out first.
 *
 * A call that is open is taken to have ended in each way at once: what it may still become, its conditions unknown, can
 * only make others stricter. Where time matters, what is open does not age.
 */

/** What a policy, or several, say of a label. */
export interface LabelTraits {
  readonly label: string;
  /** Other policies set and clear it. */
  readonly isDeclared: boolean;
  /** Some mark clears it. */
  readonly isCleared: boolean;
  /** Some mark sets it for a key. */
  readonly isKeyed: boolean;
  /** A mark that has a condition on its result sets it. */
  readonly hasResult: boolean;
  /** Which marks set and clear it: labels that have the same share their fate. */
  readonly marks: string;
}

/** What one mark of a passing call does: for certain, or perhaps. */
export interface MarkedBy {
  readonly labels: readonly string[];
  readonly clears: boolean;
  readonly must: boolean;
  readonly isKeyed: boolean;
  readonly hasResult: boolean;
}

/** Ages are classes by the windows there are: 0 within the shortest, and so on; `OLD` beyond all. */
export interface LabelState {
  /** Of each variable, of its *must* and of its *may*. */
  readonly ages: readonly number[];
  /** Which of those that still age came later: 0 the latest; -1: it does not age. */
  readonly ranks: readonly number[];
  /** Variables, as bits, of which a call is open that may set them. */
  readonly open: number;
  /** Variables of which everything may be. */
  readonly free: number;
}

/** A label, of any key, or of the key that a selector finds in the call that is asked about. */
interface Variable {
  readonly traits: LabelTraits;
  readonly by: string | undefined;
  readonly isTimed: boolean;
  /** It is asked for without a window. */
  readonly isEndless: boolean;
}

const NONE = -1;

/** How a call ends: `late`, with a result, after others; `open`: not at all. */
const ENDS = ['ok', 'error', 'late', 'open'] as const;
type End = (typeof ENDS)[number];

/** How certainly something is done: not, perhaps, for certain. */
type Level = 0 | 1 | 2;

/** By variable, how certainly it is set, and cleared; in each way it may go. */
type Ways = readonly (readonly (readonly [set: Level, clear: Level])[])[];

export class LabelStates {
  private readonly variables: readonly Variable[];
  private readonly windows: readonly number[];
  /** Older than all windows. */
  private readonly old: number;
  private readonly ends: readonly End[];
  private readonly ways = new Map<readonly MarkedBy[], Map<End, Ways>>();

  /** @param asked All that is asked of these labels. */
  constructor(labels: readonly LabelTraits[], asked: readonly After[]) {
    const about = (label: string) => asked.filter((one) => one.labels.includes(label));
    const windows = labels.flatMap(({ label }) => about(label).flatMap(({ within }) => within ?? []));
    this.windows = [...new Set(windows)].sort((a, b) => a - b);
    this.old = this.windows.length;
    this.variables = labels.flatMap((traits) => {
      const own = about(traits.label);
      const bys = [undefined, ...new Set(own.flatMap(({ by }) => by ?? []))];
      const isTimed = own.some(({ within }) => within !== undefined);
      const isEndless = own.some(({ within }) => within === undefined);
      return bys.map((by): Variable => ({ traits, by, isTimed, isEndless }));
    });
    this.ends = this.variables.some(({ isTimed }) => isTimed) ? ENDS : ['ok', 'error'];
  }

  /** Nothing has happened. */
  start(): LabelState {
    const free = bits(this.variables.map(({ traits }) => traits.isDeclared));
    const none = this.variables.flatMap(() => [NONE, NONE]);
    return { ages: none, ranks: none, open: 0, free };
  }

  keyOf({ ages, ranks, open, free }: LabelState): string {
    return `${ages.join()} ${ranks.join()} ${open} ${free}`;
  }

  /** What an `after` of the call at hand may come to, as bits; labels that are not among these may hold or not. */
  truthOf(state: LabelState, asked: After): number {
    return this.anyOf(asked.labels.map((label) => this.truthOfLabel(state, label, asked.within, asked.by)));
  }

  /** The same of an `after` of a call that may have any key. */
  truthOfAnyKey(state: LabelState, asked: After): number {
    const truths = asked.labels.map((label) => {
      const any = this.truthOfLabel(state, label, asked.within, undefined);
      if (asked.by === undefined) return any;
      // A key that is missing, or that can't be read, is unknown.
      return (any & TRUE) === 0 ? UNKNOWN | FALSE : TRUE | UNKNOWN | FALSE;
    });
    return this.anyOf(truths);
  }

  /** What may hold where one of several is enough. */
  private anyOf(truths: readonly number[]): number {
    if (truths.includes(TRUE)) return TRUE;
    const none = truths.every((truth) => (truth & FALSE) !== 0) ? FALSE : 0;
    const some = truths.some((truth) => (truth & TRUE) !== 0) ? TRUE : 0;
    const maybe = truths.some((truth) => (truth & UNKNOWN) !== 0) ? UNKNOWN : 0;
    return none | some | maybe;
  }

  private truthOfLabel(state: LabelState, label: string, within: number | undefined, by: string | undefined): number {
    const at = this.variables.findIndex((one) => one.traits.label === label && one.by === by);
    if (at < 0 || has(state.free, at)) return TRUE | UNKNOWN | FALSE;
    return this.truthAt(state, at, within);
  }

  private truthAt({ ages, open }: LabelState, at: number, within: number | undefined): number {
    const limit = within === undefined ? this.old : this.windows.indexOf(within);
    const [must, may] = [ages[2 * at] as number, ages[2 * at + 1] as number];
    if (must !== NONE && must <= limit) return TRUE;
    return has(open, at) || (may !== NONE && may <= limit) ? UNKNOWN : FALSE;
  }

  /** Every way in which all that is asked may come out together: one truth each, as bits. */
  vectors(state: LabelState, asked: readonly After[]): number[][] {
    return withUnknownKeys(this.known(state, asked), asked);
  }

  /** The same where every key of the call is known. */
  private known(state: LabelState, asked: readonly After[]): number[][] {
    const known = asked.map((one) => this.truthOf(state, one));
    if (state.free === 0) return combinations(known.map(parts));
    const own = this.variables.flatMap((_, at) => (has(state.free, at) ? [at] : []));
    const found = new Map<string, number[]>();
    // What is free has some past or other, too: its windows still run out one after the other.
    for (const pasts of combinations(own.map((at) => this.pastsOf(at)))) {
      const ages = [...state.ages];
      own.forEach((at, i) => {
        [ages[2 * at], ages[2 * at + 1]] = pasts[i] as [number, number];
      });
      const fixed = { ...state, ages, free: 0 };
      for (const vector of combinations(asked.map((one) => parts(this.truthOf(fixed, one))))) {
        found.set(vector.join(), vector);
      }
    }
    return [...found.values()];
  }

  private pastsOf(at: number): [number, number][] {
    const { isTimed } = this.variables[at] as Variable;
    const ages = [NONE, ...(isTimed ? [...Array(this.old + 1).keys()] : [this.old])];
    return ages.flatMap((must) =>
      ages.filter((may) => must === NONE || (may !== NONE && may <= must)).map((may): [number, number] => [must, may]),
    );
  }

  /**
   * Besides what it comes to, may what is asked have been open when a call was judged? What holds may still have been, and
   * what does not may have been set or cleared by a call that ended otherwise.
   */
  mayHaveBeenOpen(truth: number, asked: After): boolean {
    if ((truth & TRUE) !== 0) return true;
    const isUndone = ({ traits }: Variable) => traits.hasResult || traits.isCleared || traits.isDeclared;
    return asked.labels.some((label) => {
      const own = this.variables.filter(({ traits }) => traits.label === label);
      return own.length === 0 || own.some(isUndone);
    });
  }

  /** The pasts after a call with these marks, however it ends. */
  *afterCall(state: LabelState, marks: readonly MarkedBy[]): Iterable<LabelState> {
    for (const end of this.ends) {
      for (const chosen of this.waysOf(marks, end)) yield this.apply(state, chosen, end);
    }
  }

  /** How certainly a call with these marks may set and clear each variable. */
  private waysOf(marks: readonly MarkedBy[], end: End): Ways {
    const known = this.ways.get(marks) ?? new Map<End, Ways>();
    this.ways.set(marks, known);
    let ways = known.get(end);
    if (!ways) {
      const choices = this.variables.map((variable) => this.choicesOf(variable, marks, end));
      ways = combinations(choices).filter((chosen) => this.isOfOneCall(chosen));
      known.set(end, ways);
    }
    return ways;
  }

  /** How certainly the marks set and clear a variable, in each way it may go. */
  private choicesOf({ traits }: Variable, marks: readonly MarkedBy[], end: End): (readonly [Level, Level])[] {
    const own = marks.filter(({ labels }) => labels.includes(traits.label));
    const isDone = end === 'ok' || end === 'late';
    const levels = (clears: boolean): Level[] => {
      const each = own
        .filter((mark) => mark.clears === clears)
        .map(({ must, isKeyed, hasResult }): Level[] => {
          const levels = new Set<Level>([must && isDone ? 2 : 1]);
          // Another call that is open may keep it from being certain, of this label and not of another.
          if (clears || traits.isCleared) levels.add(1);
          if (hasResult && isDone) levels.add(1).add(clears ? 1 : 0);
          // Another key, one that is not known, none at all.
          if (isKeyed) levels.add(1).add(0);
          return [...levels];
        });
      return [...new Set(combinations(each).map((some) => Math.max(0, ...some) as Level))];
    };
    const [sets, clears] = [levels(false), levels(true)];
    return sets.flatMap((set) => clears.map((clear) => [set, clear] as const));
  }

  /** Labels with the same marks go the same way. What is set of a key is set of any; what is cleared of all keys is cleared of each. */
  private isOfOneCall(chosen: readonly (readonly [Level, Level])[]): boolean {
    return this.variables.every(({ traits, by }, at) => {
      const twin = this.variables.findIndex((one) => isTwin(one, { traits, by }));
      if (chosen[twin]?.join() !== chosen[at]?.join()) return false;
      if (by === undefined) return true;
      const any = this.variables.findIndex((one) => one.traits === traits && one.by === undefined);
      const [[set, clear], [anySet, anyClear]] = [chosen[at], chosen[any]] as [[Level, Level], [Level, Level]];
      return set <= anySet && clear >= anyClear;
    });
  }

  private apply(state: LabelState, chosen: readonly (readonly [Level, Level])[], end: End): LabelState {
    const ages = [...state.ages];
    let { open, free } = state;
    const stamped: number[] = [];
    chosen.forEach(([set, clear], at) => {
      const { isTimed, by, traits } = this.variables[at] as Variable;
      const [must, may] = [2 * at, 2 * at + 1];
      const isSet = ages[may] !== NONE || has(open, at);
      if (clear > 0) ages[must] = NONE;
      if (clear === 2 && set === 0) {
        ages[may] = NONE;
        open &= ~(1 << at);
      }
      // What is left of the other keys, nobody knows.
      if (clear > 0 && isSet && by === undefined && traits.isKeyed && isTimed) free |= 1 << at;
      if (set === 2 && clear === 0) stamped.push(must);
      if (set === 0) return;
      if (isTimed && (end === 'late' || end === 'open')) open |= 1 << at;
      else stamped.push(may);
    });
    return this.stamp({ ages, ranks: state.ranks, open, free }, stamped);
  }

  /** These are of this moment. */
  private stamp(state: LabelState, stamped: readonly number[]): LabelState {
    const ages = [...state.ages];
    const ranks = state.ranks.map((rank, i) => (rank < 0 || ages[i] === NONE ? -1 : rank + 1));
    for (const i of stamped) {
      const { isTimed } = this.variables[i >> 1] as Variable;
      ages[i] = isTimed ? 0 : this.old;
      ranks[i] = isTimed ? 0 : -1;
    }
    return this.normal({ ...state, ages, ranks });
  }

  /** The same past is the same state: ranks without gaps, and nothing of what can't be told any more. */
  private normal(state: LabelState): LabelState {
    const ages = state.ages.map((age, i) => {
      const { isTimed, isEndless } = this.variables[i >> 1] as Variable;
      return has(state.free, i >> 1) || (isTimed && age === this.old && !isEndless) ? NONE : age;
    });
    const alive = state.ranks.map((rank, i) => (ages[i] === NONE || ages[i] === this.old ? -1 : rank));
    const order = [...new Set(alive)].filter((rank) => rank >= 0).sort((a, b) => a - b);
    const ranks = alive.map((rank) => (rank < 0 ? -1 : order.indexOf(rank)));
    return { ...state, ages, ranks, open: state.open & ~state.free };
  }

  /** What happens without a call: time passes, what is open ends, a key is forgotten. */
  afterWaiting(state: LabelState): LabelState[] {
    const found: LabelState[] = [];
    const { ages, ranks } = state;
    const last = Math.max(...ranks);
    for (let rank = 0; rank <= last; rank++) {
      const age = ages[ranks.indexOf(rank)] as number;
      const older = rank === last ? Number.POSITIVE_INFINITY : (ages[ranks.indexOf(rank + 1)] as number);
      if (older <= age) continue;
      found.push(this.normal({ ...state, ages: ages.map((one, i) => (ranks[i] === rank ? one + 1 : one)) }));
    }
    for (const [at, { traits, by }] of this.variables.entries()) {
      const bit = 1 << at;
      const twins = [...this.variables.keys()].filter((other) =>
        isTwin(this.variables[other] as Variable, { traits, by }),
      );
      if (has(state.open, at) && at === twins.find((other) => has(state.open, other))) {
        const open = twins.reduce((set, other) => set & ~(1 << other), state.open);
        found.push(
          this.stamp(
            { ...state, open },
            twins.filter((other) => has(state.open, other)).map((other) => 2 * other + 1),
          ),
        );
        if (traits.hasResult) found.push({ ...state, open });
      }
      const any = this.variables.findIndex((one) => one.traits === traits && one.by === undefined);
      const isSomeKeyKnown = ages[2 * any + 1] !== NONE || has(state.open, any) || has(state.free, any);
      if (by !== undefined && traits.isKeyed && isSomeKeyKnown && !has(state.free, at)) {
        // There is room for so many keys: of one that had to go it may hold.
        const isTimed = (this.variables[at] as Variable).isTimed;
        const forgotten = ages.map((age, i) => (i >> 1 !== at ? age : i === 2 * at + 1 && !isTimed ? this.old : NONE));
        found.push(this.normal({ ...state, ages: forgotten, open: isTimed ? state.open | bit : state.open }));
      }
    }
    return found;
  }
}

/** Are two set and cleared by the very same calls, of the same key? */
function isTwin(a: Pick<Variable, 'traits' | 'by'>, b: Pick<Variable, 'traits' | 'by'>): boolean {
  return a.traits.marks === b.traits.marks && a.by === b.by;
}

function has(set: number, at: number): boolean {
  return (set & (1 << at)) !== 0;
}

function bits(which: readonly boolean[]): number {
  return which.reduce((set, one, at) => (one ? set | (1 << at) : set), 0);
}

function parts(truth: number): number[] {
  return [TRUE, UNKNOWN, FALSE].filter((bit) => (truth & bit) !== 0);
}

/** And the same where the key that a selector finds is missing or can't be read: all that is asked by it is unknown then. */
function withUnknownKeys(vectors: readonly number[][], asked: readonly After[]): number[][] {
  let all = [...vectors];
  for (const by of new Set(asked.flatMap((one) => one.by ?? []))) {
    all = all.flatMap((vector) => [vector, vector.map((truth, i) => (asked[i]?.by === by ? UNKNOWN : truth))]);
  }
  return all;
}

/** One of each list, in every way. */
function combinations<T>(lists: readonly (readonly T[])[]): T[][] {
  return lists.reduce<T[][]>((all, list) => all.flatMap((some) => list.map((one) => [...some, one])), [[]]);
}
