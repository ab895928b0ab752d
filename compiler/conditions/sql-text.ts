import type { SqlDialect } from '../../runtime/data/sql.js';

/*
 * The tokens of SQL, written for the reader: one list of patterns a dialect, tried in turn. null: it can't be told how a
 * server reads the text.
 */

export interface SqlWord {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'sign' | 'end';
  readonly text: string;
}

type Make = (found: string) => Omit<SqlWord, never> | 'nothing' | null;

const nothing: Make = () => 'nothing';
const unknown: Make = () => null;
const string: Make = () => ({ kind: 'string', text: '' });

/** `escapes`: a backslash escapes within plain quotes. */
export function tokensOfSql(text: string, dialect: SqlDialect, escapes: boolean): SqlWord[] | null {
  // For some the text ends there.
  if (text.includes('\0')) return null;
  // A server with ANSI_QUOTES reads these in a third way.
  if (dialect === 'mysql' && /"/.test(text) && /\\/.test(text)) return null;
  const patterns = patternsOf(dialect, escapes);
  const tokens: SqlWord[] = [];
  for (let at = 0; at < text.length; ) {
    if (/^[.!:@]/.test(text[at] as string) && (at === 0 || text[at - 1] === '\n')) return null;
    const comment = blockComment(text, at, dialect);
    if (comment === null) return null;
    if (comment > at) {
      at = comment;
      continue;
    }
    if (dialect === 'sqlite' && text[at] === '/' && isAlone(text, at, 1)) return null;
    if ((dialect === 'mssql' || dialect === 'sqlite') && isGo(text, at)) {
      tokens.push({ kind: 'end', text: ';' });
      at += 2;
      continue;
    }
    const hit = patterns
      .map(([pattern, make]) => {
        pattern.lastIndex = at;
        return [pattern.exec(text)?.[0], make] as const;
      })
      .find(([found]) => found !== undefined);
    if (!hit?.[0]) return null;
    const token = hit[1](hit[0]);
    if (token === null) return null;
    if (token !== 'nothing') tokens.push(token);
    at += hit[0].length;
  }
  // Strings beside one another are one, whose escapes are those of the first.
  const isJoined = tokens.some((token, i) => token.kind === 'string' && tokens[i - 1]?.kind === 'string');
  return isJoined ? null : tokens;
}

const known = new Map<string, (readonly [RegExp, Make])[]>();

function patternsOf(dialect: SqlDialect, escapes: boolean): (readonly [RegExp, Make])[] {
  const key = `${dialect} ${escapes}`;
  const patterns = known.get(key) ?? makePatterns(dialect, escapes);
  known.set(key, patterns);
  return patterns;
}

const NUMBER = '0x[0-9a-f]+|(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:e[+-]?[0-9]+)?';

function makePatterns(dialect: SqlDialect, escapes: boolean): (readonly [RegExp, Make])[] {
  const is = (...dialects: SqlDialect[]) => dialects.includes(dialect);
  const on = (isOn: boolean, source: string, make: Make) => (isOn ? [[new RegExp(source, 'yisu'), make] as const] : []);
  const quoted = (quote: string, hasEscapes: boolean) =>
    hasEscapes
      ? `${quote}(?:[^${quote}\\\\]|\\\\[^]|${quote}${quote})*${quote}`
      : `${quote}(?:[^${quote}]|${quote}${quote})*${quote}`;
  const name =
    (quote: string): Make =>
    (found) => ({ kind: 'name', text: found.slice(1, -1).replaceAll(quote + quote, quote) });
  const plain = escapes && is('mysql', 'postgres');
  const letters = '[A-Za-z_\\u{80}-\\u{10ffff}]';
  const word = is('mssql')
    ? '[A-Za-z_#@\\u{80}-\\u{10ffff}][\\w$#@\\u{80}-\\u{10ffff}]*'
    : `${letters}[\\w$\\u{80}-\\u{10ffff}]*`;
  return [
    ...on(true, '[ \\t\\n\\f\\v]+?|\\r(?=\\n)', nothing),
    ...on(true, '[\\s\\p{Cc}\\\\]', unknown),
    // A carriage return ends a comment for some.
    ...on(true, `${is('mysql') ? '(?:--(?=[\\x00-\\x20\\x7f]|$)|#)' : '--'}[^\\n]*`, (found) =>
      /\r[\s\S]/.test(found) ? null : 'nothing',
    ),
    // `@x(…)` is one variable, up to the parenthesis that closes.
    ...on(is('sqlite'), '[@:$#][\\w$:\\u{80}-\\u{ffff}]*\\(', unknown),
    ...on(is('sqlite'), '[@:$#][\\w$:\\u{80}-\\u{ffff}]{255}', unknown),
    ...on(true, "U&|(?:[QRU]|_[\\w$\\u{80}-\\u{10ffff}]*)'", unknown),
    ...on(is('postgres'), `E${quoted("'", true)}`, string),
    ...on(true, `[NBX]${quoted("'", plain)}`, string),
    ...on(true, quoted("'", plain), string),
    ...on(true, quoted('"', escapes && is('mysql')), name('"')),
    ...on(is('mysql', 'sqlite'), quoted('`', false), name('`')),
    ...on(is('mssql'), '\\[(?:[^\\]]|\\]\\])*\\](?!\\])', (found) => ({
      kind: 'name',
      text: found.slice(1, -1).replaceAll(']]', ']'),
    })),
    ...on(is('sqlite'), '\\[[^\\]]*\\]', (found) => ({ kind: 'name', text: found.slice(1, -1) })),
    ...on(is('postgres'), `(\\$(?:${letters}[\\w\\u{80}-\\u{10ffff}]*)?\\$)[^]*?\\1`, string),
    // What has no end.
    ...on(true, `['"]|(?:${is('postgres') ? 'E|' : ''}[NBX])'`, unknown),
    ...on(is('mysql', 'sqlite'), '`', unknown),
    ...on(is('mssql', 'sqlite'), '\\[', unknown),
    ...on(is('postgres'), `\\$(?:${letters}[\\w\\u{80}-\\u{10ffff}]*)?\\$`, unknown),
    // What goes on as a word does is a number to some, something else to others.
    ...on(true, `(?=(${NUMBER}))\\1(?![\\w\\u{80}-\\u{ffff}])`, (found) => ({
      kind: 'number',
      text: found,
    })),
    ...on(true, NUMBER, unknown),
    ...on(true, word, (found) => ({ kind: 'word', text: found })),
    ...on(true, ';', () => ({ kind: 'end', text: ';' })),
    ...on(true, '[\\s\\S]', (found) => ({ kind: 'sign', text: found })),
  ];
}

/** Where a block comment ends; the same place where none begins; null: it has no end, or is run by some versions. */
function blockComment(text: string, at: number, dialect: SqlDialect): number | null {
  if (!text.startsWith('/*', at)) return at;
  if (dialect === 'mysql' && /^\/\*M?!/.test(text.slice(at, at + 4))) return null;
  const marks = dialect === 'postgres' || dialect === 'mssql' ? /\/\*|\*\//g : /\*\//g;
  marks.lastIndex = at + 2;
  for (let depth = 1; ; ) {
    const mark = marks.exec(text);
    if (!mark) return null;
    depth += mark[0] === '/*' ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
}

function isGo(text: string, at: number): boolean {
  return /^go(?![\w$#@\u0080-\uffff])/i.test(text.slice(at, at + 3)) && isAlone(text, at, 2);
}

/** Does so much of the text stand alone on its line, a number aside? Loops, as a pattern would walk long blanks again and again. */
function isAlone(text: string, at: number, length: number): boolean {
  let start = at;
  while (start > 0 && /[^\S\n]/.test(text[start - 1] as string)) start--;
  if (start > 0 && text[start - 1] !== '\n') return false;
  let end = at + length;
  for (const kind of [/[^\S\n]/, /\d/, /[^\S\n]/]) {
    while (end < text.length && kind.test(text[end] as string)) end++;
  }
  return end === text.length || text[end] === '\n';
}
