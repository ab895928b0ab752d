import { ruleSetOf } from '../emit/rule-sets.js';
import { type CapabilityUse, toolUses } from '../interpret/capability-uses.js';
import type { Snapshot } from '../ir/tool-snapshot.js';
import type { Analysis } from './analysis.js';

/** What a policy makes of a tool. */
export interface ToolReport {
  readonly name: string;
  readonly capabilities: readonly string[];
  /** Can any call of it pass, or be approved? */
  readonly reachable: boolean;
}

/** For each tool of a server, what it does and whether it can ever be allowed. */
export function toolReports(analysis: Analysis, { tools }: Snapshot): ToolReport[] {
  return tools.map(({ name }) => {
    const uses = toolUses(analysis.policy, name);
    return {
      name,
      capabilities: [...new Set(uses.map(({ mapping }) => mapping.capability))],
      reachable: uses.every((use) => canPass(analysis, name, use)),
    };
  });
}

function canPass(analysis: Analysis, tool: string, { mapping, parts }: CapabilityUse): boolean {
  const set = ruleSetOf(analysis.space.tree, parts);
  const denies = set.rules.filter((index) => analysis.rule(index).decision === 'deny');
  const kind = { tool, capability: mapping.capability, mapping, isWhole: true };
  return set.rules.some((index) => {
    const { decision } = analysis.rule(index);
    const action = mapping.risk === undefined ? undefined : analysis.policy.riskLevels[mapping.risk];
    if (decision === 'deny' || action === 'deny') return false;
    return analysis.space.mayBeOf(set, kind, { matched: [index], unmatched: denies });
  });
}
