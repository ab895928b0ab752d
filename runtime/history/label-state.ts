import { foldKeyText } from '../text/history-key.js';
import type { EntryMark } from './entry.js';

/** More keys of a label are not kept. */
export const MAX_KEYS = 4096;

/** The call that set a label. */
export interface Setter {
  readonly record?: string;
  readonly tool: string;
  /** When it was forwarded, in milliseconds since the epoch. */
  readonly time: number;
}

/** A call that is open, as far as one label goes. */
export interface OpenMark {
  /** The call's id. */
  readonly id: string;
  readonly mark: EntryMark;
  /** Its place in the ledger. */
  readonly from: number;
  readonly setter: Setter;
  /** It began in the session before. */
  readonly isCarried: boolean;
}

/** How such a call ended. */
export interface MarkEnd {
  readonly place: number;
  readonly time: number;
  /** A complete result has come. */
  readonly complete: boolean;
  /** 1: the result is what the mark asks for, 2: it may be, 4: it is not. */
  readonly result: 1 | 2 | 4;
}

/** When a label was set: a place in the ledger and a time. */
interface Stamp {
  readonly place: number;
  readonly time: number;
  readonly setter: Setter;
}

/** What is known of one key, as it is spelled. */
interface KeyState {
  readonly fold: string;
  /** Set for certain: where and when the call was forwarded. */
  must?: Stamp | undefined;
  /** Perhaps set: where and when the call ended. */
  may?: Stamp | undefined;
  /** Where a call was forwarded that certainly cleared it. */
  cleared: number;
  /** Where the last key had had to go when this one came: it may have been it. */
  lost: number;
}

/** Keys that may be one. */
interface FoldState {
  readonly spellings: Set<string>;
  /** Where the last call ended that may have cleared one of them. */
  clearEnd: number;
}

/** What a label is asked, of one key or of any. */
export interface LabelTruth {
  /** When it was set for certain; undefined: that isn't so, or may be no more. */
  readonly must: Stamp | undefined;
  /** When it was set perhaps. */
  readonly may: Stamp | undefined;
  /** A call is open that may set it. */
  readonly open: Setter | undefined;
  /** More keys were marked than are kept, and this may be one of them. */
  readonly isForgotten: boolean;
}

/**
 * One label of one agent or session. Only the last stamps are kept: what makes the last one void makes all before it void.
 * Places decide, times are for `within`.
 */
export class LabelState {
  private readonly open = new Set<OpenMark>();
  /** In the order in which they were marked last. */
  private readonly keys = new Map<string, KeyState>();
  private readonly folds = new Map<string, FoldState>();
  /** Of every key, or of one that nobody knows. */
  private must: Stamp | undefined;
  private may: Stamp | undefined;
  /** Where every key was certainly cleared, and where the last call ended that may have cleared every key. */
  private cleared = -1;
  private clearEnd = -1;
  /** Where the last key was that had to go. */
  private forgotten = -1;
  /** The keys with the last stamps of all. */
  private lastMust: string | undefined;
  private lastMay: string | undefined;

  /** A call that may set or clear it goes on. */
  begin(open: OpenMark): void {
    this.open.add(open);
    for (const key of open.mark.keys ?? []) if (key !== null) this.touch(key, open.from);
  }

  /** The same, where its keys have come already. */
  reopen(open: OpenMark): void {
    this.open.add(open);
  }

  /** It did not go on after all. */
  void(open: OpenMark): void {
    this.open.delete(open);
  }

  end(open: OpenMark, { place, time, complete, result }: MarkEnd): void {
    this.open.delete(open);
    const { mark, from, setter, isCarried } = open;
    const isCertain = complete && mark.must && result === 1;
    if (mark.clears) {
      this.endClear(mark.keys, isCertain ? from : undefined, place);
      return;
    }
    if (result === 4) return;
    for (const key of mark.keys ?? [undefined]) {
      this.setMay(key, { place, time, setter });
      if (!isCertain || isCarried || key === null) continue;
      this.setMust(key, mark.dated ? { place, time, setter } : { place: from, time: setter.time, setter });
    }
  }

  /** A person clears it. */
  clear(place: number): void {
    this.cleared = place;
    this.clearEnd = place;
  }

  /** @param key undefined: any. @param except A call that asks about the others alone. */
  truth(key: string | undefined, except?: string): LabelTruth {
    const open = this.openSetter(key, except);
    if (key === undefined) {
      const isForgotten = this.forgotten > this.cleared;
      return { must: this.anyMust(), may: this.anyMay(), open, isForgotten };
    }
    const kept = this.keys.get(key);
    const isKept = kept !== undefined;
    const lost = kept ? kept.lost : this.forgotten;
    return {
      must: this.mustOf(key, isKept),
      may: this.mayOf(key),
      open,
      isForgotten: lost > Math.max(this.cleared, kept?.cleared ?? -1),
    };
  }

  /** What holds or may, key by key; `undefined`: every key. */
  *contents(): Iterable<readonly [key: string | undefined, truth: LabelTruth]> {
    const every = this.truth(NO_KEY);
    if (every.must || every.may || every.open) yield [undefined, every];
    for (const key of this.keys.keys()) {
      const own = this.truth(key);
      // What holds of every key was said.
      const isOwn = own.must !== every.must || own.may !== every.may || own.open !== every.open;
      if (isOwn && (own.must || own.may || own.open)) yield [key, own];
    }
  }

  get isEmpty(): boolean {
    return !this.open.size && !this.keys.size && !this.must && !this.may && this.forgotten < 0;
  }

  // --- what is written down -----------------------------------------------------------------------------------------

  private setMust(key: string | undefined, stamp: Stamp): void {
    if (key === undefined) {
      this.must = later(stamp, this.must);
      return;
    }
    const state = this.keys.get(key);
    // Of a key that had to go meanwhile, that it may hold was said.
    if (!state || (state.must && state.must.place > stamp.place)) return;
    state.must = stamp;
    const last = this.lastMust === undefined ? undefined : this.keys.get(this.lastMust)?.must;
    if (!last || last.place <= stamp.place) this.lastMust = key;
  }

  private setMay(key: string | null | undefined, stamp: Stamp): void {
    if (key === undefined || key === null) {
      this.may = stamp;
      return;
    }
    const state = this.keys.get(key);
    if (!state) {
      this.forgotten = stamp.place;
      return;
    }
    state.may = stamp;
    this.lastMay = key;
  }

  private endClear(keys: EntryMark['keys'], from: number | undefined, place: number): void {
    if (keys === undefined || keys.includes(null)) this.clearEnd = place;
    if (keys === undefined) {
      if (from !== undefined) this.cleared = Math.max(this.cleared, from);
      return;
    }
    for (const key of keys) {
      if (key === null) continue;
      const state = this.keys.get(key);
      if (!state) {
        // It had to go meanwhile: what it may have been spelled like is not known any more.
        this.clearEnd = place;
        continue;
      }
      (this.folds.get(state.fold) as FoldState).clearEnd = place;
      if (from === undefined) continue;
      state.cleared = Math.max(state.cleared, from);
      if (state.may && state.may.place < from) state.may = undefined;
    }
  }

  /** A key is marked: it is the last to go. With one too many, the first goes. */
  private touch(key: string, place: number): void {
    const known = this.keys.get(key);
    const state: KeyState = known ?? { fold: foldKeyText(key), cleared: -1, lost: this.forgotten };
    if (known) this.keys.delete(key);
    else {
      const fold = this.folds.get(state.fold);
      if (fold) fold.spellings.add(key);
      else this.folds.set(state.fold, { spellings: new Set([key]), clearEnd: -1 });
    }
    this.keys.set(key, state);
    if (this.keys.size <= MAX_KEYS) return;
    const [first, gone] = this.keys.entries().next().value as [string, KeyState];
    this.keys.delete(first);
    this.forgotten = place;
    const fold = this.folds.get(gone.fold) as FoldState;
    fold.spellings.delete(first);
    if (fold.spellings.size === 0) this.folds.delete(gone.fold);
  }

  // --- what is asked ------------------------------------------------------------------------------------------------

  private openSetter(key: string | undefined, except: string | undefined): Setter | undefined {
    for (const { id, mark, setter } of this.open) {
      if (id !== except && !mark.clears && isAbout(mark.keys, key)) return setter;
    }
    return undefined;
  }

  /** Is a call open that may clear this key? @param key null: one that no call names. */
  private isBeingCleared(key: string | null): boolean {
    for (const { mark } of this.open) {
      if (mark.clears && (key === null ? !mark.keys || mark.keys.includes(null) : isAbout(mark.keys, key))) return true;
    }
    return false;
  }

  private mustOf(key: string, isKept: boolean): Stamp | undefined {
    const own = this.keys.get(key)?.must;
    const every = this.must && (isKept || this.must.place > this.forgotten) ? this.must : undefined;
    const last = later(own, every);
    if (!last || this.isBeingCleared(key)) return undefined;
    const clearEnd = Math.max(this.clearEnd, this.folds.get(foldKeyText(key))?.clearEnd ?? -1);
    return last.place > clearEnd ? last : undefined;
  }

  private mayOf(key: string): Stamp | undefined {
    let last = this.may && this.may.place > (this.keys.get(key)?.cleared ?? -1) ? this.may : undefined;
    for (const spelling of this.folds.get(foldKeyText(key))?.spellings ?? []) {
      last = later(last, this.keys.get(spelling)?.may);
    }
    return last && last.place > this.cleared ? last : undefined;
  }

  private anyMust(): Stamp | undefined {
    const isEvery = this.must && this.must.place > this.clearEnd && !this.isBeingCleared(null);
    const every = isEvery ? this.must : undefined;
    const quick = this.lastMust === undefined ? undefined : this.mustOf(this.lastMust, true);
    if (quick) return later(every, quick);
    let last = every;
    for (const [key, { must }] of this.keys) if (must) last = later(last, this.mustOf(key, true));
    return last;
  }

  private anyMay(): Stamp | undefined {
    const quick = this.lastMay === undefined ? undefined : this.keys.get(this.lastMay)?.may;
    let last = later(this.may, quick);
    if (!quick) for (const { may } of this.keys.values()) last = later(last, may);
    return last && last.place > this.cleared ? last : undefined;
  }

  // --- to be kept ---------------------------------------------------------------------------------------------------

  /** All of it but what is open, as JSON. */
  saved(): unknown {
    const { must, may, cleared, clearEnd, forgotten, lastMust, lastMay } = this;
    const keys = [...this.keys].map(([key, { fold: _, ...state }]) => [key, state]);
    const folds = [...this.folds].flatMap(([fold, state]) => (state.clearEnd < 0 ? [] : [[fold, state.clearEnd]]));
    return { must, may, cleared, clearEnd, forgotten, lastMust, lastMay, keys, folds };
  }

  static restored(saved: SavedLabel): LabelState {
    const label = new LabelState();
    const { keys, folds, ...rest } = saved;
    for (const [key] of keys) label.touch(key, -1);
    for (const [key, state] of keys) Object.assign(label.keys.get(key) as KeyState, state);
    for (const [fold, clearEnd] of folds) {
      const state = label.folds.get(fold);
      if (state) state.clearEnd = clearEnd;
    }
    return Object.assign(label, rest);
  }
}

/** What `saved` gives. */
export interface SavedLabel {
  readonly keys: readonly (readonly [key: string, state: object])[];
  readonly folds: readonly (readonly [fold: string, clearEnd: number])[];
}

/** A key that no call names. */
const NO_KEY = '\u0000';

function later(a: Stamp | undefined, b: Stamp | undefined): Stamp | undefined {
  if (!a || !b) return a ?? b;
  return b.place > a.place ? b : a;
}

/** May a mark with these keys be about this one? @param key undefined: any. */
export function isAbout(keys: readonly (string | null)[] | undefined, key: string | undefined): boolean {
  if (keys === undefined) return true;
  if (key === undefined) return keys.length > 0;
  const fold = foldKeyText(key);
  return keys.some((one) => one === null || foldKeyText(one) === fold);
}
