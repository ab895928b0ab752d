import type { Environment } from '../../../runtime/types.js';
import type { Policy } from '../../ir/policy.js';
import { Analysis } from '../analysis.js';
import type { PromiseOutcome } from '../finding.js';
import { promises } from '../findings/promises.js';
import { meaningOf } from './meaning.js';

/** A promise, and what became of it under each policy; undefined where it does not make it. */
export interface PromiseChange {
  readonly before: PromiseOutcome | undefined;
  readonly after: PromiseOutcome | undefined;
}

/** What two policies promise, those alike side by side. */
export function promiseChanges(before: Policy, after: Policy, environment: Environment): PromiseChange[] {
  const [old, next] = [before, after].map((policy) => outcomesOf(policy, environment)) as [Outcomes, Outcomes];
  const isSame = (a: PromiseOutcome, b: PromiseOutcome) => meaningOf(a.promise) === meaningOf(b.promise);
  return [
    ...next.map((one) => ({ before: old.find((other) => isSame(one, other)), after: one })),
    ...old.filter((one) => !next.some((other) => isSame(one, other))).map((one) => ({ before: one, after: undefined })),
  ];
}

type Outcomes = readonly PromiseOutcome[];

function outcomesOf(policy: Policy, environment: Environment): Outcomes {
  if (policy.promises.length === 0) return [];
  const analysis = new Analysis(policy, environment);
  promises(analysis);
  return analysis.promises;
}
