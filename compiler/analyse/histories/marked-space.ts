import type { Environment } from '../../../runtime/types.js';
import { conditionOf } from '../../conditions/index.js';
import type { Expression, Limit, Policy, PolicyPromise, Rule } from '../../ir/policy.js';
import { Space } from '../calls/space.js';

/**
 * A policy with all that it says of calls as rules: what promises speak of, what goes beyond a limit by itself, and what
 * marks match. So one question can be asked about them together.
 */
export interface MarkedSpace {
  readonly policy: Policy;
  /** Those of the policy, then one for each promise, then those of limits and marks. */
  readonly rules: readonly Rule[];
  readonly space: Space;
  /** Where those of limits begin. */
  readonly ceilingsAt: number;
  /** Where those begin that match what a mark may match; as many follow for what it must match. */
  readonly marksAt: number;
}

export function markedSpace(policy: Policy, environment: Environment): MarkedSpace {
  const before = [...policy.rules, ...policy.promises.map(claimOf)];
  const ceilings = policy.promises.length > 0 ? policy.limits.flatMap(ceilingOf) : [];
  const rules = [...before, ...ceilings, ...markRules(policy)];
  let space: Space | undefined;
  return {
    policy,
    rules,
    // Policies without promises and pasts do without it.
    get space() {
      space ??= new Space([{ ...policy, rules }], environment);
      return space;
    },
    ceilingsAt: before.length,
    marksAt: before.length + ceilings.length,
  };
}

/** The marks of a policy as rules: what each may match, then what each must match. */
function markRules({ marks }: Policy): Rule[] {
  const as = (decision: Rule['decision']) =>
    marks.map(({ id, capability, when, place }): Rule => ({ id, decision, capability, when, reason: 'mark', place }));
  return [...as('deny'), ...as('allow')];
}

/** A promise as a rule that matches what it speaks of: asked as `never` asks, like a deny rule, or like an allow rule. */
function claimOf({ id, kind, capability, when, place }: PolicyPromise): Rule {
  return { id, decision: kind === 'never' ? 'deny' : 'allow', capability, when, reason: 'promise', place };
}

/** What goes beyond a limit by itself, whatever came before. */
function ceilingOf({ id, capability, when, max, of, over, place }: Limit): Rule[] {
  if (over === 'warn') return [];
  const beyond: Expression[] =
    of === undefined
      ? []
      : (of === 'amount'
          ? conditionOf('amount_gt')
              .lower(max as never)
              .map((data) => ({ key: 'amount_gt', data }))
          : conditionOf('args')
              .lower({ [of]: { gt: max } } as never)
              .map((data) => ({ key: 'args', data }))
        ).map(({ key, data }) => ({ kind: 'atom', atom: { key, data, place } }));
  if (of === undefined && max >= 1) return [];
  return [{ id, decision: over, capability, when: { kind: 'all', of: [when, ...beyond] }, reason: 'limit', place }];
}
