import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/**
 * The shape of a rule's conditions, negation pushed down to each: what is needed to say, off the hot path, which fact a
 * verdict rested on without knowing it.
 */
export type RuleFormula =
  | { readonly all: readonly RuleFormula[] }
  | { readonly any: readonly RuleFormula[] }
  /** The truth set at this index of the rule set's truth sets. */
  | { readonly at: number; readonly fact: string; readonly not?: true };

/** The facts that are unknown to a rule whose truth is unknown; none where it is true or false. */
export function unknownFacts(formula: RuleFormula, truthSets: readonly number[], protects: boolean): string[] {
  const facts: string[] = [];
  return truth(formula, truthSets, protects, facts) === UNKNOWN ? facts : [];
}

/** Does a rule match, given the truth sets of its conditions? */
export function matches(formula: RuleFormula, truthSets: readonly number[], protects: boolean): boolean {
  const value = truth(formula, truthSets, protects, []);
  return value === TRUE || (protects && value === UNKNOWN);
}

/**
 * Does a rule match whatever the arguments are (TRUE), never (FALSE), or as they come (UNKNOWN)?
 *
 * @param truthSets Of some call; only those of facts that are the same in every call count.
 */
export function matchesAlways(
  formula: RuleFormula,
  truthSets: readonly number[],
  protects: boolean,
  isFixed: (fact: string) => boolean,
): number {
  if ('at' in formula) {
    if (!isFixed(formula.fact)) return UNKNOWN;
    const truthSet = truthSets[formula.at] as number;
    const value = quantify(formula.not ? negate(truthSet) : truthSet, protects);
    return value === TRUE || (protects && value === UNKNOWN) ? TRUE : FALSE;
  }
  const parts = 'all' in formula ? formula.all : formula.any;
  let union = 0;
  for (const part of parts) union |= matchesAlways(part, truthSets, protects, isFixed);
  return 'all' in formula ? union & FALSE || union & UNKNOWN || TRUE : union & TRUE || union & UNKNOWN || FALSE;
}

function truth(formula: RuleFormula, truthSets: readonly number[], protects: boolean, facts: string[]): number {
  if ('at' in formula) {
    const truthSet = truthSets[formula.at] as number;
    const value = quantify(formula.not ? negate(truthSet) : truthSet, protects);
    if (value === UNKNOWN && !facts.includes(formula.fact)) facts.push(formula.fact);
    return value;
  }
  const parts = 'all' in formula ? formula.all : formula.any;
  let union = 0;
  for (const part of parts) union |= truth(part, truthSets, protects, facts);
  return 'all' in formula ? union & FALSE || union & UNKNOWN || TRUE : union & TRUE || union & UNKNOWN || FALSE;
}

function negate(truthSet: number): number {
  return (truthSet & UNKNOWN) | (truthSet & TRUE ? FALSE : 0) | (truthSet & FALSE ? TRUE : 0);
}

/** Any forbids, all permits; no value is false. */
function quantify(truthSet: number, protects: boolean): number {
  if (truthSet === 0) return FALSE;
  return protects ? truthSet & TRUE || truthSet & UNKNOWN || FALSE : truthSet & FALSE || truthSet & UNKNOWN || TRUE;
}
