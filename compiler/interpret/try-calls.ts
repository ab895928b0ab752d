import type { Environment } from '../../runtime/types.js';
import { instantOf } from '../conditions/time.js';
import type { Policy } from '../ir/policy.js';
import { type ExplainedCall, type Explanation, explainCall } from './explain-call.js';
import { ExplainedTrace } from './explain-trace.js';
import type { TraceCall } from './trace.js';

/** A call that somebody tries, after others; written as a case of a fixture is. */
export interface TriedCall extends ExplainedCall {
  /** When it is made, or when the first call before it is: RFC 3339. Absent: now. */
  readonly now?: string;
  /** The calls before it, the first one first. Where one is not judged to pass, nothing comes of it. */
  readonly before?: readonly TimedCall[];
  /** When it is made, in seconds from the start; absent: as the one before. */
  readonly at?: number;
}

export interface TimedCall extends TraceCall {
  readonly at?: number;
}

/** What a tried call comes to, and each one before it. */
export type Tried = Explanation & { readonly before?: readonly Explanation[] };

/**
 * Tries a call.
 *
 * @returns a sentence where it can't be.
 */
export function tryCall(policy: Policy, tried: TriedCall, environment: Environment): Tried | string {
  const { before, at, history, now: given, ...call } = tried;
  const now = given === undefined ? Date.now() : instantOf({ text: given }, 'from');
  if (now === null) return `${given} is no moment such as 2026-12-31T18:00:00Z`;
  const world = { ...environment, now: () => now };
  if (!before) return explainCall(policy, tried, world);
  const trace = new ExplainedTrace(policy, world, history ?? {});
  const explained: Explanation[] = [];
  for (const [i, { at: time, ...one }] of before.entries()) {
    if (time !== undefined && !trace.advance(time)) return `before[${i}] is made earlier than the call before it`;
    explained.push(trace.call({ ...(call.context && { context: call.context }), ...one }));
  }
  if (at !== undefined && !trace.advance(at)) return 'the call is made earlier than the one before it';
  return { ...trace.call(call), before: explained };
}
