import { homedir } from 'node:os';
import type { Witness } from '../analyse/calls/call.js';
import { Space } from '../analyse/calls/space.js';
import { environmentOf } from '../analyse/calls/world.js';
import { within } from '../analyse/regions/budget.js';
import { type ExplainedCall, explainCall } from '../explain.js';
import type { Policy, Rule } from '../ir/policy.js';

/** As long as somebody who points at a rule waits, in seconds. */
const BUDGET = 0.03;
/** As many rules as are looked at before this one; the call is judged by all of them. */
const RIVALS = 30;

/** A call that this rule decides, proved by the reference interpreter; undefined: none was found in the time there is. */
export function decidedCall(policy: Policy, rule: Rule): Witness | undefined {
  const before = policy.rules.slice(0, policy.rules.indexOf(rule)).filter((other) => overlaps(other, rule));
  const rules = [...before.slice(-RIVALS), rule];
  const own = rules.length - 1;
  const environment = { home: homedir() };
  return within(BUDGET, () => {
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
