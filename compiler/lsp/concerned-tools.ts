import { capabilityMatches } from '../interpret/capability-match.js';
import { toolUses } from '../interpret/capability-uses.js';
import { forTool, isNever } from '../ir/for-tool.js';
import type { Policy, Rule } from '../ir/policy.js';

/** The tools of which a rule may decide a call: those that exercise its capability, as far as it names tools. */
export function concernedTools(policy: Policy, rule: Rule, tools: readonly string[]): string[] {
  return tools.filter(
    (tool) =>
      toolUses(policy, tool).some(({ parts }) => capabilityMatches(rule.capability, parts)) &&
      !isNever(forTool(rule.when, tool)),
  );
}
