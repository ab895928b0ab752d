import type { SqlDialect } from '../../data/sql.js';
import { plainText } from '../../text/plain-text.js';
import type { Selector } from '../../text/selector.js';
import type { Args, Hints, History } from '../../types.js';
import type { PathReader } from '../paths/path-reader.js';
import type { AmountFact } from './amount-fact.js';
import { PathFact } from './path-fact.js';
import type { SqlSettings } from './sql-settings.js';
import type { TextFact, TextFinder, TextMode, TextSelector } from './text-fact.js';

const { hasOwnProperty: hasOwn } = Object.prototype;

/** The selectors of a mapping, parsed. Absent: the default facts. @internal */
export interface Selectors {
  readonly paths: readonly Selector[] | undefined;
  readonly amounts: readonly Selector[] | undefined;
  readonly text: readonly TextSelector[] | undefined;
  readonly urls: readonly Selector[] | undefined;
  readonly commands: readonly TextSelector[] | undefined;
  readonly isShell: boolean | undefined;
  readonly sql: readonly Selector[] | undefined;
  readonly recipients: readonly Selector[] | undefined;
  readonly dialects: readonly SqlDialect[] | undefined;
  /** The argument that is all of the text, where the mapping says so. */
  readonly textName: string | undefined;
  readonly otherText: boolean;
  readonly tree: boolean;
  /** Beside a string that begins with `-`, other than those paths, all facts are unknown. */
  readonly noOptions: boolean;
  /** A fact that the default does not find is none. */
  readonly noneIfAbsent: boolean;
  /** The arguments that the tool's schema knows: beside another the default facts are unknown. undefined: any. */
  readonly known: ReadonlySet<string> | undefined;
  /** What the tool's annotations say. */
  readonly hints: Hints | undefined;
  /** The mapping's risk, else the context's. */
  readonly risk: string | undefined;
  /** Is an argument of this name read by one of them, the default text selector aside? */
  readonly keys: (key: string) => boolean;
  /** What is the same in every call of the tool, worked out at the first. */
  readonly ofTool: ToolMemo;
}

/** What conditions on a tool's name and risk come to, for one tool. @internal */
export interface ToolMemo {
  /** Their truth sets, by the number of their list of globs. */
  readonly truthSets: number[];
  /** The rows of its table that they leave. */
  rows?: Uint32Array;
}

/**
 * What one capability use of one call says, taken from the arguments when a condition first asks for it. One object serves
 * every call: deciding is synchronous and keeps nothing.
 *
 * @internal
 */
export class Facts {
  args: Args = {};
  /** undefined where the call is of no tool. */
  tool: string | undefined;
  selectors!: Selectors;
  /** What came before the call; undefined: nobody knows. */
  history: History | undefined;
  /** Made by the conditions that read them. */
  readonly texts = new Map<TextMode, TextFact>();
  private readonly path: PathFact;
  private pathReady = false;
  /** Likewise: policies without amounts need no code for them. */
  amounts: AmountFact | undefined;
  amountsReady = false;
  private folded: string | undefined;
  private finds: ReadonlySet<number> | undefined;
  /** Facts that are parsed, each under its own number; made by the conditions that read them. */
  private readonly parsed: unknown[] = [];

  readonly isWindows: boolean;
  private readonly reader: PathReader;
  /** Of the call; NaN before somebody asks. */
  private moment = Number.NaN;
  /** By selector, the same call where all that is parsed is what that finds. */
  private readonly narrowed = new Map<Selector, Facts>();

  constructor(
    reader: PathReader,
    readonly sql: SqlSettings,
    private readonly clock: () => number = Date.now,
  ) {
    this.isWindows = reader.windows;
    this.reader = reader;
    this.path = new PathFact(reader);
  }

  of(tool: string | undefined, args: Args, selectors: Selectors, history?: History): this {
    this.tool = tool;
    this.history = history;
    this.args = args;
    this.selectors = selectors;
    this.pathReady = false;
    this.amountsReady = false;
    if (this.texts.size > 0) this.texts.clear();
    this.folded = undefined;
    this.finds = undefined;
    if (this.parsed.length > 0) this.parsed.length = 0;
    this.moment = Number.NaN;
    if (this.narrowed.size > 0) this.narrowed.clear();
    return this;
  }

  /** When the call is judged: the same for all its conditions. */
  now(): number {
    if (Number.isNaN(this.moment)) this.moment = this.clock();
    return this.moment;
  }

  /** The same call, where all that is parsed is what one selector finds. */
  at(selector: Selector): Facts {
    let facts = this.narrowed.get(selector);
    if (facts === undefined) {
      const own = [selector];
      const selectors = { ...this.selectors, urls: own, commands: own, sql: own, recipients: own };
      facts = new Facts(this.reader, this.sql, this.clock).of(this.tool, this.args, selectors, this.history);
      this.narrowed.set(selector, facts);
    }
    return facts;
  }

  /** A fact that is parsed, once a call and only if a condition asks. @param slot Its number. */
  once<T extends object>(slot: number, make: () => T): T {
    let fact = this.parsed[slot] as T | undefined;
    if (fact === undefined) {
      fact = make();
      this.parsed[slot] = fact;
    }
    return fact;
  }

  /** The text, where it is one string under a top-level name, the same for every rule: the usual case of a named text. */
  onlyText(): string | undefined {
    const { textName } = this.selectors;
    if (textName === undefined || !hasOwn.call(this.args, textName)) return undefined;
    const value = this.args[textName];
    return typeof value === 'string' ? value : undefined;
  }

  /** What detectors find in that text, worked out once a call. */
  readonly found = (finder: TextFinder): ReadonlySet<number> => {
    this.finds ??= finder.found(this.args[this.selectors.textName as string] as string);
    return this.finds;
  };

  /** That text as `contains` reads it, worked out once a call. */
  readonly plain = (): string => {
    this.folded ??= plainText(this.args[this.selectors.textName as string] as string);
    return this.folded;
  };

  /**
   * Is there something that may mean anything to the server: an option where none is meant, or, for the default facts,
   * an argument that the tool's schema doesn't know?
   */
  isOpen(isDefault: boolean): boolean {
    const { known, noOptions } = this.selectors;
    if (noOptions && this.hasOption()) return true;
    if (known === undefined || !isDefault) return false;
    for (const key of Object.keys(this.args)) if (!known.has(key)) return true;
    return false;
  }

  private hasOption(): boolean {
    const paths = this.selectors.paths ?? [];
    const begins = (node: unknown): boolean => {
      if (typeof node === 'string') return node.startsWith('-');
      return node !== null && typeof node === 'object' && Object.values(node).some(begins);
    };
    return Object.keys(this.args).some((key) => !paths.some(({ name }) => name === key) && begins(this.args[key]));
  }

  paths(): PathFact {
    if (!this.pathReady) {
      this.path.extract(this.args, this.selectors.paths, this.selectors.tree, this.selectors.noneIfAbsent);
      if (this.isOpen(this.selectors.paths === undefined)) this.path.makeUnknown();
      this.pathReady = true;
    }
    return this.path;
  }
}
