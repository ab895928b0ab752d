import type * as z from 'zod/mini';
import type { Code } from '../emit/code.js';
import type { Place } from '../parse/source.js';

/** Kleene's three values. */
export type Truth = 'true' | 'false' | 'unknown';

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
  /** The readings of a prefix in a rule; null: can't be resolved here. */
  prefix(text: string): readonly (Reading | null)[];
  /** The tool reaches everything below its path. */
  readonly tree: boolean;
}

export type PathValue = readonly (Reading | null)[] | null;

/** One way to understand a path: where it starts (`''` root, `'.'` relative, `'c:'`, `'//server/share'`), and on. */
export interface Reading {
  readonly start: string;
  readonly segments: readonly string[];
}

/** What emitting a condition needs of the module around it. */
export interface EmitContext {
  /** Declares something computed once when the policy is bound; the same expression is declared once. */
  constant(hint: string, expression: Code): Code;
}

/**
 * All meanings of one condition side by side: how it is written, what it means, and what code it becomes. Adding one is
 * a file with this shape and a line in `index.ts`.
 */
export interface Condition<Data> {
  readonly key: string;
  /** The fact it reads, as `unknown` lists name it. */
  readonly fact: string;
  readonly schema: z.ZodMiniType;
  lower(value: unknown): Data;
  /** The truth for each value of the fact, in the reference interpreter. No value: an empty list. */
  evaluate(data: Data, facts: CallFacts): readonly Truth[];
  /** Code for the outcome (runtime/decide/outcome.ts) over all values; `f` is the call's facts. */
  emit(data: Data, context: EmitContext): Code;
  /** For people: "path under /etc". */
  describe(data: Data): string;
}
