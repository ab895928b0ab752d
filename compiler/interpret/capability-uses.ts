import { CATALOGUE } from '../../runtime/data/catalogue.js';
import { CLIENT_REQUESTS } from '../../runtime/data/methods.js';
import type { Hints, Mapping } from '../../runtime/types.js';
import { matchesGlob } from '../conditions/match-glob.js';
import { isGlob } from '../ir/globs.js';
import type { MappingLayer, Policy } from '../ir/policy.js';
import { pathsOfRequest } from './resources.js';

/** One thing a call does. `unmapped`: nothing knows the tool, and its capability is its own name. */
export interface CapabilityUse {
  readonly mapping: Mapping;
  readonly parts: readonly [resource: string, action: string, scope: string];
  readonly unmapped: boolean;
  /** A request that nothing maps: where no rule is about it, it passes. */
  readonly isRequest?: true;
  /** The arguments that the tool's schema knows; undefined: any. */
  readonly known?: readonly string[] | undefined;
  /** What the tool says of itself. */
  readonly hints?: Hints | undefined;
}

/** Thousands of calls of few tools are asked about one policy. */
const usesOf = new WeakMap<Policy, Map<string, readonly CapabilityUse[]>>();

/** What calling a tool does (docs/language.md, Tools and methods), names that merely look alike included. */
export function toolUses(policy: Policy, tool: string): readonly CapabilityUse[] {
  const known = usesOf.get(policy) ?? new Map<string, readonly CapabilityUse[]>();
  usesOf.set(policy, known);
  const uses = known.get(tool) ?? findUses(policy, tool);
  known.set(tool, uses);
  return uses;
}

function findUses(policy: Policy, tool: string): readonly CapabilityUse[] {
  const own = mapped(policy, tool) ?? catalogued(tool);
  const schema = (name: string) => (use: CapabilityUse) => withSchema(policy, name, use);
  const uses = (own ? own.map(useOf) : [unmappedUse(tool)]).map(schema(tool));
  const named = policy.layers.some((layer) => Object.hasOwn(layer.tools, tool) && !isGlob(tool));
  if (named) return uses;
  const known = knownNames(policy);
  const alike = known.filter((name) => name !== tool && foldName(name) === foldName(tool));
  for (const name of alike) {
    const mappings = (mapped(policy, name) ?? catalogued(name)) as Mapping[];
    uses.push(...mappings.map(useOf).map(schema(name)));
  }
  if (!known.includes(tool)) {
    const globbed = policy.layers.flatMap((layer) => globbedAlike(layer.tools, tool));
    uses.push(...globbed.filter((mapping) => !own?.includes(mapping)).map(useOf));
  }
  return uses;
}

/** What another request does; null where the policy has nothing to say. With the arguments it is judged on. */
export function methodUses(
  policy: Policy,
  method: string,
  params: unknown,
): { readonly use: CapabilityUse; readonly args: unknown }[] | null {
  const own = policy.layers.map((layer) => lookUp(layer.methods, method)).filter((mappings) => mappings !== undefined);
  if (own.length > 0) {
    const mappings = own.flat();
    return mappings.length > 0 ? mappings.map((mapping) => ({ use: useOf(mapping), args: params })) : null;
  }
  const uri = pathsOfRequest(method, params);
  const reads = uri.length > 0 ? [{ use: useOf({ capability: 'filesystem.read' }), args: { uri } }] : [];
  const request = isJudged(method) ? [{ use: requestUse(method), args: params }] : [];
  return reads.length + request.length > 0 ? [...reads, ...request] : null;
}

/** Requests of the protocol that a rule may be about: not those that a session can't do without. */
function isJudged(method: string): boolean {
  const housekeeping = ['initialize', 'ping', 'tools/call', 'logging/setLevel'];
  return CLIENT_REQUESTS.has(method) && !housekeeping.includes(method) && !/\/list$/.test(method);
}

function requestUse(method: string): CapabilityUse {
  const capability = `mcp.${method.split('/').join('.')}`;
  return { ...useOf({ capability, noneIfAbsent: true }), isRequest: true };
}

export function useOf(mapping: Mapping): CapabilityUse {
  const [resource = '*', action = '*', ...scope] = mapping.capability.split('.');
  return { mapping, parts: [resource, action, scope.join('.') || '*'], unmapped: false };
}

function withSchema({ arguments: known, hints }: Policy, tool: string, use: CapabilityUse): CapabilityUse {
  return {
    ...use,
    ...(known && Object.hasOwn(known, tool) && { known: known[tool] }),
    ...(hints && Object.hasOwn(hints, tool) && { hints: hints[tool] }),
  };
}

function unmappedUse(tool: string): CapabilityUse {
  return { mapping: { capability: `mcp.tool.${tool}` }, parts: ['mcp', 'tool', tool], unmapped: true };
}

function mapped(policy: Policy, tool: string): readonly Mapping[] | undefined {
  const found = policy.layers.map((layer) => lookUp(layer.tools, tool)).filter((mappings) => mappings !== undefined);
  return found.length > 0 ? found.flat() : undefined;
}

/** The exact name, else the longest glob that matches. */
function lookUp(table: MappingLayer['tools'], name: string): readonly Mapping[] | undefined {
  const entries = Object.entries(table);
  const exact = entries.find(([key]) => key === name && !isGlob(key));
  const globs = entries.filter(([key]) => isGlob(key) && isLike(key, name));
  return (exact ?? globs.sort(([a], [b]) => b.length - a.length)[0])?.[1];
}

/** The mappings of the longest glob that the name matches once case and such don't count. */
function globbedAlike(table: MappingLayer['tools'], name: string): readonly Mapping[] {
  const globs = Object.entries(table).filter(([key]) => isGlob(key) && isLike(foldName(key), foldName(name)));
  return globs.sort(([a], [b]) => b.length - a.length)[0]?.[1] ?? [];
}

function catalogued(tool: string): readonly Mapping[] | undefined {
  return CATALOGUE.find((row) => row.names.split(' ').includes(tool))?.uses;
}

function knownNames(policy: Policy): string[] {
  const own = policy.layers.flatMap((layer) => Object.keys(layer.tools).filter((name) => !isGlob(name)));
  return [...new Set([...CATALOGUE.flatMap((row) => row.names.split(' ')), ...own])];
}

function foldName(name: string): string {
  return name.normalize('NFKC').trim().toUpperCase().toLowerCase().normalize('NFKC');
}

/** `*` any run, `?` one UTF-16 unit. */
function isLike(glob: string, name: string): boolean {
  return matchesGlob(
    glob.split(''),
    name.split(''),
    (part) => part === '*',
    (part, unit) => part === '?' || part === unit,
  );
}
