import type { Mapping } from '../../../runtime/types.js';
import { type CapabilityTree, type RuleGroup, ruleSetOf } from '../../emit/rule-sets.js';
import { type CapabilityUse, toolUses, useOf } from '../../interpret/capability-uses.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Policy } from '../../ir/policy.js';
import { globPattern, Language, type Membership } from '../regions/language.js';
import { lookalikes, type NamedTools, namedTools } from '../regions/tool-names.js';

/*
 * The kinds of calls that reach a rule set: a bare capability, and the tools and methods whose mappings come to it. They
 * differ in which facts they can have at all.
 */

export interface CallKind {
  /** The tool, or one of those there are; undefined: the capability as such, or a method. */
  readonly tool: string | undefined;
  /** Which names the tool may have, where that is not one. */
  readonly names?: readonly Membership[];
  /** A capability to ask for where there is no tool. */
  readonly capability: string;
  readonly mapping: Omit<Mapping, 'capability'>;
  /** The call does nothing else: it makes a good example. */
  readonly isWhole: boolean;
}

export type Presence = 'always' | 'never' | 'maybe';

/** Does a call of this kind have values of the fact? */
export function presenceOf(kind: CallKind, dimension: string): Presence {
  const { mapping } = kind;
  switch (dimension) {
    case 'path':
      return mapping.paths ? selected(mapping.paths) : 'always';
    case 'amount':
      return mapping.amounts ? selected(mapping.amounts) : 'always';
    case 'url':
      return mapping.urls ? selected(mapping.urls) : 'always';
    case 'command':
      return mapping.commands ? selected(mapping.commands.flat()) : 'always';
    case 'sql':
      return mapping.sql ? selected(mapping.sql) : 'always';
    case 'recipient':
      return mapping.recipients ? selected(mapping.recipients) : 'always';
    case 'text':
    case 'secret':
      return mapping.text && !mapping.otherText ? selected(mapping.text.flat()) : 'maybe';
    default:
      return 'always';
  }
}

function selected(selectors: readonly string[]): Presence {
  if (selectors.length === 0) return 'never';
  return selectors.every((selector) => selector.endsWith('?')) ? 'maybe' : 'always';
}

/** The kinds of calls of each rule set, good examples first. */
export function callKinds(policies: readonly Policy[], tree: CapabilityTree | RuleGroup): Map<RuleGroup, CallKind[]> {
  const kinds = new Map<RuleGroup, CallKind[]>();
  const add = (parts: readonly string[], kind: CallKind): void => {
    const set = ruleSetOf(tree, parts);
    kinds.set(set, [...(kinds.get(set) ?? []), kind]);
  };
  const readsNames = policies.some(({ rules }) =>
    rules.some(({ when }) => atomsOf(when).some(({ atom }) => atom.key === 'tool_name')),
  );
  for (const { sample: tool, names } of [...namedTools(policies).names, ...unmappedTools(policies)]) {
    const uses = policies.map((policy) => toolUses(policy, tool));
    const isWhole = uses.every((some) => some.length === 1);
    for (const { mapping, parts } of uniqueUses(uses.flat())) {
      const { capability } = mapping;
      add(parts, { tool, ...(names && { names }), capability, mapping, isWhole });
      // A name that looks like it is judged as it, too.
      if (readsNames && !names) add(parts, { tool, names: lookalikes(tool), capability, mapping, isWhole: false });
    }
  }
  const methods = policies.flatMap(({ layers }) => layers.flatMap((layer) => Object.values(layer.methods).flat()));
  for (const mapping of methods) {
    const { parts } = useOf(mapping);
    add(parts, { tool: undefined, capability: mapping.capability, mapping, isWhole: false });
  }
  add(['mcp', 'tool', ''], {
    tool: SOME_TOOL,
    names: ANY_NAME,
    capability: `mcp.tool.${SOME_TOOL}`,
    mapping: {},
    isWhole: true,
  });
  return kinds;
}

/** A tool that nothing maps. */
const SOME_TOOL = 'some_tool';
const ANY_NAME: readonly Membership[] = [{ language: Language.whole([globPattern('?*')]), inside: true }];

/** A tool that nothing maps is named by its capability. */
function unmappedTools(policies: readonly Policy[]): NamedTools[] {
  const patterns = policies.flatMap(({ rules }) => rules.map(({ capability: { parts } }) => parts));
  const scopes = patterns.flatMap(([resource, action, scope]) =>
    ['mcp', '*'].includes(resource) && ['tool', '*'].includes(action) && scope !== '*' ? [scope] : [],
  );
  return [...new Set(scopes)].map((sample) => ({ sample }));
}

/** The capability as such, for a rule set that no tool comes to or whose tools serve badly as examples. */
export function bareKind(capability: string, policies: readonly Policy[]): CallKind {
  const taken = new Set(policies.flatMap(({ rules }) => rules.flatMap((rule) => rule.capability.parts)));
  let other = 'other';
  while (taken.has(other)) other += '_';
  // `*` stands for a word that no rule names.
  const words = capability.split('.').map((part) => (part === '*' ? other : part));
  return { tool: undefined, capability: words.join('.'), mapping: {}, isWhole: true };
}

function uniqueUses(uses: readonly CapabilityUse[]): CapabilityUse[] {
  return [...new Map(uses.map((use) => [JSON.stringify(use.mapping), use])).values()];
}
