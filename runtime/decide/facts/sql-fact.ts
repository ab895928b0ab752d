import { MAX_SQL, MAX_SQL_OF_CALL, MAX_STATEMENTS, SQL_KEYS, type SqlDialect } from '../../data/sql.js';
import { foldKey } from '../paths/path-key.js';
import { type SqlStatement, sqlStatements } from '../sql/sql-statements.js';
import { sqlTokens } from '../sql/sql-tokens.js';
import type { Facts } from './facts.js';
import type { SqlSettings } from './sql-settings.js';
import { ValueCollector } from './value-collector.js';

/** The SQL of one capability use: each text with all its readings. @internal */
export class SqlFact extends ValueCollector {
  /** undefined in a list: a reading that can't be known. */
  readonly values: (readonly (readonly SqlStatement[] | undefined)[])[] = [];
  /** Of all texts so far. */
  private length = 0;
  private readonly dialects: readonly SqlDialect[];
  private readonly functions: ReadonlySet<string>;

  constructor(f: Facts, settings: SqlSettings) {
    super();
    const { sql, dialects } = f.selectors;
    this.dialects = dialects ?? settings.dialects;
    this.functions = settings.functions;
    this.gather(f.args, sql);
    const isNothing = sql === undefined && this.values.length === 0 && !f.selectors.noneIfAbsent;
    if (isNothing || f.isOpen(sql === undefined)) this.isUnknown = true;
  }

  protected takes(key: string): boolean {
    return SQL_KEYS.has(foldKey(key));
  }

  protected add(value: unknown): void {
    if (typeof value !== 'string') this.isUnknown = true;
    else if (this.values.length >= MAX_STATEMENTS) this.cut();
    else {
      this.length += value.length;
      const isLong = value.length > MAX_SQL || this.length > MAX_SQL_OF_CALL;
      this.values.push(isLong ? [undefined] : this.readings(value));
    }
  }

  private readings(text: string): (readonly SqlStatement[] | undefined)[] {
    const hasBackslash = text.includes('\\');
    return this.dialects.flatMap((dialect) => {
      const isTwofold = hasBackslash && (dialect === 'mysql' || dialect === 'postgres');
      const reading = (escapes: boolean) => {
        const tokens = sqlTokens(text, dialect, escapes);
        const statements = tokens && sqlStatements(tokens, dialect, this.functions);
        return statements && statements.length > 0 ? statements : undefined;
      };
      return isTwofold ? [reading(false), reading(true)] : [reading(false)];
    });
  }
}

/** The SQL of a call, read when a condition first asks. */
export function sqlFact(f: Facts): SqlFact {
  return f.once(SQL, () => new SqlFact(f, f.sql));
}

const SQL = 2;
