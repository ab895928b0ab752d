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
  /** Context that was folded when the policy was compiled; a gateway run with another ends with 2. */
  readonly context: Context;
}

/** Judges calls. Synchronous, total (it never throws on any JSON value) and without allocation on a clean call. */
export interface Decide {
  (tool: string, args: Args): Verdict;
  /** Judges a request other than `tools/call`; null where the policy has nothing to say and it passes. */
  method(name: string, params: Args): Verdict | null;
  /** Judges a capability as such, with the default facts. */
  capability(capability: string, args: Args): Verdict;
  /** Can any call of this tool ever pass or be approved? False only where that is certain. */
  reachable(tool: string): boolean;
  /** Which facts (`path`, …) the verdict rests on without knowing them. Off the hot path. */
  unknown(tool: string, args: Args): string[];
  /** The same for a method. */
  unknownMethod(name: string, params: Args): string[];
  /**
   * Would this call reach one of the guard's own files other than by reading? `maybe`: it names a path that can't be known
   * (docs/gateway.md, What it protects, and what it doesn't).
   */
  touches(kind: 'tool' | 'method', name: string, args: Args, guard: Guard): 'yes' | 'maybe' | 'no';
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

/** Opaque: the gateway's own files, prepared by `Decide.guard`. */
export interface Guard {
  readonly files: unknown;
  readonly environment: unknown;
}
