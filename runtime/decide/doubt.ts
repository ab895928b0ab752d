import { FALSE, TRUE, UNKNOWN } from './outcome.js';

/**
 * The shape of a rule's conditions, negation pushed down to each: what is needed to say, off the hot path, which fact a
 * verdict rested on without knowing it.
 */
export type Doubt =
  | { readonly all: readonly Doubt[] }
  | { readonly any: readonly Doubt[] }
  /** The outcome at this index of the rule set's outcomes. */
  | { readonly at: number; readonly fact: string; readonly not?: true };

/** The facts that are unknown to a rule whose truth is unknown; none where it is true or false. */
export function unknownFacts(doubt: Doubt, outcomes: readonly number[], protects: boolean): string[] {
  const facts: string[] = [];
  return truth(doubt, outcomes, protects, facts) === UNKNOWN ? facts : [];
}

/** Does a rule match, given the outcomes of its conditions? */
export function matches(doubt: Doubt, outcomes: readonly number[], protects: boolean): boolean {
  const value = truth(doubt, outcomes, protects, []);
  return value === TRUE || (protects && value === UNKNOWN);
}

/**
 * Does a rule match whatever the arguments are (TRUE), never (FALSE), or as they come (UNKNOWN)?
 *
 * @param outcomes Of some call; only those of facts that are the same in every call count.
 */
export function matchesAlways(
  doubt: Doubt,
  outcomes: readonly number[],
  protects: boolean,
  isFixed: (fact: string) => boolean,
): number {
  if ('at' in doubt) {
    if (!isFixed(doubt.fact)) return UNKNOWN;
    const outcome = outcomes[doubt.at] as number;
    const value = quantify(doubt.not ? negate(outcome) : outcome, protects);
    return value === TRUE || (protects && value === UNKNOWN) ? TRUE : FALSE;
  }
  const parts = 'all' in doubt ? doubt.all : doubt.any;
  let union = 0;
  for (const part of parts) union |= matchesAlways(part, outcomes, protects, isFixed);
  return 'all' in doubt ? union & FALSE || union & UNKNOWN || TRUE : union & TRUE || union & UNKNOWN || FALSE;
}

function truth(doubt: Doubt, outcomes: readonly number[], protects: boolean, facts: string[]): number {
  if ('at' in doubt) {
    const outcome = outcomes[doubt.at] as number;
    const value = quantify(doubt.not ? negate(outcome) : outcome, protects);
    if (value === UNKNOWN && !facts.includes(doubt.fact)) facts.push(doubt.fact);
    return value;
  }
  const parts = 'all' in doubt ? doubt.all : doubt.any;
  let union = 0;
  for (const part of parts) union |= truth(part, outcomes, protects, facts);
  return 'all' in doubt ? union & FALSE || union & UNKNOWN || TRUE : union & TRUE || union & UNKNOWN || FALSE;
}

function negate(outcome: number): number {
  return (outcome & UNKNOWN) | (outcome & TRUE ? FALSE : 0) | (outcome & FALSE ? TRUE : 0);
}

/** Any forbids, all permits; no value is false. */
function quantify(outcome: number, protects: boolean): number {
  if (outcome === 0) return FALSE;
  return protects ? outcome & TRUE || outcome & UNKNOWN || FALSE : outcome & FALSE || outcome & UNKNOWN || TRUE;
}
