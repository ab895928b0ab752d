import type { Environment } from '../../../runtime/types.js';
import { decidedCall } from '../../analyse/calls/decided-call.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Policy } from '../../ir/policy.js';
import { labelsOf } from '../../ir/policy-labels.js';
import type { Playground } from './markup.js';

/** As long as an example is looked for, in seconds. */
const BUDGET = 0.1;

/** What a policy asks for beside the call itself. */
export function playgroundOf(policy: Policy, tools: readonly string[], environment: Environment): Playground {
  const labels = labelsOf(policy);
  const [limit] = labels.length > 0 ? [] : policy.limits.filter(({ by }) => by === undefined);
  const timed = new Set(['time', 'from', 'until']);
  const asked = [...policy.rules, ...policy.marks, ...policy.limits, ...policy.results];
  return {
    tools,
    hasPast: policy.limits.length > 0 || labels.length > 0,
    pastExample: JSON.stringify(limit ? { [limit.id]: { total: 1 } } : { [labels[0] ?? 'label']: { must: -5 } }),
    hasTime: asked.some(({ when }) => atomsOf(when).some(({ atom }) => timed.has(atom.key))),
    example: exampleOf(policy, environment) ?? { tool: tools[0] ?? '', args: {}, context: {} },
  };
}

/** A call that one of the first rules decides, whatever came before. */
function exampleOf(policy: Policy, environment: Environment): Playground['example'] | undefined {
  for (const rule of policy.rules.slice(0, MAX_RULES)) {
    const call = decidedCall(policy, rule, environment, BUDGET / MAX_RULES);
    if (call?.tool !== undefined && !call.history && call.now === undefined)
      return { tool: call.tool, args: call.args, context: call.context };
  }
  return undefined;
}

const MAX_RULES = 4;
