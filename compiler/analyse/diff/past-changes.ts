import type { After } from '../../conditions/condition.js';
import { atomsOf, isAlways } from '../../ir/atoms.js';
import { forbids } from '../../ir/decision.js';
import type { Limit, Mark, Policy } from '../../ir/policy.js';
import { describeExpression } from '../regions/region-text.js';
import { meaningOf } from './meaning.js';
import type { PolicyDiff } from './policy-pair.js';

type Changes = PolicyDiff['settings'][number][];

/** What changes in the past that calls make: marks and limits that are there no more, are new, or are others. */
export function pastChanges(before: Policy, after: Policy): Changes {
  return [...markChanges(before, after), ...limitChanges(before, after)];
}

function markChanges(before: Policy, after: Policy): Changes {
  const texts = (policy: Policy) => new Map(policy.marks.map((mark) => [meaningOf(mark), mark]));
  const [old, next] = [texts(before), texts(after)];
  const gone = [...old].filter(([text]) => !next.has(text));
  const added = [...next].filter(([text]) => !old.has(text));
  return [
    // Who relied on it finds less.
    ...gone.map(([, mark]) => ({ setting: nameOf(mark), from: 'there', to: 'gone', widens: true })),
    ...added.map(([, mark]) => ({ setting: nameOf(mark), from: 'none', to: 'new', widens: !onlyForbids(mark, after) })),
  ];
}

/** Is its label asked for by nothing but conditions of forbidding rules that do not stand under `not`? */
function onlyForbids({ labels, clears }: Mark, { rules, marks, limits }: Policy): boolean {
  if (clears) return false;
  const asks = ({ atom }: ReturnType<typeof atomsOf>[0]) =>
    atom.key === 'after' && (atom.data as After).labels.some((label) => labels.includes(label));
  const others = [...marks, ...limits].flatMap(({ when }) => atomsOf(when));
  return (
    !others.some(asks) &&
    rules.every(({ decision, when }) =>
      atomsOf(when).every((literal) => !asks(literal) || (forbids(decision) && !literal.negated)),
    )
  );
}

function limitChanges(before: Policy, after: Policy): Changes {
  const changes: Changes = [];
  for (const old of before.limits) {
    const next = after.limits.find(({ id }) => id === old.id);
    const setting = `limit ${old.id}`;
    if (!next) changes.push({ setting, from: shownLimit(old), to: 'gone', widens: true });
    else if (meaningOf({ ...old, max: 0 }) !== meaningOf({ ...next, max: 0 }))
      changes.push({ setting, from: shownLimit(old, true), to: shownLimit(next, true), widens: true });
    else if (old.max !== next.max)
      changes.push({ setting, from: shownLimit(old), to: shownLimit(next), widens: next.max > old.max });
  }
  for (const next of after.limits) {
    if (before.limits.some(({ id }) => id === next.id)) continue;
    changes.push({ setting: `limit ${next.id}`, from: 'none', to: shownLimit(next), widens: false });
  }
  return changes;
}

function nameOf({ id, labels, clears, capability, when }: Mark): string {
  const where = isAlways(when) ? '' : ` where ${describeExpression(when)}`;
  return `${id} (${clears ? 'clears ' : ''}${labels.join(', ')} on ${capability.text}${where})`;
}

/** @param all With what it is about, and what happens beyond it. */
function shownLimit({ max, per, of, by, capability, when, over, isShared }: Limit, all = false): string {
  const own = `${max}${of === undefined ? ' calls' : ` of ${of}`} per ${per === 'session' ? per : `${per} s`}`;
  if (!all) return own;
  const where = isAlways(when) ? '' : ` where ${describeExpression(when)}`;
  const key = `${by === undefined ? '' : ` by ${by}`}${isShared ? ' for everyone' : ''}`;
  return `${own} of ${capability.text}${where}${key}, else ${over}`;
}
