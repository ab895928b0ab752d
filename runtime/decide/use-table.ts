import { CATALOGUE } from '../data/catalogue.js';
import { isJudgedRequest } from '../data/methods.js';
import { foldName } from '../text/tool-name.js';
import type { Args, Manifest, Mapping } from '../types.js';
import type { CapabilityUse, UseFactory } from './capability-use.js';
import { type Lookup, lookup, mappingsFor } from './mapping-lookup.js';
import { resourcePaths } from './paths/resource-paths.js';

/** Tool names and capabilities come from calls: remember at most so many of those the policy doesn't name. */
const MAX_REMEMBERED = 1024;
/** Longer names are nobody's. */
const MAX_NAME = 256;

/** The mappings of well-known tools. */
const CATALOGUED: ReadonlyMap<string, readonly Mapping[]> = new Map(
  CATALOGUE.flatMap((row) => row.names.split(' ').map((name) => [name, row.uses] as const)),
);

/**
 * What each tool, method and capability does: by the policy's mappings, the catalogue, or its name alone. Everything is
 * worked out when it is first asked, and remembered.
 *
 * @internal
 */
export class UseTable {
  private readonly tools = new Map<string, readonly CapabilityUse[]>();
  /** How many of these the policy doesn't name: a client may make names up without end. */
  private made = 0;
  /** Every mapped or catalogued name by its fold, to find what a look-alike name may mean to a server. */
  private namesByFold: ReadonlyMap<string, readonly string[]> | undefined;
  private readonly capabilities = new Map<string, CapabilityUse>();
  private readonly methods = new Map<string, readonly CapabilityUse[]>();
  private readonly toolTables: readonly Lookup[];
  private readonly methodTables: readonly Lookup[];
  private foldedGlobs: readonly Lookup[] | undefined;
  private areGlobsFolded = false;

  constructor(
    { tools, methods }: Manifest,
    private readonly factory: UseFactory,
  ) {
    this.toolTables = tools.map(lookup);
    this.methodTables = methods.map(lookup);
  }

  ofTool(tool: string): readonly CapabilityUse[] {
    return this.tools.get(tool) ?? this.resolve(tool);
  }

  /** null where nothing is to be judged. */
  ofMethod(name: string, params: Args): readonly CapabilityUse[] | null {
    const mappings = mappingsFor(this.methodTables, name);
    if (mappings !== undefined) {
      if (mappings.length === 0) return null;
      let uses = this.methods.get(name);
      if (uses === undefined) {
        uses = this.factory.mapped(mappings);
        if (this.methods.size < MAX_REMEMBERED) this.methods.set(name, uses);
      }
      return uses;
    }
    const uri = resourcePaths(name, params);
    const reads = uri.length === 0 ? [] : this.factory.mapped([{ capability: 'filesystem.read' }]);
    const uses = [...reads.map((use) => ({ ...use, args: { uri } })), ...this.ofRequest(name)];
    return uses.length === 0 ? null : uses;
  }

  /** What a request of the protocol is by itself. */
  private ofRequest(name: string): readonly CapabilityUse[] {
    if (!isJudgedRequest(name)) return [];
    let uses = this.methods.get(name);
    if (uses === undefined) {
      uses = [this.factory.request(name)];
      this.methods.set(name, uses);
    }
    return uses;
  }

  /** A capability as such, with the default facts. */
  ofCapability(text: string): CapabilityUse {
    let use = this.capabilities.get(text);
    if (use === undefined) {
      use = this.factory.mapped([{ capability: text }])[0] as CapabilityUse;
      if (this.capabilities.size < MAX_REMEMBERED && text.length <= MAX_NAME) {
        this.capabilities.set(text, use);
      }
    }
    return use;
  }

  /** Does the policy map this method, be it to `pass`? */
  mapsMethod(name: string): boolean {
    return mappingsFor(this.methodTables, name) !== undefined;
  }

  private resolve(tool: string): readonly CapabilityUse[] {
    const isNamed = this.isNamed(tool);
    const isKnown = isNamed || CATALOGUED.has(tool);
    const uses = isNamed
      ? this.own(tool)
      : [...this.own(tool), ...this.alike(tool), ...(isKnown ? [] : this.likeGlobs(tool))];
    if (isKnown || (this.made < MAX_REMEMBERED && tool.length <= MAX_NAME)) {
      this.tools.set(tool, uses);
      if (!isKnown) this.made++;
    }
    return uses;
  }

  /** Does the policy map it by its exact name? */
  private isNamed(tool: string): boolean {
    return this.toolTables.some(({ names }) => names.has(tool));
  }

  /** What a name does by itself. */
  private own(tool: string): readonly CapabilityUse[] {
    const mappings = mappingsFor(this.toolTables, tool) ?? CATALOGUED.get(tool);
    return mappings ? this.factory.mapped(mappings, tool) : [this.factory.unmapped(tool)];
  }

  /** What the other names do that a sloppy server may take this one for. */
  private alike(tool: string): readonly CapabilityUse[] {
    this.namesByFold ??= byFold([...CATALOGUED.keys(), ...this.toolTables.flatMap(({ names }) => [...names.keys()])]);
    const names = this.namesByFold.get(foldName(tool)) ?? [];
    return names.filter((name) => name !== tool).flatMap((name) => this.own(name));
  }

  /** By a glob that the name would match if case and such did not count. */
  private likeGlobs(tool: string): readonly CapabilityUse[] {
    if (this.foldedGlobs === undefined) {
      this.foldedGlobs = this.toolTables.map(({ globs }) => ({
        names: new Map(),
        globs: globs.map(([glob, mappings]) => [foldName(glob), mappings] as const),
      }));
      this.areGlobsFolded = this.toolTables.every(({ globs }) => globs.every(([glob]) => foldName(glob) === glob));
    }
    const fold = foldName(tool);
    // What matches is then what matches without folding, the longest of which is its own.
    if (fold === tool && this.areGlobsFolded) return [];
    const own = mappingsFor(this.toolTables, tool);
    const alike = mappingsFor(this.foldedGlobs, fold) ?? [];
    return this.factory.mapped(alike.filter((mapping) => !own?.includes(mapping)));
  }
}

function byFold(names: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folds = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const fold = foldName(name);
    const known = folds.get(fold);
    if (known) known.push(name);
    else folds.set(fold, [name]);
  }
  return folds;
}
