/**
 * A condition ranges over all values of a fact. What it yields is a *truth set*: the set, as bits, of the truth values
 * that it took over them. An empty set means that there was no value at all. The two sentences of the language (unknown
 * protects; any forbids, all permits) then are four fixed questions about a set of at most three members.
 */
export const TRUE = 1;
export const UNKNOWN = 2;
export const FALSE = 4;

/*
 * Each question is an eight-entry table packed into a number: bit `o` is the answer for truth set `o`, so that
 * `(MAY >> o) & 1` is 1 or 0 without a branch.
 */

/** Deny and approval rules: some value is true or unknown. */
export const MAY = table((o) => (o & (TRUE | UNKNOWN)) !== 0);
/** The same under `not`: some value is false or unknown. */
export const MAY_NOT = table((o) => (o & (FALSE | UNKNOWN)) !== 0);
/** Allow and warn rules: there is a value and all are true. */
export const MUST = table((o) => o === TRUE);
/** The same under `not`: there is a value and all are false. */
export const MUST_NOT = table((o) => o === FALSE);

function table(holds: (truthSet: number) => boolean): number {
  let bits = 0;
  for (let truthSet = 0; truthSet < 8; truthSet++) if (holds(truthSet)) bits |= 1 << truthSet;
  return bits;
}
