import type { Comparison } from '../../runtime/decide/facts/number.js';
import type { Hints } from '../../runtime/types.js';
import type { Message } from '../diagnostics/diagnostic.js';
import type { Place } from '../diagnostics/source.js';
import type { Code } from '../emit/code/code.js';

/** Kleene's three values. */
export type Truth = 'true' | 'false' | 'unknown';

/**
 * In which kind of rule a condition stands: allow and warn rules permit, deny and approval rules forbid, and there the
 * text that a condition under `not` ranges over is narrower. `permitNot` is only told to conditions that ask (perNegation).
 */
export type Mode = 'permit' | 'forbid' | 'forbidNot' | 'permitNot';

/** A condition of a rule: which kind, and its value after lowering. */
export interface Atom {
  readonly key: string;
  /** Plain data, comparable as JSON. */
  readonly data: unknown;
  readonly place: Place;
}

/** What the reference interpreter knows of a call: what conditions evaluate over. */
export interface CallFacts {
  /** Every path value, each with all its readings; null: the value is unknown. */
  paths(): readonly PathValue[];
  /** The readings of the prefixes of a rule; null: one can't be resolved here. */
  prefixes(texts: readonly string[]): readonly (Reading | null)[];
  /** The readings of the globs of a rule, each its start and its segments; null: one can't be resolved here. */
  globs(texts: readonly string[]): readonly (GlobReading | null)[];
  /** The texts; null: unknown. */
  texts(mode: Mode): readonly (string | null)[];
  /** The amounts; null: unknown. */
  amounts(): readonly (number | null)[];
  /** What a selector finds: values, arrays as they are, and word of what is missing or stands there in another case. */
  argument(selector: string): readonly ArgumentValue[];
  /** The names of the call's arguments. */
  argumentNames(): readonly string[];
  /** The strings under names of identifiers. */
  identifiers(): readonly Identifier[];
  /** Every URL, each with all its readings; null: the value is unknown. */
  urls(): readonly UrlValue[];
  /** The readings of the prefixes of a `url_path`. */
  urlPrefixes(texts: readonly string[]): readonly (Reading | null)[];
  /** Every command, each with all its readings; null: the value is unknown. */
  commands(): readonly CommandValue[];
  /** Every text of SQL, each with all its readings; null: the value is unknown. */
  sql(): readonly SqlValue[];
  /** Every address among the recipients; null: unknown. */
  recipients(): readonly (Address | null)[];
  /** When the call is judged, in milliseconds since the epoch. */
  readonly now: number;
  /** What the tool says of itself in the lock file or snapshot; undefined: nothing. */
  hint(name: keyof Hints): boolean | undefined;
  /** Whether a label holds: for each key that is asked about, or once. */
  after(asked: After): readonly Truth[];
  /** The same call, where all that is parsed is what one selector finds. */
  at(selector: string): CallFacts;
  /** Commands are those of Windows. */
  readonly isWindows: boolean;
  /** A fact about the run; undefined: not given. */
  context(key: string): string | undefined;
  /** The call's risk level; undefined: unrated. */
  readonly risk: string | undefined;
  /** The called tool; undefined: the call is of no tool. */
  readonly tool: string | undefined;
  /** The tool reaches everything below its path. */
  readonly tree: boolean;
}

export type PathValue = readonly (Reading | null)[] | null;

/** One way to understand a URL. */
export interface UrlReading {
  readonly scheme: string;
  /** In its one form (host-name.ts); null: it has none. */
  readonly host: string | null;
  /** null: it has none, and its scheme has no default. */
  readonly port: number | null;
  /** The readings of its path. */
  readonly paths: readonly (Reading | null)[];
}

export type UrlValue = readonly (UrlReading | null)[] | null;

/** A word of a command. Where it expands, the text is what is known of its beginning. */
export interface ShellWord {
  readonly text: string;
  readonly expands: boolean;
}

/** A simple command of the shell. */
export interface ShellCommand {
  readonly words: readonly ShellWord[];
  readonly assignments: readonly ShellWord[];
  /** It redirects to a file other than /dev/null. */
  readonly redirects: boolean;
}

export type CommandValue = readonly (readonly ShellCommand[] | null)[] | null;

/** A name of SQL: its parts, schema first. */
export type SqlName = readonly { readonly text: string; readonly isQuoted: boolean }[];

/** What one statement of SQL does. */
export interface SqlStatement {
  readonly kinds: readonly string[];
  readonly tables: readonly SqlName[];
  readonly functions: readonly SqlName[];
  /** The rows of its outermost query at most; null: any; NaN: that can't be told. */
  readonly limit: number | null;
  /** It runs what can't be seen. */
  readonly isOpaque: boolean;
  /** A table that has no plain name. */
  readonly hasUnknownTable: boolean;
}

export type SqlValue = readonly (readonly SqlStatement[] | null)[] | null;

/** A mail address; its domain in the form in which hosts compare. */
export interface Address {
  readonly local: string;
  readonly domain: string;
}

/** What `after` asks: does any of these labels hold, not older than so many seconds, of the keys that a selector finds? */
export interface After {
  readonly labels: readonly string[];
  readonly within?: number;
  readonly by?: string;
}

/** Which secrets are asked for, in a policy with patterns of its own. */
export interface SecretQuestion {
  /** Names of detectors. */
  readonly names: readonly string[] | 'any';
  /** The policy's own, by name; filled in when its files are joined. */
  readonly own: Readonly<Record<string, string>>;
}

export type ArgumentValue = { readonly value: unknown } | 'missing' | 'other case';

/** A string under a name such as `repo` or `branch`; null: something too deep to be read. */
export interface Identifier {
  readonly value: string | null;
  /** The keys and indices that lead to it. */
  readonly way: readonly string[];
}

/** One way to understand a path: where it starts (`''` root, `'.'` relative, `'c:'`, `'//server/share'`), and on. */
export interface Reading {
  readonly start: string;
  readonly segments: readonly string[];
}

/** Segments that are globs, but for the first few, which are a root's own. `start` null: any. */
export interface GlobReading {
  readonly start: string | null;
  readonly literal: readonly string[];
  readonly segments: readonly string[];
}

/** What emitting a condition needs of the module around it. */
export interface EmitContext {
  /** Declares something computed once when the policy is bound; the same expression is declared once. */
  constant(hint: string, expression: Code): Code;
  /** The number of a distinct `after`, by which the past is asked. */
  after(asked: After): number;
  /** Code for the test of some secrets. */
  secrets(asked: { readonly names: readonly string[] | 'any' }): Code;
  /** Names a function of the runtime (runtime/decide/conditions/library.ts), which the module then imports. */
  use(name: string): Code;
}

/** Something wrong with a condition's value, at a path within it. */
export interface ConditionProblem {
  readonly message: Message;
  readonly path: readonly (string | number)[];
}

/**
 * How a condition is written in the DSL: `path under "/x"`, `amount > 5`, `tenant in ["a", "b"]`, `args key = "x"`. Parser,
 * builder and printer are loops over these.
 */
export interface DslForm {
  /** The word that begins it. Conditions of one fact differ in their operators. */
  readonly fact: string;
  /** A name follows: of a context key, of an argument. */
  readonly isNamed?: true;
  /** A word or a comparison sign; absent where the operand says it. */
  readonly operator?: string;
  /** One text or a list of them; a number; `=` a text or `in` a list; tests of an argument. */
  readonly operand: 'texts' | 'number' | 'is' | 'isNumber' | 'commands' | 'tests' | 'after' | 'secrets';
}

/**
 * All meanings of one condition side by side: how it is written, what it means, and what code it becomes. Adding one is
 * a file with this shape and a line in `index.ts`.
 */
export interface Condition<Data> {
  readonly key: string;
  /** The key of the condition that this one is another spelling of. */
  readonly alias?: string;
  /** Absent: nobody writes it. */
  readonly dsl?: DslForm;
  /** A schema of zod/mini, whose own type would have to be installed by all who use ours. */
  readonly schema: object;
  /** What the schema can't say. */
  check?(value: unknown): readonly ConditionProblem[];
  /** One datum for each atomic condition; all must hold. */
  lower(value: unknown): readonly Data[];
  /** The fact it reads, as `unknown` lists name it. */
  fact(data: Data): string;
  /** The truth for each value of the fact, in the reference interpreter. No value: an empty list. */
  evaluate(data: Data, facts: CallFacts, mode: Mode): readonly Truth[];
  /** The values it ranged over, as a person would write them, to explain its truth. */
  observe(data: Data, facts: CallFacts, mode: Mode): readonly string[];
  /** It says something else in forbidding rules than in permitting ones. */
  readonly perMode?: true;
  /** Under `not` it ranges over a value in another way: it is told so. */
  readonly perNegation?: true;
  /** The set of values it is true of, in the algebra that analysis hands in. */
  region<R>(data: Data, algebra: RegionAlgebra<R>, mode: Mode): R;
  /** Code for its truth set (runtime/decide/conditions/truth-set.ts); `f` is the call's facts, `p` the binding. */
  emit(data: Data, context: EmitContext, mode: Mode): Code;
  /** It looks at what does not change while a policy is bound: `emit` names a constant. */
  readonly isFixed?: true;
  /** It looks at what is the same in all calls of a tool. */
  readonly isPerTool?: true;
  /**
   * Code for a TableCondition (runtime/decide/table/table-condition.ts) by which a table looks it up; undefined where only
   * its truth set will do.
   */
  lookup?(data: Data, context: EmitContext, mode: Mode): Code | undefined;
  /** The prefixes or globs that it compares paths with. */
  paths?(data: Data): readonly string[];
  /** The names of arguments that it reads, beside those of the mapping's facts. */
  reads?(data: Data): readonly string[];
  /** For people: "path under /etc". */
  describe(data: Data): string;
}

/** Facts that are parsed from strings, and those of the moment. */
export type ParsedFact = 'url' | 'command' | 'sql' | 'recipient' | 'secret' | 'time' | 'hints';

/** How analysis builds sets of values of a fact, each from what a condition says of it. */
export interface RegionAlgebra<R> {
  pathsUnder(prefixes: readonly string[]): R;
  pathsLike(globs: readonly string[]): R;
  textContaining(words: readonly string[]): R;
  textMatching(patterns: readonly string[]): R;
  amount(comparison: Comparison, bound: number): R;
  context(key: string, globs: readonly string[]): R;
  contextNumber(key: string, comparison: Comparison, bound: number): R;
  risk(globs: readonly string[]): R;
  tool(globs: readonly string[]): R;
  table(globs: readonly string[]): R;
  /** @param mode In which kind of rule: some operators say less of strange values there. */
  argument(selector: string, op: string, operand: unknown, mode: Mode): R;
  onlyArguments(names: readonly string[]): R;
  /** No identifier leads elsewhere. @param isExact False where values that a rule names outright may do so. */
  identifiers(isExact: boolean): R;
  /** What the past is asked. */
  after(asked: After): R;
  /** What a condition says of a fact that is parsed: it is asked of one value after the other. */
  parsed<Data>(fact: ParsedFact, condition: Condition<Data>, data: Data, mode: Mode): R;
}

/** The readings of each path value, as paths. */
export function shownPaths(facts: CallFacts): string[] {
  return facts.paths().flatMap((readings) => readings?.map(shownReading) ?? ['unknown path']);
}

function shownReading(reading: Reading | null): string {
  if (reading === null) return 'unknown path';
  const path = reading.segments.join('/');
  return reading.start === '.' ? `./${path}` : `${reading.start}/${path}`;
}

/** Any value of a call, as JSON. */
export function shownValue(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}

/** Several words as people list them. */
export function orList(words: readonly unknown[]): string {
  return words.map((word) => JSON.stringify(word)).join(' or ');
}

export const asList = (value: unknown): readonly string[] => (Array.isArray(value) ? value : [value]) as string[];
