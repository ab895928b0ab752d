import type { Environment } from '../../runtime/types.js';
import type { Policy } from '../ir/policy.js';
import { type Explanation, explanationOf } from './explain-call.js';
import { eventsOf, type GivenPast } from './histories/given-past.js';
import type { Interpretation } from './interpret.js';
import { Trace, type TraceCall, type TraceResult } from './trace.js';

/** Explains calls one after the other, each in the past that the ones before it have made. Its time counts from its start. */
export class ExplainedTrace {
  private readonly start: number;
  private readonly trace: Trace;

  /** @param history What came before the trace. */
  constructor(
    private readonly policy: Policy,
    environment: Environment,
    history: GivenPast,
  ) {
    this.start = environment.now?.() ?? Date.now();
    this.trace = new Trace(policy, { environment }, eventsOf(policy, history, this.start), this.start);
  }

  /** Time passes. @param seconds Since the start. @returns false where that was before what has happened. */
  advance(seconds: number): boolean {
    const now = this.start + seconds * 1000;
    if (now < this.trace.now) return false;
    this.trace.now = now;
    return true;
  }

  call(call: TraceCall): Explanation {
    const effects = this.trace.effects(call);
    const interpretation = this.trace.call(call) as Interpretation;
    return explanationOf(this.policy, interpretation, call.tool ?? null, effects, this.trace.standing);
  }

  /** An open call ends. @returns whether there was one of this name. */
  end(name: string, result: TraceResult): boolean {
    return this.trace.end(name, result);
  }
}
