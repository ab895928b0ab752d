import type { CallFacts } from '../../conditions/condition.js';
import type { SqlSettings } from '../../ir/policy.js';

/** A condition of the fact, with its data. */
export interface ParsedTest {
  readonly key: string;
  readonly data: unknown;
  /** How SQL is read where it stands. */
  readonly sql: SqlSettings;
}

/** What analysis must know of such a fact. */
export interface ParsedDomain {
  /** The facts of a call that has this value alone. */
  factsOf(value: unknown, sql: SqlSettings): Partial<CallFacts>;
  /** Values of every sort that the tests can tell apart, the most readable first; null: one that can't be known. */
  candidates(tests: readonly ParsedTest[]): Iterable<unknown>;
  /** Has every sort of known value its candidate? Else what isn't found may still be. */
  isComplete(tests: readonly ParsedTest[]): boolean;
}
