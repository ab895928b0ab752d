import { nearStem } from '../../conditions/args.js';
import type { ArgumentValue, Truth } from '../../conditions/condition.js';
import { numbersAround } from './numbers.js';
import { ParsedDimension, type ParsedRegion } from './parsed.js';
import type { Region } from './region.js';
import {
  type Constraint,
  type Dimension,
  FALSE,
  firstWithin,
  NOTHING,
  type Solution,
  TRUE,
  UNKNOWN,
} from './region.js';
import { around, solveWords, type WordRegion } from './words.js';

/** What one operator says of the argument that a selector names. */
export class ArgumentRegion implements Region {
  constructor(
    readonly dimension: string,
    /** The truth of the value; none where it counts as absent. */
    private readonly holds: (value: ArgumentValue) => Truth | undefined,
    /** What it says of strings; undefined: the same of all. */
    readonly words: WordRegion | undefined,
    /** Numbers it tells apart from others. */
    readonly numbers: readonly number[],
    readonly perCall = false,
    /** What it says of strings, where these are parsed. */
    readonly parsed?: ParsedRegion,
  ) {}

  /** A string is found by what all that nearly equals it shares; of anything else nothing is said. */
  get keys(): readonly string[] | undefined {
    return this.numbers.length === 0 && !this.parsed ? this.words?.keys?.map(nearStem) : undefined;
  }

  keysOf(value: unknown): readonly string[] | undefined {
    const inner = typeof value === 'string' ? undefined : (value as { readonly value: unknown }).value;
    return typeof inner === 'string' ? [nearStem(inner)] : undefined;
  }

  truth(value: unknown): number {
    const truth = this.holds(value as ArgumentValue);
    if (truth === undefined) return NOTHING;
    return truth === 'true' ? TRUE : truth === 'false' ? FALSE : UNKNOWN;
  }

  borders(): readonly unknown[] {
    const strings = this.words?.borders() ?? this.parsed?.borders?.().filter((value) => value !== null) ?? [];
    const words = strings.map((value) => ({ value }));
    const numbers = this.numbers.flatMap(around).map((value) => ({ value }));
    const others = [
      'missing',
      'other case',
      { value: null },
      { value: true },
      { value: [] },
      { value: {} },
      { value: 0 },
      { value: '0' },
    ];
    return [...words, ...numbers, ...others];
  }

  samples(): readonly unknown[] {
    const words = (this.words ?? this.parsed)?.samples().map((value) => ({ value })) ?? [];
    return [...words, ...this.numbers.map((value) => ({ value }))];
  }
}

/** What a selector finds in the arguments. Arrays beyond one element are several values. */
export class ArgumentDimension implements Dimension {
  readonly single = false;

  constructor(readonly key: string) {}

  solve(constraints: readonly Constraint[]): Solution {
    const given = constraints as readonly Constraint<ArgumentRegion>[];
    const wanted = given.toSorted((a, b) => Number(a.allowed === FALSE) - Number(b.allowed === FALSE));
    const numbers = numbersAround(given.flatMap(({ region }) => region.numbers));
    const scalars = [...numbers, 'x', true, false].map((value) => ({ value }));
    const plain = [...wanted.flatMap(({ region }) => region.samples()), ...scalars] as { value: unknown }[];
    const wrapped = plain.map(({ value }): ArgumentValue => ({ value: [value] }));
    const others: ArgumentValue[] = ['missing', 'other case', { value: null }, { value: {} }, { value: [] }];
    const tried = firstWithin([...plain, ...others, ...wrapped], given);
    if (tried !== 'none') return tried;
    const parsed = given.flatMap(({ region }) => region.parsed?.borders?.() ?? []);
    if (parsed.length > 0) {
      const found = firstWithin(
        parsed.filter((value) => value !== null).map((value) => ({ value })),
        given,
      );
      if (found !== 'none') return found;
      // Strings that are parsed and compared as well are not searched for.
      const inner = given.flatMap(({ region, allowed }) =>
        region.parsed ? [{ region: region.parsed, allowed: allowed & ~NOTHING }] : [],
      );
      const [fact, ...others] = new Set(inner.map(({ region }) => region.dimension));
      if (fact === undefined || others.length > 0 || inner.length < given.length) return 'budget';
      const solution = new ParsedDimension(fact, true).solve(inner);
      if (typeof solution === 'string') return solution;
      return solution.value === null ? 'budget' : { value: { value: solution.value } };
    }
    let spent = false;
    for (const wrap of [(value: unknown) => value, (value: unknown) => [value]]) {
      // What does not look into the string says the same of every one.
      const sample: ArgumentValue = { value: wrap('\u{10fffd}') };
      const constant = given.filter(({ region }) => !region.words);
      if (constant.some(({ region, allowed }) => (region.truth(sample) & allowed) === 0)) continue;
      const words = given.flatMap(({ region, allowed }) => (region.words ? [{ region: region.words, allowed }] : []));
      const found = solveWords(words);
      if (found === 'budget') spent = true;
      else if (found !== 'none') return { value: { value: wrap(found.value) } };
    }
    return spent ? 'budget' : 'none';
  }
}
