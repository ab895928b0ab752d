import {
  AFTER_LIMIT,
  CALLED_AT_START,
  isHarmless,
  LABELS,
  MAX_NAME_PARTS,
  MAX_SQL_DEPTH,
  NO_FUNCTIONS,
  SQL_QUERIES,
  SQL_TYPES,
  type SqlDialect,
  STARTS,
  STEERING,
  statementKind,
} from '../../data/sql.js';
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
const INTO_VERBS: ReadonlySet<string> = new Set(['insert', 'replace', 'merge']);
const PRIORITIES: ReadonlySet<string> = new Set(['ignore', 'low_priority', 'high_priority', 'delayed']);
/** Reserved everywhere: they end a list of tables, and name none. */
const ENDS_LIST: ReadonlySet<string> = new Set('where group order having union intersect except select'.split(' '));
/** Statements of which all tables are told. */
const TOLD: ReadonlySet<string> = new Set(
  'select with values table insert replace update delete merge explain desc describe'.split(' '),
);

/** Statements in which a verb that is not looked for is a surprise. */
const SPOKEN: ReadonlySet<string> = new Set('select with values table insert replace update delete merge'.split(' '));

/** What is open at one depth of parentheses. */
interface Level {
  /** A table is named next: as one of a list, as what is changed, or none. */
  expects: 'list' | 'target' | undefined;
  isList: boolean;
  /** `from` names tables here. */
  hasQuery: boolean;
}

interface Expression {
  readonly name: string;
  /** Where it is given. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

class StatementReader {
  private readonly kinds = new Set<string>();
  private readonly tables: SqlName[] = [];
  private readonly functions: SqlName[] = [];
  private isOpaque = false;
  private hasUnknownTable = false;
  private readonly first: string;
  /** By place of an opening parenthesis: that of the closing one. */
  private readonly closers: Int32Array;
  private isDeep = false;
  /** Names that common table expressions give, and the tokens that they are seen from and to. */
  private readonly expressions: Expression[] = [];

  constructor(
    private readonly tokens: readonly SqlToken[],
    private readonly dialect: SqlDialect,
    private readonly known: ReadonlySet<string>,
  ) {
    const start = tokens.find(({ kind, text }) => !(kind === 'sign' && text === '('));
    this.first = word(start);
    this.closers = new Int32Array(tokens.length).fill(tokens.length);
    const open: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      if (this.isSign(i, '(')) {
        open.push(i);
        if (open.length > MAX_SQL_DEPTH) this.isDeep = true;
      } else if (this.isSign(i, ')')) {
        const at = open.pop();
        if (at !== undefined) this.closers[at] = i;
      }
    }
  }

  read(): SqlStatement | undefined {
    const kind = statementKind(this.first, this.dialect);
    if (kind === undefined || this.isDeep || this.isStrange()) return undefined;
    this.ownKinds(kind);
    this.commonTables();
    this.names();
    if (!TOLD.has(this.first) && !this.isSimple()) this.hasUnknownTable = true;
    const { kinds, tables, functions, isOpaque, hasUnknownTable } = this;
    return { kinds: [...kinds].sort(), tables, functions, limit: this.limit(), isOpaque, hasUnknownTable };
  }

  private wordAt(index: number): string {
    return word(this.tokens[index]);
  }

  private isSign(index: number, text: string): boolean {
    const token = this.tokens[index];
    return token !== undefined && token.kind === 'sign' && token.text === text;
  }

  /** Words of the grammar where they may be names, and verbs where none is looked for. */
  private isStrange(): boolean {
    const { tokens, dialect } = this;
    for (let i = 1; i < tokens.length; i++) {
      const own = this.wordAt(i);
      if (own === '') continue;
      const before = tokens[i - 1] as SqlToken;
      if (before.kind === 'sign' && STEERING.has(own) && '.@:$#'.includes(before.text)) return true;
      if (before.word === 'as' && before.kind === 'word' && LABELS.has(own)) return true;
      switch (own) {
        case 'for':
          // Index hints.
          if (dialect === 'mysql' && ['order', 'group', 'join'].includes(this.wordAt(i + 1))) return true;
          break;
        case 'search':
        case 'cycle':
          if (dialect === 'postgres' && this.isSign(i - 1, ')')) return true;
          break;
        case 'insert':
        case 'update':
        case 'delete':
        case 'merge':
          if (SPOKEN.has(this.first) && before.word !== 'for' && !this.isSign(i + 1, '(') && !this.isVerb(i))
            return true;
      }
    }
    return false;
  }

  private ownKinds(kind: string): void {
    if (kind !== 'with' && kind !== 'for') this.kinds.add(kind);
    if (kind === 'call' || kind === 'prepare') this.isOpaque = true;
    if (kind === 'explain' || kind === 'describe') {
      if (!this.explained()) return;
    }
    if (kind === 'grant' || kind === 'revoke') return;
    // It may hold other statements, and grants.
    if (this.first === 'create' && this.wordAt(1) === 'schema') this.isOpaque = true;
    let verb = '';
    for (let i = 0; i < this.tokens.length; i++) {
      const own = this.wordAt(i);
      if (own === '') continue;
      if (VERBS.has(own)) {
        if (this.isVerb(i)) {
          this.kinds.add(own);
          verb = own;
        }
      } else if (own === 'into') this.into(i, verb);
      else if (own === 'for' && ['update', 'share', 'no', 'key'].includes(this.wordAt(i + 1))) this.kinds.add('lock');
      else if (own === 'lock' && this.wordAt(i + 1) === 'in') this.kinds.add('lock');
      else if (own === 'execute' && i > 0) {
        this.kinds.add('call');
        this.isOpaque = true;
      } else if (own === 'value' && this.wordAt(i + 1) === 'for') this.isOpaque = true;
    }
  }

  /** What an EXPLAIN explains. @returns whether it runs that. */
  private explained(): boolean {
    let at = 1;
    let runs = false;
    if (this.isSign(at, '(')) {
      const end = this.closers[at] as number;
      for (; at < end; at++) if (/^analy[sz]e$/i.test((this.tokens[at] as SqlToken).text)) runs = true;
      at++;
    }
    for (; at < this.tokens.length; at++) {
      const own = this.wordAt(at);
      if (own === 'analyze' || own === 'analyse') runs = true;
      else if (statementKind(own, this.dialect) !== undefined && !this.isSign(at + 1, '=') && !this.isSign(at - 1, '='))
        break;
      else if (this.isSign(at, '(')) break;
    }
    const inner = this.isSign(at, '(') ? 'select' : this.wordAt(at);
    if (SQL_QUERIES.has(inner)) return runs;
    // A table is described, or something is explained that may act at once.
    const kind = statementKind(inner, this.dialect);
    if (kind !== undefined) {
      this.kinds.add(kind);
      if (kind === 'call' || kind === 'prepare') this.isOpaque = true;
      return true;
    }
    if (runs) this.isOpaque = true;
    return false;
  }

  private isVerb(index: number): boolean {
    const own = this.wordAt(index);
    // A function, or a column.
    if ((own === 'replace' || own === 'insert') && this.isSign(index + 1, '(')) return false;
    if (own === 'select') return true;
    // `FOR UPDATE` locks; `SET STATEMENT … FOR UPDATE` runs.
    if (own === 'update' && this.wordAt(index - 1) === 'for' && this.first !== 'set') return false;
    const before = this.tokens[index - 1];
    if (before === undefined) return true;
    if (before.kind === 'sign') return before.text === '(' || before.text === ')';
    if (this.first === 'explain' || this.first === 'describe' || this.first === 'desc' || this.first === 'analyze')
      return true;
    return before.kind === 'word' && BEFORE_VERBS.has(before.word);
  }

  /** @param verb The last one before it. */
  private into(index: number, verb: string): void {
    const at = PRIORITIES.has(this.wordAt(index - 1)) ? index - 2 : index - 1;
    const isOwn = INTO_VERBS.has(this.wordAt(at)) && this.isVerb(at);
    const next = this.wordAt(index + 1);
    if (next === 'outfile' || next === 'dumpfile') this.kinds.add('write_file');
    else if (!isOwn && (verb === 'select' || verb === 'values')) this.kinds.add('create');
  }

  /** Reads `WITH name (…) AS (…), …`. */
  private commonTables(): void {
    const ends = [this.tokens.length];
    for (let i = 0; i < this.tokens.length; i++) {
      if (this.isSign(i, '(')) ends.push(this.closers[i] as number);
      else if (this.isSign(i, ')')) {
        if (ends.length > 1) ends.pop();
      } else if (this.wordAt(i) === 'with') {
        const before = this.wordAt(i - 1);
        const isStart =
          i === 0 ||
          this.isSign(i - 1, '(') ||
          this.isSign(i - 1, ')') ||
          BEFORE_VERBS.has(before) ||
          before === this.first;
        if (isStart) this.commonTable(i, ends.at(-1) as number);
      }
    }
  }

  private commonTable(index: number, end: number): void {
    const isRecursive = this.wordAt(index + 1) === 'recursive';
    for (let i = index + (isRecursive ? 2 : 1); this.expressions.length < MAX_EXPRESSIONS; i++) {
      const start = i;
      const name = this.tokens[i++];
      if (name?.kind !== 'word' && name?.kind !== 'name') return;
      if (this.isSign(i, '(')) i = (this.closers[i] as number) + 1;
      if (this.wordAt(i) !== 'as') return;
      i++;
      if (this.wordAt(i) === 'not') i++;
      if (this.wordAt(i) === 'materialized') i++;
      if (!this.isSign(i, '(')) return;
      const close = this.closers[i] as number;
      this.expressions.push({ name: spelled(partOf(name)), at: start, from: isRecursive ? start : close, to: end });
      i = close + 1;
      if (!this.isSign(i, ',')) return;
    }
  }

  /** Tables and functions, in one pass. */
  private names(): void {
    const levels: Level[] = [{ expects: undefined, isList: false, hasQuery: true }];
    for (let i = 0; i < this.tokens.length; ) {
      const level = levels.at(-1) as Level;
      const token = this.tokens[i] as SqlToken;
      if (this.isSign(i, '(')) {
        const inner = this.wordAt(i + 1);
        const isQuery = SQL_QUERIES.has(inner);
        const isTables = level.expects !== undefined && !isQuery;
        levels.push({ expects: isTables ? 'list' : undefined, isList: isTables, hasQuery: isQuery || isTables });
        level.expects = undefined;
        i++;
      } else if (this.isSign(i, ')')) {
        if (levels.length > 1) levels.pop();
        i++;
      } else if (this.isSign(i, '.') && this.isField(i)) {
        this.isOpaque = true;
        i++;
      } else if (this.isSign(i, ',')) {
        level.expects = level.isList ? 'list' : undefined;
        i++;
      } else if (level.expects !== undefined) i = this.table(i, level);
      else if (token.kind === 'word') i = this.keyword(i, level);
      else i = token.kind === 'name' ? this.called(i) : i + 1;
    }
  }

  /** PostgreSQL calls `f` where `(x).f` is no field of x. */
  private isField(index: number): boolean {
    const isBehind = this.isSign(index - 1, ')') || this.isSign(index - 1, ']');
    return this.dialect === 'postgres' && isBehind && !this.isSign(index + 1, '*');
  }

  private keyword(index: number, level: Level): number {
    const own = this.wordAt(index);
    if (own === 'select' || own === 'delete') level.hasQuery = true;
    if (own === 'join' && this.isSign(index + 1, '(') && this.isAtStart(index)) this.isOpaque = true;
    const expects = this.namesTable(index, level);
    if (expects !== undefined) {
      level.expects = expects;
      level.isList = expects === 'list';
      return index + 1;
    }
    if (ENDS_LIST.has(own) || (own === 'set' && this.first !== 'select' && !level.isList)) level.isList = false;
    if (own === 'delete' && this.dialect === 'mssql' && this.wordAt(index + 1) !== 'from' && this.isVerb(index)) {
      this.hasUnknownTable = true;
    }
    return this.called(index);
  }

  /** What sort of table a word is followed by. */
  private namesTable(index: number, { hasQuery }: Level): Level['expects'] {
    const before = this.wordAt(index - 1);
    const own = this.wordAt(index);
    switch (own) {
      case 'from': {
        const isDistinct = before === 'distinct' && ['is', 'not'].includes(this.wordAt(index - 2));
        if (!hasQuery || isDistinct) return undefined;
        return before === 'delete' ? 'target' : 'list';
      }
      case 'join':
      case 'straight_join':
        return 'list';
      case 'apply':
        return before === 'cross' || before === 'outer' ? 'list' : undefined;
      case 'using':
        return this.isSign(index + 1, '(') ? undefined : 'list';
      case 'into':
        return ['outfile', 'dumpfile'].includes(this.wordAt(index + 1)) ? undefined : 'target';
      case 'update':
        return this.isVerb(index) && before !== 'do' && before !== 'then' && before !== 'key' ? 'target' : undefined;
      case 'insert':
      case 'replace':
        // MySQL and T-SQL go without INTO.
        if (this.isVerb(index) && !this.leadsInto(index + 1) && before !== 'then') this.hasUnknownTable = true;
        return undefined;
      case 'in':
        return this.dialect === 'sqlite' && !this.isSign(index + 1, '(') ? 'list' : undefined;
      case 'table':
      case 'truncate':
      case 'describe':
      case 'desc':
      case 'copy':
      case 'handler':
        if (own === 'truncate' && this.wordAt(index + 1) === 'table') return undefined;
        return index === 0 || own === 'table' ? 'target' : undefined;
      case 'references':
        return 'target';
      case 'on':
        return this.first === 'create' ? 'target' : undefined;
      default:
        return undefined;
    }
  }

  private leadsInto(index: number): boolean {
    let at = index;
    while (PRIORITIES.has(this.wordAt(at)) || this.wordAt(at) === 'or' || SQLITE_CONFLICTS.has(this.wordAt(at))) at++;
    return this.wordAt(at) === 'into';
  }

  private table(index: number, level: Level): number {
    const { expects } = level;
    level.expects = undefined;
    const own = this.wordAt(index);
    if (this.isModifier(own, index)) {
      level.expects = expects;
      return index + 1;
    }
    const name = this.nameAt(index);
    // A word of the grammar may be a name, or not.
    if (name === undefined || (name.length === 1 && DOUBTFUL.has(own))) {
      this.hasUnknownTable = true;
      if (this.isSign(index + 1, '(')) this.isOpaque = true;
      return this.isSign(index, '(') || this.isSign(index, ')') || this.isSign(index, ',') ? index : index + 1;
    }
    const end = index + name.length * 2 - 1;
    if (this.isSign(end, '(') && expects === 'list') {
      this.call(name, index);
      // A table with a hint, in T-SQL.
      if (this.dialect === 'mssql') this.hasUnknownTable = true;
    } else if (name.some(({ text }) => /^[@#]|^\s|\s$/.test(text))) this.hasUnknownTable = true;
    else if (expects === 'target' || !this.isExpression(name, index)) this.tables.push(name);
    // `UPDATE a, b SET`, `DROP TABLE a, b`.
    if (expects === 'target' && this.isSign(end, ',')) this.hasUnknownTable = true;
    return end;
  }

  /** Words between what leads to a table and its name. */
  private isModifier(own: string, index: number): boolean {
    switch (own) {
      case 'only':
      case 'lateral':
        return this.dialect === 'postgres';
      case 'low_priority':
        return this.dialect === 'mysql';
      case 'if':
        return this.wordAt(index + 1) === 'exists' || this.wordAt(index + 1) === 'not';
      case 'not':
        return this.wordAt(index - 1) === 'if';
      case 'exists':
        return this.wordAt(index - 1) === 'if' || this.wordAt(index - 1) === 'not';
      default:
        return false;
    }
  }

  private isExpression(name: SqlName, index: number): boolean {
    const [only] = name;
    // Letters beyond ASCII fold differently.
    if (name.length > 1 || only === undefined || /[^\x00-\x7f]/.test(only.text)) return false;
    const text = spelled(only);
    return this.expressions.some((one) => one.name === text && one.from <= index && index < one.to);
  }

  /** A name with its dots; undefined: there is none, or one of too many parts. */
  private nameAt(index: number): SqlName | undefined {
    const parts: SqlName[0][] = [];
    for (let i = index; parts.length < MAX_NAME_PARTS; i += 2) {
      const token = this.tokens[i];
      if (token?.kind !== 'word' && token?.kind !== 'name') return undefined;
      parts.push(partOf(token));
      if (!this.isSign(i + 1, '.')) return parts;
    }
    return undefined;
  }

  /** A call, where a parenthesis stands behind a name. */
  private called(index: number): number {
    if (!this.isSign(index + 1, '(') && !this.isSign(index + 1, '.')) return index + 1;
    const name = this.nameAt(index);
    // `x.*`, or more parts than a name has: the last ones are looked at by themselves.
    if (name === undefined) return index + 1;
    const end = index + name.length * 2 - 1;
    if (this.isSign(end, '(') && !this.isDefinition(index, end)) this.call(name, index);
    return end;
  }

  /** `x (a, b)` behind AS, or as a common table expression; `count(*) OVER (…)`, `FILTER (WHERE …)`; a type with its length. */
  private isDefinition(index: number, end: number): boolean {
    const own = this.wordAt(index);
    const before = this.wordAt(index - 1);
    if (before === 'as') return !SQL_TYPES.has(own) || this.isSign(end, '(');
    if ((own === 'over' || own === 'group') && (this.isSign(index - 1, ')') || before === 'within')) return true;
    if (own === 'filter') return this.isSign(index - 1, ')') && this.wordAt(end + 1) === 'where';
    if (own === 'key') return before === 'primary' || before === 'foreign' || before === 'unique';
    if (own === 'top') return this.dialect === 'mssql';
    if (own === 'explain') return index === 0;
    if (own === 'conflict') return before === 'on' && this.wordAt((this.closers[end] as number) + 1) === 'do';
    if (SQL_TYPES.has(own) && (this.first === 'create' || this.first === 'alter')) return true;
    return this.expressions.some(({ at }) => at === index);
  }

  private call(name: SqlName, index: number): void {
    const last = name.at(-1) as SqlName[0];
    const text = last.text.toLowerCase();
    if (name.length === 1 && !last.isQuoted && NO_FUNCTIONS.has(text) && !this.isAtStart(index)) return;
    this.functions.push(name);
    const isOwn = name.length === 1 || (name.length === 2 && name[0]?.text.toLowerCase() === 'pg_catalog');
    const isPlain = !last.isQuoted || last.text === text;
    const full = name
      .map((part) => part.text)
      .join('.')
      .toLowerCase();
    if (!(isOwn && isPlain && isHarmless(text, this.dialect)) && !this.known.has(full)) this.isOpaque = true;
  }

  /** Does a word that may name a function stand where a call may begin, and no word of the grammar? */
  private isAtStart(index: number): boolean {
    const own = this.wordAt(index);
    if (!CALLED_AT_START.has(own)) return false;
    const before = this.wordAt(index - 1);
    if (own === 'by') return before !== 'group' && before !== 'order' && before !== 'partition';
    // No dialect has a parenthesis behind these.
    if (own === 'inner' || own === 'cross' || own === 'natural' || own === 'is') return true;
    if (own === 'like' && this.dialect === 'postgres') return true;
    if (own === 'set') return before !== 'update' && !(this.first === 'update' && this.isFirst(index));
    if (own === 'join' && (before === 'inner' || before === 'cross' || before === 'natural')) return false;
    return !this.isOperand(own === 'like' && before === 'not' ? index - 2 : index - 1);
  }

  private isFirst(index: number): boolean {
    const own = this.wordAt(index);
    return this.tokens.findIndex((token) => word(token) === own) === index;
  }

  private isOperand(index: number): boolean {
    const token = this.tokens[index];
    if (token === undefined) return false;
    if (token.kind === 'sign') return token.text === ')';
    return token.kind !== 'word' || (!NO_FUNCTIONS.has(token.word) && !STARTS.has(token.word));
  }

  /** A statement about one table and nothing else: `DROP TABLE a`, `CREATE TABLE a (…)`. */
  private isSimple(): boolean {
    if (!['drop', 'truncate', 'create', 'alter', 'copy', 'handler'].includes(this.first)) return false;
    const second = this.wordAt(1);
    if (this.first === 'drop' || this.first === 'alter' || this.first === 'create') {
      if (second !== 'table') return false;
    } else if (this.first === 'copy' && second === 'binary') return false;
    if (this.first === 'alter' || (this.first === 'create' && this.tokens.some((token) => ODD.has(word(token)))))
      return false;
    return this.tables.length > 0;
  }

  private limit(): number | undefined {
    // All of it may stand in parentheses.
    let outer = 0;
    while (this.isSign(outer, '(') && this.closers[outer] === this.tokens.length - 1 - outer) outer++;
    let depth = -outer;
    let limit: number | undefined;
    let isUnion = false;
    let isTop = false;
    for (let i = 0; i < this.tokens.length; i++) {
      if (this.isSign(i, '(')) depth++;
      else if (this.isSign(i, ')')) depth--;
      const own = this.wordAt(i);
      if (depth > 0 || own === '') continue;
      if (own === 'union' || own === 'except' || own === 'intersect') isUnion = true;
      else if (own === 'limit') limit = this.limitAt(i + 1);
      else if (own === 'top' && this.dialect === 'mssql') {
        limit = this.topAt(i + 1);
        isTop = true;
      } else if (own === 'fetch') limit = this.fetchAt(i + 1);
    }
    return isTop && isUnion ? Number.NaN : limit;
  }

  private limitAt(index: number): number | undefined {
    if (this.wordAt(index) === 'all') return undefined;
    const count = this.isSign(index + 1, ',') ? index + 2 : index;
    const next = this.tokens[count + 1];
    const isOver = next === undefined || this.isSign(count + 1, ')') || AFTER_LIMIT.has(word(next));
    return isOver ? this.numberAt(count) : Number.NaN;
  }

  private topAt(index: number): number {
    const isBracketed = this.isSign(index, '(');
    const at = isBracketed ? index + 1 : index;
    if (isBracketed && !this.isSign(at + 1, ')')) return Number.NaN;
    const behind = isBracketed ? at + 2 : at + 1;
    const isOdd =
      ['percent', 'with'].includes(this.wordAt(behind)) ||
      (this.tokens[behind]?.kind === 'sign' && !this.isSign(behind, '*'));
    return isOdd ? Number.NaN : this.numberAt(at);
  }

  private fetchAt(index: number): number {
    if (!['first', 'next'].includes(this.wordAt(index))) return Number.NaN;
    const isOne = ['row', 'rows'].includes(this.wordAt(index + 1));
    const rest = isOne ? index + 2 : index + 3;
    if (this.wordAt(rest) !== 'only') return Number.NaN;
    return isOne ? 1 : this.numberAt(index + 1);
  }

  private numberAt(index: number): number {
    const token = this.tokens[index];
    return token?.kind === 'number' && /^[0-9]+$/.test(token.text) ? Number(token.text) : Number.NaN;
  }
}

const MAX_EXPRESSIONS = 256;
const SQLITE_CONFLICTS: ReadonlySet<string> = new Set(['rollback', 'abort', 'fail', 'ignore', 'replace']);
/** Words with which a table may be made of others. */
const ODD: ReadonlySet<string> = new Set([
  'like',
  'inherits',
  'union',
  'as',
  'select',
  'references',
  'partition',
  'of',
]);
/** Words that some dialect takes for the name of a table, and another for something else. */
const DOUBTFUL: ReadonlySet<string> = new Set(
  (
    'index output copy merge delete insert set values truncate update top if exists ignore delayed quick percent window only ' +
    'lateral offset table select where or binary low_priority unnest rows into from join on using as not'
  ).split(' '),
);

function partOf({ text, kind }: SqlToken): SqlName[0] {
  return { text, isQuoted: kind === 'name' };
}

/** A name as it must be spelled to be the same: in quotes letter by letter. */
function spelled({ text, isQuoted }: SqlName[0]): string {
  return isQuoted ? `"${text}` : text.toLowerCase();
}

function word(token: SqlToken | undefined): string {
  return token?.kind === 'word' ? token.word : '';
}
