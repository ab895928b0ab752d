import { AmountFact } from './amount-fact.js';
import type { ArgumentTest } from './argument-test.js';
import { outcomeOfArgument } from './argument-test.js';
import { type Glob, globTest } from './glob.js';
import { type Comparison, compare } from './number.js';
import { FALSE, TRUE, UNKNOWN } from './outcome.js';
import { PathFact } from './path-fact.js';
import { type PathGlobs, pathMatches } from './path-glob.js';
import { type Prefixes, under } from './path-prefix.js';
import type { PathReader } from './path-reader.js';
import type { Selector } from './select.js';
import { select } from './select.js';
import { TextFact, type TextMode, type TextSelector } from './text-fact.js';
import { type TextTest, textHas } from './text-test.js';
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
  private readonly path: PathFact;
  private args: Args = {};
  private tool: string | undefined;
  private selectors!: Selectors;
  private pathReady = false;
  private amount: AmountFact | undefined;
  private permitText: TextFact | undefined;
  private forbidText: TextFact | undefined;
  private forbidNotText: TextFact | undefined;

  constructor(reader: PathReader) {
    this.path = new PathFact(reader);
  }

  /** @param tool undefined where the call is of no tool. */
  of(tool: string | undefined, args: Args, selectors: Selectors): this {
    this.tool = tool;
    this.args = args;
    this.selectors = selectors;
    this.pathReady = false;
    this.amount = undefined;
    this.permitText = undefined;
    this.forbidText = undefined;
    this.forbidNotText = undefined;
    return this;
  }

  /** `path_prefix`. */
  under(prefixes: Prefixes): number {
    return under(this.paths(), prefixes);
  }

  /** `path_glob`. */
  like(globs: PathGlobs): number {
    return pathMatches(this.paths(), globs);
  }

  /** `contains`, `match_keywords`, `match_regex`. */
  text(mode: TextMode, test: TextTest): number {
    const fact = this.texts(mode);
    let outcome = fact.isUnknown ? UNKNOWN : 0;
    for (const value of fact.values) outcome |= textHas(test, value) ? TRUE : FALSE;
    return outcome;
  }

  /** `amount_gt` and its kin. */
  amounts(comparison: Comparison, bound: number): number {
    this.amount ??= new AmountFact(this.args, this.selectors.amounts);
    let outcome = this.amount.isUnknown ? UNKNOWN : 0;
    for (const value of this.amount.values) outcome |= compare(value, comparison, bound) ? TRUE : FALSE;
    return outcome;
  }

  /** `risk_level`. */
  risk(globs: readonly Glob[]): number {
    return this.word(this.selectors.risk, globs);
  }

  /** `tool_name`. */
  toolName(globs: readonly Glob[]): number {
    return this.word(this.tool, globs);
  }

  /** `args`. */
  argument(test: ArgumentTest): number {
    return outcomeOfArgument(this.args, test);
  }

  /** `table`: equal but for case, quotes or a schema before it is unknown. */
  table(exact: readonly Glob[], loose: readonly Glob[]): number {
    let outcome = 0;
    const read = (value: unknown): void => {
      if (Array.isArray(value)) value.forEach(read);
      else if (typeof value !== 'string') outcome |= UNKNOWN;
      else if (exact.some((glob) => globTest(glob, value))) outcome |= TRUE;
      else outcome |= loose.some((glob) => globTest(glob, bareTable(value))) ? UNKNOWN : FALSE;
    };
    select(this.args, TABLE, { value: read, unknown: () => read(undefined) });
    return outcome || UNKNOWN;
  }

  private word(value: string | undefined, globs: readonly Glob[]): number {
    if (value === undefined) return UNKNOWN;
    return globs.some((glob) => globTest(glob, value)) ? TRUE : FALSE;
  }

  private paths(): PathFact {
    if (!this.pathReady) {
      this.path.extract(this.args, this.selectors.paths, this.selectors.tree);
      this.pathReady = true;
    }
    return this.path;
  }

  private texts(mode: TextMode): TextFact {
    const make = () => new TextFact(this.args, this.selectors.text, this.selectors.otherText, mode);
    switch (mode) {
      case 'permit':
        this.permitText ??= make();
        return this.permitText;
      case 'forbid':
        this.forbidText ??= make();
        return this.forbidText;
      case 'forbidNot':
        this.forbidNotText ??= make();
        return this.forbidNotText;
    }
  }
}

const TABLE: Selector = { tokens: ['table'], optional: false };

/** The last part of a table's name, without quotes, in lower case. */
export function bareTable(name: string): string {
  return name
    .replace(/["'`[\]\s]/g, '')
    .replace(/^.*\./s, '')
    .toLowerCase();
}
