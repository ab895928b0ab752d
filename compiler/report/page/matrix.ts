import type { Decision } from '../../../runtime/types.js';
import type { Analysis } from '../../analyse/analysis.js';
import { describeExpression } from '../../analyse/regions/region-text.js';
import { ruleSetOf } from '../../emit/rule-sets.js';
import { toolUses } from '../../interpret/capability-uses.js';
import { isAlways } from '../../ir/atoms.js';
import { forTool } from '../../ir/for-tool.js';

/** What a policy makes of one thing that a tool does. */
export interface MatrixRow {
  readonly tool: string;
  readonly capability: string;
  /** By decision, when: a sentence for each rule that can decide some call of this tool. */
  readonly cells: Readonly<Record<Decision, readonly { readonly rule: string; readonly when: string }[]>>;
}

/** Tools against verdicts. A rule that never decides, since stricter ones always match first, is left out. */
export function matrix(analysis: Analysis, tools: readonly string[]): MatrixRow[] {
  return tools.flatMap((tool) =>
    toolUses(analysis.policy, tool).map(({ mapping, parts }): MatrixRow => {
      const set = ruleSetOf(analysis.space.tree, parts);
      const kind = { tool, capability: mapping.capability, mapping, isWhole: true };
      const cells: Record<Decision, { rule: string; when: string }[]> = {
        deny: [],
        require_approval: [],
        warn: [],
        allow: [],
      };
      const stricter: number[] = [];
      for (const index of set.rules) {
        const rule = analysis.rule(index);
        if (analysis.space.mayBeOf(set, kind, { matched: [index], unmatched: [...stricter] })) {
          const own = forTool(rule.when, tool);
          const isFirst = Object.values(cells).every((entries) => entries.length === 0);
          const when = isAlways(own) ? (isFirst ? 'always' : 'otherwise') : describeExpression(own);
          cells[rule.decision].push({ rule: rule.id, when });
        }
        stricter.push(index);
      }
      if (analysis.space.mayBeOf(set, kind, { matched: [], unmatched: [...stricter] })) {
        cells.deny.push({
          rule: 'default',
          when: set.rules.length === 0 ? 'always: no rule speaks of it' : 'otherwise',
        });
      }
      return { tool, capability: mapping.capability, cells };
    }),
  );
}
