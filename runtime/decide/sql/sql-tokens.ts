import type { SqlDialect } from '../../data/sql.js';

/** A token of SQL. @internal */
export interface SqlToken {
  /** `name`: in quotes; `end`: a statement ends. */
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign' | 'end';
  /** As it is written, without quotes. */
  readonly text: string;
  /** Of a word: in lower case. */
  readonly word: string;
}

const END: SqlToken = { kind: 'end', text: ';', word: '' };
const STRING: SqlToken = { kind: 'string', text: '', word: '' };

/**
 * The tokens of a text as one dialect reads it; undefined: it can't be told.
 *
 * @param escapes Does a backslash escape in plain quotes? Servers have a setting for it.
 */
export function sqlTokens(text: string, dialect: SqlDialect, escapes: boolean): readonly SqlToken[] | undefined {
  const lexer = new Lexer(text, dialect, escapes);
  // For some the text ends there.
  if (text.includes('\0')) return undefined;
  // A server with ANSI_QUOTES reads these in a third way.
  if (dialect === 'mysql' && text.includes('"') && text.includes('\\')) return undefined;
  while (lexer.at < text.length) if (!lexer.step()) return undefined;
  const { tokens } = lexer;
  // Strings beside one another are one, whose escapes are those of the first.
  return tokens.some(({ kind }, i) => kind === 'string' && tokens[i - 1]?.kind === 'string') ? undefined : tokens;
}

const NUMBER = /0x[0-9a-f]+|(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?/iy;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const WORD_MSSQL = /[A-Za-z_#@\u0080-\uffff][\w$#@\u0080-\uffff]*/y;
const DOLLAR = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
/** `@x(…)` is one variable, up to the parenthesis that closes. */
const VARIABLE_CALL = /^[@:$#][\w$:\u0080-\uffff]*(?:\(|(?<=[\s\S]{256}))/;
const MAX_VARIABLE = 256;
const BLANK = /[^\S\n]/;
const WORDLIKE = /[\w\u0080-\uffff]/;
const SPACE = /[ \t\n\f\v]/;

class Lexer {
  at = 0;
  readonly tokens: SqlToken[] = [];
  private readonly nests: boolean;
  private readonly word: RegExp;
  /** Of plain quotes. */
  private readonly hasEscapes: boolean;

  constructor(
    private readonly text: string,
    private readonly dialect: SqlDialect,
    private readonly escapes: boolean,
  ) {
    this.hasEscapes = escapes && (dialect === 'mysql' || dialect === 'postgres');
    this.nests = dialect === 'postgres' || dialect === 'mssql';
    this.word = dialect === 'mssql' ? WORD_MSSQL : WORD;
  }

  /** @returns false where the text can't be told. */
  step(): boolean {
    const { text, at, dialect } = this;
    const unit = text.charCodeAt(at);
    // Most of a statement: words, and spaces between them.
    if (unit === 0x20) return this.move(1);
    if ((unit >= 0x61 && unit <= 0x7a) || (unit >= 0x41 && unit <= 0x5a) || unit === 0x5f) {
      return this.wordOrPrefix(text.slice(at, this.wordEnd()));
    }
    // `(`, `)`, `*`, `+`, `,`, `<`, `=`, `>` are signs wherever they stand.
    if ((unit >= 0x28 && unit <= 0x2c) || (unit >= 0x3c && unit <= 0x3e))
      return this.push('sign', text[at] as string, 1);
    if (unit === 0x27) return this.quoted("'", 'string', this.hasEscapes);
    if (unit >= 0x30 && unit <= 0x39) return this.number() as boolean;
    const character = text[at] as string;
    if ((at === 0 || text[at - 1] === '\n') && '.!:@'.includes(character)) return false;
    if (SPACE.test(character) || (character === '\r' && text[at + 1] === '\n')) return this.move(1);
    if (/[\s\p{Cc}\\]/u.test(character)) return false;
    const two = text.slice(at, at + 2);
    if (two === '--' && (dialect !== 'mysql' || /^[\x00-\x20\x7f]?$/.test(text.slice(at + 2, at + 3))))
      return this.lineComment();
    if (character === '#' && dialect === 'mysql') return this.lineComment();
    if (two === '/*') return this.blockComment();
    if (dialect === 'sqlite' && '@:$#'.includes(character) && VARIABLE_CALL.test(text.slice(at, at + MAX_VARIABLE)))
      return false;
    if (character === '"') return this.quoted('"', 'name', this.escapes && dialect === 'mysql');
    if (character === '`' && (dialect === 'mysql' || dialect === 'sqlite')) return this.quoted('`', 'name', false);
    if (character === '[' && (dialect === 'mssql' || dialect === 'sqlite')) return this.bracketed();
    if (character === '$' && dialect === 'postgres') {
      const tag = this.match(DOLLAR);
      if (tag !== undefined) return this.dollarQuoted(tag);
    }
    const isNumber = this.number();
    if (isNumber !== undefined) return isNumber;
    const word = this.match(this.word);
    if (word !== undefined) return this.wordOrPrefix(word);
    // Alone on its line it ends a statement for the shell of SQLite.
    if (character === '/' && dialect === 'sqlite' && this.isLine('/')) return false;
    if (character === ';') {
      this.tokens.push(END);
      return this.move(1);
    }
    return this.push('sign', character, 1);
  }

  private move(by: number): true {
    this.at += by;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text)?.[0];
  }

  private number(): boolean | undefined {
    const number = this.match(NUMBER);
    if (number === undefined) return undefined;
    // `1_000`, `0b11`, `1from`: a number to some, something else to others.
    return !WORDLIKE.test(this.text[this.at + number.length] ?? '') && this.push('number', number, number.length);
  }

  /** Where the word that begins here ends. */
  private wordEnd(): number {
    const { text, dialect } = this;
    for (let at = this.at + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const isPart =
        (unit >= 0x61 && unit <= 0x7a) ||
        (unit >= 0x41 && unit <= 0x5a) ||
        (unit >= 0x30 && unit <= 0x39) ||
        unit === 0x5f ||
        unit === 0x24 ||
        unit >= 0x80 ||
        ((unit === 0x23 || unit === 0x40) && dialect === 'mssql');
      if (!isPart) return at;
    }
    return text.length;
  }

  private push(kind: SqlToken['kind'], text: string, length: number, word = ''): true {
    this.tokens.push({ kind, text, word });
    return this.move(length);
  }

  private lineComment(): boolean {
    const end = this.text.indexOf('\n', this.at);
    const comment = this.text.slice(this.at, end < 0 ? undefined : end);
    this.move(comment.length);
    // For some it ends at a carriage return as well.
    return !/\r(?!$)/.test(comment);
  }

  private blockComment(): boolean {
    const { text } = this;
    // MySQL runs what stands in these, or not, by its version.
    if (this.dialect === 'mysql' && /^\/\*M?!/.test(text.slice(this.at, this.at + 4))) return false;
    let depth = 1;
    let at = this.at + 2;
    while (depth > 0) {
      const close = text.indexOf('*/', at);
      if (close < 0) return false;
      const open = this.nests ? text.indexOf('/*', at) : -1;
      if (open >= 0 && open < close) {
        depth++;
        at = open + 2;
      } else {
        depth--;
        at = close + 2;
      }
    }
    this.at = at;
    return true;
  }

  /** A quote is doubled within quotes. */
  private quoted(quote: string, kind: 'string' | 'name', escapes: boolean): boolean {
    const { text } = this;
    for (let at = this.at + 1; at < text.length; at++) {
      const character = text[at];
      if (escapes && character === '\\') at++;
      else if (character === quote) {
        if (text[at + 1] === quote) at++;
        else {
          const inner = text.slice(this.at + 1, at);
          this.tokens.push(
            kind === 'string' ? STRING : { kind, text: inner.replaceAll(quote + quote, quote), word: '' },
          );
          this.at = at + 1;
          return true;
        }
      }
    }
    return false;
  }

  private bracketed(): boolean {
    const { text } = this;
    let end = text.indexOf(']', this.at);
    while (this.dialect === 'mssql' && end >= 0 && text[end + 1] === ']') end = text.indexOf(']', end + 2);
    if (end < 0) return false;
    const name = text.slice(this.at + 1, end);
    return this.push('name', this.dialect === 'mssql' ? name.replaceAll(']]', ']') : name, end + 1 - this.at);
  }

  private dollarQuoted(tag: string): boolean {
    const end = this.text.indexOf(tag, this.at + tag.length);
    if (end < 0) return false;
    this.tokens.push(STRING);
    return this.move(end + tag.length - this.at);
  }

  private wordOrPrefix(word: string): boolean {
    const after = this.text[this.at + word.length];
    const name = word.toLowerCase();
    if (name === 'u' && after === '&') return false;
    if (after === "'") {
      if (name === 'q' || name === 'r' || name === 'u' || name.startsWith('_')) return false;
      const isEscaped = name === 'e' && this.dialect === 'postgres';
      if (isEscaped || name === 'n' || name === 'b' || name === 'x') {
        this.move(word.length);
        return this.quoted("'", 'string', isEscaped || this.hasEscapes);
      }
    }
    // The shell of SQLite knows it as well.
    if (name === 'go' && (this.dialect === 'mssql' || this.dialect === 'sqlite') && this.isLine(word)) {
      this.tokens.push(END);
      return this.move(word.length);
    }
    return this.push('word', word, word.length, name);
  }

  /** Is the word alone on its line, a number aside? */
  private isLine(word: string): boolean {
    const { text } = this;
    let from = this.at - 1;
    while (from >= 0 && BLANK.test(text[from] as string)) from--;
    if (from >= 0 && text[from] !== '\n') return false;
    let to = this.at + word.length;
    while (to < text.length && BLANK.test(text[to] as string)) to++;
    while (to < text.length && /[0-9]/.test(text[to] as string)) to++;
    while (to < text.length && BLANK.test(text[to] as string)) to++;
    return to === text.length || text[to] === '\n';
  }
}
