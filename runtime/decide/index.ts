/**
 * `capfence/runtime`: the few functions that a compiled policy calls, and the shapes it shares with the gateway. No
 * dependency, no input or output.
 */
export { CATALOGUE_VERSION } from '../data/catalogue.js';
export type {
  Args,
  Context,
  CountEffect,
  Decide,
  Decision,
  Effects,
  Environment,
  Guard,
  History,
  Manifest,
  ManifestRule,
  Mapping,
  MappingTable,
  MarkEffect,
  RulePlace,
  Verdict,
} from '../types.js';
export type { ArgumentTest } from './conditions/argument-test.js';
export * from './conditions/library.js';
export { always, noRules, type RuleSet, ruleSet } from './conditions/rule-set.js';
export { FALSE, MAY, MAY_NOT, MUST, MUST_NOT, TRUE, UNKNOWN } from './conditions/truth-set.js';
export { type EffectPart, type EffectSet, effectSet } from './effects/effect-set.js';
export type { Facts } from './facts/facts.js';
export { PolicyBinding, type Settings } from './policy-binding.js';
export { type TableRow, tableRuleSet } from './table/rule-table.js';
export {
  amountIs,
  argumentAt,
  fixed,
  pathUnder,
  perTool,
  type TableCondition,
  textHas,
} from './table/table-condition.js';
