import type { Policy } from '../../ir/policy.js';
import { labelsOf } from '../../ir/policy-labels.js';
import type { EventPast } from './event-past.js';

/** What of a past counts for a policy: the labels that hold, and how far limits are used up. */
export interface Standing {
  readonly labels: readonly {
    readonly label: string;
    /** Absent: it holds whatever the key is. */
    readonly key?: string;
    /** `unknown`: it may. */
    readonly holds: 'true' | 'unknown';
  }[];
  readonly limits: readonly {
    readonly limit: string;
    readonly key?: string;
    /** A decimal, in the window that ends now. */
    readonly total: string;
    readonly max: number;
  }[];
}

/** How a policy stands, by what came before. */
export function standingOf(policy: Policy, past: EventPast): Standing {
  const labels = labelsOf(policy).flatMap((label): Standing['labels'] => {
    const elsewhere = past.holdsElsewhere(label);
    const own = past.keysOf(label).map((key) => ({ label, key, holds: past.holds({ labels: [label] }, key) }));
    const all = [{ label, holds: elsewhere }, ...own.filter(({ holds }) => holds !== elsewhere)];
    return all.filter((one): one is typeof one & { holds: 'true' | 'unknown' } => one.holds !== 'false');
  });
  const limits = policy.limits.flatMap((limit) =>
    [...past.totals(limit)].map(([key, total]) => ({
      limit: limit.id,
      ...(key !== undefined && { key }),
      total,
      max: limit.max,
    })),
  );
  return { labels, limits };
}
