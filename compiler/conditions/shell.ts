import { RESERVED_WORDS, UNSEEN_BUILTINS, UNSEEN_OPTIONS } from '../../runtime/data/command-names.js';
import type { ShellCommand, ShellWord } from './condition.js';

/*
 * Shell text (POSIX.1-2017, Shell Command Language), written for the reader: first tokens, then commands. null: shells may
 * read it differently, or it runs something that can't be seen.
 */

type Token =
  | { readonly kind: 'word'; readonly word: ShellWord; readonly isQuoted: boolean; readonly isAssignment: boolean }
  | { readonly kind: 'operator'; readonly text: string };

const CONTROL = /(?![\t\n])\p{Cc}/u;

export function shellCommands(text: string, windows: boolean): readonly ShellCommand[] | null {
  if (CONTROL.test(text)) return null;
  if (windows && !/^[\w./:-]+( [\w./:-]+)*$/.test(text)) return null;
  const tokens = tokensOf(text);
  const commands = tokens && commandsOf(tokens);
  return commands && commands.length > 0 ? commands : null;
}

/** Operators, the longest first; what is not taken here makes all unknown. */
const OPERATORS = ['&&', '||', '>>', '>|', '<>', ';', '&', '|', '<', '>', '\n'];
const UNKNOWN_OPERATORS = [';;', ';&', '&>', '|&', '<<', '<(', '>(', '(', ')', '`'];

function tokensOf(text: string): Token[] | null {
  const tokens: Token[] = [];
  let rest = text;
  while (rest !== '') {
    const blank = /^(?:[ \t]|\\\n)+/.exec(rest)?.[0] ?? '';
    const comment = /^#[^\n]*/.exec(rest.slice(blank.length))?.[0] ?? '';
    rest = rest.slice(blank.length + comment.length);
    if (rest === '' || blank + comment !== '') continue;
    if (UNKNOWN_OPERATORS.some((operator) => rest.startsWith(operator))) return null;
    // Some shells take one digit only.
    if (/^(?:[0-9](?:\\\n)*){2,}[<>]/.test(rest)) return null;
    const duplicate = /^(?:[0-9](?:\\\n)*)?[<>]&(?:[0-9]+|-)(?=[ \t\n;&|<>]|$)/.exec(rest)?.[0];
    const descriptor = /^[0-9](?:\\\n)*(?=[<>])/.exec(rest)?.[0] ?? '';
    const operator = OPERATORS.find((one) => rest.startsWith(one, descriptor.length));
    if (duplicate !== undefined) {
      tokens.push({ kind: 'operator', text: 'duplicate' });
      rest = rest.slice(duplicate.length);
    } else if (operator !== undefined) {
      const after = rest.slice(descriptor.length);
      if (UNKNOWN_OPERATORS.some((one) => after.startsWith(one)) || /^[<>]&/.test(after)) return null;
      tokens.push({ kind: 'operator', text: operator });
      rest = after.slice(operator.length);
    } else {
      const word = wordAt(rest);
      if (word === null) return null;
      tokens.push(word.token);
      rest = word.rest;
    }
  }
  return tokens;
}

/** Pieces of a word: each with what it adds to what is known; null: it expands. */
const PIECES: readonly (readonly [RegExp, (found: RegExpExecArray) => string | null])[] = [
  [/^\\\n/, () => ''],
  [/^\\([\s\S])/, ([, character = '']) => character],
  [/^'([^']*)'/, ([, inner = '']) => inner],
  [/^\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/, () => null],
  [/^[*?[{]/, () => null],
  [/^[^\s;&|<>()`'"\\$*?[{]+/, ([plain]) => plain],
  [/^\$(?!['"({[]|\\\n)/, () => '$'],
  // White space of other sorts than the shell's.
  [/^[^\S \t\n]/, ([space]) => space],
];

function wordAt(text: string): { readonly token: Token; readonly rest: string } | null {
  let rest = text;
  let known = '';
  let expands = false;
  let isQuoted = false;
  let isAssignment = false;
  let isFirst = true;
  const add = (piece: string | null) => {
    if (piece === null) expands = true;
    else if (!expands) known += piece;
  };
  while (rest !== '' && !/^[ \t\n;&|<>]/.test(rest)) {
    if (rest.startsWith('"')) {
      const quoted = doubleQuotedAt(rest);
      if (quoted === null) return null;
      for (const piece of quoted.pieces) add(piece);
      rest = quoted.rest;
      isQuoted = true;
      isFirst = false;
      continue;
    }
    const piece = PIECES.map(([pattern, adds]) => [pattern.exec(rest), adds] as const).find(([found]) => found);
    if (!piece?.[0]) return null;
    const [found, adds] = piece as [RegExpExecArray, (found: RegExpExecArray) => string | null];
    const added = adds(found);
    rest = rest.slice(found[0].length);
    if (/^['\\]/.test(found[0]) && found[0] !== '\\\n') isQuoted = true;
    else if (/^[^$*?[{\\]/.test(found[0]) || found[0] === '$') {
      const plain = added as string;
      // Letter by letter, since `~` and `=` mean something where they stand.
      for (const character of plain) {
        if (character === '~' && (isFirst || /[=:]$/.test(known))) {
          if (isFirst) add('~');
          add(null);
        } else {
          if (character === '=' && !isAssignment && !isQuoted && !expands) {
            if (/^[A-Za-z_]\w*\+$/.test(known)) isAssignment = 'appends' as never;
            else isAssignment = /^[A-Za-z_]\w*$/.test(known);
          }
          add(character);
        }
        isFirst = false;
      }
      continue;
    }
    // It may be split wherever it stands: nothing of the word is certain.
    if (added === null && found[0].startsWith('$')) known = '';
    add(added);
    if (found[0] !== '\\\n') isFirst = false;
  }
  return { token: { kind: 'word', word: { text: known, expands }, isQuoted, isAssignment }, rest };
}

function doubleQuotedAt(text: string): { readonly pieces: (string | null)[]; readonly rest: string } | null {
  const pieces: (string | null)[] = [''];
  let rest = text.slice(1);
  for (;;) {
    if (rest.startsWith('"')) return { pieces, rest: rest.slice(1) };
    const found =
      /^\\\n/.exec(rest) ??
      /^\\[$`"\\]/.exec(rest) ??
      /^\\(?=[\s\S])/.exec(rest) ??
      /^\$(?:[A-Za-z_][A-Za-z0-9_]*|[0-9@*#?$!-])/.exec(rest) ??
      /^\$(?![({[]|\\\n)/.exec(rest) ??
      /^[^"\\$`]+/.exec(rest);
    if (!found) return null;
    const [piece] = found;
    rest = rest.slice(piece.length);
    if (piece.startsWith('\\')) pieces.push(piece === '\\\n' ? '' : piece.length > 1 ? piece.slice(1) : '\\');
    else pieces.push(piece.startsWith('$') && piece.length > 1 ? null : piece);
  }
}

function commandsOf(tokens: readonly Token[]): ShellCommand[] | null {
  const commands: ShellCommand[] = [];
  let own = newCommand();
  let isTarget = false;
  let mustGoOn = false;
  const isEmpty = () => own.words.length === 0 && own.assignments.length === 0 && !own.redirects && !own.isThere;
  for (const token of [...tokens, { kind: 'operator', text: '\n' } as const]) {
    if (token.kind === 'word') {
      if (isTarget) {
        own.isThere = true;
        own.redirects ||= token.word.expands || token.word.text !== '/dev/null';
        isTarget = false;
      } else if (own.words.length === 0 && (token.isAssignment as unknown) === 'appends') return null;
      else if (own.words.length === 0 && token.isAssignment) own.assignments.push(token.word);
      else {
        if (own.words.length === 0 && isUnseen(token)) return null;
        own.words.push(token.word);
      }
    } else if (token.text === 'duplicate') {
      if (isTarget) return null;
      own.isThere = true;
    } else if (/^[<>]/.test(token.text)) {
      if (isTarget) return null;
      isTarget = true;
    } else {
      // A separator: of commands, of which only a line break may follow none.
      if (isTarget || (isEmpty() && token.text !== '\n')) return null;
      if (isEmpty()) continue;
      if (isUnseenWith(own.words)) return null;
      const { words, assignments, redirects } = own;
      commands.push({ words, assignments, redirects });
      own = newCommand();
      mustGoOn = token.text === '&&' || token.text === '||' || token.text === '|';
    }
  }
  return mustGoOn ? null : commands;
}

function newCommand() {
  return { words: [] as ShellWord[], assignments: [] as ShellWord[], redirects: false, isThere: false };
}

/** A builtin with an option that makes it run what can't be seen. */
export function isUnseenWith([program, ...rest]: readonly ShellWord[]): boolean {
  const options =
    Object.entries(UNSEEN_OPTIONS)
      .find(([name]) => name === program?.text)?.[1]
      .split(' ') ?? [];
  return (
    options.length > 0 && rest.some(({ text, expands }) => expands || options.some((option) => text.startsWith(option)))
  );
}

function isUnseen({ word, isQuoted }: Extract<Token, { kind: 'word' }>): boolean {
  return word.expands || UNSEEN_BUILTINS.has(word.text) || (!isQuoted && RESERVED_WORDS.has(word.text));
}

/** Words with quotes, where nothing else means anything; null: a quote has no end. */
export function shellWords(text: string): readonly string[] | null {
  if (CONTROL.test(text)) return null;
  const words: string[] = [];
  let rest = text.replace(/^[ \t\n]+/, '');
  while (rest !== '') {
    const found = /^(?:[^ \t\n'"\\]+|'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S])+/.exec(rest);
    if (!found || !/^(?:[ \t\n]|$)/.test(rest.slice(found[0].length))) return null;
    const pieces = found[0].match(/'[^']*'|"(?:[^"\\]|\\[\s\S])*"|\\[\s\S]|[^'"\\]+/g) as string[];
    words.push(pieces.map(unquoted).join(''));
    rest = rest.slice(found[0].length).replace(/^[ \t\n]+/, '');
  }
  return words;
}

function unquoted(piece: string): string {
  if (piece.startsWith("'")) return piece.slice(1, -1);
  if (piece.startsWith('"')) return piece.slice(1, -1).replace(/\\([$`"\\])/g, '$1');
  return piece.startsWith('\\') ? piece.slice(1) : piece;
}
