import type { SqlDialect } from '../../data/sql.js';

/** What a policy says of SQL. */
export interface SqlSettings {
  /** Each is a reading. */
  readonly dialects: readonly SqlDialect[];
  /** Further functions that are harmless, in lower case. */
  readonly functions: ReadonlySet<string>;
}
