import { plainText } from '../../text/plain-text.js';
import type { SecretFinder } from '../secrets/secret-finder.js';
import type { Binding } from './binding.js';
import { type Glob, globTest, parseGlob } from './glob.js';
import { Regex, type RegexProgram, type RegexTable, TableRegex } from './regex.js';
import { WordIndex } from './word-index.js';

/** What a condition looks for in a text: any of these. */
export type TextTest =
  | {
      readonly kind: 'contains';
      readonly needles: readonly string[];
      /** The needles in the index of all conditions. */
      readonly ids: readonly number[];
      readonly index: WordIndex;
    }
  | { readonly kind: 'regex'; readonly regexes: readonly (Regex | TableRegex)[]; readonly literals: readonly Literal[] }
  | { readonly kind: 'secret'; readonly finder: SecretFinder; readonly which: readonly number[] | undefined }
  | { readonly kind: 'glob'; readonly globs: readonly Glob[] }
  | { readonly kind: 'prefix'; readonly prefixes: readonly string[] };

/** What an expression can't be found without, by its number in the index; undefined: nothing of the kind. */
type Literal = { readonly id: number; readonly index: WordIndex } | undefined;

/** Any of the needles, case and the length of white space aside. */
export function containsTest(p: Binding, needles: readonly string[]): TextTest {
  p.words ??= new WordIndex();
  const index = p.words;
  const plain = needles.map(plainText);
  return { kind: 'contains', needles: plain, ids: plain.map((needle) => index.add(needle)), index };
}

/** Any of the expressions. */
export function regexTest(p: Binding, expressions: readonly (RegexProgram | RegexTable)[]): TextTest {
  const regexes = expressions.map((one) => ('next' in one ? new TableRegex(one) : new Regex(one)));
  const literals = expressions.map(({ literal }): Literal => {
    if (literal === undefined) return undefined;
    p.literals ??= new WordIndex();
    return { id: p.literals.add(literal), index: p.literals };
  });
  return { kind: 'regex', regexes, literals };
}

/** Any of these detectors of a finder; undefined: of all of them. */
export const secretTestOf = (finder: SecretFinder, which: readonly number[] | undefined): TextTest => ({
  kind: 'secret',
  finder,
  which,
});

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
      return test.regexes.some((regex) => regex.mayBeIn(text) && regex.test(text));
    case 'secret':
      return isAmong(test.finder.found(text), test.which);
    case 'glob':
      return test.globs.some((glob) => globTest(glob, text));
    case 'prefix':
      return test.prefixes.some((prefix) => text.startsWith(prefix));
    case 'contains':
      return holdsAny(plainText(text), test.needles);
  }
}

/**
 * The same of a text of the call, which many conditions look at in turn.
 *
 * @param plain The text as `contains` reads it.
 * @param found The detectors of a finder that find something in it.
 */
export function callTextHas(
  test: TextTest,
  text: string,
  plain: () => string,
  found: (finder: SecretFinder) => ReadonlySet<number>,
): boolean {
  if (test.kind === 'secret') return isAmong(found(test.finder), test.which);
  if (test.kind === 'contains') {
    const read = plain();
    for (let i = 0; i < test.ids.length; i++) if (test.index.has(test.ids[i] as number, read)) return true;
    return false;
  }
  if (test.kind !== 'regex') return textHas(test, text);
  for (let i = 0; i < test.regexes.length; i++) {
    const literal = test.literals[i];
    if (literal !== undefined && !literal.index.has(literal.id, text)) continue;
    if ((test.regexes[i] as Regex | TableRegex).test(text)) return true;
  }
  return false;
}

/** @internal */
export function isAmong(found: ReadonlySet<number>, which: readonly number[] | undefined): boolean {
  return found.size > 0 && (which === undefined || which.some((detector) => found.has(detector)));
}

function holdsAny(plain: string, needles: readonly string[]): boolean {
  return needles.some((needle) => plain.includes(needle));
}
