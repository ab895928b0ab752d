import type { PromiseOutcome } from '../analyse/finding.js';
import { describeExpression } from '../analyse/regions/region-text.js';
import { isAlways } from '../ir/atoms.js';
import type { PolicyPromise } from '../ir/policy.js';

/** A promise as people say it: `never allow mail.send where after secret`. */
export function shownPromise({ kind, decision, capability, when }: PolicyPromise): string {
  const where = isAlways(when) ? '' : ` where ${describeExpression(when)}`;
  return `${kind} ${decision} ${capability.text}${where}`;
}

/** How many are kept, and how many are not: `3 promises kept, 1 broken`. */
export function promiseCount(promises: readonly Pick<PromiseOutcome, 'state'>[]): string {
  const count = (state: PromiseOutcome['state']) => promises.filter((one) => one.state === state).length;
  const [kept, broken, unproved] = [count('kept'), count('broken'), count('unproved')];
  const rest = [...(broken > 0 ? [`${broken} broken`] : []), ...(unproved > 0 ? [`${unproved} unproved`] : [])];
  return [`${kept} ${kept === 1 ? 'promise' : 'promises'} kept`, ...rest].join(', ');
}

type State = PromiseOutcome['state'] | null;

/** How a promise fares before and after a change. */
export function promiseState(before: State, after: State): string {
  if (after === null) return 'no longer promised';
  if (before === null) return `new, ${after}`;
  return before === after ? after : `${before} → ${after}`;
}
