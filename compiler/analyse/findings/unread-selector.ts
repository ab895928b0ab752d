import { CF305 } from '../../diagnostics/messages.js';
import type { Place } from '../../diagnostics/source.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { toolUses } from '../../interpret/capability-uses.js';
import { isGlob } from '../../ir/globs.js';
import type { Rule } from '../../ir/policy.js';
import type { SnapshotTool } from '../../ir/tool-snapshot.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import { argumentsWith, tokensOf } from '../calls/selector.js';
import { statementsOf } from './statement.js';

/** Selectors of the policy's mappings, and those that its rules, marks and limits read by, that no tool which they concern has. */
export function unreadSelectors(analysis: Analysis, tools: readonly SnapshotTool[]): void {
  mappingSelectors(analysis, tools);
  for (const { id, rule, capability, selectors } of statementsOf(analysis.policy, analysis.rules)) {
    const concerned = tools.filter(({ name }) =>
      toolUses(analysis.policy, name).some(({ parts }) => capabilityMatches(capability, parts)),
    );
    const unread = new Set<string>();
    for (const { selector, place } of selectors) {
      if (unread.has(selector) || isRead(selector, concerned)) continue;
      unread.add(selector);
      report(analysis, { what: `\`${id}\``, selector, tools: concerned, place, rule, capability: capability.text });
    }
  }
}

function mappingSelectors(analysis: Analysis, tools: readonly SnapshotTool[]): void {
  const { policy } = analysis;
  for (const layer of policy.layers) {
    for (const [name, mappings] of Object.entries(layer.tools)) {
      const concerned = tools.filter((tool) => tool.name === name || (isGlob(name) && decidesBy(name, tool.name)));
      const selectors = mappings.flatMap((mapping) => [
        ...(['paths', 'amounts', 'urls', 'sql', 'recipients'] as const).flatMap((key) => mapping[key] ?? []),
        ...(mapping.text ?? []).flat(),
        ...(mapping.commands ?? []).flat(),
      ]);
      for (const selector of new Set(selectors)) {
        if (!isRead(selector, concerned))
          report(analysis, {
            what: `the mapping of ${name}`,
            selector,
            tools: concerned,
            place: analysis.start,
            rule: null,
            capability: '',
          });
      }
    }
  }
}

function decidesBy(glob: string, name: string): boolean {
  const source = [...glob].map((c) =>
    c === '*' ? '[^]*' : c === '?' ? '[^]' : c.replace(/[\\^$.|+()[\]{}/]/, '\\$&'),
  );
  return new RegExp(`^${source.join('')}$`).test(name);
}

/** Has one of the tools such an argument? True where none is concerned, or one takes any. */
function isRead(selector: string, tools: readonly SnapshotTool[]): boolean {
  return tools.length === 0 || tools.some((tool) => schemaHas(tool.inputSchema, tokensOf(selector.replace(/\?$/, ''))));
}

/** As far as a schema says: what it leaves open may be there. */
function schemaHas(schema: unknown, tokens: readonly string[]): boolean {
  const [token, ...rest] = tokens;
  if (token === undefined || schema === null || typeof schema !== 'object') return true;
  const { properties, items, additionalProperties, anyOf, oneOf, allOf } = schema as Record<string, unknown>;
  const branches = [anyOf, oneOf, allOf].flatMap((list) => (Array.isArray(list) ? list : []));
  if (branches.some((branch) => schemaHas(branch, tokens))) return true;
  if (items !== undefined && (token === '*' || /^\d+$/.test(token))) return schemaHas(items, rest);
  if (properties === null || typeof properties !== 'object') return branches.length === 0;
  if (token === '*') return true;
  if (Object.hasOwn(properties, token)) return schemaHas((properties as Record<string, unknown>)[token], rest);
  return additionalProperties === true || (additionalProperties !== null && typeof additionalProperties === 'object');
}

/** A selector that reads nothing. */
interface Unread {
  /** What names it. */
  readonly what: string;
  readonly selector: string;
  readonly tools: readonly SnapshotTool[];
  readonly place: Place;
  readonly rule: Rule | null;
  readonly capability: string;
}

function report(analysis: Analysis, { what, selector, tools, place, rule, capability }: Unread): void {
  const known = [
    ...new Set(
      tools.flatMap(({ inputSchema }) => Object.keys((inputSchema as { properties?: object })?.properties ?? {})),
    ),
  ];
  const witness = {
    tool: tools[0]?.name ?? '',
    capability,
    args: argumentsWith({ [known[0] ?? 'x']: 'x' }),
    context: {},
  };
  const judged = analysis.run(witness);
  analysis.report({
    kind: 'unread-selector',
    message: CF305({ what, selector, known: known.slice(0, 20).join(', ') || 'no arguments' }),
    rule,
    place,
    related: [],
    witness: judged ? { ...witness, capability: judged.capability } : witness,
    ...(judged && { outcome: outcomeOf(judged) }),
  });
}
