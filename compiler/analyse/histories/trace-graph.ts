import type { EntryMark, LedgerEntry } from '../../../runtime/history/entry.js';
import type { Environment } from '../../../runtime/types.js';
import type { After } from '../../conditions/condition.js';
import { EventPast } from '../../interpret/histories/event-past.js';
import { SOMEBODY } from '../../interpret/histories/given-past.js';
import { keysAt } from '../../interpret/keys.js';
import { Trace, type TraceCall } from '../../interpret/trace.js';
import type { Policy } from '../../ir/policy.js';
import { keyAt, OTHER_KEY, SOME_KEY } from '../calls/past.js';
import { setAt, tokensOf } from '../calls/selector.js';
import type { TraceStep } from '../calls/trace-step.js';
import { isSpent } from '../regions/budget.js';
import { pastDimension } from '../regions/past.js';
import type { MarkedSpace } from './marked-space.js';

/** More pasts than this are not tried. */
const MAX_PASTS = 1500;
const MAX_STEPS = 16;

/** A call that marks, of one of the policies. */
export interface Move {
  readonly of: MarkedSpace;
  readonly call: Pick<TraceCall, 'tool' | 'method' | 'capability' | 'context'> & {
    readonly args: Readonly<Record<string, unknown>>;
  };
}

/** A past that calls have led to. */
export interface Reached {
  /** In each world. */
  readonly events: readonly (readonly LedgerEntry[])[];
  readonly steps: readonly TraceStep[];
  /** In milliseconds since the epoch. */
  readonly now: number;
  /** How all that is asked comes out, in each world. */
  readonly truths: readonly string[];
}

export interface GraphOptions {
  /** What pasts are told apart by. */
  readonly asked: readonly After[];
  /** The keys of the call that is to come, by selector. */
  readonly keys: ReadonlyMap<string, unknown>;
  readonly environment: Environment;
  /** In milliseconds since the epoch. */
  readonly start: number;
  /**
   * Policies each of which judges every call, and has a past of its own: a call passes that passes in all. Empty: there is
   * one past, of the policies that moves are of.
   */
  readonly worlds: readonly Policy[];
  /** Steps name their policies. */
  readonly isOfSeveral: boolean;
}

/** How many calls may still be tried. */
export interface TraceBudget {
  left: number;
}

/** The pasts that calls lead to, by the number of calls, found as they are asked for. */
export class TraceGraph {
  private readonly found: Reached[] = [];
  /** So many of them have gone on. */
  private done = 0;
  private readonly known = new Set<string>();
  private readonly windows: readonly number[];
  private readonly results: readonly TraceStep['result'][];
  private readonly moves: readonly Move[];
  /** Between two calls, where no window is too short for it. */
  private readonly pause: number;

  constructor(
    private readonly options: GraphOptions,
    moves: readonly Move[],
  ) {
    const { asked, start } = options;
    this.windows = [...new Set(asked.flatMap(({ within }) => within ?? []))].sort((a, b) => a - b);
    this.pause = (this.windows[0] ?? 60) < 60 ? 0 : 1000;
    this.results = this.windows.length > 0 ? ['ok', 'error', 'open'] : ['ok', 'error'];
    this.moves = moves.flatMap((move) => this.withKeys(move));
    const worlds = options.worlds.length > 0 ? options.worlds : [undefined];
    this.found.push(...this.withWaiting(this.fresh({ events: worlds.map(() => []), steps: [], now: start })));
  }

  /** @param budget How many calls may be tried beside those that were. */
  *pasts(budget: TraceBudget): Iterable<Reached> {
    for (let i = 0; ; i++) {
      while (i >= this.found.length) {
        const next = this.found[this.done];
        if (!next || this.found.length >= MAX_PASTS || budget.left <= 0 || isSpent()) return;
        this.done++;
        this.goOn(next, budget);
      }
      yield this.found[i] as Reached;
    }
  }

  /** The pasts of one call more; those of fewer calls come before. */
  private goOn(past: Reached, budget: TraceBudget): void {
    if (past.steps.length >= MAX_STEPS) return;
    for (const move of this.moves) {
      for (const result of this.results) {
        budget.left--;
        const next = this.step(past, move, result);
        if (!next) break;
        this.found.push(...this.withWaiting(this.fresh(next)));
      }
    }
  }

  /** undefined: the call does not pass, or leaves nothing. */
  private step(
    { events, steps, now }: Reached,
    move: Move,
    result: TraceStep['result'],
  ): Omit<Reached, 'truths'> | undefined {
    const { worlds } = this.options;
    const after: LedgerEntry[][] = [];
    const marks: EntryMark[] = [];
    let isAsked = false;
    for (const [i, policy] of (worlds.length > 0 ? worlds : [move.of.policy]).entries()) {
      const own = [...(events[i] as readonly LedgerEntry[])];
      const before = own.length;
      const judged = new Trace(policy, this.options, own, now).call({ ...move.call, result });
      const isEnforced = policy.mode !== 'observe';
      // A request that is not judged passes.
      if (judged?.decision === 'deny' && isEnforced) return undefined;
      isAsked ||= judged?.decision === 'require_approval' && isEnforced;
      const entry = own[before];
      if (entry?.k === 'call') marks.push(...(entry.marks ?? []));
      after.push(own);
    }
    if (marks.length === 0) return undefined;
    const { tool, method, capability = '', args, context = {} } = move.call;
    const step: TraceStep = {
      ...(tool !== undefined ? { tool } : method !== undefined ? { method } : { capability }),
      args,
      ...(Object.keys(context).length > 0 && { context: context as Readonly<Record<string, string>> }),
      result,
      at: Math.round((now - this.options.start) / 1000),
      ...(isAsked && { approved: true as const }),
      ...labelsOf(marks),
      ...(this.options.isOfSeveral && { policy: fileOf(move.of.policy) }),
    };
    return { events: after, steps: [...steps, step], now: now + this.pause };
  }

  /** These, and the same when a window has run out, or several. */
  private withWaiting(pasts: readonly Reached[]): readonly Reached[] {
    const all = [...pasts];
    for (const past of all) {
      if (past.steps.length === 0) continue;
      // Until the last moment of each window that is open, and just beyond it.
      const ends = this.endsAfter(past.events, past.now);
      for (const now of ends.flatMap((end) => [end, end + 1000]).sort((a, b) => a - b)) {
        if (now > past.now && all.length < MAX_PASTS) all.push(...this.fresh({ ...past, now }));
      }
    }
    return all;
  }

  /** The past, if it is unlike those before. */
  private fresh(past: Omit<Reached, 'truths'>): Reached[] {
    const { events, now } = past;
    const truths = this.truthsAt(events, now);
    // How long what is asked stays as it is, if nothing more happens.
    let last = truths.join();
    const changes = this.endsAfter(events, now).flatMap((end) => {
      const then = this.truthsAt(events, end + 1000).join();
      if (then === last) return [];
      last = then;
      return [`${end - now} ${then}`];
    });
    const key = [...truths, ...changes].join(' ');
    if (this.known.has(key)) return [];
    this.known.add(key);
    return [{ ...past, truths }];
  }

  /** The last moments of windows that are open. */
  private endsAfter(events: Reached['events'], now: number): number[] {
    const times = new Set(events.flat().map(({ t }) => t));
    const ends = [...times].flatMap((time) => this.windows.map((window) => time + window * 1000));
    return [...new Set(ends)].filter((end) => end >= now).sort((a, b) => a - b);
  }

  private truthsAt(events: Reached['events'], now: number): string[] {
    return events.map((own) => {
      const past = new EventPast(own, { ...SOMEBODY, now });
      return this.options.asked.map((asked) => past.holds(asked, this.keyFor(asked))[0]).join('');
    });
  }

  /** What tells pasts apart for a call that asks this: the same text, the same answers. */
  answers({ truths }: Reached, asked: ReadonlySet<string>): string {
    const places = this.options.asked.flatMap((one, i) => (asked.has(pastDimension(one)) ? [i] : []));
    return truths.map((own) => places.map((i) => own[i]).join('')).join(' ');
  }

  /** The same after these, now. */
  answersTo(events: readonly LedgerEntry[], asked: ReadonlySet<string>): string {
    const { start } = this.options;
    return this.answers({ events: [], steps: [], now: start, truths: this.truthsAt([events], start) }, asked);
  }

  private keyFor({ by }: After): string | undefined {
    return by === undefined ? undefined : (keysAt({ key: this.options.keys.get(by) }, 'key')[0] ?? undefined);
  }

  /** Of the keys of the call that is to come, as it is, and of others. */
  private withKeys(move: Move): Move[] {
    const args = structuredClone(move.call.args) as Record<string, unknown>;
    const [own, other] = [structuredClone(args), structuredClone(args)];
    for (const { labels, by } of move.of.policy.marks) {
      if (by === undefined) continue;
      const isOf = (asked: After) => asked.by !== undefined && asked.labels.some((label) => labels.includes(label));
      const asked = this.options.asked.find(isOf);
      const key = asked?.by === undefined ? undefined : this.options.keys.get(asked.by);
      if (keyAt(own, by) === undefined) setAt(own, tokensOf(by), SOME_KEY);
      setAt(args, tokensOf(by), key ?? keyAt(own, by));
      setAt(other, tokensOf(by), OTHER_KEY);
    }
    const all = new Map([args, own, other].map((one) => [JSON.stringify(one), one]));
    return [...all.values()].map((one) => ({ ...move, call: { ...move.call, args: one } }));
  }
}

/** The file of a policy, as its steps name it. */
export function fileOf({ sources, name }: Policy): string {
  return sources[0]?.file ?? name;
}

function labelsOf(
  marks: readonly { readonly label: string; readonly clears?: true }[],
): Pick<TraceStep, 'sets' | 'clears'> {
  const named = (clears: boolean) => [
    ...new Set(marks.filter((mark) => (mark.clears ?? false) === clears).map(({ label }) => label)),
  ];
  const [sets, clears] = [named(false), named(true)];
  return { ...(sets.length > 0 && { sets }), ...(clears.length > 0 && { clears }) };
}
