import { globMatches, isGlob } from '../text/tool-name.js';
import type { Mapping, MappingTable } from '../types.js';

/** One file's mappings: exact names, and globs with the longest first. @internal */
export interface Lookup {
  readonly names: ReadonlyMap<string, readonly Mapping[]>;
  readonly globs: readonly (readonly [glob: string, mappings: readonly Mapping[]])[];
}

/** Prepares one file's table. */
export function lookup(table: MappingTable): Lookup {
  const entries = Object.entries(table);
  const globs = entries.filter(([name]) => isGlob(name)).sort(([a], [b]) => b.length - a.length);
  return { names: new Map(entries.filter(([name]) => !isGlob(name))), globs };
}

/** The mappings of all files that map the name; undefined where none does. */
export function mappingsFor(tables: readonly Lookup[], name: string): readonly Mapping[] | undefined {
  const found = tables.flatMap(({ names, globs }) => {
    const mappings = names.get(name) ?? globs.find(([glob]) => globMatches(glob, name))?.[1];
    return mappings ? [mappings] : [];
  });
  return found.length === 0 ? undefined : found.flat();
}
