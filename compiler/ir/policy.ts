import type { SqlDialect } from '../../runtime/data/sql.js';
import type { Decision, Hints, Mapping } from '../../runtime/types.js';
import type { Atom, SecretQuestion } from '../conditions/condition.js';
import type { Place } from '../diagnostics/source.js';

/** A part is `*` or a word; a missing part is `*`. */
export interface CapabilityPattern {
  readonly text: string;
  readonly parts: readonly [resource: string, action: string, scope: string];
}

/** The conditions of a rule. An empty `all` always holds. */
export type Expression =
  | { readonly kind: 'all'; readonly of: readonly Expression[] }
  | { readonly kind: 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'atom'; readonly atom: Atom };

export interface Rule {
  readonly id: string;
  readonly decision: Decision;
  readonly capability: CapabilityPattern;
  readonly when: Expression;
  readonly reason: string;
  readonly description?: string;
  readonly place: Place;
}

/** A call that matches leaves a label, or takes it away (docs/history.md, Marks). */
export interface Mark {
  readonly id: string;
  readonly labels: readonly string[];
  readonly clears: boolean;
  readonly capability: CapabilityPattern;
  readonly when: Expression;
  /** The label holds for each key by itself. */
  readonly by?: string;
  /** What the result must be. */
  readonly result?: Expression;
  /** What it must hold: then the label is of when the result came. */
  readonly secret?: SecretQuestion;
  readonly description?: string;
  readonly place: Place;
}

/** What is done about the results of calls (docs/results.md). */
export interface ResultRule {
  readonly id: string;
  readonly capability: CapabilityPattern;
  readonly when: Expression;
  /** What is taken out: secrets, and what selectors find in the result. */
  readonly redact?: { readonly secret?: SecretQuestion; readonly at?: readonly string[] };
  /** The result is not passed on where it holds one of these. */
  readonly withhold?: SecretQuestion;
  /** Nor where it is longer. */
  readonly maxBytes?: number;
  readonly reason?: string;
  readonly description?: string;
  readonly place: Place;
}

/** How much of something there may be in a span of time (docs/history.md, Limits). */
export interface Limit {
  readonly id: string;
  /** Names its totals in a ledger: the same for all policies that extend its file. */
  readonly key: string;
  readonly capability: CapabilityPattern;
  readonly when: Expression;
  readonly max: number;
  /** Seconds, or as long as the session. */
  readonly per: number | 'session';
  /** A selector, or `amount`: the mapping's amounts. Absent: calls are counted. */
  readonly of?: string;
  readonly by?: string;
  /** All agents together. */
  readonly isShared?: true;
  readonly over: Exclude<Decision, 'allow'>;
  readonly reason: string;
  readonly description?: string;
  readonly place: Place;
}

/**
 * What the author means, checked against what the rules say (docs/promises.md). It never affects a verdict.
 *
 * `never`: no such use, whatever came before, gets the decision or a looser one. `always`: every such use by itself, no
 * limit exceeded, does.
 */
export interface PolicyPromise {
  readonly id: string;
  readonly kind: 'never' | 'always';
  readonly decision: Exclude<Decision, 'deny'>;
  readonly capability: CapabilityPattern;
  readonly when: Expression;
  readonly description?: string;
  readonly place: Place;
}

/** What a policy says of SQL. */
export interface SqlSettings {
  /** Each is a reading. */
  readonly dialects: readonly SqlDialect[];
  /** Functions that are harmless beside those of the table. */
  readonly functions: readonly string[];
  /** For analysis: some mapping says otherwise. */
  readonly isMixed?: true;
}

/** The mappings of one file. A name that several files map has the capability uses of all of them. */
export interface MappingLayer {
  readonly tools: Readonly<Record<string, readonly Mapping[]>>;
  /** An empty list is `pass`. */
  readonly methods: Readonly<Record<string, readonly Mapping[]>>;
}

/** What a policy means, whatever it was written in and however many files it came from. */
export interface Policy {
  readonly name: string;
  /** SHA-256 of the policy text; of the list of its files' hashes where it extends others. */
  readonly sha256: string;
  readonly sources: readonly { readonly file: string; readonly sha256: string }[];
  readonly mode: 'enforce' | 'observe';
  readonly approvalTimeoutSeconds: number;
  readonly pathCase: 'sensitive' | 'insensitive' | 'platform';
  /** In order of precedence: deny, require_approval, warn, allow; within each as in the file, parents after. */
  readonly rules: readonly Rule[];
  /** How SQL is read; absent: in every dialect. */
  readonly sql?: SqlSettings;
  readonly riskLevels: Readonly<Record<string, Decision>>;
  /** In the order of the file, parents after. */
  readonly marks: readonly Mark[];
  readonly limits: readonly Limit[];
  readonly promises: readonly PolicyPromise[];
  /** In the order of the file, parents after: all of them that concern a call count. */
  readonly results: readonly ResultRule[];
  /** The policy's own detectors of secrets: expressions by name. */
  readonly patterns: Readonly<Record<string, string>>;
  /** Labels that other policies set: any past may have them. */
  readonly labels: readonly string[];
  /** By tool, the arguments that its schema knows, where the tools of a server are known. */
  readonly arguments?: Readonly<Record<string, readonly string[]>>;
  /** By tool, what its annotations say, where they say anything. */
  readonly hints?: Readonly<Record<string, Hints>>;
  /** This file's mappings first, then those of what it extends. */
  readonly layers: readonly MappingLayer[];
}
