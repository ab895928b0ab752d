import type { Environment } from '../../../runtime/types.js';
import { type ExplainedCall, explainCall } from '../../interpret/explain-call.js';
import type { Policy, Rule } from '../../ir/policy.js';
import { within } from '../regions/budget.js';
import type { Witness } from './call.js';
import { Space } from './space.js';
import { environmentOf } from './world.js';

/** As many rules as are looked at before this one; the call is judged by all of them. */
const RIVALS = 30;

/**
 * A call that this rule decides, proved by the reference interpreter.
 *
 * @param budget As long as somebody waits, in seconds.
 * @returns undefined where none was found in that time.
 */
export function decidedCall(policy: Policy, rule: Rule, environment: Environment, budget: number): Witness | undefined {
  const before = policy.rules.slice(0, policy.rules.indexOf(rule)).filter((other) => overlaps(other, rule));
  const rules = [...before.slice(-RIVALS), rule];
  const own = rules.length - 1;
  return within(budget, () => {
    const space = new Space([{ ...policy, rules }], environmentOf(environment));
    for (const set of space.sets) {
      if (!set.rules.includes(own)) continue;
      const question = { matched: [own], unmatched: set.rules.filter((index) => index < own) };
      const isDecided = (witness: Witness): boolean =>
        witness.method === undefined && explainCall(policy, asCall(witness), environment).rule?.id === rule.id;
      const found = space.find(set, question, isDecided, { inAnyPast: true });
      if (typeof found === 'object') return found.witness;
    }
    return undefined;
  });
}

/** A witness as a call to explain. */
export function asCall({ tool, capability, args, context, history }: Witness): ExplainedCall {
  return { ...(tool === undefined ? { capability } : { tool }), args, context, ...(history && { history }) };
}

function overlaps(one: Rule, other: Rule): boolean {
  const [a, b] = [one.capability.parts, other.capability.parts];
  return a.every((part, i) => part === '*' || b[i] === undefined || b[i] === '*' || b[i] === part);
}
