import {
  AFTER_LIMIT,
  CALLED_AT_START,
  isHarmless,
  LABELS,
  MAX_NAME_PARTS,
  MAX_SQL,
  MAX_SQL_DEPTH,
  MAX_SQL_OF_CALL,
  MAX_STATEMENTS,
  NO_FUNCTIONS,
  SQL_DIALECTS,
  SQL_KEYS,
  SQL_QUERIES,
  SQL_TYPES,
  type SqlDialect,
  STARTS,
  STEERING,
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
    texts.length > Math.min(known.length, MAX_STATEMENTS) ||
    (mapping.sql === undefined && texts.length === 0 && !mapping.noneIfAbsent);
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
const PRIORITIES = ['ignore', 'low_priority', 'high_priority', 'delayed'];
const CLOSES = 'where group order having union intersect except select'.split(' ');
/** Statements of which all tables are told. */
const TOLD = 'select with values table insert replace update delete merge explain desc describe'.split(' ');
/** Words that some dialect takes for the name of a table, and another for something else. */
const DOUBTFUL =
  'index output copy merge delete insert set values truncate update top if exists ignore delayed quick percent window only lateral offset table select where or binary low_priority unnest rows into from join on using as not'.split(
    ' ',
  );

function statementOf(
  tokens: readonly SqlWord[],
  dialect: SqlDialect,
  harmless: readonly string[],
): SqlStatement | null {
  const text: StatementText = { tokens, dialect, harmless, first: lower(tokens.find((token) => !isSign(token, '('))) };
  const kind = statementKind(text.first, dialect);
  if (kind === undefined || deepest(tokens) > MAX_SQL_DEPTH || isStrange(text)) return null;
  const done = kindsOf(text, kind);
  const names = namesIn(text);
  return {
    kinds: [...done.kinds].sort(),
    tables: names.tables,
    functions: names.functions,
    limit: limitOf(tokens, dialect),
    isOpaque: done.isOpaque || names.isOpaque || names.functions.some((name) => !isKnown(name, text)),
    hasUnknownTable: names.hasUnknownTable || !(TOLD.includes(text.first) || isSimple(text, names.tables.length)),
  };
}

/** Is a word of the grammar where names may be, or a verb where none is looked for? */
function isStrange(text: StatementText): boolean {
  const { tokens, dialect, first } = text;
  const isSpoken = ['with', 'table', ...VERBS].includes(first);
  return tokens.some((token, i) => {
    const before = tokens[i - 1];
    const [own, last, next] = [lower(token), lower(before), lower(tokens[i + 1])];
    if (before === undefined) return false;
    const isName = before.kind === 'sign' && /^[.@:$#]$/.test(before.text) && STEERING.has(own);
    const isLabel = last === 'as' && LABELS.has(own);
    const isHint = dialect === 'mysql' && own === 'for' && /^(order|group|join)$/.test(next);
    const isTraversal = dialect === 'postgres' && /^(search|cycle)$/.test(own) && isSign(before, ')');
    const isSurprise =
      isSpoken &&
      /^(insert|update|delete|merge)$/.test(own) &&
      last !== 'for' &&
      !isSign(tokens[i + 1], '(') &&
      !isVerb(text, i);
    return isName || isLabel || isHint || isTraversal || isSurprise;
  });
}

/** One statement, and what is known beside it. */
interface StatementText {
  readonly tokens: readonly SqlWord[];
  readonly dialect: SqlDialect;
  readonly harmless: readonly string[];
  readonly first: string;
}

function deepest(tokens: readonly SqlWord[]): number {
  let depth = 0;
  return tokens.reduce((most, token) => {
    if (isSign(token, '(')) depth++;
    if (isSign(token, ')') && depth > 0) depth--;
    return Math.max(most, depth);
  }, 0);
}

function isKnown(name: SqlName, { dialect, harmless }: StatementText): boolean {
  const texts = name.map(({ text }) => text.toLowerCase());
  if (harmless.map((one) => one.toLowerCase()).includes(texts.join('.'))) return true;
  const last = name.at(-1) as SqlName[0];
  const isBuiltIn = texts.length === 1 || (texts.length === 2 && texts[0] === 'pg_catalog');
  return (
    isBuiltIn &&
    !(last.isQuoted && last.text !== last.text.toLowerCase()) &&
    isHarmless(texts.at(-1) as string, dialect)
  );
}

interface Done {
  readonly kinds: Set<string>;
  isOpaque: boolean;
}

function kindsOf(text: StatementText, kind: string): Done {
  const { tokens, first } = text;
  const done: Done = {
    kinds: new Set(kind === 'with' || kind === 'for' ? [] : [kind]),
    isOpaque: kind === 'call' || kind === 'prepare',
  };
  if ((kind === 'explain' || kind === 'describe') && !explains(text, done)) return done;
  if (kind === 'grant' || kind === 'revoke') return done;
  // It may hold other statements, and grants.
  if (first === 'create' && lower(tokens[1]) === 'schema') done.isOpaque = true;
  let verb = '';
  tokens.forEach((token, i) => {
    const own = lower(token);
    const next = lower(tokens[i + 1]);
    if (VERBS.includes(own)) {
      if (!isVerb(text, i)) return;
      done.kinds.add(own);
      verb = own;
    } else if (own === 'into') {
      const at = PRIORITIES.includes(lower(tokens[i - 1])) ? i - 2 : i - 1;
      const isOwn = ['insert', 'replace', 'merge'].includes(lower(tokens[at])) && isVerb(text, at);
      if (/^(out|dump)file$/.test(next)) done.kinds.add('write_file');
      else if (!isOwn && (verb === 'select' || verb === 'values')) done.kinds.add('create');
    } else if (
      (own === 'for' && ['update', 'share', 'no', 'key'].includes(next)) ||
      (own === 'lock' && next === 'in')
    ) {
      done.kinds.add('lock');
    } else if (own === 'execute' && i > 0) {
      done.kinds.add('call');
      done.isOpaque = true;
    } else if (own === 'value' && next === 'for') done.isOpaque = true;
  });
  return done;
}

/** What an EXPLAIN explains. @returns whether it runs that. */
function explains({ tokens, dialect }: StatementText, done: Done): boolean {
  let at = 1;
  let runs = false;
  if (isSign(tokens[at], '(')) {
    const close = closingOf(tokens, at);
    runs = tokens.slice(at, close).some((token) => /^analy[sz]e$/i.test(token.text));
    at = close + 1;
  }
  for (; at < tokens.length; at++) {
    const own = lower(tokens[at]);
    if (own === 'analyze' || own === 'analyse') runs = true;
    else if (isSign(tokens[at], '(')) break;
    else if (statementKind(own, dialect) !== undefined && !isSign(tokens[at + 1], '=') && !isSign(tokens[at - 1], '='))
      break;
  }
  const inner = isSign(tokens[at], '(') ? 'select' : lower(tokens[at]);
  if (SQL_QUERIES.has(inner)) return runs;
  const kind = statementKind(inner, dialect);
  if (kind === undefined) {
    done.isOpaque ||= runs;
    return false;
  }
  // It is explained, or acts at once.
  done.kinds.add(kind);
  done.isOpaque ||= kind === 'call' || kind === 'prepare';
  return true;
}

function isVerb({ tokens, first }: StatementText, at: number): boolean {
  const own = lower(tokens[at]);
  const before = tokens[at - 1];
  if (['replace', 'insert'].includes(own) && isSign(tokens[at + 1], '(')) return false;
  if (own === 'select') return true;
  if (own === 'update' && lower(before) === 'for' && first !== 'set') return false;
  if (before === undefined) return true;
  if (before.kind === 'sign') return before.text === '(' || before.text === ')';
  return ['explain', 'describe', 'desc', 'analyze'].includes(first) || LEADS_TO_VERB.includes(lower(before));
}

interface Names {
  readonly tables: SqlName[];
  readonly functions: SqlName[];
  hasUnknownTable: boolean;
  isOpaque: boolean;
}

/** What one pair of parentheses is about. */
interface Scope {
  expects: 'list' | 'target' | null;
  isList: boolean;
  hasQuery: boolean;
}

/** Names that `WITH` gives to queries, and where each is known. */
interface Given {
  readonly name: string;
  /** Where it is given. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

function namesIn(text: StatementText): Names {
  const { tokens, first, dialect } = text;
  const given = givenNames(text);
  const names: Names = { tables: [], functions: [], hasUnknownTable: false, isOpaque: false };
  const scopes: Scope[] = [{ expects: null, isList: false, hasQuery: true }];
  let at = 0;
  while (at < tokens.length) {
    const scope = scopes.at(-1) as Scope;
    const token = tokens[at] as SqlWord;
    if (isSign(token, '(')) {
      const isQuery = SQL_QUERIES.has(lower(tokens[at + 1]));
      const isTables = scope.expects !== null && !isQuery;
      scopes.push({ expects: isTables ? 'list' : null, isList: isTables, hasQuery: isQuery || isTables });
      scope.expects = null;
      at++;
    } else if (isSign(token, ')')) {
      if (scopes.length > 1) scopes.pop();
      at++;
    } else if (
      dialect === 'postgres' &&
      isSign(token, '.') &&
      (isSign(tokens[at - 1], ')') || isSign(tokens[at - 1], ']')) &&
      !isSign(tokens[at + 1], '*')
    ) {
      // It calls `f` where `(x).f` is no field of x.
      names.isOpaque = true;
      at++;
    } else if (isSign(token, ',')) {
      scope.expects = scope.isList ? 'list' : null;
      at++;
    } else if (scope.expects !== null) at = table(scope);
    else if (token.kind === 'word') at = keyword(scope);
    else at = token.kind === 'name' ? called() : at + 1;
  }
  return names;

  function keyword(scope: Scope): number {
    const own = lower(tokens[at]);
    if (own === 'select' || own === 'delete') scope.hasQuery = true;
    const isBare =
      ['insert', 'replace'].includes(own) &&
      isVerb(text, at) &&
      lower(tokens[at - 1]) !== 'then' &&
      !leadsInto(tokens, at + 1);
    const isBareDelete =
      own === 'delete' && dialect === 'mssql' && lower(tokens[at + 1]) !== 'from' && isVerb(text, at);
    if (isBare || isBareDelete) names.hasUnknownTable = true;
    if (own === 'join' && isSign(tokens[at + 1], '(') && isAtStart(text, at)) names.isOpaque = true;
    const expects = tableBehind(text, at, scope.hasQuery);
    if (expects !== null) {
      scope.expects = expects;
      scope.isList = expects === 'list';
      return at + 1;
    }
    if (CLOSES.includes(own) || (own === 'set' && first !== 'select' && !scope.isList)) scope.isList = false;
    return called();
  }

  function table(scope: Scope): number {
    const { expects } = scope;
    scope.expects = null;
    const own = lower(tokens[at]);
    if (isModifier(text, at)) {
      scope.expects = expects;
      return at + 1;
    }
    const name = nameAt(tokens, at);
    if (name === null || (name.length === 1 && DOUBTFUL.includes(own))) {
      names.hasUnknownTable = true;
      if (isSign(tokens[at + 1], '(')) names.isOpaque = true;
      return at + 1;
    }
    const end = at + 2 * name.length - 1;
    const isPlain = name.every((part) => /^[\x00-\x7f]*$/.test(part.text));
    const isGiven =
      name.length === 1 &&
      isPlain &&
      given.some((one) => one.name === sameName(name[0]) && one.from <= at && at < one.to);
    if (isSign(tokens[end], '(') && expects === 'list') {
      call(name);
      if (dialect === 'mssql') names.hasUnknownTable = true;
    } else if (name.some((part) => /^[@#]/.test(part.text) || part.text.trim() !== part.text))
      names.hasUnknownTable = true;
    else if (expects === 'target' || !isGiven) names.tables.push(name);
    if (expects === 'target' && isSign(tokens[end], ',')) names.hasUnknownTable = true;
    return end;
  }

  function called(): number {
    if (!isSign(tokens[at + 1], '(') && !isSign(tokens[at + 1], '.')) return at + 1;
    const name = nameAt(tokens, at);
    // `x.*`, or more parts than a name has: the last ones are looked at by themselves.
    if (name === null) return at + 1;
    const end = at + 2 * name.length - 1;
    if (isSign(tokens[end], '(') && !callsNothing(text, at, end, given)) call(name);
    return end;
  }

  function call(name: SqlName): void {
    const isGrammar =
      name.length === 1 &&
      !name[0]?.isQuoted &&
      NO_FUNCTIONS.has(name[0]?.text.toLowerCase() ?? '') &&
      !isAtStart(text, at);
    if (!isGrammar) names.functions.push(name);
  }
}

function leadsInto(tokens: readonly SqlWord[], from: number): boolean {
  const passed = [...PRIORITIES, 'or', 'rollback', 'abort', 'fail', 'replace'];
  let at = from;
  while (passed.includes(lower(tokens[at]))) at++;
  return lower(tokens[at]) === 'into';
}

/** Does a word that may name a function stand where a call may begin, and no word of the grammar? */
function isAtStart({ tokens, dialect, first }: StatementText, at: number): boolean {
  const [own, before] = [lower(tokens[at]), lower(tokens[at - 1])];
  if (!CALLED_AT_START.has(own)) return false;
  if (own === 'by') return !['group', 'order', 'partition'].includes(before);
  // No dialect has a parenthesis behind these.
  if (['inner', 'cross', 'natural', 'is'].includes(own) || (own === 'like' && dialect === 'postgres')) return true;
  if (own === 'set')
    return before !== 'update' && !(first === 'update' && tokens.findIndex((one) => lower(one) === 'set') === at);
  if (own === 'join' && ['inner', 'cross', 'natural'].includes(before)) return false;
  const operand = tokens[own === 'like' && before === 'not' ? at - 2 : at - 1];
  if (operand === undefined || operand.kind === 'sign') return !isSign(operand, ')');
  const word = lower(operand);
  return NO_FUNCTIONS.has(word) || STARTS.has(word);
}

/** What sort of table a word is followed by. */
function tableBehind(text: StatementText, at: number, hasQuery: boolean): Scope['expects'] {
  const { tokens, first, dialect } = text;
  const [own, before, after] = [lower(tokens[at]), lower(tokens[at - 1]), tokens[at + 1]];
  if (own === 'from') {
    const isDistinct = before === 'distinct' && ['is', 'not'].includes(lower(tokens[at - 2]));
    return !hasQuery || isDistinct ? null : before === 'delete' ? 'target' : 'list';
  }
  const isIt: Readonly<Record<string, Scope['expects'] | false>> = {
    join: 'list',
    straight_join: 'list',
    apply: (before === 'cross' || before === 'outer') && 'list',
    using: !isSign(after, '(') && 'list',
    into: !['outfile', 'dumpfile'].includes(lower(after)) && 'target',
    update: isVerb(text, at) && !['do', 'then', 'key'].includes(before) && 'target',
    in: dialect === 'sqlite' && !isSign(after, '(') && 'list',
    table: 'target',
    truncate: at === 0 && lower(after) !== 'table' && 'target',
    describe: at === 0 && 'target',
    desc: at === 0 && 'target',
    copy: at === 0 && 'target',
    handler: at === 0 && 'target',
    references: 'target',
    on: first === 'create' && 'target',
  };
  return (Object.hasOwn(isIt, own) && isIt[own]) || null;
}

/** Words between what leads to a table and its name. */
function isModifier({ tokens, dialect }: StatementText, at: number): boolean {
  const [own, before, after] = [lower(tokens[at]), lower(tokens[at - 1]), lower(tokens[at + 1])];
  if (own === 'only' || own === 'lateral') return dialect === 'postgres';
  if (own === 'low_priority') return dialect === 'mysql';
  if (own === 'if') return after === 'exists' || after === 'not';
  return (own === 'not' && before === 'if') || (own === 'exists' && (before === 'if' || before === 'not'));
}

/** `x (a, b)` behind AS, or as a common table expression; `count(*) OVER (…)`, `FILTER (WHERE …)`; a type with its length. */
function callsNothing(
  { tokens, first, dialect }: StatementText,
  at: number,
  open: number,
  given: readonly Given[],
): boolean {
  const [own, before] = [lower(tokens[at]), lower(tokens[at - 1])];
  const isBehind = isSign(tokens[at - 1], ')');
  if (before === 'as') return true;
  if (own === 'explain') return at === 0;
  if (own === 'conflict') return before === 'on' && lower(tokens[closingOf(tokens, open) + 1]) === 'do';
  if (own === 'over' || own === 'group') if (isBehind || before === 'within') return true;
  if (own === 'filter') return isBehind && lower(tokens[open + 1]) === 'where';
  if (own === 'key') return ['primary', 'foreign', 'unique'].includes(before);
  if (own === 'top') return dialect === 'mssql';
  if (SQL_TYPES.has(own) && (first === 'create' || first === 'alter')) return true;
  return given.some((one) => one.at === at);
}

/** A statement about one table and nothing else: `DROP TABLE a`, `CREATE TABLE a (…)`. */
function isSimple({ tokens, first }: StatementText, tables: number): boolean {
  const second = lower(tokens[1]);
  const odd = ['like', 'inherits', 'union', 'as', 'select', 'references', 'partition', 'of'];
  switch (first) {
    case 'drop':
      return tables > 0 && second === 'table';
    case 'create':
      return tables > 0 && second === 'table' && !tokens.some((token) => odd.includes(lower(token)));
    case 'copy':
      return tables > 0 && second !== 'binary';
    case 'truncate':
    case 'handler':
      return tables > 0;
    default:
      return false;
  }
}

function nameAt(tokens: readonly SqlWord[], at: number): SqlName | null {
  const parts: SqlName[0][] = [];
  for (let i = at; parts.length < MAX_NAME_PARTS; i += 2) {
    const token = tokens[i];
    if (token?.kind !== 'word' && token?.kind !== 'name') return null;
    parts.push({ text: token.text, isQuoted: token.kind === 'name' });
    if (!isSign(tokens[i + 1], '.')) return parts;
  }
  return null;
}

/** A name as it must be spelled to be the same: in quotes letter by letter. */
function sameName(part: SqlName[0] | undefined): string {
  return part?.isQuoted ? `"${part.text}` : (part?.text.toLowerCase() ?? '');
}

/** By statement and parenthesis: the place of the one that closes it; the end where there is none. */
const closings = new WeakMap<readonly SqlWord[], Map<number, number>>();

function closingOf(tokens: readonly SqlWord[], open: number): number {
  let known = closings.get(tokens);
  if (!known) {
    known = new Map();
    const opened: number[] = [];
    for (const [i, token] of tokens.entries()) {
      if (isSign(token, '(')) opened.push(i);
      const start = isSign(token, ')') ? opened.pop() : undefined;
      if (start !== undefined) known.set(start, i);
    }
    closings.set(tokens, known);
  }
  return known.get(open) ?? tokens.length;
}

function givenNames({ tokens, first }: StatementText): Given[] {
  const given: Given[] = [];
  const ends = [tokens.length];
  tokens.forEach((token, i) => {
    if (isSign(token, '(')) ends.push(closingOf(tokens, i));
    if (isSign(token, ')') && ends.length > 1) ends.pop();
    const before = tokens[i - 1];
    const isFree =
      before === undefined ||
      isSign(before, '(') ||
      isSign(before, ')') ||
      LEADS_TO_VERB.includes(lower(before)) ||
      lower(before) === first;
    if (lower(token) === 'with' && isFree) giveNames(tokens, i, ends.at(-1) as number, given);
  });
  return given;
}

function giveNames(tokens: readonly SqlWord[], start: number, to: number, given: Given[]): void {
  const isRecursive = lower(tokens[start + 1]) === 'recursive';
  let at = start + (isRecursive ? 2 : 1);
  while (given.length < 256) {
    const own = at;
    const name = tokens[at];
    if (name?.kind !== 'word' && name?.kind !== 'name') return;
    at++;
    if (isSign(tokens[at], '(')) at = closingOf(tokens, at) + 1;
    if (lower(tokens[at]) !== 'as') return;
    at++;
    if (lower(tokens[at]) === 'not') at++;
    if (lower(tokens[at]) === 'materialized') at++;
    if (!isSign(tokens[at], '(')) return;
    const close = closingOf(tokens, at);
    const part = { text: name.text, isQuoted: name.kind === 'name' };
    given.push({ name: sameName(part), at: own, from: isRecursive ? own : close, to });
    at = close + 1;
    if (!isSign(tokens[at], ',')) return;
    at++;
  }
}

/** How many rows the outermost query gives; null: any; NaN: that can't be told. */
function limitOf(whole: readonly SqlWord[], dialect: SqlDialect): number | null {
  // All of it may stand in parentheses.
  let tokens = whole;
  while (isSign(tokens[0], '(') && closingOf(tokens, 0) === tokens.length - 1) tokens = tokens.slice(1, -1);
  let depth = 0;
  const outer: number[] = [];
  tokens.forEach((token, i) => {
    depth += isSign(token, '(') ? 1 : isSign(token, ')') ? -1 : 0;
    if (depth <= 0 && token.kind === 'word') outer.push(i);
  });
  const at = (index: number) => lower(tokens[index]);
  const number = (index: number) => {
    const token = tokens[index];
    return token?.kind === 'number' && /^\d+$/.test(token.text) ? Number(token.text) : Number.NaN;
  };
  let limit: number | null = null;
  for (const i of outer) {
    if (at(i) === 'limit') {
      const count = isSign(tokens[i + 2], ',') ? i + 3 : i + 1;
      const next = tokens[count + 1];
      const isOver = next === undefined || isSign(next, ')') || AFTER_LIMIT.has(lower(next));
      limit = at(i + 1) === 'all' ? null : isOver ? number(count) : Number.NaN;
    } else if (at(i) === 'top' && dialect === 'mssql') {
      const isBracketed = isSign(tokens[i + 1], '(');
      const behind = isBracketed ? i + 4 : i + 2;
      const isSignBehind = tokens[behind]?.kind === 'sign' && !isSign(tokens[behind], '*');
      const isOdd =
        (isBracketed && !isSign(tokens[i + 3], ')')) || ['percent', 'with'].includes(at(behind)) || isSignBehind;
      limit = isOdd ? Number.NaN : number(isBracketed ? i + 2 : i + 1);
    } else if (at(i) === 'fetch') {
      const isOne = ['row', 'rows'].includes(at(i + 2));
      const isPlain = ['first', 'next'].includes(at(i + 1)) && at(isOne ? i + 3 : i + 4) === 'only';
      limit = !isPlain ? Number.NaN : isOne ? 1 : number(i + 2);
    }
  }
  const isUnion = outer.some((i) => ['union', 'except', 'intersect'].includes(at(i)));
  return isUnion && dialect === 'mssql' && outer.some((i) => at(i) === 'top') ? Number.NaN : limit;
}
