import { CATALOGUE } from '../../runtime/data/catalogue.js';
import type { Mapping } from '../../runtime/decide/types.js';
import { type CapabilityTree, type RuleSet, ruleSetOf } from '../emit/rule_sets.js';
import { type Demand, demandOf, toolDemands } from '../interpret/demands.js';
import { commonName, isGlob } from '../ir/globs.js';
import type { Policy } from '../ir/policy.js';

/*
 * The kinds of calls that reach a rule set: a bare capability, and the tools and methods whose mappings come to it. They
 * differ in which facts they can have at all.
 */

export interface CallKind {
  /** The tool; undefined: the capability as such, or a method. `free`: a tool of any name that nothing maps. */
  readonly tool: string | undefined;
  readonly free: boolean;
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
    case 'text':
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
export function callKinds(policies: readonly Policy[], tree: CapabilityTree | RuleSet): Map<RuleSet, CallKind[]> {
  const kinds = new Map<RuleSet, CallKind[]>();
  const add = (parts: readonly string[], kind: CallKind): void => {
    const set = ruleSetOf(tree, parts);
    kinds.set(set, [...(kinds.get(set) ?? []), kind]);
  };
  for (const tool of knownTools(policies)) {
    const demands = policies.map((policy) => toolDemands(policy, tool));
    const isWhole = demands.every((some) => some.length === 1);
    for (const { mapping, parts } of uniqueDemands(demands.flat())) {
      add(parts, { tool, free: false, capability: mapping.capability, mapping, isWhole });
    }
  }
  const methods = policies.flatMap(({ layers }) => layers.flatMap((layer) => Object.values(layer.methods).flat()));
  for (const mapping of methods) {
    const { parts } = demandOf(mapping);
    add(parts, { tool: undefined, free: false, capability: mapping.capability, mapping, isWhole: false });
  }
  add(['mcp', 'tool', ''], { tool: undefined, free: true, capability: 'mcp.tool', mapping: {}, isWhole: true });
  return kinds;
}

/** The capability as such, for a rule set that no tool comes to or whose tools serve badly as examples. */
export function bareKind(capability: string): CallKind {
  return { tool: undefined, free: false, capability: spelled(capability), mapping: {}, isWhole: true };
}

/** `*` stands for a word that no rule names. */
function spelled(capability: string): string {
  const words = capability.split('.').map((part) => (part === '*' ? 'other' : part));
  return words.join('.');
}

function knownTools(policies: readonly Policy[]): string[] {
  const mapped = policies.flatMap(({ layers }) => layers.flatMap((layer) => Object.keys(layer.tools)));
  const names = mapped.map((name) => (isGlob(name) ? (commonName(name, name) as string) : name));
  // A tool that nothing maps is named by its capability.
  const scopes = policies.flatMap(({ rules }) => rules.map(({ capability: { parts } }) => parts));
  const unmapped = scopes.flatMap(([resource, action, scope]) =>
    ['mcp', '*'].includes(resource) && ['tool', '*'].includes(action) && scope !== '*' ? [scope] : [],
  );
  return [...new Set([...names, ...unmapped, ...CATALOGUE.flatMap((row) => row.names.split(' '))])];
}

function uniqueDemands(demands: readonly Demand[]): Demand[] {
  return [...new Map(demands.map((demand) => [JSON.stringify(demand.mapping), demand])).values()];
}
