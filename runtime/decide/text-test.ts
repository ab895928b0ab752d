import { Regex, type RegexProgram, type RegexTable, TableRegex } from './regex.js';

/** What `contains` and `match_regex` look for in a text. */
export type TextTest =
  | { readonly kind: 'contains'; readonly needles: readonly string[] }
  | { readonly kind: 'regex'; readonly regexes: readonly (Regex | TableRegex)[] };

/** Any of the needles, case and the length of white space aside. */
export function containsTest(needles: readonly string[]): TextTest {
  return { kind: 'contains', needles: needles.map(plainText) };
}

/** Any of the expressions. */
export function regexTest(expressions: readonly (RegexProgram | RegexTable)[]): TextTest {
  const regexes = expressions.map((one) => ('next' in one ? new TableRegex(one) : new Regex(one)));
  return { kind: 'regex', regexes };
}

export function textHas(test: TextTest, text: string): boolean {
  if (test.kind === 'regex') return test.regexes.some((regex) => regex.test(text));
  const plain = plainText(text);
  return test.needles.some((needle) => plain.includes(needle));
}

/** Lower case, runs of white space as one space. */
function plainText(text: string): string {
  return text.toLowerCase().replace(/\s+/g, ' ');
}
