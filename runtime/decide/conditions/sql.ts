import type { Facts } from '../facts/facts.js';
import { sqlFact } from '../facts/sql-fact.js';
import type { SqlName, SqlStatement } from '../sql/sql-statements.js';
import { type Glob, globTest, parseGlob } from './glob.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** `sql_kind`: of every statement, all that it does. */
export const sqlKind = (f: Facts, kinds: readonly string[]): number =>
  overSql(f, (statement) => {
    let truths = statement.isOpaque || statement.kinds.length === 0 ? UNKNOWN : 0;
    for (const kind of statement.kinds) truths |= kinds.includes(kind) ? TRUE : FALSE;
    return truths;
  });

/** A pattern of names. @internal */
interface NamePattern {
  /** How many parts it has. */
  readonly parts: number;
  readonly exact: Glob;
  readonly loose: Glob;
  readonly lastLoose: Glob;
}

/** The patterns of a `sql_table` or `sql_function`. */
export const sqlNames = (patterns: readonly string[]): readonly NamePattern[] =>
  patterns.map((pattern) => {
    const parts = pattern.split('.');
    return {
      parts: parts.length,
      exact: parseGlob(pattern),
      loose: parseGlob(pattern.toLowerCase()),
      lastLoose: parseGlob((parts.at(-1) as string).toLowerCase()),
    };
  });

/** `sql_table`. */
export const sqlTable = (f: Facts, patterns: readonly NamePattern[], forbids: boolean): number =>
  overSql(f, (statement) => {
    const truths = overNames(statement.tables, patterns, forbids);
    return statement.hasUnknownTable || (forbids && statement.isOpaque) ? truths | UNKNOWN : truths;
  });

/** `sql_function`. */
export const sqlFunction = (f: Facts, patterns: readonly NamePattern[], forbids: boolean): number =>
  overSql(f, (statement) => overNames(statement.functions, patterns, forbids));

/** `sql_limit_lte`. */
export const sqlLimit = (f: Facts, most: number): number =>
  overSql(f, ({ limit }) => {
    if (limit === undefined) return FALSE;
    return Number.isNaN(limit) ? UNKNOWN : limit <= most ? TRUE : FALSE;
  });

function overNames(names: readonly SqlName[], patterns: readonly NamePattern[], forbids: boolean): number {
  let truths = 0;
  for (const name of names) {
    let any = FALSE;
    for (const pattern of patterns) {
      const truth = nameTruth(name, pattern, forbids);
      if (truth === TRUE) any = TRUE;
      else if (truth === UNKNOWN && any === FALSE) any = UNKNOWN;
    }
    truths |= any;
  }
  return truths;
}

const USUAL_SCHEMAS = ['public', 'dbo', 'main'];

function nameTruth(name: SqlName, { parts, exact, loose, lastLoose }: NamePattern, forbids: boolean): number {
  if (!forbids && parts < name.length) {
    const isUsual =
      parts === 1 && name.length === 2 && USUAL_SCHEMAS.includes((name[0] as SqlName[0]).text.toLowerCase());
    if (!isUsual) return FALSE;
  }
  if (parts > name.length) {
    return globTest(lastLoose, (name.at(-1) as SqlName[0]).text.toLowerCase()) ? UNKNOWN : FALSE;
  }
  const compared = name.slice(name.length - parts);
  const text = compared.map((part) => part.text).join('.');
  if (globTest(exact, text) && !compared.some(({ isQuoted }) => isQuoted)) return TRUE;
  return globTest(loose, text.toLowerCase()) ? UNKNOWN : FALSE;
}

/** The truth set over all texts: a text's readings agree, or it is unknown as well. */
function overSql(f: Facts, truthSetOf: (statement: SqlStatement) => number): number {
  const { values, isUnknown } = sqlFact(f);
  let truthSet = isUnknown ? UNKNOWN : 0;
  for (const readings of values) {
    let union = 0;
    let isSame = true;
    for (let i = 0; i < readings.length; i++) {
      const reading = readings[i];
      let own = reading === undefined ? UNKNOWN : 0;
      for (const statement of reading ?? []) own |= truthSetOf(statement);
      if (i > 0 && own !== union) isSame = false;
      union |= own;
    }
    truthSet |= isSame ? union : union | UNKNOWN;
  }
  return truthSet;
}
