import type { CallFacts, Condition, Mode, ParsedFact, Truth } from '../../conditions/condition.js';
import type { SqlSettings } from '../../ir/policy.js';
import { commandDomain } from './commands.js';
import { hintDomain } from './hints.js';
import type { ParsedDomain, ParsedTest } from './parsed-domain.js';
import { recipientDomain } from './recipients.js';
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
import { secretDomain } from './secrets.js';
import { sqlDomain } from './statements.js';
import { timeDomain } from './times.js';
import { urlDomain } from './urls.js';

/*
 * Regions over facts that are parsed: URLs and their kin. Their values are too many-sided for an algebra, but all that the
 * conditions of a rule can tell apart has a representative, and a condition is asked of each of these.
 */

export const DOMAINS: Readonly<Record<ParsedFact, ParsedDomain>> = {
  url: urlDomain,
  command: commandDomain,
  sql: sqlDomain,
  recipient: recipientDomain,
  secret: secretDomain,
  time: timeDomain,
  hints: hintDomain,
};

/** What a condition on such a fact is true of. */
export class ParsedRegion implements Region {
  private readonly known = new Map<unknown, number>();
  private sampled: readonly unknown[] | undefined;

  constructor(
    readonly dimension: ParsedFact,
    private readonly condition: Condition<unknown>,
    readonly data: unknown,
    readonly mode: Mode,
    private readonly sql: SqlSettings,
  ) {}

  get test(): ParsedTest {
    return { key: this.condition.key, data: this.data, sql: this.sql };
  }

  truth(value: unknown): number {
    let bits = this.known.get(value);
    if (bits === undefined) {
      const facts = DOMAINS[this.dimension].factsOf(value ?? null, this.sql) as CallFacts;
      const truths = this.condition.evaluate(this.data, facts, this.mode);
      bits = truths.length === 0 ? FALSE : truths.reduce((all, truth) => all | BITS[truth], 0);
      this.known.set(value, bits);
    }
    return bits;
  }

  samples(): readonly unknown[] {
    this.sampled ??= this.borders().filter((value) => this.truth(value) === TRUE);
    return this.sampled;
  }

  borders(): readonly unknown[] {
    const values = [...DOMAINS[this.dimension].candidates([this.test])].slice(0, MAX_BORDERS);
    return values.toSorted((a, b) => Number(this.truth(a) !== TRUE) - Number(this.truth(b) !== TRUE));
  }
}

const BITS: Readonly<Record<Truth, number>> = { true: TRUE, unknown: UNKNOWN, false: FALSE };
const MAX_BORDERS = 48;
/** So many values are asked about. */
const MAX_CANDIDATES = 20_000;

/** The values of such a fact. */
export class ParsedDimension implements Dimension {
  constructor(
    readonly key: ParsedFact,
    readonly single: boolean,
  ) {}

  solve(constraints: readonly Constraint[]): Solution {
    const given = constraints as readonly Constraint<ParsedRegion>[];
    if (contradicts(given)) return 'none';
    const domain = DOMAINS[this.key];
    const values: unknown[] = [];
    for (const value of domain.candidates(given.map(({ region }) => region.test))) {
      if (values.length > MAX_CANDIDATES) return 'budget';
      values.push(value);
      const found = firstWithin([value], given);
      if (found !== 'none') return found;
    }
    const unknown = firstWithin([null], given);
    if (unknown !== 'none') return unknown;
    if (!domain.isComplete(given.map(({ region }) => region.test))) return 'budget';
    const whole = this.whole(given, values);
    return whole ?? 'none';
  }

  /**
   * A value of several readings, or a text of several commands, whose parts each do some of what is asked; undefined: there
   * certainly is none.
   */
  private whole(given: readonly Constraint<ParsedRegion>[], values: readonly unknown[]): Solution | undefined {
    if (this.key !== 'url' && this.key !== 'command') {
      const isPlain = this.key !== 'sql' || given.every(({ allowed }) => (allowed & UNKNOWN) === 0);
      return isPlain ? undefined : 'budget';
    }
    // What every part must be; and what one of them is enough for.
    const isOfAll = this.key === 'url' ? isOfReadings : isOfCommands;
    const always = given.filter(isOfAll);
    const parts = given.filter((one) => !isOfAll(one)).map((one) => firstWithin(values, [...always, one]));
    if (parts.length === 0 || parts.includes('none')) return undefined;
    if (this.key === 'url') return 'budget';
    const texts = parts.map((part) => (part as { readonly value: unknown }).value);
    if (texts.includes(null)) return 'budget';
    const joined = firstWithin([texts.join('; ')], given);
    return joined === 'none' ? 'budget' : joined;
  }
}

/** All readings of a URL must be so. */
function isOfReadings({ allowed }: Constraint<ParsedRegion>): boolean {
  return (allowed & UNKNOWN) === 0;
}

/** All commands of a text must be so. */
function isOfCommands({ region, allowed }: Constraint<ParsedRegion>): boolean {
  const isAny = region.mode === 'forbid' || region.mode === 'permitNot';
  return allowed === (isAny ? FALSE : TRUE);
}

function sameTest(a: ParsedRegion, b: ParsedRegion): boolean {
  return a.dimension === b.dimension && JSON.stringify(a.test) === JSON.stringify(b.test);
}

/** Is something asked of one condition that no value can be? */
function contradicts(constraints: readonly Constraint<ParsedRegion>[]): boolean {
  const allowed = new Map<string, number>();
  for (const { region, allowed: own } of constraints) {
    const test = JSON.stringify([region.test, region.mode]);
    allowed.set(test, (allowed.get(test) ?? TRUE | UNKNOWN | FALSE) & own);
  }
  // What holds of every statement holds of the one that is looked for.
  const isNowhere = constraints.some(
    (one) =>
      isOfCommands(one) &&
      constraints.some((other) => sameTest(one.region, other.region) && (one.allowed & other.allowed) === 0),
  );
  if (isNowhere) return true;
  // A text of several statements may be in two parts at once.
  return [...allowed].some(([, bits]) => bits === 0) && constraints.every(({ region }) => region.dimension !== 'sql');
}
