import type { AmountFact } from './amount-fact.js';
import { PathFact } from './path-fact.js';
import type { PathReader } from './path-reader.js';
import type { Selector } from './select.js';
import type { TextFact, TextMode, TextSelector } from './text-fact.js';
import type { Args } from './types.js';

/** The selectors of a mapping, parsed. Absent: the default facts. */
export interface Selectors {
  readonly paths: readonly Selector[] | undefined;
  readonly amounts: readonly Selector[] | undefined;
  readonly text: readonly TextSelector[] | undefined;
  readonly otherText: boolean;
  readonly tree: boolean;
  /** The mapping's risk, else the context's. */
  readonly risk: string | undefined;
  /** Is an argument of this name read by one of them, the default text selector aside? */
  readonly keys: (key: string) => boolean;
}

/**
 * What one demand of one call says, taken from the arguments when a condition first asks for it. One object serves
 * every call: deciding is synchronous and keeps nothing.
 */
export class Facts {
  args: Args = {};
  /** undefined where the call is of no tool. */
  tool: string | undefined;
  selectors!: Selectors;
  /** Made by the conditions that read them. */
  amounts: AmountFact | undefined;
  readonly texts = new Map<TextMode, TextFact>();
  private readonly path: PathFact;
  private pathReady = false;

  constructor(reader: PathReader) {
    this.path = new PathFact(reader);
  }

  of(tool: string | undefined, args: Args, selectors: Selectors): this {
    this.tool = tool;
    this.args = args;
    this.selectors = selectors;
    this.pathReady = false;
    this.amounts = undefined;
    if (this.texts.size > 0) this.texts.clear();
    return this;
  }

  paths(): PathFact {
    if (!this.pathReady) {
      this.path.extract(this.args, this.selectors.paths, this.selectors.tree);
      this.pathReady = true;
    }
    return this.path;
  }
}
