/**
 * `capfence/runtime`: the few functions that a compiled policy calls, and the shapes it shares with the gateway. No
 * dependency, no input or output.
 */
export { CATALOGUE_VERSION } from '../data/catalogue.js';
export type {
  Args,
  Context,
  Decide,
  Decision,
  Environment,
  Guard,
  Manifest,
  ManifestRule,
  Mapping,
  MappingTable,
  RulePlace,
  Verdict,
} from '../types.js';
export type { ArgumentTest } from './conditions/argument-test.js';
export type { RuleFormula } from './conditions/rule-formula.js';
export type { RuleSet } from './conditions/rule-set.js';
export { FALSE, MAY, MAY_NOT, MUST, MUST_NOT, TRUE, UNKNOWN } from './conditions/truth-set.js';
export * from './conditions.js';
export type { Facts } from './facts/facts.js';
export { type CompiledRules, PolicyBinding, type Settings } from './policy-binding.js';
export type { TableCondition } from './table/column.js';
export { type TableRow, tableRuleSet } from './table/rule-table.js';
