import {
  isHarmless,
  MAX_SQL,
  MAX_SQL_OF_CALL,
  MAX_STATEMENTS,
  NO_FUNCTIONS,
  SQL_DIALECTS,
  SQL_KEYS,
  type SqlDialect,
  statementKind,
} from '../../runtime/data/sql.js';
import type { Mapping } from '../../runtime/types.js';
import type { SqlName, SqlStatement, SqlValue } from '../conditions/condition.js';
import { type SqlWord, tokensOfSql } from '../conditions/sql-text.js';
import type { SqlSettings } from '../ir/policy.js';
import { type Default, findByDefault, findBySelector, foldKey, stringsOf } from './arguments.js';

/*
 * The SQL of a call (docs/language.md, SQL): each text as every dialect reads it. A list of tokens becomes statements, and
 * what each does is found by looking, at each word, at those around it.
 */

export const ANY_SQL: SqlSettings = { dialects: SQL_DIALECTS, functions: [] };

const SQL: Default = { isNamed: (key) => SQL_KEYS.has(foldKey(key)), isLoose: () => false };

export function statementsOf(mapping: Mapping, args: unknown, settings: SqlSettings): SqlValue[] {
  const found =
    mapping.sql === undefined
      ? findByDefault(args, SQL)
      : mapping.sql.flatMap((selector) => findBySelector(args, selector));
  const texts = found.flatMap((one) => (typeof one === 'string' ? [null] : stringsOf(one.value)));
  const known = texts.filter((text) => text !== null);
  const own = mapping.dialect ? { ...settings, dialects: mapping.dialect } : settings;
  let length = 0;
  const values = known.slice(0, MAX_STATEMENTS).map((text) => {
    length += text.length;
    return length > MAX_SQL_OF_CALL ? null : readSql(text, own);
  });
  const isUnknown =
    texts.length > Math.min(known.length, MAX_STATEMENTS) || (mapping.sql === undefined && texts.length === 0);
  return isUnknown ? [...values, null] : values;
}

/** Every reading of a text. */
export function readSql(text: string, { dialects, functions }: SqlSettings): SqlValue {
  if (text.length > MAX_SQL) return null;
  return dialects.flatMap((dialect) => {
    const settings = text.includes('\\') && (dialect === 'mysql' || dialect === 'postgres') ? [false, true] : [false];
    return settings.map((escapes) => {
      const tokens = tokensOfSql(text, dialect, escapes);
      const parts = tokens && partsOf(tokens, dialect);
      if (!parts || parts.length === 0) return null;
      const statements = parts.map((part) => statementOf(part, dialect, functions));
      return statements.includes(null) ? null : (statements as SqlStatement[]);
    });
  });
}

const lower = (token: SqlWord | undefined) => (token?.kind === 'word' ? token.text.toLowerCase() : '');
const isSign = (token: SqlWord | undefined, text: string) => token?.kind === 'sign' && token.text === text;

function partsOf(tokens: readonly SqlWord[], dialect: SqlDialect): SqlWord[][] {
  let parts: SqlWord[][] = [[]];
  let depth = 0;
  tokens.forEach((token, i) => {
    if (token.kind === 'end') {
      parts.push([]);
      depth = 0;
      return;
    }
    depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    const own = parts.at(-1) as SqlWord[];
    if (dialect === 'mssql' && depth <= 0 && own.length > 0 && beginsAnother(token, own, tokens[i + 1]))
      parts.push([token]);
    else own.push(token);
  });
  parts = parts.filter((part) => part.length > 0);
  return parts;
}

/** T-SQL needs nothing between statements. */
function beginsAnother(token: SqlWord, own: readonly SqlWord[], next: SqlWord | undefined): boolean {
  const text = lower(token);
  if (text === '' || statementKind(text, 'mssql') === undefined || text === 'values') return false;
  const [first, before] = [lower(own[0]), lower(own.at(-1))];
  const last = own.at(-1);
  if (isSign(last, '.') || isSign(last, '(')) return false;
  if (text === 'set') return !['update', 'merge', 'with'].includes(first);
  if (text === 'select') {
    const isPart = ['insert', 'with'].includes(first) && !own.some((one) => lower(one) === 'select');
    return !isPart && !['union', 'all', 'except', 'intersect', 'as', 'for'].includes(before);
  }
  if (text === 'with') return !(next?.text === '(');
  if (['update', 'delete', 'insert'].includes(text)) return !['then', 'on', 'for'].includes(before) && first !== 'with';
  if (text === 'merge') return lower(next) !== 'join' && first !== 'with';
  if (text === 'fetch') return before !== 'rows' && before !== 'row';
  if (text === 'end') return !own.some((one) => lower(one) === 'case');
  return true;
}

const VERBS = ['select', 'insert', 'update', 'delete', 'merge', 'replace', 'values'];
const LEADS_TO_VERB =
  'as then do union all except intersect distinct key before after instead else begin loop also for execute'.split(' ');
const NAMES_TABLE =
  'from join straight_join apply into update table truncate references using describe desc copy handler in'.split(' ');
const SKIPPED =
  'only lateral if exists not low_priority high_priority delayed ignore quick concurrently table top percent'.split(
    ' ',
  );
const CLOSES =
  'where group order having limit set values union intersect except select returning window fetch offset when then output'.split(
    ' ',
  );

function statementOf(
  tokens: readonly SqlWord[],
  dialect: SqlDialect,
  harmless: readonly string[],
): SqlStatement | null {
  const first = lower(tokens.find((token) => !isSign(token, '(')));
  const kind = statementKind(first, dialect);
  if (kind === undefined) return null;
  const names = namesIn(tokens, first, dialect);
  const isUnseen = kind === 'call' || kind === 'prepare';
  const explained = runsExplained(tokens, first, dialect);
  return {
    kinds: [...new Set([...kindsOf(tokens, first, kind), ...(explained?.kinds ?? [])])].sort(),
    tables: names.tables,
    functions: names.functions,
    limit: limitOf(tokens),
    isOpaque:
      isUnseen || (explained?.isOpaque ?? false) || names.functions.some((name) => !isKnown(name, dialect, harmless)),
    hasUnknownTable: names.hasUnknownTable,
  };
}

/** What an EXPLAIN ANALYZE runs; null: it runs nothing. */
function runsExplained(
  tokens: readonly SqlWord[],
  first: string,
  dialect: SqlDialect,
): { readonly kinds: string[]; readonly isOpaque: boolean } | null {
  if (!['explain', 'describe', 'desc'].includes(first)) return null;
  const analyze = tokens.findIndex((token) => ['analyze', 'analyse'].includes(lower(token)));
  if (analyze < 0 || analyze >= 16) return null;
  const inner = tokens
    .slice(analyze + 1)
    .map(lower)
    .find((text) => text !== '' && !EXPLAIN_OPTIONS.includes(text));
  const kind = inner === undefined ? undefined : statementKind(inner, dialect);
  if (kind === undefined) return { kinds: [], isOpaque: true };
  return { kinds: kind === 'with' ? [] : [kind], isOpaque: kind === 'call' || kind === 'prepare' };
}

const EXPLAIN_OPTIONS =
  'verbose costs settings generic_plan buffers wal timing summary format memory serialize text xml json yaml tree traditional true false on off none binary'.split(
    ' ',
  );

function isKnown(name: SqlName, dialect: SqlDialect, harmless: readonly string[]): boolean {
  const texts = name.map(({ text }) => text.toLowerCase());
  if (harmless.map((one) => one.toLowerCase()).includes(texts.join('.'))) return true;
  const isBuiltIn = texts.length === 1 || (texts.length === 2 && texts[0] === 'pg_catalog');
  return isBuiltIn && isHarmless(texts.at(-1) as string, dialect);
}

function kindsOf(tokens: readonly SqlWord[], first: string, kind: string): string[] {
  const kinds = new Set(kind === 'with' || kind === 'for' ? [] : [kind]);
  const explains = ['explain', 'describe', 'desc'].includes(first);
  const runs = tokens.slice(0, 16).some((token) => ['analyze', 'analyse'].includes(lower(token)));
  if ((explains && !runs) || kind === 'grant' || kind === 'revoke') return [...kinds].sort();
  tokens.forEach((token, i) => {
    const text = lower(token);
    const [before, after] = [tokens[i - 1], tokens[i + 1]];
    const isLock = text === 'update' && lower(before) === 'for' && first !== 'set';
    const isCall = isLock || (['replace', 'insert'].includes(text) && isSign(after, '('));
    const isFree =
      text === 'select' ||
      before === undefined ||
      (before.kind === 'sign' && ['(', ')'].includes(before.text)) ||
      (before.kind !== 'sign' && (explains || first === 'analyze')) ||
      LEADS_TO_VERB.includes(lower(before));
    if (VERBS.includes(text) && !isCall && isFree) kinds.add(text);
    if (
      text === 'into' &&
      !['insert', 'replace', 'merge', 'ignore', 'low_priority', 'high_priority', 'delayed', 'load'].includes(
        lower(before),
      )
    ) {
      const verb = lower(tokens.slice(0, i).findLast((one) => VERBS.includes(lower(one))));
      if (verb === 'select' || verb === 'values')
        kinds.add(['outfile', 'dumpfile'].includes(lower(after)) ? 'write_file' : 'create');
    }
    if (text === 'for' && ['update', 'share', 'no', 'key'].includes(lower(after))) kinds.add('lock');
    if (text === 'lock' && lower(after) === 'in') kinds.add('lock');
  });
  return [...kinds].sort();
}

interface Names {
  readonly tables: SqlName[];
  readonly functions: SqlName[];
  hasUnknownTable: boolean;
}

/** Names that `WITH` gives to queries, and where each is known. */
interface Given {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function namesIn(tokens: readonly SqlWord[], first: string, dialect: SqlDialect): Names {
  const given = givenNames(tokens, first);
  const names: Names = { tables: [], functions: [], hasUnknownTable: false };
  const isWordOfGrammar = (text: string) =>
    [...NAMES_TABLE, ...CLOSES, ...SKIPPED, 'delete', 'insert', 'merge', 'index', 'on'].includes(text);

  /** Reads one pair of parentheses, or all. @returns the place behind it. */
  const read = (start: number, scope: { expects: boolean; isList: boolean; hasQuery: boolean }): number => {
    let at = start;
    while (at < tokens.length) {
      const token = tokens[at] as SqlWord;
      const text = lower(token);
      if (isSign(token, ')')) return at + 1;
      if (isSign(token, '(')) {
        const isQuery = ['select', 'with', 'values', 'table'].includes(lower(tokens[at + 1]));
        const inner = scope.expects && !isQuery;
        const hasQuery = isQuery || scope.expects;
        scope.expects = false;
        at = read(at + 1, { expects: inner, isList: inner, hasQuery });
      } else if (isSign(token, ',')) {
        scope.expects = scope.isList;
        at++;
      } else if (scope.expects && !isWordOfGrammar(text)) at = table(at, scope);
      else if (token.kind === 'name' || (token.kind === 'word' && !isWordOfGrammar(text))) {
        const name = nameAt(tokens, at);
        if (name && isSign(tokens[at + 2 * name.length - 1], '(') && !isColumnList(at, name)) call(name);
        at += name ? 2 * name.length - 1 : 1;
      } else {
        if (token.kind === 'word') keyword(at, text, scope);
        at++;
      }
    }
    return at;
  };

  const keyword = (at: number, text: string, scope: { expects: boolean; isList: boolean; hasQuery: boolean }): void => {
    if (text === 'select' || text === 'delete') scope.hasQuery = true;
    if (NAMES_TABLE.includes(text) && leadsToTable(tokens, at, { first, hasQuery: scope.hasQuery, dialect })) {
      scope.expects = true;
      scope.isList = ['from', 'join', 'straight_join', 'apply', 'using'].includes(text);
    } else if (text === 'on' && first === 'create') {
      scope.expects = true;
      scope.isList = false;
    } else if (CLOSES.includes(text)) {
      scope.expects = false;
      scope.isList = false;
    } else if (!SKIPPED.includes(text)) scope.expects = false;
    if (
      isSign(tokens[at + 1], '(') &&
      !NO_FUNCTIONS.has(text) &&
      !NAMES_TABLE.includes(text) &&
      !CLOSES.includes(text)
    ) {
      call([{ text: tokens[at]?.text ?? '', isQuoted: false }]);
    }
  };

  const table = (at: number, scope: { expects: boolean; isList: boolean }): number => {
    scope.expects = false;
    if (tokens[at]?.kind === 'number' && lower(tokens[at - 1]) === 'top') {
      scope.expects = true;
      return at + 1;
    }
    const name = nameAt(tokens, at);
    if (!name) {
      names.hasUnknownTable = true;
      return at + 1;
    }
    const end = at + 2 * name.length - 1;
    const isGiven =
      name.length === 1 && given.some((one) => one.name === sameName(name[0]) && one.from <= at && at < one.to);
    if (isSign(tokens[end], '(') && scope.isList) call(name);
    else if (name.some(({ text }) => text.startsWith('@') || text.startsWith('#'))) names.hasUnknownTable = true;
    else if (!isGiven) names.tables.push(name);
    return end;
  };

  const isColumnList = (at: number, name: SqlName): boolean => {
    if (lower(tokens[at - 1]) === 'as') return true;
    const behind = closingOf(tokens, at + 2 * name.length - 1) + 1;
    return (
      lower(tokens[behind]) === 'as' &&
      given.some((one) => one.name.toLowerCase().includes(tokens[at]?.text.toLowerCase() ?? ' '))
    );
  };

  const call = (name: SqlName): void => {
    const isGrammar = name.length === 1 && !name[0]?.isQuoted && NO_FUNCTIONS.has(name[0]?.text.toLowerCase() ?? '');
    if (!isGrammar) names.functions.push(name);
  };

  // A parenthesis that nothing opened changes nothing.
  const scope = { expects: false, isList: false, hasQuery: true };
  for (let at = 0; at < tokens.length; ) at = read(at, scope);
  return names;
}

interface Where {
  readonly first: string;
  readonly hasQuery: boolean;
  readonly dialect: SqlDialect;
}

function leadsToTable(tokens: readonly SqlWord[], at: number, { first, hasQuery, dialect }: Where): boolean {
  const [before, after] = [lower(tokens[at - 1]), tokens[at + 1]];
  switch (lower(tokens[at])) {
    case 'from':
      return hasQuery && !(before === 'distinct' && ['is', 'not'].includes(lower(tokens[at - 2])));
    case 'update':
      return at === 0 || !['do', 'for', 'then', 'on', 'key', 'after', 'before', 'or'].includes(before);
    case 'using':
      return ['delete', 'merge', 'with'].includes(first) && !isSign(after, '(');
    case 'into':
      return !['outfile', 'dumpfile'].includes(lower(after));
    // `x IN t` of SQLite.
    case 'in':
      return dialect === 'sqlite' && !isSign(after, '(');
    case 'handler':
    case 'describe':
    case 'desc':
    case 'copy':
    case 'truncate':
      return at === 0;
    default:
      return true;
  }
}

function nameAt(tokens: readonly SqlWord[], at: number): SqlName | null {
  const token = tokens[at];
  if (token?.kind !== 'word' && token?.kind !== 'name') return null;
  const part = { text: token.text, isQuoted: token.kind === 'name' };
  if (!isSign(tokens[at + 1], '.')) return [part];
  const rest = nameAt(tokens, at + 2);
  return rest && [part, ...rest];
}

/** The place of the parenthesis that closes one; the end where there is none. */
function closingOf(tokens: readonly SqlWord[], open: number): number {
  let depth = 0;
  const found = tokens.slice(open).findIndex((token) => {
    depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    return isSign(token, ')') && depth === 0;
  });
  return found < 0 ? tokens.length : open + found;
}

function givenNames(tokens: readonly SqlWord[], first: string): Given[] {
  return tokens.flatMap((token, i) => {
    if (lower(token) !== 'with') return [];
    const before = tokens[i - 1];
    const isFree =
      before === undefined ||
      isSign(before, '(') ||
      isSign(before, ')') ||
      LEADS_TO_VERB.includes(lower(before)) ||
      lower(before) === first;
    return isFree ? givenBy(tokens, i) : [];
  });
}

function givenBy(tokens: readonly SqlWord[], start: number): Given[] {
  const isRecursive = lower(tokens[start + 1]) === 'recursive';
  let depth = 0;
  const over = tokens.slice(start).findIndex((token) => {
    depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    return depth < 0;
  });
  const to = over < 0 ? tokens.length : start + over;
  const given: Given[] = [];
  let at = start + (isRecursive ? 2 : 1);
  for (;;) {
    const own = at;
    const name = tokens[at];
    if (name?.kind !== 'word' && name?.kind !== 'name') return given;
    at++;
    if (isSign(tokens[at], '(')) at = closingOf(tokens, at) + 1;
    if (lower(tokens[at]) !== 'as') return given;
    at++;
    if (lower(tokens[at]) === 'not') at++;
    if (lower(tokens[at]) === 'materialized') at++;
    if (!isSign(tokens[at], '(')) return given;
    const close = closingOf(tokens, at);
    given.push({
      name: sameName({ text: name.text, isQuoted: name.kind === 'name' }),
      from: isRecursive ? own : close,
      to,
    });
    at = close + 1;
    if (!isSign(tokens[at], ',')) return given;
    at++;
  }
}

/** A name as it must be spelled to be the same: in quotes letter by letter. */
function sameName(part: SqlName[0] | undefined): string {
  return part?.isQuoted ? `"${part.text}` : (part?.text.toLowerCase() ?? '');
}

/** How many rows the outermost query gives; null: any; NaN: that can't be told. */
function limitOf(tokens: readonly SqlWord[]): number | null {
  // All of it may stand in parentheses.
  if (isSign(tokens[0], '(') && closingOf(tokens, 0) === tokens.length - 1) return limitOf(tokens.slice(1, -1));
  let depth = 0;
  const outer: number[] = [];
  tokens.forEach((token, i) => {
    depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    if (depth <= 0 && token.kind === 'word') outer.push(i);
  });
  const at = (index: number) => lower(tokens[index]);
  let limit: number | null = null;
  for (const i of outer) {
    if (at(i) === 'limit')
      limit = at(i + 1) === 'all' ? null : wholeNumber(tokens, isSign(tokens[i + 2], ',') ? i + 3 : i + 1);
    if (at(i) === 'top') {
      const isBracketed = isSign(tokens[i + 1], '(');
      const number = isBracketed ? i + 2 : i + 1;
      const after = at(isBracketed ? i + 4 : i + 2);
      const isOdd = (isBracketed && !isSign(tokens[i + 3], ')')) || after === 'percent' || after === 'with';
      limit = isOdd ? Number.NaN : wholeNumber(tokens, number, !isBracketed);
    }
    if (at(i) === 'fetch') {
      const isOne = ['row', 'rows'].includes(at(i + 2));
      const isPlain = ['first', 'next'].includes(at(i + 1)) && at(isOne ? i + 3 : i + 4) === 'only';
      limit = !isPlain ? Number.NaN : isOne ? 1 : wholeNumber(tokens, i + 2);
    }
  }
  const isUnion = outer.some((i) => ['union', 'except', 'intersect'].includes(at(i)));
  return isUnion && outer.some((i) => at(i) === 'top') ? Number.NaN : limit;
}

function wholeNumber(tokens: readonly SqlWord[], at: number, mayStar = false): number {
  const [token, next] = [tokens[at], tokens[at + 1]];
  const goesOn = next?.kind === 'sign' && ![')', ',', ...(mayStar ? ['*'] : [])].includes(next.text);
  return token?.kind === 'number' && /^\d+$/.test(token.text) && !goesOn ? Number(token.text) : Number.NaN;
}
