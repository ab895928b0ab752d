import { Regex } from '../../../runtime/decide/conditions/regex.js';
import type { Comparison } from '../../../runtime/decide/facts/number.js';
import { nearlyEqual } from '../../conditions/args.js';
import { compareNumber, plainNumber } from '../../conditions/number.js';
import { regexProgram } from '../../conditions/regex.js';
import { wordLike } from '../../conditions/word-glob.js';
import { bareTable } from '../../conditions/words.js';
import {
  type Extent,
  exactly,
  findText,
  globPattern,
  Language,
  literal,
  type Membership,
  membershipsFor,
} from './language.js';
import {
  type Constraint,
  type Dimension,
  FALSE,
  firstWithin,
  type Region,
  type Solution,
  TRUE,
  UNKNOWN,
} from './region.js';

/* Regions over texts and words: what calls say in prose, context values, names. `undefined` and null are unknown. */

/** What a region of strings is made of. */
export interface WordSet {
  readonly dimension: string;
  readonly holds: (text: string) => number;
  readonly languages: Extent | undefined;
  /** Strings that its author wrote. */
  readonly own: readonly string[];
  readonly keys?: readonly string[] | undefined;
  readonly isSubstring?: boolean;
}

/** A region over strings; anything else is unknown. */
export class WordRegion implements Region {
  private sampled: readonly unknown[] | undefined;

  readonly dimension: string;
  /** Where it is true, and where it may be; undefined: it reads the text as a number. */
  readonly languages: Extent | undefined;
  /** It is exactly one of these. */
  readonly keys: readonly string[] | undefined;
  readonly isSubstring: boolean;
  private readonly holds: (text: string) => number;
  private readonly own: readonly string[];

  constructor({ dimension, holds, languages, own, keys, isSubstring = false }: WordSet) {
    this.dimension = dimension;
    this.holds = holds;
    this.languages = languages;
    this.own = own;
    this.keys = keys;
    this.isSubstring = isSubstring;
  }

  keysOf(value: unknown): readonly string[] | undefined {
    return typeof value === 'string' ? [value] : undefined;
  }

  static containing(words: readonly string[], dimension = 'text'): WordRegion {
    const plain = words.map((word) => word.toLowerCase().split(/\s+/).join(' '));
    const language = Language.containing(words);
    const holds = (text: string) => {
      const read = plainText(text);
      return bit(plain.some((word) => read.includes(word)));
    };
    return new WordRegion({ dimension, holds, languages: language, own: words, isSubstring: true });
  }

  static matching(patterns: readonly string[], dimension = 'text'): WordRegion {
    const language = Language.found(patterns);
    let compiled: readonly Regex[] | undefined;
    const holds = (text: string) => {
      compiled ??= patterns.map((pattern) => new Regex(regexProgram(pattern)));
      return bit(compiled.some((regex) => regex.test(text)));
    };
    return new WordRegion({ dimension, holds, languages: exactly(language), own: [] });
  }

  static like(globs: readonly string[], dimension: string): WordRegion {
    const language = Language.whole(globs.map(globPattern));
    const own = globs.filter((glob) => !/[*?[]/.test(glob));
    const exact = own.length === globs.length ? new Set(own) : undefined;
    const holds = exact
      ? (text: string) => bit(exact.has(text))
      : (text: string) => bit(globs.some((glob) => wordLike(glob, text)));
    return new WordRegion({ dimension, holds, languages: exactly(language), own, keys: exact ? own : undefined });
  }

  static equal(words: readonly string[], dimension: string): WordRegion {
    const language = Language.whole(words.map(literal));
    const holds = (text: string) => bit(words.includes(text));
    return new WordRegion({ dimension, holds, languages: exactly(language), own: words, keys: words });
  }

  /** As forbidding rules compare: another spelling may be the word. */
  static nearlyEqual(words: readonly string[], dimension: string): WordRegion {
    const exact = Language.whole(words.map(literal));
    const holds = (text: string) => {
      if (words.includes(text)) return TRUE;
      return words.some((word) => nearlyEqual(word, text)) ? UNKNOWN : FALSE;
    };
    const isAscii = words.every((word) => /^[\x00-\x7f]*$/.test(word));
    // What has a character beyond ASCII may be a compatibility form of the word.
    const near = words.map((word) => `\\s*(?i:${literal(word.replace(/s$/i, ''))}s?s?)\\s*`);
    const outer = Language.whole(isAscii ? [...near, '(?s:.*)[^\\x{0}-\\x{7f}](?s:.*)'] : ['(?s:.*)']);
    const languages = { yes: exactly(exact).yes, may: { outer, inner: exact } };
    return new WordRegion({ dimension, holds, languages, own: words, keys: words });
  }

  /**
   * As permitting rules look into strings: unknown for one with a control character.
   *
   * @param meant What holds of such strings all the same.
   */
  withoutControls(meant: WordRegion | undefined): WordRegion {
    const holds = (text: string) => {
      if (!CONTROL.test(text)) return this.holds(text);
      return meant !== undefined && meant.holds(text) === TRUE ? TRUE : UNKNOWN;
    };
    const { languages } = this;
    const yes = (side: 'outer' | 'inner') =>
      Language.combined(
        [languages!.yes[side], CONTROLS, meant?.languages?.yes[side] ?? NOTHING],
        ([own, control, besides]) => (own && !control) || (besides as boolean),
      );
    const may = (side: 'outer' | 'inner') =>
      Language.combined([languages!.may[side], CONTROLS], ([own, control]) => (own || control) as boolean);
    const extent = languages && {
      yes: { outer: yes('outer'), inner: yes('inner') },
      may: { outer: may('outer'), inner: may('inner') },
    };
    return new WordRegion({ dimension: this.dimension, holds, languages: extent, own: this.own, keys: this.keys });
  }

  static prefixed(prefixes: readonly string[], dimension: string): WordRegion {
    const language = Language.found(prefixes.map((prefix) => `\\A(?:${literal(prefix)})`));
    const holds = (text: string) => bit(prefixes.some((prefix) => text.startsWith(prefix)));
    return new WordRegion({ dimension, holds, languages: exactly(language), own: prefixes });
  }

  static table(globs: readonly string[], dimension: string): WordRegion {
    const yes = Language.whole(globs.map(globPattern));
    // Equal but for case, quotes or a schema: a superset is enough, a witness is run before it is believed.
    const skipped = '["\'`\\[\\]\\s]*';
    const loose = globs.map(
      (glob) => `(?i)(?s:.*\\.)?${skipped}${[...bareTable(glob)].map((c) => globPattern(c) + skipped).join('')}`,
    );
    const may = Language.whole([...globs.map(globPattern), ...loose]);
    const holds = (text: string) => {
      if (globs.some((glob) => wordLike(glob, text))) return TRUE;
      return globs.some((glob) => wordLike(bareTable(glob), bareTable(text))) ? UNKNOWN : FALSE;
    };
    const plain = globs.filter((glob) => !/[*?[]/.test(glob));
    const extent = { yes: exactly(yes).yes, may: { outer: may, inner: yes } };
    const own = [...plain, ...plain.map((name) => `"${name}"`)];
    return new WordRegion({ dimension, holds, languages: extent, own });
  }

  static number(comparison: Comparison, bound: number, dimension: string): WordRegion {
    const holds = (text: string) => {
      const truth = compareNumber(plainNumber(text), comparison, bound);
      return truth === 'true' ? TRUE : truth === 'false' ? FALSE : UNKNOWN;
    };
    return new WordRegion({ dimension, holds, languages: undefined, own: around(bound).flatMap(spellNumber) });
  }

  truth(value: unknown): number {
    return typeof value === 'string' ? this.holds(value) : UNKNOWN;
  }

  samples(): readonly unknown[] {
    this.sampled ??= [...this.own, ...this.shortest()];
    return this.sampled;
  }

  borders(): readonly unknown[] {
    const inside = this.samples() as readonly string[];
    // A letter more, a letter less: at every place, if there are few.
    const beside = inside.flatMap((text) => [
      ...[`${text}x`, `${text}s`, `x${text}`, text.toUpperCase(), `  ${text}`, `${text}\n`],
      ...Array.from(
        { length: Math.min(text.length, MAX_LETTERS) },
        (_, i) => text.slice(0, -1 - i) + text.slice(text.length - i),
      ),
    ]);
    return [...inside, ...beside];
  }

  private shortest(): string[] {
    if (this.own.length > 0 || !this.languages) return [];
    const text = findText([PRINTABLE, { language: this.languages.yes.outer, inside: true }]);
    return text === undefined || text === 'budget' ? [] : [text];
  }
}

const MAX_LETTERS = 12;

const CONTROL = /\p{Cc}/u;
const CONTROLS: Language = Language.found(['[\\x{0}-\\x{1f}\\x{7f}-\\x{9f}]']);
const NOTHING: Language = Language.found(['[^\\x{0}-\\x{10ffff}]']);
const PRINTABLE: Membership = { language: Language.whole(['[ -~]*']), inside: true };
const NUMBER: Language = Language.whole(['-?[0-9]+(?:\\.[0-9]+)?']);

function bit(holds: boolean): number {
  return holds ? TRUE : FALSE;
}

let lastText: string | undefined;
let lastPlain = '';

/** As `contains` reads a text; many conditions read the same one in a row. */
function plainText(text: string): string {
  if (text !== lastText) {
    lastText = text;
    lastPlain = text.toLowerCase().split(/\s+/).join(' ');
  }
  return lastPlain;
}

/** Numbers at a bound and on both sides of it. */
export function around(bound: number): number[] {
  const step = Math.max(1, Math.abs(bound) * 2 ** -40);
  return [bound, bound + step, bound - step];
}

/** A number in plain decimal digits, as conditions read it; none where it has too many. */
function spellNumber(value: number): string[] {
  const forms = [String(value), ...(Number.isInteger(value) ? [BigInt(value).toString()] : [])];
  if (Math.abs(value) < 1e20) for (const digits of [20, 40, 100]) forms.push(value.toFixed(digits));
  const text = forms.find((form) => plainNumber(form) === value);
  return text === undefined ? [] : [text.includes('.') ? text.replace(/\.?0+$/, '') : text];
}

/** A string in all the parts. `none` is certain; numbers spelled as strings may end in `budget`. */
export function solveWords(
  constraints: readonly Constraint<WordRegion>[],
  further: readonly Membership[] = [],
): Solution {
  const wanted = constraints.toSorted((a, b) => Number(a.allowed === FALSE) - Number(b.allowed === FALSE));
  const samples = wanted.flatMap(({ region }) => region.samples());
  const within = (text: unknown) => further.every(({ language, inside }) => language.has(text as string) === inside);
  // Two words that must be found may stand side by side.
  const inside = constraints.filter(({ allowed }) => allowed === TRUE).map(({ region }) => region.samples()[0]);
  const beside = inside.length > 1 ? [inside.join(' ')] : [];
  const tried = firstWithin([...samples, ...beside, 'x'].filter(within), constraints);
  if (tried !== 'none') return tried;
  const uses = [...further];
  let numeric: 'number' | 'other' | undefined;
  const numbers = constraints.filter(({ region }) => !region.languages);
  for (const { region, allowed } of constraints) {
    if (region.languages) uses.push(...membershipsFor(region.languages, allowed));
    else if ((allowed & UNKNOWN) === 0) numeric = 'number';
    else if (allowed === UNKNOWN) numeric ??= 'other';
  }
  if (numbers.length > 0) {
    const spelled = gapsBetween(numbers).map(spellNumber);
    const gaps = firstWithin(spelled.flat().filter(within), constraints);
    if (gaps !== 'none') return gaps;
    if (spelled.some((forms) => forms.length === 0)) return 'budget';
    // No text that is no number?
    if (numeric !== 'number') {
      const other = findText([...uses, { language: NUMBER, inside: false }]);
      if (other === 'budget') return 'budget';
      if (other !== undefined && numbers.every(({ allowed }) => (allowed & UNKNOWN) !== 0)) return { value: other };
    }
    if (findText([...uses, { language: NUMBER, inside: true }]) === undefined) return 'none';
    // Where only numbers are asked for, their gaps were all there is.
    return uses.length === 0 ? 'none' : 'budget';
  }
  for (const plain of [[PRINTABLE], []]) {
    const text = findText([...plain, ...uses]);
    if (text === 'budget') return 'budget';
    // Where a language is only a bound, the text may not do after all: then nothing is known.
    if (text !== undefined) return firstWithin([text], constraints) === 'none' ? 'budget' : { value: text };
  }
  return 'none';
}

function gapsBetween(constraints: readonly Constraint<WordRegion>[]): number[] {
  const bounds = constraints
    .flatMap(({ region }) => region.samples())
    .map(Number)
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  return [
    ...bounds,
    Number.MAX_VALUE,
    -Number.MAX_VALUE,
    ...bounds.map((bound, i) => (bound + (bounds[i + 1] ?? bound)) / 2),
  ];
}

/** The texts of a call, or one of its words. */
export class WordDimension implements Dimension {
  constructor(
    readonly key: string,
    readonly single: boolean,
    /** The value where nothing is known. */
    private readonly unknown: null | undefined,
    private readonly further: readonly Membership[] = [],
    /** It is one of these for certain; empty: it is not known for certain. */
    private readonly fixed?: readonly string[],
  ) {}

  solve(constraints: readonly Constraint[]): Solution {
    const given = constraints as readonly Constraint<WordRegion>[];
    const unknown = firstWithin([this.unknown], given);
    if (this.fixed) return firstWithin(this.fixed.length > 0 ? this.fixed : [this.unknown], given);
    const found = solveWords(given, this.further);
    return found !== 'none' || this.further.length > 0 ? found : unknown;
  }
}
