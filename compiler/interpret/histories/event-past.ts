import type { CallEntry, EndEntry, EntryCount, EntryMark, LedgerEntry } from '../../../runtime/history/entry.js';
import type { After, Truth } from '../../conditions/condition.js';
import { or } from '../../conditions/truth.js';
import type { Limit } from '../../ir/policy.js';
import { isGreater, sumOfDecimals } from './decimals.js';
import { foldedKey } from './key-fold.js';
import { concerns } from './open-calls.js';
import type { Past } from './past.js';

/*
 * The past, read off the list of all that happened (docs/history.md). Nothing is kept between questions: each goes through
 * the list again.
 */

/** Who asks, and when. */
export interface Asker {
  readonly agent: string;
  readonly session: string;
  /** In milliseconds since the epoch. */
  readonly now: number;
}

/** A call on the list: where it was entered, where it ended. */
interface Happened {
  readonly call: CallEntry;
  readonly from: number;
  readonly time: number;
  /** undefined: it is open. */
  readonly end?: { readonly at: number; readonly time: number; readonly entry: EndEntry | null };
  /** It began in the session before, and was open when this one began. */
  readonly isCarried?: true;
}

const MAX_KEYS = 4096;
const SLOTS = 64;

export class EventPast implements Past {
  private readonly times: readonly number[];
  private readonly counted: readonly boolean[];
  private readonly isBehind: boolean;
  private readonly now: number;

  constructor(
    private readonly events: readonly LedgerEntry[],
    private readonly asker: Asker,
  ) {
    // Time is the ledger's: never earlier than the entry before.
    const times: number[] = [];
    for (const { t } of events) times.push(Math.max(t, times.at(-1) ?? t));
    this.times = times;
    const last = this.times.at(-1) ?? asker.now;
    this.isBehind = asker.now < last;
    this.now = Math.max(asker.now, last);
    const counted: boolean[] = [];
    for (const [at, event] of events.entries()) {
      counted.push(event.k === 'call' && this.isWithin(event, at, counted));
    }
    this.counted = counted;
  }

  holds({ labels, within }: After, key: string | undefined): Truth {
    return or(labels.map((label) => this.holdsOne(label, within, key)));
  }

  private holdsOne(label: string, within: number | undefined, key: string | undefined): Truth {
    const past = this.labelPast(label, within);
    const recent = (time: number | undefined) =>
      time !== undefined && (within === undefined || this.now - time <= within * 1000);
    const isCertain = recent(past.must(key)) && !(within !== undefined && this.isBehind);
    if (isCertain) return 'true';
    // While a call is open, it is now.
    return past.isOpen(key) || recent(past.may(key)) || past.isForgotten(key) ? 'unknown' : 'false';
  }

  /** The keys of a label that calls have named. */
  keysOf(label: string): string[] {
    return this.labelPast(label, undefined).keys();
  }

  /** Whether a label holds of a key that no call has named. */
  holdsElsewhere(label: string): Truth {
    return this.holdsOne(label, undefined, OTHER);
  }

  /** By key, or of all, what a limit has counted in the window that ends now. */
  totals(limit: Limit): ReadonlyMap<string | undefined, string> {
    const own = countOf(limit, '0');
    const amounts = this.amounts(own, this.events.length, this.now, this.asker, this.counted);
    return new Map([...amounts].map(([key, all]) => [key, sumOfDecimals(all)]));
  }

  exceeds(limit: Limit, amount: string, key: string | undefined): boolean {
    const total = this.total(countOf(limit, amount), key, this.events.length, this.now, this.asker, this.counted);
    return total === null || isGreater(sumOfDecimals([total, amount]), String(limit.max));
  }

  private labelPast(label: string, within: number | undefined): LabelPast {
    return new LabelPast(label, this.callsOf(within), this.clearedByPeople(label));
  }

  // --- which calls there were ---------------------------------------------------------------------------------------

  /** It was entered and did not go on, as is known at a place. */
  private isVoid(call: CallEntry, from: number, before: number): boolean {
    const end = call.marks?.length ? this.endOf(call, from).end?.at : undefined;
    return this.events.some(
      (event, at) => from < at && at < Math.min(before, end ?? before) && event.k === 'void' && event.id === call.id,
    );
  }

  /** Those that a label without `within` looks at are of this session. */
  private callsOf(within: number | undefined): Happened[] {
    const { agent, session } = this.asker;
    const start = this.sessionStart(agent, session, this.events.length);
    return this.events.flatMap((event, from): Happened[] => {
      if (event.k !== 'call' || event.agent !== agent || !this.counted[from]) return [];
      if (this.isVoid(event, from, this.events.length)) return [];
      if (within === undefined && event.session !== session) return [];
      const happened = { call: event, from, time: this.times[from] as number, ...this.endOf(event, from) };
      if (within !== undefined || from > start) return [happened];
      return happened.end === undefined || happened.end.at > start ? [{ ...happened, isCarried: true }] : [];
    });
  }

  private endOf({ id, gateway }: CallEntry, from: number): Pick<Happened, 'end'> {
    const at = this.events.findIndex(
      (event, i) =>
        i > from && ((event.k === 'end' && event.id === id) || (event.k === 'down' && event.gateway === gateway)),
    );
    const entry = this.events[at];
    if (entry === undefined) return {};
    return { end: { at, time: this.times[at] as number, entry: entry.k === 'end' ? entry : null } };
  }

  /** The place of the entry that began a session; -1: it has always been. */
  private sessionStart(agent: string, session: string, before: number): number {
    return this.events.findLastIndex(
      (event, i) => i < before && event.k === 'session' && event.agent === agent && event.session === session,
    );
  }

  /** When a person took a label away. */
  private clearedByPeople(label: string): number {
    const { agent } = this.asker;
    return this.events.findLastIndex((event) => event.k === 'clear' && event.agent === agent && event.label === label);
  }

  // --- limits -------------------------------------------------------------------------------------------------------

  /** Does a call, at its place, stay within the limits that would refuse it? */
  private isWithin({ counts = [], agent, session }: CallEntry, at: number, counted: readonly boolean[]): boolean {
    return counts.every((count) => {
      const { max } = count;
      if (max === undefined) return true;
      const now = this.times[at] as number;
      const before = this.amounts(count, at, now, { agent, session }, counted);
      const fresh = new Set((count.keys ?? []).map(foldedKey).filter((fold) => !before.has(fold)));
      if (before.size + fresh.size > MAX_KEYS) return false;
      return (count.keys ?? [undefined]).every((key) => {
        const asker = { agent, session, now: this.times[at] as number };
        const total = this.total(count, key, at, asker.now, asker, counted);
        return total !== null && !isGreater(sumOfDecimals([total, count.amount]), String(max));
      });
    });
  }

  /** What was counted before a place, in the window that ends then; null: there is no room for one more key. */
  private total(
    count: EntryCount,
    key: string | undefined,
    before: number,
    now: number,
    asker: Pick<Asker, 'agent' | 'session'>,
    counted: readonly boolean[],
  ): string | null {
    const fold = key === undefined ? undefined : foldedKey(key);
    const amounts = this.amounts(count, before, now, asker, counted);
    const found = amounts.get(fold);
    if (found === undefined && amounts.size >= MAX_KEYS) return null;
    return sumOfDecimals(found ?? []);
  }

  /** By key, what was counted before a place, in the window that ends then. */
  private amounts(
    { limit, per, shared }: EntryCount,
    before: number,
    now: number,
    { agent, session }: Pick<Asker, 'agent' | 'session'>,
    counted: readonly boolean[],
  ): ReadonlyMap<string | undefined, readonly string[]> {
    const start = per === 'session' && !shared ? this.sessionStart(agent, session, before) : -1;
    const slot = (time: number) => (per === 'session' ? 0 : Math.floor((time * SLOTS) / (per * 1000)));
    const amounts = new Map<string | undefined, string[]>();
    this.events.slice(0, before).forEach((event, at) => {
      if (event.k !== 'call' || !counted[at] || at < start || this.isVoid(event, at, before)) return;
      if (!shared && event.agent !== agent) return;
      if (per === 'session' && event.session !== session) return;
      if (slot(this.times[at] as number) < slot(now) - SLOTS) return;
      for (const count of event.counts ?? []) {
        if (count.limit !== limit) continue;
        // Keys that may be one are one.
        for (const own of new Set<string | undefined>(count.keys?.map(foldedKey) ?? [undefined])) {
          // A further key was not kept.
          if (!amounts.has(own) && amounts.size >= MAX_KEYS) continue;
          amounts.set(own, [...(amounts.get(own) ?? []), count.amount]);
        }
      }
    });
    return amounts;
  }
}

function countOf({ key, per, isShared }: Limit, amount: string): EntryCount {
  return { limit: key, per, amount, ...(isShared && { shared: true as const }) };
}

/** What a call marks with one label, of one key: `every`, `some` that nobody knows, or one that is known. */
interface Instance {
  readonly happened: Happened;
  readonly mark: EntryMark;
  readonly index: number;
  readonly key: string | typeof EVERY | typeof SOME;
}

const EVERY = Symbol('every key');
const SOME = Symbol('a key that is not known');

/** One label, over a list of calls. */
class LabelPast {
  private readonly sets: readonly Instance[];
  private readonly clears: readonly Instance[];
  /** Known keys that were too many to keep, and when the last of them went. */
  private readonly forgotten: Forgotten;

  constructor(
    label: string,
    calls: readonly Happened[],
    /** The place where a person cleared it; -1: never. */
    private readonly cleared: number,
  ) {
    const all = calls.flatMap((happened) => instancesOf(happened, label));
    // A result that is not what the mark asks for: it counts no more.
    this.sets = all.filter((one) => !one.mark.clears && resultOf(one) !== 4);
    this.clears = all.filter(({ mark }) => mark.clears);
    this.forgotten = forgottenOf(all);
  }

  isOpen(key: string | undefined): boolean {
    return this.sets.some((one) => one.happened.end === undefined && isAbout(one, key));
  }

  /** There were more keys than are kept, and this is none of those that are. */
  isForgotten(key: string | undefined): boolean {
    const { last, lost } = this.forgotten;
    const since = key !== undefined && this.isKept(key) ? (lost.get(key) ?? -1) : last;
    if (since < 0 || this.cleared >= since) return false;
    const isOwn = (one: Instance) => one.key === EVERY || (key !== undefined && this.isKept(key) && one.key === key);
    return !this.clears.some((one) => isOwn(one) && isCertain(one) && one.happened.from > since);
  }

  /** When it was last set for certain, of this key or of any; undefined: never, or it may have been cleared since. */
  must(key: string | undefined): number | undefined {
    if (key === undefined) return latest([...this.keys(), OTHER].map((one) => this.must(one)));
    const { keys, last } = this.forgotten;
    const isGone = keys.has(key) || (last >= 0 && !this.isKept(key));
    return latest(
      this.sets
        .filter((one) => isCertain(one) && !one.happened.isCarried && (one.key === EVERY || one.key === key))
        .map(setAt)
        .filter(
          ({ at }) =>
            this.forgotten.cleared <= at && !this.clears.some((clear) => isAbout(clear, key) && isOpenAfter(clear, at)),
        )
        .filter(({ at }) => this.cleared < at && !(isGone && at <= last))
        .map(({ time }) => time),
    );
  }

  /** When a call ended that may have set it; undefined: none, or it was certainly cleared since. */
  may(key: string | undefined): number | undefined {
    if (key === undefined) return latest([...this.keys(), OTHER].map((one) => this.may(one)));
    return latest(
      this.sets
        .filter((one) => isAbout(one, key) && !(typeof one.key === 'string' && this.forgotten.keys.has(one.key)))
        .filter(({ happened: { end }, key: own }) => {
          if (end === undefined || this.cleared > end.at) return false;
          // What is about the very same key, or about every key.
          const same = typeof own === 'string' ? own : key;
          return !this.clears.some(
            (clear) => isCertain(clear) && (clear.key === EVERY || clear.key === same) && clear.happened.from > end.at,
          );
        })
        .map(({ happened }) => happened.end?.time),
    );
  }

  keys(): string[] {
    return [...new Set([...this.sets, ...this.clears].flatMap(({ key }) => (typeof key === 'string' ? [key] : [])))];
  }

  private isKept(key: string): boolean {
    return this.keys().includes(key) && !this.forgotten.keys.has(key);
  }
}

/** Stands for a key that no call has named. */
const OTHER = '\u0000';

function instancesOf(happened: Happened, label: string): Instance[] {
  return (happened.call.marks ?? []).flatMap((mark, index): Instance[] => {
    if (mark.label !== label) return [];
    const keys = mark.keys?.map((key) => key ?? SOME) ?? [EVERY];
    return keys.map((key) => ({ happened, mark, index, key }));
  });
}

function isAbout({ key }: Instance, asked: string | undefined): boolean {
  return asked === undefined || typeof key !== 'string' || concerns([key], asked);
}

function resultOf({ happened, index, mark }: Instance): 1 | 2 | 4 {
  const { end } = happened;
  if (!mark.result || end === undefined) return mark.result ? 2 : 1;
  return end.entry?.results?.[index] ?? 2;
}

/** Where and when it was set: where the call went on, or, if that is by what its result holds, where that came. */
function setAt({ happened, mark }: Instance): { readonly at: number; readonly time: number } {
  const { from, time, end } = happened;
  return mark.dated && end ? { at: end.at, time: end.time } : { at: from, time };
}

/** A complete result has come that must match, and the key is known. */
function isCertain(one: Instance): boolean {
  const { happened, mark, key } = one;
  return mark.must && key !== SOME && happened.end?.entry?.complete === true && resultOf(one) === 1;
}

/** Was the call open at this place, or later? */
function isOpenAfter({ happened: { end } }: Instance, place: number): boolean {
  return end === undefined || end.at > place;
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length > 0 ? Math.max(...known) : undefined;
}

/** What is no longer known of keys, because there were too many. */
interface Forgotten {
  /** Those that had to go. */
  readonly keys: ReadonlySet<string>;
  /** When one went last, or a call ended that had marked one that had gone; -1: never. */
  readonly last: number;
  /** Of each key that is kept, what `last` was when it came. */
  readonly lost: ReadonlyMap<string, number>;
  /** When a clearing call ended whose key had gone; -1: never. */
  readonly cleared: number;
}

/** Goes through the keys in the order in which they were marked: with one too many, the oldest goes. */
function forgottenOf(instances: readonly Instance[]): Forgotten {
  const kept = new Map<string, number>();
  const keys = new Set<string>();
  let last = -1;
  let cleared = -1;
  const steps = instances.flatMap((one) => {
    const { from, end } = one.happened;
    return [{ one, at: from, isEnd: false }, ...(end ? [{ one, at: end.at, isEnd: true }] : [])];
  });
  for (const { one, at, isEnd } of steps.toSorted((a, b) => a.at - b.at)) {
    const { key, mark } = one;
    if (typeof key !== 'string') continue;
    if (isEnd) {
      if (kept.has(key)) continue;
      if (mark.clears) cleared = at;
      else if (resultOf(one) !== 4) last = at;
      continue;
    }
    const lost = kept.get(key) ?? last;
    kept.delete(key);
    kept.set(key, lost);
    keys.delete(key);
    if (kept.size > MAX_KEYS) {
      const first = kept.keys().next().value as string;
      kept.delete(first);
      keys.add(first);
      last = at;
    }
  }
  return { keys, last, lost: kept, cleared };
}
