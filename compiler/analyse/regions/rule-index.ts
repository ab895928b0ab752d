import type { AnalysedRule, Formula, Literal } from './formula.js';
import { ancestors } from './paths.js';
import type { Region } from './region.js';

/*
 * Which of very many rules can match a call at all: those that a word of one of its values leads to, and those that no
 * word leads to.
 */

export class RuleIndex {
  /** Rules that can be found by words, by dimension and word. */
  private readonly byKey = new Map<string, Map<string, number[]>>();
  /** Path prefixes by the folders above them. */
  private readonly below = new Map<string, number[]>();
  private readonly samples = new Map<string, Region>();
  private readonly indexed = new Map<string, number[]>();
  private readonly others: number[] = [];

  /** @param indices The rules, as they are counted. */
  constructor(indices: readonly number[], rule: (index: number) => AnalysedRule) {
    for (const index of indices) this.add(index, keyLiteral(rule(index).formula));
  }

  private add(index: number, literal: Literal | undefined): void {
    if (!literal) {
      this.others.push(index);
      return;
    }
    const { dimension, region } = literal;
    push(this.indexed, dimension, index);
    this.samples.set(dimension, region);
    const words = this.byKey.get(dimension) ?? new Map<string, number[]>();
    this.byKey.set(dimension, words);
    for (const key of new Set(region.keys)) {
      push(words, key, index);
      if (dimension === 'path') for (const above of ancestors(key)) push(this.below, above, index);
    }
  }

  /** The rules that may match a call with these values. */
  *matching(valuesOf: (dimension: string) => readonly unknown[]): Iterable<number> {
    yield* this.others;
    for (const [dimension, words] of this.byKey) {
      const region = this.samples.get(dimension) as Region;
      const keys = valuesOf(dimension).map((value) => region.keysOf?.(value));
      if (keys.some((some) => some === undefined)) yield* this.indexed.get(dimension) as number[];
      else for (const key of new Set(keys.flatMap((some) => some ?? []))) yield* words.get(key) ?? [];
    }
  }

  /** The rules that may meet one: those it can't be told apart from by words. */
  meeting({ formula }: AnalysedRule): Iterable<number> {
    const own = keyLiteral(formula);
    if (!own) return [...this.others, ...[...this.indexed.values()].flat()];
    const found = new Set<number>(this.others);
    for (const [dimension, all] of this.indexed) {
      if (dimension !== own.dimension) for (const index of all) found.add(index);
    }
    const words = this.byKey.get(own.dimension);
    for (const key of own.region.keys ?? []) {
      const near = own.dimension === 'path' ? ancestors(key) : [key];
      for (const word of near) for (const index of words?.get(word) ?? []) found.add(index);
      if (own.dimension === 'path') for (const index of this.below.get(key) ?? []) found.add(index);
    }
    return found;
  }
}

/** A condition that must hold and that words lead to; paths and arguments tell more apart than the context does. */
function keyLiteral(formula: Formula): Literal | undefined {
  const literals = formula.kind === 'all' ? formula.of : [formula];
  const found = literals.flatMap((part) =>
    part.kind === 'literal' && !part.literal.negated && part.literal.region.keys ? [part.literal] : [],
  );
  return found.find(({ dimension }) => !dimension.startsWith('context ')) ?? found[0];
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const list = map.get(key);
  if (list) list.push(index);
  else map.set(key, [index]);
}
