import type { Decision } from './decision.js';

/** The shapes that a compiled policy, the gateway and callers share. They hold data only. */

export type { Decision };

/** What is decided of a call. Always one of a fixed set of frozen objects, made when the policy is bound. */
export interface Verdict {
  readonly decision: Decision;
  /** A snake_case word: the rule's own, or one of docs/language.md, Verdicts. */
  readonly reason: string;
  /** The capability of the capability use that decided, as its mapping spells it. */
  readonly capability: string;
  /** Index into `manifest.rules`; -1 for the default deny. */
  readonly rule: number;
}

export type Args = Readonly<Record<string, unknown>>;

/** Facts about the run, given by whoever starts the gateway, never by the call. A key not given is unknown. */
export type Context = Readonly<Record<string, string | number | boolean>>;

/** What paths are resolved against. */
export interface Environment {
  /** Absolute folders against which the server may resolve a relative path; each is a reading. */
  readonly roots?: readonly string[];
  /** There are more such folders, and nobody can tell which: no relative path is known. */
  readonly hasUnknownRoots?: boolean;
  /** The home directory that a leading `~` stands for. Without it such a path is unknown. */
  readonly home?: string;
  /** As `process.platform`; the default is the running platform. */
  readonly platform?: string;
  /** The time, in milliseconds since the epoch; the default is the clock's. */
  readonly now?: () => number;
  /** Where given, every absolute reading is judged also as what this answers (its links resolved). */
  readonly resolveLinks?: (absolute: string) => string | undefined;
}

/** What a tool or method does: one capability use. Selectors as in docs/language.md, Tools and methods. */
export interface Mapping {
  readonly capability: string;
  /** Absent: the default facts. Empty: certainly none. */
  readonly paths?: readonly string[];
  readonly amounts?: readonly string[];
  readonly text?: readonly (string | readonly string[])[];
  readonly urls?: readonly string[];
  /** A bracketed group is one command. */
  readonly commands?: readonly (string | readonly string[])[];
  readonly sql?: readonly string[];
  readonly recipients?: readonly string[];
  /** As which dialects its SQL is read; absent: as the policy says. */
  readonly dialect?: readonly SqlDialect[];
  /** Are commands texts of a shell? Absent: strings are, lists may be. */
  readonly shell?: boolean;
  /** A string beside the paths that begins with `-` may be an option, which does anything: all facts are unknown then. */
  readonly noOptions?: boolean;
  /** Beside `text`: every string that its selectors do not read counts too. */
  readonly otherText?: boolean;
  readonly risk?: string;
  /** The tool reaches everything below its path. */
  readonly tree?: boolean;
  /** A fact that is not found is none, where else it would be unknown. */
  readonly noneIfAbsent?: boolean;
}

/** How SQL is read. */
export type SqlDialect = 'postgres' | 'mysql' | 'sqlite' | 'mssql';

/** What a tool's annotations say of it (MCP, ToolAnnotations). */
export interface Hints {
  readonly read_only?: boolean;
  readonly destructive?: boolean;
  readonly idempotent?: boolean;
  readonly open_world?: boolean;
}

/** What the names or globs of one policy file do. */
export type MappingTable = Readonly<Record<string, readonly Mapping[]>>;

/** Where a rule stands: `file` is relative, with `/`; `line` and `column` count from 1. */
export interface RulePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export interface ManifestRule extends RulePlace {
  readonly id: string;
  readonly decision: Decision;
  readonly capability: string;
  readonly reason: string;
  readonly description?: string;
}

/** What came before a call: marks, limits and their ledger (docs/history.md). */
export interface History {
  /** The ledger's time, in milliseconds since the epoch. */
  readonly now: number;
  /**
   * Whether a distinct `after` of the policy holds: 1 it does, 2 it may, 4 it does not.
   *
   * @param index Into `manifest.history.afters`.
   * @param key As `keyOf` spells it, where the `after` has a `by`; without one any key will do.
   */
  label(index: number, key?: string): 1 | 2 | 4;
  /** Would a call that adds so much go beyond a limit? @param index Into `manifest.history.limits`. */
  exceeds(index: number, amount: number, key?: string): boolean;
}

/** What a call leaves behind once it goes on: labels that it sets or takes away, and what it adds to totals. */
export interface Effects {
  readonly marks: readonly MarkEffect[];
  readonly counts: readonly CountEffect[];
  /** The result rules that concern it: indices into `manifest.results`. */
  readonly results: readonly number[];
}

export interface MarkEffect {
  /** Index into `manifest.history.marks`. */
  readonly mark: number;
  /** Its conditions hold for certain; else they may. */
  readonly must: boolean;
  /** Where the mark has a `by`: the keys that were found; null: there is one, and it can't be read. */
  readonly keys?: readonly (string | null)[];
}

export interface CountEffect {
  /** Index into `manifest.history.limits`. */
  readonly limit: number;
  /** A decimal; null: it can't be read. */
  readonly amount: string | null;
  readonly keys?: readonly (string | null)[];
}

/** What a policy asks of the past, and what its calls leave there. */
export interface ManifestHistory {
  /** The distinct `after`s; `within` in seconds. */
  readonly afters: readonly { readonly labels: readonly string[]; readonly within?: number; readonly by?: string }[];
  readonly marks: readonly ManifestMark[];
  readonly limits: readonly ManifestLimit[];
}

export interface ManifestMark extends RulePlace {
  readonly id: string;
  readonly labels: readonly string[];
  /** It takes them away. */
  readonly clears?: true;
  readonly by?: string;
  /** It depends on the result. */
  readonly result?: true;
  /** It holds from when the result has come, not from when the call went on. */
  readonly isDated?: true;
  readonly capability: string;
}

export interface ManifestLimit extends RulePlace {
  readonly id: string;
  /** Names its totals in a ledger. */
  readonly key: string;
  readonly capability: string;
  readonly max: number;
  /** Seconds, or as long as the session. */
  readonly per: number | 'session';
  /** What is added up: a selector, or `amount`; absent: calls are counted. */
  readonly of?: string;
  readonly by?: string;
  /** All agents together. */
  readonly isShared?: true;
  readonly over: Exclude<Decision, 'allow'>;
  readonly reason: string;
  readonly description?: string;
}

/** What is done about the results of calls that it concerns. */
export interface ManifestResultRule extends RulePlace {
  readonly id: string;
  readonly capability: string;
  readonly redact?: {
    /** Names of detectors. */
    readonly secret?: 'any' | readonly string[];
    /** Selectors, from the result on. */
    readonly at?: readonly string[];
  };
  readonly withhold?: 'any' | readonly string[];
  readonly maxBytes?: number;
  readonly reason?: string;
  readonly description?: string;
}

/** What a compiled policy says of itself. */
export interface Manifest {
  readonly policy: string;
  /** SHA-256 of the policy text; of the list of its files' hashes when it extends others. Hexadecimal. */
  readonly sha256: string;
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  /** The form of the module (runtime/data/module-format.ts). */
  readonly format: number;
  /** Version of the compiler that wrote it. */
  readonly compiler: string;
  /** Version of the built-in tool catalogue it was compiled against. */
  readonly catalogue: number;
  readonly mode: 'enforce' | 'observe';
  readonly approvalTimeoutSeconds: number;
  /** In order of precedence: deny, require_approval, warn, allow; within each as in the file. */
  readonly rules: readonly ManifestRule[];
  /** The policy's own tool mappings by name or glob: one table a file, what it extends after it. */
  readonly tools: readonly MappingTable[];
  /** The policy's own method mappings likewise; an empty list is `pass`. */
  readonly methods: readonly MappingTable[];
  /** By tool, the arguments that its schema knows, where the policy was compiled against the tools of a server. */
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  /** By tool, what its annotations say there. */
  readonly hints?: Readonly<Record<string, Hints>>;
  /** A relative and an absolute path of its rules that only a root can compare. */
  readonly needsRoot?: { readonly relative: string; readonly absolute: string };
  /** Absent where the policy has neither marks nor limits nor `after`. */
  readonly history?: ManifestHistory;
  /** Absent where it says nothing of results. */
  readonly results?: readonly ManifestResultRule[];
  /** Version of the table of detectors that it was compiled with; absent where it asks for no secrets. */
  readonly detectors?: number;
  /** Context that was folded when the policy was compiled; a gateway run with another ends with 2. */
  readonly context: Context;
}

/** A secret in a text: where it stands, or all that is encoded with it. */
export interface FoundIn {
  readonly detector: number;
  readonly start: number;
  readonly end: number;
}

/** Finds secrets in texts. */
export interface SecretSearch {
  /** What each detector is called, by its number. */
  readonly names: readonly string[];
  /** No text that is shorter holds one. */
  readonly least: number;
  /** What is found: where it stands in the text, or all that is encoded with it. */
  find(text: string): readonly FoundIn[];
  /** The same, but what is encoded is left alone. */
  findAsIs(text: string): readonly FoundIn[];
  /** As `find`, for a string as JSON spells it, without its quotes: places are those of the spelling. */
  findEscaped(spelled: string): readonly FoundIn[];
  /** What the base64 of a binary part says: null where that is no text, undefined where it is no base64. */
  binaryText(base64: string): string | null | undefined;
  /** The numbers of the detectors that find something in a result, and whether it nests too deep to be looked at whole. */
  foundInResult(result: unknown): { readonly detectors: ReadonlySet<number>; readonly isCut: boolean };
}

/** Judges calls. Synchronous, total (it never throws on any JSON value) and without allocation on a clean call. */
export interface Decide {
  /** @param history Without one every `after` is unknown, and every limit exceeded. */
  (tool: string, args: Args, history?: History): Verdict;
  /** Judges a request other than `tools/call`; null where the policy has nothing to say and it passes. */
  method(name: string, params: Args, history?: History): Verdict | null;
  /** Judges a capability as such, with the default facts. */
  capability(capability: string, args: Args, history?: History): Verdict;
  /** What a call of this tool leaves behind: empty, and always the same object, where that is nothing. */
  effects(tool: string, args: Args, history?: History): Effects;
  /** The same for a capability as such, and for a method. */
  capabilityEffects(capability: string, args: Args, history?: History): Effects;
  methodEffects(name: string, params: Args, history?: History): Effects;
  /** A past in which calls that leave this behind are open as well, and counted. */
  beside(history: History, open: readonly Effects[]): History;
  /** Is a result what the mark asks for: 1 it is, 2 it may be, 4 it is not. @param mark Index into `manifest.history.marks`. */
  result(mark: number, result: Args): 1 | 2 | 4;
  /** Does a result rule concern any call? */
  readonly hasResultRules: boolean;
  /** What finds the secrets that the policy asks for; absent where it asks for none. */
  readonly secrets?: SecretSearch;
  /** Which limits a verdict was tightened by: indices into `manifest.history.limits`. Off the hot path. */
  exceeded(kind: 'tool' | 'method' | 'capability', name: string, args: Args, history?: History): readonly CountEffect[];
  /** The distinct `after`s that the deciding rule asks for, each with its keys. Off the hot path. */
  asked(kind: 'tool' | 'method' | 'capability', name: string, args: Args, history?: History): readonly AskedLabel[];
  /** All rules that ask for approval and may match, whichever decides: indices into `manifest.rules`. Off the hot path. */
  asking(kind: 'tool' | 'method', name: string, args: Args, history?: History): readonly number[];
  /** Can any call of this tool ever pass or be approved? False only where that is certain. */
  reachable(tool: string): boolean;
  /** Which facts (`path`, …) the verdict rests on without knowing them. Off the hot path. */
  unknown(tool: string, args: Args, history?: History): string[];
  /** The same for a method. */
  unknownMethod(name: string, params: Args, history?: History): string[];
  /**
   * Would this call reach one of the guard's own files other than by reading? `maybe`: it names a path that can't be known
   * (docs/gateway.md, What it protects, and what it doesn't).
   */
  touches(kind: 'tool' | 'method', name: string, args: Args, guard: Guard): 'yes' | 'maybe' | 'no';
  /** Does the call name a path in this top-level argument? Off the hot path. */
  namesPath(kind: 'tool' | 'method', name: string, args: Args, key: string): boolean;
  /** Is the argument one string, and that all that is read as a path there, by each use? Off the hot path. */
  isPath(kind: 'tool' | 'method', name: string, args: Args, key: string): boolean;
  /** Does all that it names there lie under an absolute folder, by all readings? True where that is nothing. */
  liesUnder(kind: 'tool' | 'method', name: string, args: Args, key: string, folder: string): boolean;
  /** Does the policy map this method, be it to `pass`? */
  mapsMethod(name: string): boolean;
  /** Does a selector read an argument of this name, the default text selector aside? */
  selects(kind: 'tool' | 'method', name: string, key: string): boolean;
  /**
   * Prepares absolute paths for `touches`; `folders` are further ones for relative paths. Where what a call names are links,
   * `resolveLinks` says where they lead.
   */
  guard(files: readonly string[], folders: readonly string[], resolveLinks?: Environment['resolveLinks']): Guard;
}

/** An `after` that a decision rests on. */
export interface AskedLabel {
  /** Index into `manifest.history.afters`. */
  readonly after: number;
  readonly keys?: readonly (string | null)[];
}

/** Opaque: the gateway's own files, prepared by `Decide.guard`. */
export interface Guard {
  readonly files: unknown;
  readonly environment: unknown;
}
