import type { Comparison } from '../../../runtime/decide/facts/number.js';
import { args as argsCondition, hasControl, parsedOperator } from '../../conditions/args.js';
import {
  type After,
  type ArgumentValue,
  asList,
  type CallFacts,
  type Condition,
  type Mode,
  type ParsedFact,
  type RegionAlgebra,
  type Truth,
} from '../../conditions/condition.js';
import { table as tableCondition } from '../../conditions/words.js';
import type { PathWorld } from '../../interpret/paths.js';
import { ANY_SQL } from '../../interpret/statements.js';
import type { SqlSettings } from '../../ir/policy.js';
import { ArgumentNamesRegion } from './argument-names.js';
import { ArgumentRegion } from './arguments.js';
import { IdentifiersRegion } from './identifiers.js';
import { AmountRegion } from './numbers.js';
import { ParsedRegion } from './parsed.js';
import { PastRegion, pastDimension } from './past.js';
import { PathRegion } from './paths.js';
import { FALSE, type Region, TRUE } from './region.js';
import { WordRegion } from './words.js';

/** The algebra that conditions build their regions with. */
export class Regions implements RegionAlgebra<Region> {
  /** @param tree Calls reach everything below their paths. */
  constructor(
    private readonly world: PathWorld,
    private readonly tree: boolean,
    private readonly sql: SqlSettings = ANY_SQL,
  ) {}

  pathsUnder(prefixes: readonly string[]): Region {
    return PathRegion.under(prefixes, this.world, this.tree);
  }

  pathsLike(globs: readonly string[]): Region {
    return PathRegion.like(globs, this.world, this.tree);
  }

  textContaining(words: readonly string[]): Region {
    return WordRegion.containing(words);
  }

  textMatching(patterns: readonly string[]): Region {
    return WordRegion.matching(patterns);
  }

  amount(comparison: Comparison, bound: number): Region {
    return new AmountRegion(comparison, bound);
  }

  context(key: string, globs: readonly string[]): Region {
    return WordRegion.like(globs, `context ${key}`);
  }

  contextNumber(key: string, comparison: Comparison, bound: number): Region {
    return WordRegion.number(comparison, bound, `context ${key}`);
  }

  risk(globs: readonly string[]): Region {
    return WordRegion.like(globs, 'risk');
  }

  tool(globs: readonly string[]): Region {
    return WordRegion.like(globs, 'tool');
  }

  table(globs: readonly string[]): Region {
    const dimension = dimensionOf('table');
    const words = WordRegion.table(globs, dimension);
    return new ArgumentRegion(
      dimension,
      (value) => only(tableCondition.evaluate(globs, finding(value), 'permit')),
      words,
      [],
    );
  }

  argument(selector: string, op: string, operand: unknown, mode: Mode): Region {
    const dimension = dimensionOf(selector);
    const optional = selector.endsWith('?');
    const parsed = parsedOperator(op);
    if (parsed) return parsedArgument(dimension, parsed.region(operand, this, mode) as ParsedRegion, optional);
    const holds = (value: ArgumentValue) => {
      const facts = optional && value === 'missing' ? NO_ARGUMENT : finding(value);
      return only(argsCondition.evaluate({ selector, op, value: operand }, facts, mode));
    };
    // One argument is there or not, and of one type; a pointer with a star finds several.
    const perCall = (op === 'exists' || op === 'type') && !/\/\*(\/|\??$)/.test(selector);
    return new ArgumentRegion(dimension, holds, wordsOf(op, operand, dimension, mode), numbersOf(op, operand), perCall);
  }

  onlyArguments(names: readonly string[]): Region {
    return new ArgumentNamesRegion(names);
  }

  identifiers(isExact: boolean): Region {
    return new IdentifiersRegion(isExact);
  }

  after(asked: After): Region {
    return new PastRegion(pastDimension(asked));
  }

  parsed<Data>(fact: ParsedFact, condition: Condition<Data>, data: Data, mode: Mode): Region {
    return new ParsedRegion(fact, condition as Condition<unknown>, data, mode, this.sql);
  }
}

/** What a condition on what is parsed says of one argument. */
function parsedArgument(dimension: string, region: ParsedRegion, optional: boolean): Region {
  const truths: Readonly<Record<number, Truth>> = { [TRUE]: 'true', [FALSE]: 'false' };
  const holds = (value: ArgumentValue): Truth | undefined => {
    if (typeof value === 'string') return optional && value === 'missing' ? undefined : 'unknown';
    const [inner, ...more] = [value.value].flat();
    return typeof inner === 'string' && more.length === 0 ? (truths[region.truth(inner)] ?? 'unknown') : 'unknown';
  };
  return new ArgumentRegion(dimension, holds, undefined, [], false, region);
}

function wordsOf(op: string, operand: unknown, dimension: string, mode: Mode): WordRegion | undefined {
  switch (op) {
    case 'eq':
    case 'in': {
      const words = [operand].flat().filter((one) => typeof one === 'string');
      if (words.length === 0) return undefined;
      return mode === 'permit' ? WordRegion.equal(words, dimension) : WordRegion.nearlyEqual(words, dimension);
    }
    case 'glob':
    case 'regex':
    case 'prefix':
    case 'contains': {
      const patterns = asList(operand);
      const region = stringRegion(op, patterns, dimension);
      if (mode !== 'permit') return region;
      const meant = patterns.filter((pattern) => hasControl(op, pattern));
      return region.withoutControls(meant.length > 0 ? stringRegion(op, meant, dimension) : undefined);
    }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return WordRegion.number(op, operand as number, dimension);
    default:
      return undefined;
  }
}

function stringRegion(op: string, patterns: readonly string[], dimension: string): WordRegion {
  switch (op) {
    case 'glob':
      return WordRegion.like(patterns, dimension);
    case 'regex':
      return WordRegion.matching(patterns, dimension);
    case 'prefix':
      return WordRegion.prefixed(patterns, dimension);
    default:
      return WordRegion.containing(patterns, dimension);
  }
}

function numbersOf(op: string, operand: unknown): number[] {
  const compares = ['eq', 'in', 'gt', 'gte', 'lt', 'lte'].includes(op);
  return compares ? [operand].flat().filter((one) => typeof one === 'number') : [];
}

/** A selector's dimension: the same for all its spellings. */
function dimensionOf(selector: string): string {
  const path = selector.replace(/\?$/, '');
  return `args ${path.startsWith('/') ? path : `/${path.replace(/~/g, '~0').replace(/\//g, '~1')}`}`;
}

const finding = (value: ArgumentValue) => ({ argument: () => [value] }) as unknown as CallFacts;
const NO_ARGUMENT = { argument: () => [] } as unknown as CallFacts;

/** Samples hold one value each. */
function only(truths: readonly Truth[]): Truth | undefined {
  return truths[0];
}
