import assert from 'node:assert/strict';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Policy } from '../../compiler/ir/policy.js';
import type { Environment } from '../../runtime/types.js';

/** How calls of the tool `t`, whose capability is `x.y`, are decided, by the interpreter and the module, which must agree. */
export function judgeOf(
  file: Record<string, unknown>,
  { environment = { platform: 'linux' }, change = (policy: Policy) => policy, mapping = {} as object } = {},
): (args: Record<string, unknown>, now?: string) => string {
  const tools = { t: { capability: 'x.y', ...mapping } };
  const policy = change(loadPolicyText(JSON.stringify({ tools, ...file })).policy);
  const module = evaluateModule(policy);
  return (args, now) => {
    const own: Environment = { ...environment, ...(now !== undefined && { now: () => Date.parse(now) }) };
    const judged = interpretTool(policy, 't', args, { context: {}, environment: own });
    const verdict = module.bind({}, own)('t', args);
    assert.equal(verdict.decision, judged.decision, JSON.stringify(args));
    return judged.decision;
  };
}

/** The truth of a condition for a call: asked of a permitting rule and of a forbidding one, negated and not. */
export function truthOf(
  condition: Record<string, unknown>,
  options: Parameters<typeof judgeOf>[1] = {},
): (args: Record<string, unknown>, now?: string) => 'true' | 'false' | 'unknown' {
  const holds = judgeOf({ allow: [{ capability: 'x.y', ...condition }] }, options);
  const fails = judgeOf({ allow: [{ capability: 'x.y', not: condition }] }, options);
  return (args, now) => {
    if (holds(args, now) === 'allow') return 'true';
    return fails(args, now) === 'allow' ? 'false' : 'unknown';
  };
}
