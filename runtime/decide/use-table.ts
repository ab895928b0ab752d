import { CATALOGUE } from '../data/catalogue.js';
import { foldName } from '../text/tool-name.js';
import type { Args, Manifest, Mapping } from '../types.js';
import type { CapabilityUse, UseFactory } from './capability-use.js';
import { type Lookup, lookup, mappingsFor } from './mapping-lookup.js';
import { resourcePaths } from './paths/resource-paths.js';

/** Tool names and capabilities come from calls: remember at most so many of those the policy doesn't name. */
const MAX_REMEMBERED = 1024;

/** What a request does, and on which arguments it is judged. */
export interface MethodCall {
  readonly uses: readonly CapabilityUse[];
  readonly args: Args;
}

/** What each tool, method and capability does: by the policy's mappings, the catalogue, or its name alone. @internal */
export class UseTable {
  private readonly tools = new Map<string, readonly CapabilityUse[]>();
  /** Every mapped or catalogued name by its fold, to find what a look-alike name may mean to a server. */
  private readonly namesByFold = new Map<string, string[]>();
  private readonly remembered = new Map<string, readonly CapabilityUse[]>();
  private readonly rememberedCapabilities = new Map<string, CapabilityUse>();
  private readonly methods = new Map<string, readonly CapabilityUse[]>();
  private readonly toolTables: readonly Lookup[];
  private readonly methodTables: readonly Lookup[];
  private readonly foldedGlobs: readonly Lookup[];

  constructor(
    { tools, methods }: Manifest,
    private readonly factory: UseFactory,
  ) {
    this.toolTables = tools.map(lookup);
    this.methodTables = methods.map(lookup);
    this.foldedGlobs = this.toolTables.map(({ globs }) => ({
      names: new Map(),
      globs: globs.map(([glob, mappings]) => [foldName(glob), mappings] as const),
    }));
    const catalogued = CATALOGUE.flatMap((row) => row.names.split(' ').map((name) => [name, row.uses] as const));
    for (const [name, mappings] of catalogued) this.addTool(name, mappings);
    for (const table of this.toolTables) for (const name of table.names.keys()) this.addTool(name, []);
    for (const [name] of catalogued) {
      const alike = this.toolTables.some((table) => table.names.has(name)) ? [] : this.alike(name);
      if (alike.length > 0) this.tools.set(name, [...this.ofTool(name), ...alike]);
    }
  }

  /** Every tool that the policy or the catalogue names. */
  get named(): Iterable<readonly [tool: string, uses: readonly CapabilityUse[]]> {
    return this.tools;
  }

  ofTool(tool: string): readonly CapabilityUse[] {
    return this.tools.get(tool) ?? this.resolve(tool);
  }

  /** null where nothing is to be judged. */
  ofMethod(name: string, params: Args): MethodCall | null {
    const mappings = mappingsFor(this.methodTables, name);
    if (mappings !== undefined) {
      if (mappings.length === 0) return null;
      let uses = this.methods.get(name);
      if (uses === undefined) {
        uses = this.factory.mapped(mappings);
        if (this.methods.size < MAX_REMEMBERED) this.methods.set(name, uses);
      }
      return { uses, args: params };
    }
    const uri = resourcePaths(name, params);
    return uri.length === 0 ? null : { uses: this.factory.mapped([{ capability: 'filesystem.read' }]), args: { uri } };
  }

  /** A capability as such, with the default facts. */
  ofCapability(text: string): CapabilityUse {
    let use = this.rememberedCapabilities.get(text);
    if (use === undefined) {
      use = this.factory.mapped([{ capability: text }])[0] as CapabilityUse;
      if (this.rememberedCapabilities.size < MAX_REMEMBERED && text.length <= 256) {
        this.rememberedCapabilities.set(text, use);
      }
    }
    return use;
  }

  /** Does the policy map this method, be it to `pass`? */
  mapsMethod(name: string): boolean {
    return mappingsFor(this.methodTables, name) !== undefined;
  }

  private addTool(name: string, mappings: readonly Mapping[]): void {
    this.tools.set(name, this.factory.mapped(mappingsFor(this.toolTables, name) ?? mappings, name));
    const fold = foldName(name);
    const names = this.namesByFold.get(fold) ?? [];
    if (!names.includes(name)) this.namesByFold.set(fold, [...names, name]);
  }

  /** What a name does that no table holds; worked out once and remembered. */
  private resolve(tool: string): readonly CapabilityUse[] {
    const remembered = this.remembered.get(tool);
    if (remembered) return remembered;
    const own = mappingsFor(this.toolTables, tool);
    const uses = own ? [...this.factory.mapped(own, tool)] : [this.factory.unmapped(tool)];
    uses.push(...this.alike(tool));
    // A glob that the name would match if case and such did not count.
    const alike = mappingsFor(this.foldedGlobs, foldName(tool)) ?? [];
    uses.push(...this.factory.mapped(alike.filter((mapping) => !own?.includes(mapping))));
    if (this.remembered.size < MAX_REMEMBERED && tool.length <= 256) this.remembered.set(tool, uses);
    return uses;
  }

  /** What the other names do that a sloppy server may take this one for. */
  private alike(tool: string): readonly CapabilityUse[] {
    const names = this.namesByFold.get(foldName(tool)) ?? [];
    const uses = names.filter((name) => name !== tool).flatMap((name) => this.tools.get(name) ?? []);
    // What is remembered of a tool is remembered by the name that is called.
    return uses.map((use) => ({ ...use, selectors: { ...use.selectors, ofTool: { truthSets: [] } } }));
  }
}
