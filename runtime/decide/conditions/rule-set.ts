import type { Facts } from '../facts/facts.js';
import type { RuleFormula } from './rule-formula.js';

/**
 * The rules that can match one kind of capability, in order of precedence: what a generated module has one small
 * function for.
 */
export interface RuleSet {
  /** Indices into `manifest.rules`. */
  readonly rules: readonly number[];
  /** No call can pass or ask: analysis found that denials shadow whatever would let one. */
  readonly blocked?: true;
  /** The arguments that its conditions name, beside those of a mapping's facts. */
  readonly reads?: readonly string[];
  /** Position in `rules` of the rule that decides; `rules.length` for the default deny. */
  readonly decide: (facts: Facts) => number;
  /** The truth set of each distinct condition, and the shape of each rule over them: to explain, off the hot path. */
  readonly truthSets: (facts: Facts) => readonly number[];
  readonly formulas: readonly RuleFormula[];
}
