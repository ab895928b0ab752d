import type { PreparedTest } from '../conditions/argument-test.js';
import { amounts, argument, text, under } from '../conditions/library.js';
import type { Prefixes } from '../conditions/path-prefix.js';
import type { RuleCondition } from '../conditions/rule-set.js';
import type { TextTest } from '../conditions/text-test.js';
import type { Facts } from '../facts/facts.js';
import type { Comparison } from '../facts/number.js';
import type { TextMode } from '../facts/text-fact.js';

/** A distinct condition of a table, and what it can be looked up by. */
export interface TableCondition extends RuleCondition {
  /** It asks whether the path lies under one of these. */
  readonly under?: Prefixes;
  /** It asks for this top-level argument; else, where it compares, for the amount. */
  readonly argument?: string;
  /** It compares a number. */
  readonly compared?: readonly [comparison: Comparison, bound: number];
  /** It asks whether the argument is one of these strings. */
  readonly member?: readonly [words: readonly string[], near: boolean];
  /** It asks what the argument begins with. */
  readonly prefix?: PreparedTest;
  /** It looks for this in the text of the call. */
  readonly text?: TextTest;
  /** It reads what does not change while the policy is bound. */
  readonly fixed?: true;
  /** It reads what is the same in all calls of a tool. */
  readonly perTool?: true;
}

/** `path_prefix`. */
export const pathUnder = (prefixes: Prefixes): TableCondition => ({
  fact: 'path',
  truthSet: (f) => under(f, prefixes),
  under: prefixes,
});

/** `amount_gt` and its kin. */
export const amountIs = (comparison: Comparison, bound: number): TableCondition => ({
  fact: 'amount',
  truthSet: (f) => amounts(f, comparison, bound),
  compared: [comparison, bound],
});

/** A test of a top-level argument. */
export function argumentAt(name: string, test: PreparedTest): TableCondition {
  const condition = { fact: `args ${name}`, truthSet: (f: Facts) => argument(f, test), argument: name };
  if (test.comparison !== undefined) return { ...condition, compared: [test.comparison, test.bound] };
  if (test.text?.kind === 'prefix') return { ...condition, prefix: test };
  const words = [...(test.values ?? [])].filter((value) => typeof value === 'string');
  return { ...condition, member: [words, test.nearKeys !== undefined] };
}

/** `contains`, `match_regex`. */
export const textHas = (mode: TextMode, test: TextTest): TableCondition => ({
  fact: 'text',
  truthSet: (f) => text(f, mode, test),
  text: test,
});

/** What was worked out when the policy was bound. */
export const fixed = (fact: string, truthSet: number): TableCondition => ({
  fact,
  truthSet: () => truthSet,
  fixed: true,
});

/** What is the same in all calls of a tool. */
export const perTool = (fact: string, truthSet: (facts: Facts) => number): TableCondition => ({
  fact,
  truthSet,
  perTool: true,
});
