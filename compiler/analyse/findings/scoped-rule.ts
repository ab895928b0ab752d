import { CATALOGUE } from '../../../runtime/data/catalogue.js';
import { CF213 } from '../../diagnostics/messages.js';
import { toolUses, useOf } from '../../interpret/capability-uses.js';
import { isGlob } from '../../ir/globs.js';
import { type Analysis, outcomeOf } from '../analysis.js';

/** Rules scoped more narrowly than any tool that does such a thing. */
export function scopedRule(analysis: Analysis): void {
  const tools = toolsOf(analysis);
  for (const [index, rule] of analysis.eachRule()) {
    const [resource, action, scope] = rule.capability.parts;
    if (scope === '*' || analysis.idle.has(index) || (resource === 'mcp' && action === 'tool')) continue;
    const plain = tools.filter(({ parts }) => parts[0] === resource && parts[1] === action);
    if (plain.some(({ parts }) => parts[2] === scope)) continue;
    const unscoped = plain.find(({ parts }) => parts[2] === '*');
    if (!unscoped) continue;
    const witness = { tool: unscoped.tool, capability: unscoped.capability, args: {}, context: {} };
    const judged = analysis.run(witness);
    if (!judged || judged.rule === rule) continue;
    analysis.report({
      kind: 'scoped-rule',
      message: CF213({
        rule: rule.id,
        scoped: rule.capability.text,
        plain: `${resource}.${action}`,
        tool: unscoped.tool,
      }),
      rule,
      place: rule.place,
      related: [],
      witness,
      outcome: outcomeOf(judged),
    });
  }
}

function toolsOf({ policy }: Analysis) {
  const own = policy.layers.flatMap((layer) => Object.keys(layer.tools).filter((name) => !isGlob(name)));
  const names = [...new Set([...own, ...CATALOGUE.flatMap((row) => row.names.split(' '))])];
  return names.flatMap((tool) =>
    toolUses(policy, tool).map(({ mapping }) => ({
      tool,
      capability: mapping.capability,
      parts: useOf(mapping).parts,
    })),
  );
}
