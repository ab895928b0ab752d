import { isHarmless, NO_FUNCTIONS, type SqlDialect, statementKind } from '../../data/sql.js';
import type { SqlToken } from './sql-tokens.js';

/** A name of SQL: its parts, schema first. @internal */
export type SqlName = readonly { readonly text: string; readonly isQuoted: boolean }[];

/** What one statement does. @internal */
export interface SqlStatement {
  readonly kinds: readonly string[];
  readonly tables: readonly SqlName[];
  readonly functions: readonly SqlName[];
  /** How many rows its outermost query gives at most; undefined: no limit; NaN: unknown. */
  readonly limit: number | undefined;
  /** It runs what can't be seen: a function that no table knows, a procedure. */
  readonly isOpaque: boolean;
  /** A table that has no plain name. */
  readonly hasUnknownTable: boolean;
}

/** The statements of a text; undefined: one of them can't be told. @param known Further functions that are harmless. */
export function sqlStatements(
  tokens: readonly SqlToken[],
  dialect: SqlDialect,
  known: ReadonlySet<string>,
): readonly SqlStatement[] | undefined {
  const statements: SqlStatement[] = [];
  for (const part of split(tokens, dialect)) {
    const statement = new StatementReader(part, dialect, known).read();
    if (statement === undefined) return undefined;
    statements.push(statement);
  }
  return statements;
}

function split(tokens: readonly SqlToken[], dialect: SqlDialect): SqlToken[][] {
  const statements: SqlToken[][] = [[]];
  let depth = 0;
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as SqlToken;
    const own = statements.at(-1) as SqlToken[];
    if (token.kind === 'end') {
      statements.push([]);
      depth = 0;
      continue;
    }
    if (token.text === '(' && token.kind === 'sign') depth++;
    if (token.text === ')' && token.kind === 'sign') depth--;
    if (dialect === 'mssql' && depth <= 0 && begins(token, own, tokens[i + 1])) statements.push([token]);
    else own.push(token);
  }
  return statements.filter((statement) => statement.length > 0);
}

/** In T-SQL a word that can begin a statement does, where its grammar has no other place for it. */
function begins({ kind, word }: SqlToken, own: readonly SqlToken[], next: SqlToken | undefined): boolean {
  const [first] = own;
  if (kind !== 'word' || first === undefined || statementKind(word, 'mssql') === undefined) return false;
  const before = own.at(-1) as SqlToken;
  if (before.kind === 'sign' && (before.text === '.' || before.text === '(')) return false;
  switch (word) {
    case 'set':
      return first.word !== 'update' && first.word !== 'merge' && first.word !== 'with';
    case 'select':
      return !['insert', 'union', 'all', 'except', 'intersect', 'as', 'with', 'for'].some((one) =>
        one === 'insert' || one === 'with'
          ? first.word === one && !own.some((token) => token.word === 'select')
          : before.word === one,
      );
    case 'with':
      return next?.text !== '(';
    case 'update':
    case 'delete':
    case 'insert':
      return before.word !== 'then' && before.word !== 'on' && before.word !== 'for' && first.word !== 'with';
    case 'merge':
      return next?.word !== 'join' && first.word !== 'with';
    case 'fetch':
      return before.word !== 'rows' && before.word !== 'row';
    case 'end':
      return !own.some((token) => token.word === 'case');
    case 'values':
      return false;
    default:
      return true;
  }
}

const VERBS: ReadonlySet<string> = new Set(['select', 'insert', 'update', 'delete', 'merge', 'replace', 'values']);
/** After these a verb begins what the statement contains. */
const BEFORE_VERBS: ReadonlySet<string> = new Set(
  'as then do union all except intersect distinct key before after instead else begin loop also for execute'.split(' '),
);
/** A name follows that is a table. */
const BEFORE_TABLE: ReadonlySet<string> = new Set(
  'from join straight_join apply into update table truncate references using describe desc copy handler in'.split(' '),
);
const BEFORE_LIST: ReadonlySet<string> = new Set(['from', 'join', 'straight_join', 'apply', 'using']);
const MODIFIERS: ReadonlySet<string> = new Set(
  'only lateral if exists not low_priority high_priority delayed ignore quick concurrently table top percent'.split(
    ' ',
  ),
);
const ENDS_LIST: ReadonlySet<string> = new Set(
  'where group order having limit set values union intersect except select returning window fetch offset when then output'.split(
    ' ',
  ),
);

/** Words that are no names where one may stand. */
const GRAMMAR: ReadonlySet<string> = new Set([
  ...BEFORE_TABLE,
  ...ENDS_LIST,
  ...MODIFIERS,
  ...['delete', 'insert', 'merge', 'index', 'on'],
]);

/** What is open at one depth of parentheses. */
interface Level {
  expects: boolean;
  isList: boolean;
  /** `from` names tables here. */
  hasQuery: boolean;
}

class StatementReader {
  private readonly kinds = new Set<string>();
  private readonly tables: SqlName[] = [];
  private readonly functions: SqlName[] = [];
  private isOpaque = false;
  private hasUnknownTable = false;
  private readonly first: string;
  /** Names that common table expressions give, and the tokens that they are seen from and to. */
  private readonly expressions: { readonly name: string; readonly from: number; readonly to: number }[] = [];

  constructor(
    private readonly tokens: readonly SqlToken[],
    private readonly dialect: SqlDialect,
    private readonly known: ReadonlySet<string>,
  ) {
    const start = tokens.find(({ kind, text }) => !(kind === 'sign' && text === '('));
    this.first = start?.kind === 'word' ? start.word : '';
  }

  read(): SqlStatement | undefined {
    const kind = statementKind(this.first, this.dialect);
    if (kind === undefined) return undefined;
    this.ownKinds(kind);
    this.commonTables();
    this.names();
    const { kinds, tables, functions, isOpaque, hasUnknownTable } = this;
    return { kinds: [...kinds].sort(), tables, functions, limit: this.limit(), isOpaque, hasUnknownTable };
  }

  private at(index: number): SqlToken | undefined {
    return this.tokens[index];
  }

  private isSign(index: number, text: string): boolean {
    const token = this.tokens[index];
    return token !== undefined && token.kind === 'sign' && token.text === text;
  }

  private ownKinds(kind: string): void {
    const isPlan = this.first === 'explain' || this.first === 'describe' || this.first === 'desc';
    if (kind !== 'with' && kind !== 'for') this.kinds.add(kind);
    if (kind === 'call' || kind === 'prepare') this.isOpaque = true;
    if (isPlan && !this.runs()) return;
    if (isPlan) this.explained();
    if (kind === 'grant' || kind === 'revoke') return;
    for (let i = 0; i < this.tokens.length; i++) {
      const { kind: sort, word } = this.tokens[i] as SqlToken;
      if (sort !== 'word') continue;
      if (VERBS.has(word) && this.isVerb(i)) this.kinds.add(word);
      if (word === 'into') this.into(i);
      if (word === 'for' && this.locks(i)) this.kinds.add('lock');
      if (word === 'lock' && this.at(i + 1)?.word === 'in') this.kinds.add('lock');
    }
  }

  /** Does an EXPLAIN run what it explains? */
  private runs(): boolean {
    return this.tokens.slice(0, MAX_OPTIONS).some(({ word }) => word === 'analyze' || word === 'analyse');
  }

  /** What an EXPLAIN runs: a statement of any kind. */
  private explained(): void {
    const start = this.tokens.findIndex(({ word }) => word === 'analyze' || word === 'analyse');
    const inner = this.tokens.slice(start + 1).find(({ word }) => !EXPLAIN_OPTIONS.has(word) && word !== '');
    const kind = inner && statementKind(inner.word, this.dialect);
    if (kind === undefined || kind === 'call' || kind === 'prepare') this.isOpaque = true;
    if (kind !== undefined && kind !== 'with') this.kinds.add(kind);
  }

  private isVerb(index: number): boolean {
    const next = this.at(index + 1);
    // A function, or a column.
    if (
      next?.kind === 'sign' &&
      next.text === '(' &&
      (word(this.at(index)) === 'replace' || word(this.at(index)) === 'insert')
    ) {
      return false;
    }
    if (word(this.at(index)) === 'select') return true;
    // `FOR UPDATE` locks; `SET STATEMENT … FOR UPDATE` runs.
    if (word(this.at(index)) === 'update' && word(this.at(index - 1)) === 'for' && this.first !== 'set') return false;
    const before = this.at(index - 1);
    if (before === undefined) return true;
    if (before.kind === 'sign') return before.text === '(' || before.text === ')';
    if (this.first === 'explain' || this.first === 'describe' || this.first === 'desc' || this.first === 'analyze')
      return true;
    return before.kind === 'word' && BEFORE_VERBS.has(before.word);
  }

  private into(index: number): void {
    const before = word(this.at(index - 1));
    if (['insert', 'replace', 'merge', 'ignore', 'low_priority', 'high_priority', 'delayed', 'load'].includes(before))
      return;
    const verb = this.tokens.slice(0, index).findLast(({ word }) => VERBS.has(word))?.word;
    if (verb !== 'select' && verb !== 'values') return;
    const next = word(this.at(index + 1));
    this.kinds.add(next === 'outfile' || next === 'dumpfile' ? 'write_file' : 'create');
  }

  private locks(index: number): boolean {
    const next = word(this.at(index + 1));
    return next === 'update' || next === 'share' || next === 'no' || next === 'key';
  }

  /** Reads `WITH name (…) AS (…), …`. */
  private commonTables(): void {
    for (let i = 0; i < this.tokens.length; i++) {
      const token = this.tokens[i] as SqlToken;
      if (token.kind !== 'word' || token.word !== 'with') continue;
      const before = this.at(i - 1);
      const isStart =
        before === undefined ||
        (before.kind === 'sign' && '()'.includes(before.text)) ||
        BEFORE_VERBS.has(word(before)) ||
        word(before) === this.first;
      if (isStart) this.commonTable(i);
    }
  }

  private commonTable(index: number): void {
    const isRecursive = word(this.at(index + 1)) === 'recursive';
    const end = this.endOf(index);
    for (let i = index + (isRecursive ? 2 : 1); ; i++) {
      const start = i;
      const name = this.at(i++);
      if (name?.kind !== 'word' && name?.kind !== 'name') return;
      if (this.isSign(i, '(')) i = this.closing(i) + 1;
      if (word(this.at(i)) !== 'as') return;
      i++;
      if (word(this.at(i)) === 'not') i++;
      if (word(this.at(i)) === 'materialized') i++;
      if (!this.isSign(i, '(')) return;
      const close = this.closing(i);
      this.expressions.push({
        name: spelled({ text: name.text, isQuoted: name.kind === 'name' }),
        from: isRecursive ? start : close,
        to: end,
      });
      i = close + 1;
      if (!this.isSign(i, ',')) return;
    }
  }

  /** The parenthesis that closes the one at a place; the end where none does. */
  private closing(index: number): number {
    let depth = 0;
    for (let i = index; i < this.tokens.length; i++) {
      if (this.isSign(i, '(')) depth++;
      else if (this.isSign(i, ')') && --depth === 0) return i;
    }
    return this.tokens.length;
  }

  /** Where the parentheses around a place close. */
  private endOf(index: number): number {
    let depth = 0;
    for (let i = index; i < this.tokens.length; i++) {
      if (this.isSign(i, '(')) depth++;
      else if (this.isSign(i, ')') && --depth < 0) return i;
    }
    return this.tokens.length;
  }

  /** Tables and functions, in one pass. */
  private names(): void {
    const levels: Level[] = [{ expects: false, isList: false, hasQuery: true }];
    for (let i = 0; i < this.tokens.length; ) {
      const level = levels.at(-1) as Level;
      const token = this.tokens[i] as SqlToken;
      if (token.kind === 'sign' && token.text === '(') {
        const first = word(this.at(i + 1));
        const isQuery = first === 'select' || first === 'with' || first === 'values' || first === 'table';
        levels.push({
          expects: level.expects && !isQuery,
          isList: level.expects && !isQuery,
          hasQuery: isQuery || level.expects,
        });
        level.expects = false;
        i++;
      } else if (token.kind === 'sign' && token.text === ')') {
        if (levels.length > 1) levels.pop();
        i++;
      } else if (token.kind === 'sign' && token.text === ',') {
        level.expects = level.isList;
        i++;
      } else if (level.expects && !(token.kind === 'word' && this.isGrammar(token.word))) i = this.table(i, level);
      else if (token.kind === 'name' || (token.kind === 'word' && !this.isGrammar(token.word))) i = this.function(i);
      else i = this.keyword(i, level);
    }
  }

  /** A word that is no name where it stands. */
  private isGrammar(text: string): boolean {
    return GRAMMAR.has(text);
  }

  private keyword(index: number, level: Level): number {
    const token = this.tokens[index] as SqlToken;
    const { word: text } = token;
    if (token.kind !== 'word') {
      return index + 1;
    }
    if (text === 'select' || text === 'delete') level.hasQuery = true;
    if (BEFORE_TABLE.has(text) && this.namesTable(index, level)) {
      level.expects = true;
      level.isList = BEFORE_LIST.has(text);
    } else if (text === 'on' && this.first === 'create') {
      level.expects = true;
      level.isList = false;
    } else if (ENDS_LIST.has(text)) {
      level.expects = false;
      level.isList = false;
    } else if (MODIFIERS.has(text)) {
      // What is expected comes behind it.
    } else level.expects = false;
    // `left (`, `if (`, `replace (`: the functions that are words of the grammar as well.
    if (this.isSign(index + 1, '(') && !NO_FUNCTIONS.has(text) && !BEFORE_TABLE.has(text) && !ENDS_LIST.has(text)) {
      this.call([{ text: token.text, isQuoted: false }]);
    }
    return index + 1;
  }

  private namesTable(index: number, level: Level): boolean {
    const text = word(this.at(index));
    const before = word(this.at(index - 1));
    switch (text) {
      case 'from':
        return level.hasQuery && !(before === 'distinct' && ['is', 'not'].includes(word(this.at(index - 2))));
      case 'update':
        return index === 0 || !['do', 'for', 'then', 'on', 'key', 'after', 'before', 'or'].includes(before);
      case 'using':
        return ['delete', 'merge', 'with'].includes(this.first) && !this.isSign(index + 1, '(');
      case 'into':
        return !['outfile', 'dumpfile'].includes(word(this.at(index + 1)));
      // `x IN t` of SQLite.
      case 'in':
        return this.dialect === 'sqlite' && !this.isSign(index + 1, '(');
      case 'handler':
      case 'describe':
      case 'desc':
      case 'copy':
      case 'truncate':
        return index === 0;
      default:
        return true;
    }
  }

  private table(index: number, level: Level): number {
    level.expects = false;
    const token = this.tokens[index] as SqlToken;
    if (token.kind === 'number' && word(this.at(index - 1)) === 'top') {
      level.expects = true;
      return index + 1;
    }
    const name = this.nameAt(index);
    if (name === undefined) {
      this.hasUnknownTable = true;
      return index + 1;
    }
    const end = index + name.length * 2 - 1;
    const isCall = this.isSign(end, '(') && level.isList;
    if (isCall) this.call(name);
    else if (name.some(({ text }) => /^[@#]/.test(text))) this.hasUnknownTable = true;
    else if (!this.isExpression(name, index)) this.tables.push(name);
    return end;
  }

  private isExpression(name: SqlName, index: number): boolean {
    const [only] = name;
    if (name.length > 1 || only === undefined) return false;
    const text = spelled(only);
    return this.expressions.some((one) => one.name === text && one.from <= index && index < one.to);
  }

  /** A name with its dots; undefined: there is none. */
  private nameAt(index: number): SqlName | undefined {
    const parts: { text: string; isQuoted: boolean }[] = [];
    for (let i = index; ; i += 2) {
      const token = this.at(i);
      if (token?.kind !== 'word' && token?.kind !== 'name') return undefined;
      parts.push({ text: token.text, isQuoted: token.kind === 'name' });
      if (!this.isSign(i + 1, '.')) return parts;
    }
  }

  private function(index: number): number {
    const name = this.nameAt(index);
    if (name === undefined) return index + 1;
    const end = index + name.length * 2 - 1;
    if (this.isSign(end, '(') && !this.isDefinition(index, end)) this.call(name);
    return end;
  }

  /** `x (a, b)` behind `AS`, or as a common table expression. */
  private isDefinition(index: number, end: number): boolean {
    if (word(this.at(index - 1)) === 'as') return true;
    return (
      word(this.at(this.closing(end) + 1)) === 'as' &&
      this.expressions.some(({ name }) => name.toLowerCase().includes(this.at(index)?.text.toLowerCase() ?? ' '))
    );
  }

  private call(name: SqlName): void {
    const last = name.at(-1) as SqlName[0];
    const text = last.text.toLowerCase();
    if (name.length === 1 && !last.isQuoted && NO_FUNCTIONS.has(text)) return;
    this.functions.push(name);
    const isOwn = name.length === 1 || (name.length === 2 && name[0]?.text.toLowerCase() === 'pg_catalog');
    const full = name
      .map((part) => part.text)
      .join('.')
      .toLowerCase();
    if (!(isOwn && isHarmless(text, this.dialect)) && !this.known.has(full)) this.isOpaque = true;
  }

  private limit(): number | undefined {
    // All of it may stand in parentheses.
    let outer = 0;
    while (this.isSign(outer, '(') && this.closing(outer) === this.tokens.length - 1 - outer) outer++;
    let depth = -outer;
    let limit: number | undefined;
    let isUnion = false;
    let isTop = false;
    for (let i = 0; i < this.tokens.length; i++) {
      const token = this.tokens[i] as SqlToken;
      if (token.kind === 'sign' && token.text === '(') depth++;
      if (token.kind === 'sign' && token.text === ')') depth--;
      if (depth > 0 || token.kind !== 'word') continue;
      if (token.word === 'union' || token.word === 'except' || token.word === 'intersect') isUnion = true;
      if (token.word === 'limit') limit = this.limitAt(i + 1);
      else if (token.word === 'top') {
        limit = this.topAt(i + 1);
        isTop = true;
      } else if (token.word === 'fetch') limit = this.fetchAt(i + 1);
    }
    return isTop && isUnion ? Number.NaN : limit;
  }

  private limitAt(index: number): number | undefined {
    if (word(this.at(index)) === 'all') return undefined;
    const count = this.isSign(index + 1, ',') ? index + 2 : index;
    return this.numberAt(count);
  }

  private topAt(index: number): number {
    const isBracketed = this.isSign(index, '(');
    const at = isBracketed ? index + 1 : index;
    if (isBracketed && !this.isSign(at + 1, ')')) return Number.NaN;
    const next = word(this.at(isBracketed ? at + 2 : at + 1));
    return next === 'percent' || next === 'with' ? Number.NaN : this.numberAt(at, !isBracketed);
  }

  private fetchAt(index: number): number {
    const first = word(this.at(index));
    if (first !== 'first' && first !== 'next') return Number.NaN;
    const isOne = ['row', 'rows'].includes(word(this.at(index + 1)));
    const rest = isOne ? index + 2 : index + 3;
    if (word(this.at(rest)) !== 'only') return Number.NaN;
    return isOne ? 1 : this.numberAt(index + 1);
  }

  /** Only digits, and nothing that goes on with them. */
  private numberAt(index: number, mayStar = false): number {
    const token = this.at(index);
    const next = this.at(index + 1);
    const isOver = next?.kind === 'sign' && (next.text === ')' || next.text === ',' || (mayStar && next.text === '*'));
    const goesOn = next?.kind === 'sign' && !isOver;
    return token?.kind === 'number' && /^[0-9]+$/.test(token.text) && !goesOn ? Number(token.text) : Number.NaN;
  }
}

const MAX_OPTIONS = 16;
const EXPLAIN_OPTIONS: ReadonlySet<string> = new Set(
  'verbose costs settings generic_plan buffers wal timing summary format memory serialize text xml json yaml tree traditional true false on off none binary'.split(
    ' ',
  ),
);

/** A name as it must be spelled to be the same: in quotes letter by letter. */
function spelled({ text, isQuoted }: SqlName[0]): string {
  return isQuoted ? `"${text}` : text.toLowerCase();
}

function word(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.word : '';
}
