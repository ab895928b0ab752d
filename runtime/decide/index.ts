/**
 * `capfence/runtime`: the few functions that a compiled policy calls, and the shapes it shares with the gateway. No
 * dependency, no input or output.
 */
export { CATALOGUE_VERSION } from '../data/catalogue.js';
export type { ArgumentTest } from './argument-test.js';
export type { TableCondition } from './column.js';
export * from './conditions.js';
export type { Facts } from './facts.js';
export { type CompiledRules, PolicyBinding, type RuleSet, type Settings } from './policy.js';
export type { RuleFormula } from './rule-formula.js';
export { type TableRow, tableRuleSet } from './rule-table.js';
export { FALSE, MAY, MAY_NOT, MUST, MUST_NOT, TRUE, UNKNOWN } from './truth-set.js';
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
} from './types.js';
