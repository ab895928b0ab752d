import type { PromiseOutcome } from '../analyse/finding.js';

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
