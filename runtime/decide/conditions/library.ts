/**
 * What generated code calls: one function a condition, and what prepares its operands when a policy is bound. A bundle
 * holds only those that its policy uses.
 */

import { parseSelector, type Selector, select } from '../../text/selector.js';
import type { Hints } from '../../types.js';
import { amountFact } from '../facts/amounts-of-call.js';
import type { Facts } from '../facts/facts.js';
import { type Comparison, compare, readNumber } from '../facts/number.js';
import { TextFact, type TextMode } from '../facts/text-fact.js';
import type { PackedAutomaton } from '../secrets/automaton.js';
import { type DetectorEntry, SecretFinder } from '../secrets/secret-finder.js';
import { type ArgumentTest, PreparedTest, truthSetOfArgument } from './argument-test.js';
import type { Binding } from './binding.js';
import { type Glob, globTest, parseGlob } from './glob.js';
import { type PathGlobs, pathMatches, readGlobs } from './path-glob.js';
import { type Prefixes, readPrefixes, truthSetUnder } from './path-prefix.js';
import type { RegexProgram, RegexTable } from './regex.js';
import { callTextHas, containsTest, isAmong, regexTest, secretTestOf, type TextTest } from './text-test.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** The prefixes of a `path_prefix`, resolved for this machine. */
export const prefixes = (p: Binding, ...texts: string[]): Prefixes => readPrefixes(p.reader, texts);

/** `path_prefix`. */
export const under = (f: Facts, given: Prefixes): number => truthSetUnder(f.paths(), given);

/** The globs of a `path_glob`, resolved for this machine. */
export const pathGlobs = (p: Binding, ...texts: string[]): PathGlobs => readGlobs(p.reader, texts);

/** `path_glob`. */
export const like = (f: Facts, given: PathGlobs): number => pathMatches(f.paths(), given);

/** Any of these, case and the length of white space aside. */
export const contains = (p: Binding, ...needles: string[]): TextTest => containsTest(p, needles);

export { commands, commandsAllow, commandsForbid } from './commands.js';
export { timeFrom, timeIs, timeUntil, timeWindows } from './moments.js';
export { packed } from './packed.js';
export { after, afterBy, resultTruth } from './past.js';
export { recipientPatterns, recipients } from './recipients.js';
export { sqlFunction, sqlKind, sqlLimit, sqlNames, sqlTable } from './sql.js';
export { hosts, urlHost, urlNetwork, urlPaths, urlPort, urlScheme, urlUnder } from './urls.js';

/** Any of these regular expressions. */
export const regex = (p: Binding, ...expressions: (RegexProgram | RegexTable)[]): TextTest => regexTest(p, expressions);

/** An expression that is nowhere without this text. */
export const needing = <T extends RegexProgram | RegexTable>(literal: string, expression: T): T => ({
  ...expression,
  literal,
});

/** All detectors of a policy. */
export const secretFinder = (packed: PackedAutomaton, ...detectors: DetectorEntry[]): SecretFinder =>
  new SecretFinder(packed, detectors);

/** Some of them, by number; all where none is named. */
export const secrets = (finder: SecretFinder, ...which: number[]): TextTest =>
  secretTestOf(finder, which.length === 0 ? undefined : which);

/** Does a result, the arguments of these facts, hold one of them? */
export function heldSecrets(f: Facts, test: TextTest): 1 | 2 | 4 {
  if (test.kind !== 'secret') return FALSE;
  const { detectors, isCut } = test.finder.foundInResult(f.args);
  if (isAmong(detectors, test.which)) return TRUE;
  return isCut ? UNKNOWN : FALSE;
}

/** `contains`, `match_keywords`, `match_regex`, `secret`. */
export function text(f: Facts, mode: TextMode, test: TextTest): number {
  const only = f.onlyText();
  if (only !== undefined) return callTextHas(test, only, f.plain, f.found) ? TRUE : FALSE;
  let fact = f.texts.get(mode);
  if (fact === undefined) {
    fact = new TextFact(f.args, f.selectors.text, f.selectors.otherText, mode);
    if (f.isOpen(f.selectors.text === undefined || f.selectors.otherText)) fact.isUnknown = true;
    f.texts.set(mode, fact);
  }
  let truthSet = fact.isUnknown ? UNKNOWN : 0;
  for (let i = 0; i < fact.values.length; i++) {
    const value = fact.values[i] as string;
    const plain = () => (fact as TextFact).plain(i);
    const found = (finder: SecretFinder) => (fact as TextFact).found(i, finder);
    truthSet |= callTextHas(test, value, plain, found) ? TRUE : FALSE;
  }
  return truthSet;
}

/** `amount_gt` and its kin. */
export function amounts(f: Facts, comparison: Comparison, bound: number): number {
  const fact = amountFact(f);
  let truthSet = fact.isUnknown ? UNKNOWN : 0;
  for (let i = 0; i < fact.count; i++) truthSet |= truthSetOfAmount(fact.values[i] as number, comparison, bound);
  return truthSet;
}

/** An amount below zero is unknown (a refund? a trick?), but to a bound that is itself below zero. */
function truthSetOfAmount(amount: number, comparison: Comparison, bound: number): number {
  if (amount < 0 && bound >= 0) return UNKNOWN;
  return compare(amount, comparison, bound) ? TRUE : FALSE;
}

/** A list of globs of words, with its number among those of a binding. */
interface GlobList {
  readonly id: number;
  readonly globs: readonly Glob[];
}

/** Globs of a tool's name. */
export const toolGlobs = (p: Binding, ...texts: string[]): GlobList => globList(p, texts);

/** Globs of a risk: other lists than those of names, since what they come to is remembered by their number. */
export const riskGlobs = (p: Binding, ...texts: string[]): GlobList => globList(p, texts);

function globList(p: Binding, texts: readonly string[]): GlobList {
  return { id: p.globLists++, globs: texts.map(parseGlob) };
}

/** Globs of words. */
export const globs = (...texts: string[]): Glob[] => texts.map(parseGlob);

/** `risk_level`. */
export const risk = (f: Facts, given: GlobList): number => remembered(f, given, f.selectors.risk);

/** `tool_name`. */
export const toolName = (f: Facts, given: GlobList): number => remembered(f, given, f.tool);

/** Worked out at a tool's first call. */
function remembered(f: Facts, { id, globs: given }: GlobList, value: string | undefined): number {
  const { truthSets } = f.selectors.ofTool;
  const known = truthSets[id];
  if (known !== undefined) return known;
  const truthSet = word(value, given);
  truthSets[id] = truthSet;
  return truthSet;
}

/** A condition on a context key: equal to, or matched by, one of the globs. It is fixed when the policy is bound. */
export function contextIs(p: Binding, key: string, ...texts: string[]): number {
  const value = p.context[key];
  return word(value === undefined ? undefined : String(value), texts.map(parseGlob));
}

/** `caller_depth_gt` and its kin. */
export function contextNumber(p: Binding, key: string, comparison: Comparison, bound: number): number {
  const value = readNumber(p.context[key]);
  if (Number.isNaN(value)) return UNKNOWN;
  return compare(value, comparison, bound) ? TRUE : FALSE;
}

/** A selector of `args`. */
export const selector = (path: string): Selector => parseSelector(path);

/** One operator on an argument. */
export const argumentTest = (test: ArgumentTest): PreparedTest => new PreparedTest(test);

/** `args`. */
export const argument = (f: Facts, test: PreparedTest): number => truthSetOfArgument(f.args, test);
/** `hints`: what the tool says of itself where the policy was compiled. */
export function hintIs({ selectors }: Facts, hint: keyof Hints, is: boolean): number {
  const said = selectors.hints?.[hint];
  return said === undefined ? UNKNOWN : said === is ? TRUE : FALSE;
}

/** A condition on what is parsed, of what one selector finds. */
export const onArgument = (f: Facts, at: Selector, truthSet: (f: Facts) => number): number => truthSet(f.at(at));

/** The names of an `only_args`. */
export const argumentNames = (names: readonly string[]): ReadonlySet<string> => new Set(names);

/** `only_args`. */
export function onlyArguments(f: Facts, names: ReadonlySet<string>): number {
  for (const name of Object.keys(f.args)) if (!names.has(name)) return FALSE;
  return TRUE;
}

/** What a permitting rule that looks at arguments asks beside what it says: no identifier leads elsewhere. */
export { identifiersStay } from './identifiers.js';
/** What `prefix` and `glob` of `args` look for. */
export { globTestOf, prefixTest } from './text-test.js';

/** The names of tables bare of quotes, schema and case. */
export const bareTables = (...texts: string[]): Glob[] => texts.map((name) => parseGlob(bareTable(name)));

/** `table`: equal but for case, quotes or a schema before it is unknown. */
export function table(f: Facts, exact: readonly Glob[], loose: readonly Glob[]): number {
  let truthSet = 0;
  const read = (value: unknown): void => {
    if (Array.isArray(value) && value.length > 0) for (const item of value) read(item);
    else if (typeof value !== 'string') truthSet |= UNKNOWN;
    else if (exact.some((glob) => globTest(glob, value))) truthSet |= TRUE;
    else truthSet |= loose.some((glob) => globTest(glob, bareTable(value))) ? UNKNOWN : FALSE;
  };
  select(f.args, TABLE, { value: read, unknown: () => read(undefined) });
  return truthSet;
}

const TABLE: Selector = { tokens: ['table'], optional: false };

/** The last part of a table's name, without quotes, in lower case. */
function bareTable(name: string): string {
  return name
    .replace(/["'`[\]\s]/g, '')
    .replace(/^.*\./s, '')
    .toLowerCase();
}

function word(value: string | undefined, given: readonly Glob[]): number {
  if (value === undefined) return UNKNOWN;
  return given.some((glob) => globTest(glob, value)) ? TRUE : FALSE;
}
