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
import type { Policy } from '../../ir/policy.js';
import type { Witness } from './call.js';

/** Decides calls by the interpreter and by the generated code, which must agree. */
export class CrossCheck {
  private readonly module: ReturnType<typeof evaluateModule>;
  private readonly bound = new Map<string, Decide>();
  /** Calls that say nothing of it are judged at one moment. */
  private readonly start: number;
  private moment: number;
  private readonly clocked: Environment;

  constructor(
    readonly policy: Policy,
    environment: Environment,
    /** Context that the module is compiled for. */
    private readonly fixed: Context = {},
  ) {
    this.start = environment.now?.() ?? Date.now();
    this.moment = this.start;
    this.clocked = { ...environment, now: () => this.moment };
    this.module = evaluateModule(policy, fixed);
  }

  /** How a call is decided; undefined where it is not judged at all. @throws where the two disagree. */
  decide(call: Witness): Interpretation | undefined {
    const { tool, method, capability, args } = call;
    this.moment = call.now === undefined ? this.start : Date.parse(call.now);
    const past = new EventPast(this.eventsBefore(call), { ...SOMEBODY, now: this.moment });
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
    const { marks, limits } = this.policy;
    if (marks.length + limits.length === 0) return true;
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
    const { tool, method, capability, args, context, now } = call;
    this.moment = now === undefined ? this.start : Date.parse(now);
    const decide = this.bind({ ...context, ...this.fixed });
    const history = this.historyBefore(call);
    if (method !== undefined) return decide.method(method, args, history);
    return tool !== undefined ? decide(tool, args, history) : decide.capability(capability, args, history);
  }

  /** Nothing, where the call does not say. */
  private eventsBefore({ history }: Witness): readonly LedgerEntry[] {
    return history ? eventsOf(this.policy, history, this.moment) : [];
  }

  private historyBefore(call: Witness): History | undefined {
    const { history } = this.module.manifest;
    if (!history) return undefined;
    const state = new LedgerState();
    for (const event of this.eventsBefore(call)) state.apply(event);
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

/** The generated code decides otherwise than the interpreter: a defect of this compiler, and no policy's fault. */
export class DisagreementError extends Error {
  override readonly name = 'DisagreementError';

  constructor(call: Witness) {
    super(`the generated code and the interpreter disagree on ${JSON.stringify(call)}: please report this`);
  }
}
