import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/**
 * What a rule asks of the conditions of its rule set, negation pushed down to each: what is needed to say, off the hot
 * path, which fact a verdict rested on without knowing it.
 */
export type RuleFormula =
  | { readonly all: readonly RuleFormula[] }
  | { readonly any: readonly RuleFormula[] }
  /** The condition at this index of the rule set's. */
  | { readonly at: number; readonly not?: boolean };

/** A call, as far as formulas look at it. */
export interface FormulaInput {
  /** The truth set of the condition at this index. */
  readonly truthSet: (at: number) => number;
  /** As deny and approval rules do: any value forbids, unknown is enough. */
  readonly forbids: boolean;
}

/**
 * Reads a formula as modules spell it: `c0`, `c0 and not (c1 or c2)`, `always`, `never`. The numbers are the conditions'.
 * What a compiled module says is taken at its word.
 */
export function parseFormula(text: string): RuleFormula {
  const tokens = text.match(/c\d+|[a-z]+|[()]/g) ?? [];
  let next = 0;
  const takes = (word: string): boolean => {
    const isNext = tokens[next] === word;
    if (isNext) next++;
    return isNext;
  };
  const either = (): RuleFormula => {
    const any = [both()];
    while (takes('or')) any.push(both());
    return any.length === 1 ? (any[0] as RuleFormula) : { any };
  };
  const both = (): RuleFormula => {
    const all = [literal()];
    while (takes('and')) all.push(literal());
    return all.length === 1 ? (all[0] as RuleFormula) : { all };
  };
  const literal = (): RuleFormula => {
    const token = tokens[next++] ?? 'never';
    if (token === 'always') return { all: [] };
    if (token === 'never') return { any: [] };
    if (token === 'not') return { at: Number((tokens[next++] ?? '').slice(1)), not: true };
    if (token !== '(') return { at: Number(token.slice(1)) };
    const inner = either();
    next++;
    return inner;
  };
  return either();
}

/** The conditions that are unknown to a rule whose truth is unknown; none where it is true or false. */
export function unknownConditions(formula: RuleFormula, input: FormulaInput): number[] {
  const unknown: number[] = [];
  return truth(formula, input, unknown) === UNKNOWN ? unknown : [];
}

/** Does a rule match, given the truth sets of its conditions? */
export function matches(formula: RuleFormula, input: FormulaInput): boolean {
  const value = truth(formula, input);
  return value === TRUE || (input.forbids && value === UNKNOWN);
}

/**
 * Does a rule match whatever the arguments are (TRUE), never (FALSE), or as they come (UNKNOWN)?
 *
 * @param input Some call; only the conditions that are the same in every call count.
 */
export function matchesAlways(formula: RuleFormula, input: FormulaInput, isFixed: (at: number) => boolean): number {
  if (!('at' in formula)) return combine(formula, (part) => matchesAlways(part, input, isFixed));
  if (!isFixed(formula.at)) return UNKNOWN;
  return matches(formula, input) ? TRUE : FALSE;
}

function truth(formula: RuleFormula, input: FormulaInput, unknown?: number[]): number {
  if (!('at' in formula)) return combine(formula, (part) => truth(part, input, unknown));
  const truthSet = input.truthSet(formula.at);
  const value = quantify(formula.not ? negate(truthSet) : truthSet, input.forbids);
  if (value === UNKNOWN) unknown?.push(formula.at);
  return value;
}

/** Kleene's `and` and `or` of all parts. */
function combine(formula: Exclude<RuleFormula, { at: number }>, of: (part: RuleFormula) => number): number {
  let union = 0;
  for (const part of 'all' in formula ? formula.all : formula.any) union |= of(part);
  return 'all' in formula ? union & FALSE || union & UNKNOWN || TRUE : union & TRUE || union & UNKNOWN || FALSE;
}

function negate(truthSet: number): number {
  return (truthSet & UNKNOWN) | (truthSet & TRUE ? FALSE : 0) | (truthSet & FALSE ? TRUE : 0);
}

/** Any forbids, all permits; no value is false. */
function quantify(truthSet: number, forbids: boolean): number {
  if (truthSet === 0) return FALSE;
  return forbids ? truthSet & TRUE || truthSet & UNKNOWN || FALSE : truthSet & FALSE || truthSet & UNKNOWN || TRUE;
}
