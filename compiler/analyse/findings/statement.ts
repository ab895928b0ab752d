import type { Place } from '../../diagnostics/source.js';
import { atomsOf } from '../../ir/atoms.js';
import type { CapabilityPattern, Expression, Policy, Rule } from '../../ir/policy.js';

/** What a policy says of a capability: a rule, a mark, a limit, a result rule or a promise. All of them can be mistyped. */
export interface Statement {
  readonly id: string;
  /** null for all but rules. */
  readonly rule: Rule | null;
  readonly capability: CapabilityPattern;
  readonly place: Place;
  /** The selectors that it reads arguments by, and where. */
  readonly selectors: readonly { readonly selector: string; readonly place: Place }[];
}

/** @param rules The policy's rules, in the order in which analysis knows them. */
export function statementsOf(policy: Policy, rules: readonly Rule[]): Statement[] {
  return [
    ...rules.map((rule) => ({ ...rule, rule, selectors: selectorsIn(rule.when) })),
    ...policy.marks.map((mark) => statement(mark, [mark.by])),
    ...policy.promises.map((promise) => statement(promise, [])),
    ...policy.results.map((rule) => statement(rule, [])),
    // `amount` is no selector: it stands for the amounts of the mapping.
    ...policy.limits.map((limit) => statement(limit, [limit.by, limit.of === 'amount' ? undefined : limit.of])),
  ];
}

function statement(
  said: Pick<Statement, 'id' | 'capability' | 'place'> & { readonly when: Expression },
  own: readonly (string | undefined)[],
): Statement {
  const selectors = own.flatMap((selector) => (selector === undefined ? [] : [{ selector, place: said.place }]));
  return { ...said, rule: null, selectors: [...selectors, ...selectorsIn(said.when)] };
}

function selectorsIn(when: Expression): Statement['selectors'] {
  return atomsOf(when).flatMap(({ atom: { key, data, place } }) => {
    if (key === 'table') return [{ selector: 'table', place }];
    const selector = key === 'args' ? (data as { readonly selector: string }).selector : undefined;
    const by = key === 'after' ? (data as { readonly by?: string }).by : undefined;
    return [selector, by].flatMap((one) => (one === undefined ? [] : [{ selector: one, place }]));
  });
}
