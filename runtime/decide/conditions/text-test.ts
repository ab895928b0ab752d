import { plainText } from '../../text/plain-text.js';
import { type Glob, globTest, parseGlob } from './glob.js';
import { Regex, type RegexProgram, type RegexTable, TableRegex } from './regex.js';

/** What a condition looks for in a text: any of these. */
export type TextTest =
  | { readonly kind: 'contains'; readonly needles: readonly string[] }
  | { readonly kind: 'regex'; readonly regexes: readonly (Regex | TableRegex)[] }
  | { readonly kind: 'glob'; readonly globs: readonly Glob[] }
  | { readonly kind: 'prefix'; readonly prefixes: readonly string[] };

/** Any of the needles, case and the length of white space aside. */
export function containsTest(needles: readonly string[]): TextTest {
  return { kind: 'contains', needles: needles.map(plainText) };
}

/** Any of the expressions. */
export function regexTest(expressions: readonly (RegexProgram | RegexTable)[]): TextTest {
  const regexes = expressions.map((one) => ('next' in one ? new TableRegex(one) : new Regex(one)));
  return { kind: 'regex', regexes };
}

/** Any of the globs of words, on the whole text. */
export function globTestOf(...globs: string[]): TextTest {
  return { kind: 'glob', globs: globs.map(parseGlob) };
}

/** Any of the beginnings. */
export function prefixTest(...prefixes: string[]): TextTest {
  return { kind: 'prefix', prefixes };
}

export function textHas(test: TextTest, text: string): boolean {
  switch (test.kind) {
    case 'regex':
      return test.regexes.some((regex) => regex.test(text));
    case 'glob':
      return test.globs.some((glob) => globTest(glob, text));
    case 'prefix':
      return test.prefixes.some((prefix) => text.startsWith(prefix));
    case 'contains':
      return holdsAny(plainText(text), test.needles);
  }
}

/** @param plain The text as `contains` reads it. */
export function holdsAny(plain: string, needles: readonly string[]): boolean {
  return needles.some((needle) => plain.includes(needle));
}
