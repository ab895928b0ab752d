import { parseDecimal } from '../text/decimal.js';
import { foldKeyText } from '../text/history-key.js';
import type { CallEntry, EndEntry, EntryCount, LedgerEntry } from './entry.js';
import { LabelState, type MarkEnd, type OpenMark, type SavedLabel } from './label-state.js';
import { LimitTotals } from './limit-totals.js';

/** A call that has not ended. */
interface OpenCall {
  readonly call: CallEntry;
  readonly place: number;
  readonly time: number;
  /** What it marks, in each of the scopes it concerns. */
  readonly marks: readonly { readonly label: LabelState; readonly open: OpenMark; readonly index: number }[];
}

/** What is kept of an agent, or of a session of one. */
interface Scope {
  readonly labels: Map<string, LabelState>;
  readonly totals: Map<string, LimitTotals>;
  /** When anything happened in it last. */
  touched: number;
}

/** A gateway that has not said that it ended. */
export interface RunningGateway {
  readonly agent: string;
  readonly session: string;
  readonly time: number;
}

/** What a ledger comes to, entry by entry. @internal */
export class LedgerState {
  /** How many entries there were. */
  place = 0;
  /** Of the last entry, in milliseconds since the epoch. */
  time = 0;
  readonly open = new Map<string, OpenCall>();
  readonly gateways = new Map<string, RunningGateway>();
  private readonly counted = new Map<string, OpenCall>();
  private readonly scopes = new Map<string, Scope>();
  /** When a gateway of an agent ran last, as far as the ledger knows. */
  private readonly lastRun = new Map<string, number>();
  /** At which place a session ended last, by its scope. */
  private readonly ended = new Map<string, number>();

  /** @returns false for a call that its place refuses. */
  apply(entry: LedgerEntry): boolean {
    const place = this.place++;
    this.time = Math.max(this.time, entry.t);
    switch (entry.k) {
      case 'call':
        return this.call(entry, place);
      case 'end':
        this.end(entry.id, entry, place);
        break;
      case 'void':
        this.void(entry.id);
        break;
      case 'session':
        this.ended.set(scopeKey(entry.agent, entry.session), place);
        this.endSession(entry.agent, entry.session);
        break;
      case 'clear':
        for (const [key, { labels }] of this.scopes) if (isOf(key, entry.agent)) labels.get(entry.label)?.clear(place);
        break;
      case 'up':
        this.gateways.set(entry.gateway, { agent: entry.agent, session: entry.session, time: this.time });
        this.lastRun.set(entry.agent, this.time);
        break;
      case 'down':
        this.gateways.delete(entry.gateway);
        this.lastRun.set(entry.agent, Math.max(entry.t, this.lastRun.get(entry.agent) ?? 0));
        for (const [id, { call }] of this.open) if (call.gateway === entry.gateway) this.end(id, undefined, place);
        break;
    }
    return true;
  }

  /** @param scope As `scopeKey` names it. */
  label(scope: string, label: string): LabelState | undefined {
    return this.scopes.get(scope)?.labels.get(label);
  }

  /** @param scope As `countScope` names it. */
  totals(scope: string, limit: string): LimitTotals | undefined {
    return this.scopes.get(scope)?.totals.get(limit);
  }

  /** When a gateway of this agent ran last, as far as the ledger says; undefined: none ever did. */
  ranLast(agent: string): number | undefined {
    return this.lastRun.get(agent);
  }

  /** Names a session of an agent until it ends: the next of the same name has another. */
  sessionId(agent: string, session: string): string {
    const key = scopeKey(agent, session);
    return `${key}#${this.ended.get(key) ?? -1}`;
  }

  /** What there is of an agent: labels and totals, of all its sessions together and of each. */
  *contents(agent: string): Iterable<{ readonly session: string | undefined } & Pick<Scope, 'labels' | 'totals'>> {
    for (const [key, { labels, totals }] of this.scopes) {
      const [own, session] = JSON.parse(key) as [string, string?];
      if (own === agent || own === EVERYONE) yield { session, labels, totals };
    }
  }

  /** The agents that something is kept of. */
  agents(): string[] {
    return [...new Set([...this.scopes.keys()].map((key) => (JSON.parse(key) as [string])[0]))].filter(
      (one) => one !== EVERYONE,
    );
  }

  // --- one entry ----------------------------------------------------------------------------------------------------

  private call(call: CallEntry, place: number): boolean {
    const { agent, session, marks = [], counts = [] } = call;
    if (counts.some((count) => this.isRefused(count, call))) return false;
    for (const count of counts) {
      const totals = this.totalsOf(count, agent, session);
      for (const key of distinct(count.keys)) totals.add(key, parseDecimal(count.amount), this.time);
    }
    const setter = { tool: call.tool, time: this.time, ...(call.record !== undefined && { record: call.record }) };
    const open: OpenCall['marks'][0][] = [];
    for (const scope of [this.scope(agent), this.scope(agent, session)]) {
      for (const [index, mark] of marks.entries()) {
        const label = labelIn(scope, mark.label);
        const one: OpenMark = { id: call.id, mark, from: place, setter, isCarried: false };
        label.begin(one);
        open.push({ label, open: one, index });
      }
    }
    const kept = { call, place, time: this.time, marks: open };
    if (marks.length > 0) this.open.set(call.id, kept);
    else this.remember(kept);
    return true;
  }

  /** A call that only counts has no end; but it may turn out that it did not go on. */
  private remember(call: OpenCall): void {
    this.counted.set(call.call.id, call);
    if (this.counted.size > MAX_COUNTED) this.counted.delete(this.counted.keys().next().value as string);
  }

  private isRefused(count: EntryCount, { agent, session }: CallEntry): boolean {
    const { max } = count;
    if (max === undefined) return false;
    const totals = this.totalsOf(count, agent, session);
    const amount = parseDecimal(count.amount);
    const keys = distinct(count.keys);
    if (!totals.hasRoomFor(keys, this.time)) return true;
    return keys.some((key) => totals.exceeds(key, amount, parseDecimal(String(max)), this.time));
  }

  /** @param entry undefined: its gateway has ended. */
  private end(id: string, entry: EndEntry | undefined, place: number): void {
    const call = this.open.get(id);
    if (!call) return;
    this.open.delete(id);
    for (const { label, open, index } of call.marks) {
      const asked = open.mark.result ? (entry?.results?.[index] ?? 2) : 1;
      const end: MarkEnd = { place, time: this.time, complete: entry?.complete ?? false, result: asked };
      label.end(open, end);
    }
  }

  private void(id: string): void {
    const call = this.open.get(id) ?? this.counted.get(id);
    if (!call) return;
    this.open.delete(id);
    this.counted.delete(id);
    for (const { label, open } of call.marks) label.void(open);
    const { agent, session, counts = [] } = call.call;
    for (const count of counts) {
      const totals = this.totals(countScope(count, agent, session), count.limit);
      for (const key of distinct(count.keys)) totals?.take(key, parseDecimal(count.amount), call.time);
    }
  }

  /** The next session begins with nothing but the calls that are open. */
  private endSession(agent: string, session: string): void {
    this.scopes.delete(scopeKey(agent, session));
    const scope = this.scope(agent, session);
    for (const [id, one] of this.open) {
      if (one.call.agent !== agent || one.call.session !== session) continue;
      const own = one.marks.filter(({ label }) =>
        [...(this.scopes.get(scopeKey(agent))?.labels.values() ?? [])].includes(label),
      );
      const carried = own.map(({ open, index }) => {
        const label = labelIn(scope, open.mark.label);
        const again: OpenMark = { ...open, isCarried: true };
        label.begin(again);
        return { label, open: again, index };
      });
      this.open.set(id, { ...one, marks: [...own, ...carried] });
    }
  }

  private scope(agent: string, session?: string): Scope {
    const key = scopeKey(agent, session);
    let scope = this.scopes.get(key);
    if (!scope) {
      scope = { labels: new Map(), totals: new Map(), touched: this.time };
      this.scopes.set(key, scope);
    }
    scope.touched = this.time;
    return scope;
  }

  private totalsOf({ limit, per, shared }: EntryCount, agent: string, session: string): LimitTotals {
    const { totals } = this.scope(shared ? EVERYONE : agent, per === 'session' ? session : undefined);
    let own = totals.get(limit);
    if (!own) {
      own = new LimitTotals(per);
      totals.set(limit, own);
    }
    return own;
  }

  // --- to be kept ---------------------------------------------------------------------------------------------------

  /** All of it, as JSON. What is over by now is left out. */
  saved(): SavedState {
    this.forget();
    const scopes = [...this.scopes].map(([key, { labels, totals, touched }]): SavedScope => {
      const known = [...labels].filter(([, label]) => !label.isEmpty);
      return {
        key,
        touched,
        labels: known.map(([name, label]) => [name, label.saved()]),
        totals: [...totals].map(([limit, own]) => [limit, own.per, own.saved(this.time)]),
      };
    });
    const open = [...this.open.values()].map(({ call, place, time, marks }) => ({
      call,
      place,
      time,
      marks: marks.map(
        ({ label, open: one, index }) => [this.scopeHolding(label), one.mark.label, index, one] as const,
      ),
    }));
    const { place, time } = this;
    const counted = [...this.counted.values()].map(({ call, place: own, time: when }) => ({
      call,
      place: own,
      time: when,
    }));
    return {
      place,
      time,
      scopes,
      open,
      counted,
      gateways: [...this.gateways],
      lastRun: [...this.lastRun],
      ended: [...this.ended],
    };
  }

  static restored({ place, time, scopes, open, counted, gateways, lastRun, ended }: SavedState): LedgerState {
    const state = new LedgerState();
    Object.assign(state, { place, time });
    for (const { key, touched, labels, totals } of scopes) {
      state.scopes.set(key, {
        touched,
        labels: new Map(labels.map(([name, saved]) => [name, LabelState.restored(saved as SavedLabel)])),
        totals: new Map(totals.map(([limit, per, keys]) => [limit, new LimitTotals(per).restore(keys)])),
      });
    }
    for (const { marks, ...one } of open) {
      const again = marks.map(([key, name, index, mark]) => {
        const label = labelIn(state.scopes.get(key) as Scope, name);
        label.reopen(mark);
        return { label, open: mark, index };
      });
      state.open.set(one.call.id, { ...one, marks: again });
    }
    for (const one of counted) state.counted.set(one.call.id, { ...one, marks: [] });
    for (const [gateway, running] of gateways) state.gateways.set(gateway, running);
    for (const [key, when] of lastRun) state.lastRun.set(key, when);
    for (const [key, at] of ended) state.ended.set(key, at);
    return state;
  }

  private scopeHolding(label: LabelState): string {
    for (const [key, { labels }] of this.scopes) for (const own of labels.values()) if (own === label) return key;
    return '';
  }

  /** Sessions that nothing has happened in for longer than a policy looks back, where there are many. */
  private forget(): void {
    const before = this.time - MAX_AGE_MS;
    const sessions = [...this.scopes].filter(([key]) => (JSON.parse(key) as unknown[]).length > 1);
    const inUse = new Set([...this.open.values()].map(({ call }) => scopeKey(call.agent, call.session)));
    for (const { agent, session } of this.gateways.values()) inUse.add(scopeKey(agent, session));
    const old = sessions.filter(([key, { touched }]) => touched < before && !inUse.has(key));
    old.sort(([, a], [, b]) => a.touched - b.touched);
    for (const [key] of old.slice(0, Math.max(0, sessions.length - MAX_SESSIONS))) this.scopes.delete(key);
    for (const [key, when] of this.lastRun) if (when < before) this.lastRun.delete(key);
  }
}

/** Keys that may be one are one: a call adds to it once. */
function distinct(keys: readonly string[] | undefined): readonly (string | undefined)[] {
  if (keys === undefined) return [undefined];
  return keys.length < 2 ? keys : [...new Map(keys.map((key) => [foldKeyText(key), key])).values()];
}

interface SavedScope {
  readonly key: string;
  readonly touched: number;
  readonly labels: readonly (readonly [name: string, label: unknown])[];
  readonly totals: readonly (readonly [
    limit: string,
    per: number | 'session',
    keys: ReturnType<LimitTotals['saved']>,
  ])[];
}

/** What `saved` gives. */
export interface SavedState {
  readonly place: number;
  readonly time: number;
  readonly scopes: readonly SavedScope[];
  readonly open: readonly (Pick<OpenCall, 'call' | 'place' | 'time'> & {
    readonly marks: readonly (readonly [scope: string, label: string, index: number, open: OpenMark])[];
  })[];
  readonly counted: readonly Pick<OpenCall, 'call' | 'place' | 'time'>[];
  readonly gateways: readonly (readonly [string, RunningGateway])[];
  readonly lastRun: readonly (readonly [string, number])[];
  readonly ended: readonly (readonly [string, number])[];
}

/** As far back as a policy looks. */
export const MAX_AGE_MS = 31 * 86_400_000;
const MAX_SESSIONS = 256;
/** Of calls that only count, so many may still turn out not to have gone on. */
const MAX_COUNTED = 128;

/** Names no agent. */
const EVERYONE = '\u0000';

/** Where what concerns a limit is added up. */
export function countScope(
  { per, shared }: Pick<EntryCount, 'per' | 'shared'>,
  agent: string,
  session: string,
): string {
  return scopeKey(shared ? EVERYONE : agent, per === 'session' ? session : undefined);
}

/** Names an agent's past; @param session or that of one of its sessions. */
export function scopeKey(agent: string, session?: string): string {
  return JSON.stringify(session === undefined ? [agent] : [agent, session]);
}

function isOf(key: string, agent: string): boolean {
  return (JSON.parse(key) as [string])[0] === agent;
}

function labelIn({ labels }: Scope, name: string): LabelState {
  let label = labels.get(name);
  if (!label) {
    label = new LabelState();
    labels.set(name, label);
  }
  return label;
}
