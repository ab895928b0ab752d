import { PathFact } from './path-fact.js';
import { type Prefixes, under } from './path-prefix.js';
import type { PathReader } from './path-reader.js';
import type { Selector } from './select.js';
import type { Args } from './types.js';

/** The selectors of a mapping, parsed. Absent: the default facts. */
export interface Selectors {
  readonly paths: readonly Selector[] | undefined;
  readonly tree: boolean;
  /** Is an argument of this name read by one of them, the default text selector aside? */
  readonly keys: (key: string) => boolean;
}

/**
 * What one demand of one call says, taken from the arguments when a condition first asks for it. One object serves
 * every call: deciding is synchronous and keeps nothing.
 */
export class Facts {
  private readonly path: PathFact;
  private args: Args = {};
  private selectors: Selectors = { paths: undefined, tree: false, keys: () => false };
  private pathReady = false;

  constructor(reader: PathReader) {
    this.path = new PathFact(reader);
  }

  of(args: Args, selectors: Selectors): this {
    this.args = args;
    this.selectors = selectors;
    this.pathReady = false;
    return this;
  }

  paths(): PathFact {
    if (!this.pathReady) {
      this.path.extract(this.args, this.selectors.paths, this.selectors.tree);
      this.pathReady = true;
    }
    return this.path;
  }

  /** `path_prefix`: the outcome over every reading of every path. */
  under(prefixes: Prefixes): number {
    return under(this.paths(), prefixes);
  }
}
