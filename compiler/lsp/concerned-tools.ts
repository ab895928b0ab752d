import type { CallFacts, Truth } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { and, not, or } from '../conditions/truth.js';
import { capabilityMatches } from '../interpret/capability-match.js';
import { toolUses } from '../interpret/capability-uses.js';
import type { Expression, Policy, Rule } from '../ir/policy.js';

/** The tools of which a rule may decide a call: those that exercise its capability, as far as it names tools. */
export function concernedTools(policy: Policy, rule: Rule, tools: readonly string[]): string[] {
  return tools.filter(
    (tool) =>
      toolUses(policy, tool).some(({ parts }) => capabilityMatches(rule.capability, parts)) &&
      ofTool(rule.when, tool) !== 'false',
  );
}

/** What is known of a rule's conditions by the tool alone. */
function ofTool(expression: Expression, tool: string): Truth {
  switch (expression.kind) {
    case 'not':
      return not(ofTool(expression.of, tool));
    case 'all':
      return and(expression.of.map((part) => ofTool(part, tool)));
    case 'any':
      return or(expression.of.map((part) => ofTool(part, tool)));
    case 'atom': {
      const { key, data } = expression.atom;
      // This condition looks at nothing else.
      return key === 'tool_name' ? and(conditionOf(key).evaluate(data, { tool } as CallFacts, 'permit')) : 'unknown';
    }
  }
}
