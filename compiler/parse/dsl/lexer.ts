import { createToken, Lexer, type TokenType } from 'chevrotain';
import { KEYWORDS } from './vocabulary.js';

/*
 * The tokens of the DSL. Every keyword is also a name, so that a tool or an argument may be called `path` or `allow`
 * without quotes wherever a name is expected.
 */

/** What may stand where a name is expected; strings are names that are not plain words. */
export const Name = createToken({ name: 'Name', pattern: Lexer.NA });
/** Tool names and globs, capabilities, methods, selectors. A hyphen ends it where it begins an arrow. */
export const Word = createToken({
  name: 'Word',
  pattern: /(?:[A-Za-z0-9_*?./~]|-(?!>))+/,
  categories: [Name],
});
export const Text = createToken({ name: 'Text', pattern: /"(?:[^"\\\n]|\\.)*"/, categories: [Name] });
export const Numeral = createToken({
  name: 'Numeral',
  pattern: /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/,
  longer_alt: Word,
  categories: [Name],
});

/** The word, where no longer one begins with it. */
function whole(word: string): RegExp {
  return new RegExp(`${word}(?![A-Za-z0-9_*?./~]|-(?!>))`);
}

/** Keyword tokens by their word. */
export const Keyword: Readonly<Record<string, TokenType>> = Object.fromEntries(
  [...KEYWORDS].map((word) => [
    word,
    createToken({ name: `Keyword_${word}`, label: word, pattern: whole(word), categories: [Name] }),
  ]),
);

const symbol = (name: string, text: string) => createToken({ name, label: text, pattern: text });
export const Arrow = symbol('Arrow', '->');
export const Plus = symbol('Plus', '+');
export const Comma = symbol('Comma', ',');
export const OpenBrace = symbol('OpenBrace', '{');
export const CloseBrace = symbol('CloseBrace', '}');
export const OpenBracket = symbol('OpenBracket', '[');
export const CloseBracket = symbol('CloseBracket', ']');
export const OpenParen = symbol('OpenParen', '(');
export const CloseParen = symbol('CloseParen', ')');
export const Compare = createToken({ name: 'Compare', label: 'a comparison', pattern: /[<>]=?/ });
export const Equals = symbol('Equals', '=');
const Space = createToken({ name: 'Space', pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED });
export const Comment = createToken({ name: 'Comment', pattern: /#[^\n]*/, group: 'comments' });

export const TOKENS: TokenType[] = [
  Space,
  Comment,
  Arrow,
  Plus,
  Comma,
  OpenBrace,
  CloseBrace,
  OpenBracket,
  CloseBracket,
  OpenParen,
  CloseParen,
  Compare,
  Equals,
  Text,
  Numeral,
  ...Object.values(Keyword),
  Word,
  Name,
];

export const dslLexer = new Lexer(TOKENS, { positionTracking: 'full' });
