import type { Facts } from '../facts/facts.js';
import { parseFormula, type RuleFormula } from './rule-formula.js';

/** A distinct condition of a rule set. */
export interface RuleCondition {
  /** The fact it looks at, as `unknown` lists name it. */
  readonly fact: string;
  /** Its truth set (truth-set.ts) over all values of the fact. */
  readonly truthSet: (facts: Facts) => number;
}

/** What every rule set of a module says of itself. */
export interface RuleSetHead {
  /** No call can pass or ask: analysis found that denials shadow whatever would let one. */
  readonly blocked?: true;
  /** The arguments that its conditions name, beside those of a mapping's facts. */
  readonly reads?: readonly string[];
}

/** The rules that can match one kind of capability, in order of precedence. */
export interface RuleSet extends RuleSetHead {
  /** Indices into `manifest.rules`. */
  readonly rules: readonly number[];
  /** Position in `rules` of the rule that decides; `rules.length` for the default deny. */
  readonly decide: (facts: Facts) => number;
  readonly conditions: readonly RuleCondition[];
  /** What each rule asks of the conditions: to explain, off the hot path. */
  readonly formulas: () => readonly RuleFormula[];
}

/** What a module says of a capability with few rules. */
export interface StraightRuleSet extends RuleSetHead {
  /** Each an index into `manifest.rules`, and what the rule asks of the conditions. */
  readonly rules: readonly (readonly [index: number, formula: string])[];
  readonly conditions: readonly RuleCondition[];
  readonly decide: (facts: Facts) => number;
}

/** The rule set of one rule without conditions. */
export function always(index: number): RuleSet {
  return ruleSet({ rules: [[index, 'always']], conditions: [], decide: () => 0 });
}

/** Where no rule matches. */
export const noRules: RuleSet = ruleSet({ rules: [], conditions: [], decide: () => 0 });

/** The rule set of a few rules. */
export function ruleSet({ rules, ...rest }: StraightRuleSet): RuleSet {
  let formulas: readonly RuleFormula[] | undefined;
  return {
    ...rest,
    rules: rules.map(([index]) => index),
    formulas: () => {
      formulas ??= rules.map(([, formula]) => parseFormula(formula));
      return formulas;
    },
  };
}
