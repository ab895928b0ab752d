import { CF301, CF302, CF303 } from '../../diagnostics/messages.js';
import { findByDefault, findBySelector, foldKey, isPathKey, PATHS } from '../../interpret/arguments.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { toolUses, useOf } from '../../interpret/capability-uses.js';
import { argumentsOf, type Snapshot, type SnapshotTool } from '../../ir/tool-snapshot.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { argumentsWith } from '../calls/selector.js';
import { type Statement, statementsOf } from './statement.js';
import { unreadSelectors } from './unread-selector.js';
import { listed } from './wording.js';

/** What the tools of a real server say to a policy. */
export function againstTools(analysis: Analysis, { tools }: Snapshot): void {
  unreachableCapabilities(analysis, tools);
  unreadSelectors(analysis, tools);
  for (const tool of tools) {
    unmapped(analysis, tool);
    unreadArguments(analysis, tool);
  }
}

/** Rules, marks and limits of one capability that no tool exercises are one finding. */
function unreachableCapabilities(analysis: Analysis, tools: readonly SnapshotTool[]): void {
  // What a method does is exercised without a tool.
  const methods = analysis.policy.layers.flatMap((layer) => Object.values(layer.methods).flat()).map(useOf);
  const uses = [...methods, ...tools.flatMap(({ name }) => toolUses(analysis.policy, name))];
  const dead = new Map<string, Statement[]>();
  for (const statement of statementsOf(analysis.policy, analysis.rules)) {
    const { text } = statement.capability;
    const isExercised = uses.some(({ parts }) => capabilityMatches(statement.capability, parts));
    if (!isExercised && !analysis.unknownCapabilities.has(text)) dead.set(text, [...(dead.get(text) ?? []), statement]);
  }
  for (const [capability, [first, ...others]] of dead) {
    if (!first) continue;
    const witness = { capability, args: {}, context: {} };
    const judged = analysis.run(witness);
    analysis.report({
      kind: 'unreachable-capability',
      message: CF301({
        capability,
        rule: first.id,
        hint: others.length > 0 ? `the same holds for ${listed(others)}` : 'map a tool to it, or remove it',
      }),
      rule: first.rule,
      place: first.place,
      related: others.flatMap(({ rule }) => (rule ? [{ rule, note: 'names it, too' }] : [])),
      witness,
      ...(judged && { outcome: outcomeOf(judged) }),
    });
  }
}

function unmapped(analysis: Analysis, { name }: SnapshotTool): void {
  if (!toolUses(analysis.policy, name).some((use) => use.unmapped)) return;
  // A rule that names the tool knows it.
  if (
    analysis.rules.some(({ capability: { parts } }) => parts[0] === 'mcp' && parts[1] === 'tool' && parts[2] === name)
  )
    return;
  const witness = { tool: name, capability: `mcp.tool.${name}`, args: {}, context: {} };
  const judged = analysis.run(witness);
  analysis.report({
    kind: 'unmapped-tool',
    message: CF302({ tool: name, name }),
    rule: null,
    place: analysis.start,
    related: [],
    witness,
    ...(judged && { outcome: outcomeOf(judged) }),
  });
}

/** Arguments that look like paths and that no path selector of the tool reads, in tools judged by their paths. */
function unreadArguments(analysis: Analysis, tool: SnapshotTool): void {
  const uses = toolUses(analysis.policy, tool.name);
  if (uses.some((use) => use.unmapped)) return; // That is said of the tool as a whole.
  for (const { selector, name } of argumentsOf(tool)) {
    if (!looksLikePath(name)) continue;
    const args = argumentsWith({ [selector]: SAMPLE });
    const isRead = uses.some(({ mapping }) =>
      mapping.paths
        ? mapping.paths.some((path) =>
            findBySelector(args, path).some((found) => typeof found === 'object' && found.value === SAMPLE),
          )
        : findByDefault(args, PATHS).length > 0,
    );
    if (isRead || uses.every(({ mapping }) => mapping.paths?.length === 0)) continue;
    const witness = { tool: tool.name, capability: uses[0]?.mapping.capability ?? '', args, context: {} };
    const judged = analysis.run(witness);
    analysis.report({
      kind: 'unread-argument',
      message: CF303({ argument: selector, tool: tool.name, selector }),
      rule: null,
      place: analysis.start,
      related: [],
      witness,
      ...(judged && { outcome: outcomeOf(judged) }),
    });
  }
}

const SAMPLE = '/x';

/** Wider than what the defaults read, on purpose: this is a warning, not a judgement. */
function looksLikePath(name: string): boolean {
  return (
    isPathKey(name) ||
    /(path|file|dir|folder|directory|uri|url|repo|repository|root|location|mount|workspace)s?$/.test(foldKey(name))
  );
}
