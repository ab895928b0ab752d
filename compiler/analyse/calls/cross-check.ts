import type { LedgerEntry } from '../../../runtime/history/entry.js';
import { LedgerHistory } from '../../../runtime/history/ledger-history.js';
import { LedgerState } from '../../../runtime/history/ledger-state.js';
import type { Context, Decide, Environment, History, Verdict } from '../../../runtime/types.js';
import { evaluateModule } from '../../emit/evaluate.js';
import { EventPast } from '../../interpret/histories/event-past.js';
import { eventsOf, SOMEBODY } from '../../interpret/histories/given-past.js';
import {
  type Interpretation,
  interpretCapability,
  interpretCapabilityEffects,
  interpretEffects,
  interpretMethod,
  interpretMethodEffects,
  interpretTool,
  type World,
} from '../../interpret/interpret.js';
import { Trace } from '../../interpret/trace.js';
import type { Policy } from '../../ir/policy.js';
import type { Witness } from './call.js';
import type { TraceStep } from './trace-step.js';

/** Decides calls by the interpreter and by the generated code, which must agree. */
export class CrossCheck {
  private readonly module: ReturnType<typeof evaluateModule>;
  private readonly bound = new Map<string, Decide>();
  /** Calls that say nothing of it are judged at one moment. */
  private readonly start: number;
  private moment: number;
  private readonly clocked: Environment;
  private readonly replayed = new Map<string, readonly LedgerEntry[] | undefined>();
  /** Policies of the same agent, by their files. */
  private others: ReadonlyMap<string, CrossCheck> = new Map();
  private home: CrossCheck | undefined;

  constructor(
    readonly policy: Policy,
    readonly environment: Environment,
    /** Context that the module is compiled for. */
    private readonly fixed: Context = {},
  ) {
    this.start = environment.now?.() ?? Date.now();
    this.moment = this.start;
    this.clocked = { ...environment, now: () => this.moment };
    this.module = evaluateModule(policy, fixed);
  }

  /**
   * Calls before one may be of other policies as well.
   *
   * @param home Judges calls before one that name no policy; absent: this one.
   */
  beside(others: ReadonlyMap<string, CrossCheck>, home?: CrossCheck): void {
    this.others = others;
    this.home = home;
  }

  /** How a call is decided; undefined where it is not judged at all. @throws where the two disagree. */
  decide(call: Witness): Interpretation | undefined {
    const { tool, method, capability, args } = call;
    const events = this.eventsBefore(call);
    if (!events) return undefined;
    this.moment = this.momentOf(call);
    const past = new EventPast(events, { ...SOMEBODY, now: this.moment });
    const world = { context: { ...call.context, ...this.fixed }, environment: this.clocked, past };
    const interpretation =
      method !== undefined
        ? interpretMethod(this.policy, method, args, world)
        : tool !== undefined
          ? interpretTool(this.policy, tool, args, world)
          : interpretCapability(this.policy, capability, args, world);
    const verdict = this.compiled(call);
    if (interpretation === null || verdict === null) {
      if (interpretation !== verdict) throw new DisagreementError(call);
      return undefined;
    }
    const rule = this.policy.rules[verdict.rule] ?? null;
    if (
      interpretation.decision !== verdict.decision ||
      interpretation.rule !== rule ||
      interpretation.reason !== verdict.reason
    ) {
      throw new DisagreementError(call);
    }
    if (!this.leavesAlike(call, world)) throw new DisagreementError(call);
    return interpretation;
  }

  /** Do interpreter and generated code say the same of what the call leaves behind? */
  private leavesAlike(call: Witness, world: World): boolean {
    const { marks, limits, results } = this.policy;
    if (marks.length + limits.length + results.length === 0) return true;
    const { tool, method, capability, args, context } = call;
    const decide = this.bind({ ...context, ...this.fixed });
    const history = this.historyBefore(call);
    const pairs =
      method !== undefined
        ? [decide.methodEffects(method, args, history), interpretMethodEffects(this.policy, method, args, world)]
        : tool !== undefined
          ? [decide.effects(tool, args, history), interpretEffects(this.policy, tool, args, world)]
          : [
              decide.capabilityEffects(capability, args, history),
              interpretCapabilityEffects(this.policy, capability, args, world),
            ];
    return JSON.stringify(pairs[0]) === JSON.stringify(pairs[1]);
  }

  /** What the generated code alone says. */
  compiled(call: Witness): Verdict | null {
    const { tool, method, capability, args, context } = call;
    this.moment = this.momentOf(call);
    const decide = this.bind({ ...context, ...this.fixed });
    const history = this.historyBefore(call);
    if (method !== undefined) return decide.method(method, args, history);
    return tool !== undefined ? decide(tool, args, history) : decide.capability(capability, args, history);
  }

  private momentOf({ now, at = 0, trace }: Witness): number {
    if (now !== undefined) return Date.parse(now);
    return trace ? this.start + at * 1000 : this.start;
  }

  /** Nothing, where the call does not say; undefined: the calls before it do not pass. */
  private eventsBefore(call: Witness): readonly LedgerEntry[] | undefined {
    const { history, trace, at = 0 } = call;
    const moment = this.momentOf(call);
    if (!trace) return history ? eventsOf(this.policy, history, moment) : [];
    const key = JSON.stringify([trace, moment - at * 1000]);
    if (!this.replayed.has(key)) {
      if (this.replayed.size >= MAX_REPLAYED) this.replayed.clear();
      this.replayed.set(key, this.replay(trace, moment - at * 1000));
    }
    return this.replayed.get(key);
  }

  /** What calls one after the other leave behind; each is judged by both. */
  private replay(steps: readonly TraceStep[], start: number): readonly LedgerEntry[] | undefined {
    const events: LedgerEntry[] = [];
    const traces = new Map<CrossCheck, Trace>();
    for (const { at, times = 1, result, ...step } of steps) {
      const judge = this.others.get(step.policy ?? '') ?? this.home ?? this;
      const trace = traces.get(judge) ?? new Trace(judge.policy, judge, events, start);
      traces.set(judge, trace);
      trace.now = start + at * 1000;
      for (let i = 0; i < times; i++) {
        const compiled = judge.compiledAfter(step, events, trace.now);
        const judged = trace.call({ ...step, result });
        if (judged?.decision !== compiled?.decision || (judged && judged.reason !== compiled?.reason)) {
          throw new DisagreementError({ capability: '', context: {}, ...step, trace: steps });
        }
        if (judged?.decision === 'deny' && judge.policy.mode !== 'observe') return undefined;
      }
    }
    return events;
  }

  private compiledAfter(step: Omit<TraceStep, 'at' | 'result'>, events: readonly LedgerEntry[], now: number) {
    const { tool, method, capability = '', args, context = {} } = step;
    this.moment = now;
    const decide = this.bind({ ...context, ...this.fixed });
    const history = this.historyOf(events);
    if (method !== undefined) return decide.method(method, args, history);
    return tool !== undefined ? decide(tool, args, history) : decide.capability(capability, args, history);
  }

  private historyBefore(call: Witness): History | undefined {
    return this.historyOf(this.eventsBefore(call) ?? []);
  }

  private historyOf(events: readonly LedgerEntry[]): History | undefined {
    const { history } = this.module.manifest;
    if (!history) return undefined;
    const state = new LedgerState();
    for (const event of events) state.apply(event);
    return new LedgerHistory(
      history,
      SOMEBODY,
      () => state,
      () => this.moment,
    );
  }

  private bind(context: Context): Decide {
    const key = JSON.stringify(context);
    let decide = this.bound.get(key);
    if (!decide) {
      decide = this.module.bind(context, this.clocked);
      if (this.bound.size < MAX_BOUND) this.bound.set(key, decide);
    }
    return decide;
  }
}

const MAX_BOUND = 64;
const MAX_REPLAYED = 64;

/** The generated code decides otherwise than the interpreter: a defect of this compiler, and no policy's fault. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';

  constructor(call: Witness) {
    super(`the generated code and the interpreter disagree on ${JSON.stringify(call)}: please report this`);
  }
}
