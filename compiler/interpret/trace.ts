import type { EntryCount, EntryMark, LedgerEntry } from '../../runtime/history/entry.js';
import type { Context, Effects, Environment } from '../../runtime/types.js';
import type { Limit, Mark, Policy } from '../ir/policy.js';
import { EventPast } from './histories/event-past.js';
import { SOMEBODY } from './histories/given-past.js';
import { type Standing, standingOf } from './histories/standing.js';
import {
  type Interpretation,
  interpretCapability,
  interpretCapabilityEffects,
  interpretEffects,
  interpretMethod,
  interpretMethodEffects,
  interpretResult,
  interpretTool,
  type World,
} from './interpret.js';

/** How a call of a trace ends: it succeeds as its marks ask, it fails, it stays open; or what it is answered. */
export type TraceResult = 'ok' | 'error' | 'open' | Readonly<Record<string, unknown>>;

/** A call of a trace: of a tool, of a capability as such, or another request. */
export interface TraceCall {
  readonly tool?: string;
  readonly capability?: string;
  readonly method?: string;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly context?: Context;
  /** Absent: it succeeds; and where it is asked for, nobody has approved it. */
  readonly result?: TraceResult;
  /** Names it for its end. */
  readonly id?: string;
}

/**
 * Calls one after the other, each judged in the past that the ones before have made. What passes marks and counts; what a
 * person must approve waits, unless it is said how it went.
 */
export class Trace {
  private readonly environment: Environment;
  /** Open calls by the name that the trace gives them. */
  private readonly named = new Map<string, { readonly id: string; readonly effects: Effects }>();
  private calls = 0;

  /**
   * @param events What happened before, and from now on.
   * @param now When it begins, in milliseconds since the epoch.
   */
  constructor(
    private readonly policy: Policy,
    { environment }: Pick<World, 'environment'>,
    readonly events: LedgerEntry[],
    public now: number,
  ) {
    this.environment = { ...environment, now: () => this.now };
  }

  /** Judges a call; what goes on is part of the past from here on. @returns null for a request that is not judged. */
  call(call: TraceCall): Interpretation | null {
    const world = this.world(call.context ?? {});
    const { tool, capability, method, args = {}, result } = call;
    const interpretation =
      tool !== undefined
        ? interpretTool(this.policy, tool, args, world)
        : method !== undefined
          ? interpretMethod(this.policy, method, args, world)
          : interpretCapability(this.policy, capability ?? '', args, world);
    if (interpretation && this.goesOn(interpretation, result)) {
      this.enter(this.effects(call), tool ?? method ?? capability ?? '', result ?? 'ok', call.id);
    }
    return interpretation;
  }

  /** What a call would leave behind, were it made now. */
  effects({ tool, capability, method, args = {}, context = {} }: TraceCall): Effects {
    const world = this.world(context);
    if (tool !== undefined) return interpretEffects(this.policy, tool, args, world);
    if (method !== undefined) return interpretMethodEffects(this.policy, method, args, world);
    return interpretCapabilityEffects(this.policy, capability ?? '', args, world);
  }

  /** An open call ends. @returns whether there was one of this name. */
  end(name: string, result: TraceResult): boolean {
    const open = this.named.get(name);
    if (!open) return false;
    this.named.delete(name);
    this.finish(open.id, open.effects, result);
    return true;
  }

  /** What of all this counts for the policy, as it stands now. */
  get standing(): Standing {
    return standingOf(this.policy, this.past);
  }

  private get past(): EventPast {
    return new EventPast(this.events, { ...SOMEBODY, now: this.now });
  }

  private world(context: Context): World {
    return { context, environment: this.environment, past: this.past };
  }

  /** Denied calls go nowhere, unless nothing is enforced. */
  private goesOn({ decision }: Interpretation, result: TraceResult | undefined): boolean {
    if (decision === 'allow' || decision === 'warn' || this.policy.mode === 'observe') return true;
    return decision === 'require_approval' && result !== undefined;
  }

  private enter(effects: Effects, tool: string, result: TraceResult, name: string | undefined): void {
    const id = `call ${this.calls++}`;
    const marks = effects.marks.flatMap(({ mark, must, keys }) => this.entryMarks(mark, must, keys));
    const counts = effects.counts.flatMap(({ limit, amount, keys }) => this.entryCounts(limit, amount, keys));
    if (marks.length + counts.length === 0) return;
    this.events.push({ k: 'call', t: this.now, id, ...SOMEBODY, tool, marks, counts });
    if (marks.length === 0) return;
    if (name !== undefined) this.named.set(name, { id, effects });
    if (result !== 'open') {
      if (name !== undefined) this.named.delete(name);
      this.finish(id, effects, result);
    }
  }

  private finish(id: string, effects: Effects, result: TraceResult): void {
    const complete = typeof result === 'object' ? isComplete(result) : result === 'ok';
    const how = result === 'error' || (typeof result === 'object' && result['isError'] === true) ? 'error' : 'ok';
    const results = effects.marks.flatMap(({ mark }) => {
      const { labels, result: asks, secret } = this.policy.marks[mark] as Mark;
      const truth = !asks && !secret ? null : this.resultTruth(mark, result);
      return labels.map(() => truth);
    });
    this.events.push({ k: 'end', t: this.now, id, how, complete, results });
  }

  /** What succeeds is as its marks ask. */
  private resultTruth(mark: number, result: TraceResult): 1 | 2 | 4 {
    if (typeof result !== 'object') return result === 'ok' ? 1 : 2;
    const truth = interpretResult(this.policy, mark, result, { context: {}, environment: this.environment });
    return truth === 'true' ? 1 : truth === 'unknown' ? 2 : 4;
  }

  private entryMarks(mark: number, must: boolean, keys: EntryMark['keys']): EntryMark[] {
    const { labels, clears, result, secret } = this.policy.marks[mark] as Mark;
    return labels.map((label) => ({
      label,
      must,
      ...(clears && { clears: true as const }),
      ...(keys && { keys }),
      ...((result || secret) && { result: true as const }),
      ...(secret && { dated: true as const }),
    }));
  }

  private entryCounts(limit: number, amount: string | null, keys: EntryMark['keys']): EntryCount[] {
    const { key, per, isShared } = this.policy.limits[limit] as Limit;
    const known = keys?.filter((one) => one !== null);
    if (amount === null || known?.length === 0) return [];
    return [{ limit: key, per, amount, ...(known && { keys: known }), ...(isShared && { shared: true as const }) }];
  }
}

/** As the protocol has it: no error, no task, nothing that asks in turn. */
function isComplete(result: Readonly<Record<string, unknown>>): boolean {
  if (result['isError'] === true || 'task' in result) return false;
  return result['resultType'] === undefined || result['resultType'] === 'complete';
}
