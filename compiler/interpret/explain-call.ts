import type { Args, Context, Effects, Environment } from '../../runtime/types.js';
import type { Policy, ResultRule } from '../ir/policy.js';
import { describeResultRule } from '../ir/result-text.js';
import { EventPast } from './histories/event-past.js';
import { eventsOf, type GivenPast, SOMEBODY } from './histories/given-past.js';
import type { Standing } from './histories/standing.js';
import {
  type Interpretation,
  interpretCapability,
  interpretCapabilityEffects,
  interpretEffects,
  interpretTool,
} from './interpret.js';

/** A call to explain: of a tool, or of a capability as such. */
export interface ExplainedCall {
  readonly tool?: string;
  readonly capability?: string;
  readonly args?: Args;
  readonly context?: Context;
  /** What came before it, by hand. Without one, nobody knows. */
  readonly history?: GivenPast;
}

/** Why a call is decided as it is. The shape of `capfence explain --json`. */
export interface Explanation {
  readonly decision: string;
  readonly reason: string;
  readonly capability: string;
  readonly tool: string | null;
  readonly rule: { readonly id: string; readonly file: string; readonly line: number } | null;
  /** The limit that tightened what the rule decides. */
  readonly limit?: string;
  readonly default: boolean;
  readonly unknown: readonly string[];
  /** The result rules that concern the call, in the order of the policy. */
  readonly results?: readonly { readonly rule: string; readonly does: string }[];
  /** Of a call in a trace: the labels that hold after it, and how far limits are used up. */
  readonly after?: Standing;
  readonly considered: readonly {
    readonly rule: string;
    readonly decision: string;
    readonly matches: boolean;
    readonly conditions: readonly {
      readonly key: string;
      readonly text: string;
      readonly value: string;
      /** The fact it read, and the values it found there. */
      readonly fact: string;
      readonly observed: readonly string[];
    }[];
  }[];
}

/** Explains a call by the reference interpreter. */
export function explainCall(policy: Policy, call: ExplainedCall, environment: Environment): Explanation {
  const { history } = call;
  const now = environment.now?.() ?? Date.now();
  const past = history && new EventPast(eventsOf(policy, history, now), { ...SOMEBODY, now });
  const world = { context: call.context ?? {}, environment, ...(past && { past }) };
  const args = call.args ?? {};
  const [interpretation, effects] =
    call.tool !== undefined
      ? [interpretTool(policy, call.tool, args, world), interpretEffects(policy, call.tool, args, world)]
      : [
          interpretCapability(policy, call.capability ?? '', args, world),
          interpretCapabilityEffects(policy, call.capability ?? '', args, world),
        ];
  return explanationOf(policy, interpretation, call.tool ?? null, effects);
}

/** @param after How the policy stands after the call, where it is one of a trace. */
export function explanationOf(
  policy: Policy,
  interpretation: Interpretation,
  tool: string | null,
  effects: Effects,
  after?: Standing,
): Explanation {
  const results = effects.results.map((rule) => policy.results[rule] as ResultRule);
  const { decision, reason, capability, rule, limit, unknown } = interpretation;
  return {
    decision,
    reason,
    capability,
    tool,
    rule: rule && { id: rule.id, file: rule.place.source.file, line: rule.place.line },
    ...(limit && { limit: limit.id }),
    default: rule === null,
    unknown,
    ...(results.length > 0 && { results: results.map((rule) => ({ rule: rule.id, does: describeResultRule(rule) })) }),
    ...(after && { after }),
    considered: interpretation.considered.map((considered) => ({
      rule: considered.rule.id,
      decision: considered.rule.decision,
      matches: considered.matches,
      conditions: considered.conditions.map(({ key, text, value, fact, observed }) => ({
        key,
        text,
        value,
        fact,
        observed,
      })),
    })),
  };
}
