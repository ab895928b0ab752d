import type { Decision, Environment } from '../runtime/decide/types.js';
import type { Witness } from './analyse/call.js';
import { diffPolicies, type PolicyDiff } from './analyse/diff.js';
import { type ReportedRule, reportedRule } from './check.js';
import { isStricter } from './ir/decision.js';
import { loadSource } from './ir/load.js';

export interface DiffOptions {
  /** Name policies that are given as texts. */
  readonly names?: readonly [before: string, after: string];
  readonly environment?: Environment;
  readonly progress?: (step: string, done: number, total: number) => void;
}

/** The shape of `capfence diff --format json`. */
export interface DiffReport {
  /** No call is decided otherwise, and nothing was left out. */
  readonly equivalent: boolean;
  /** Some call moves toward `allow`, or more is forwarded than was. */
  readonly widened: boolean;
  readonly changes: readonly ReportedChange[];
  readonly settings: PolicyDiff['settings'];
  /** What could not be told. */
  readonly notAnalysed: readonly string[];
}

export interface ReportedChange {
  readonly from: Decision;
  readonly to: Decision;
  readonly capability: string;
  readonly region: string;
  readonly witness: Witness;
  readonly before: ReportedRule | null;
  readonly after: ReportedRule | null;
}

/**
 * What calls change their verdict between two policies, given as paths or texts.
 *
 * @throws PolicyError where one of them does not load.
 */
export async function diff(before: string, after: string, options: DiffOptions = {}): Promise<DiffReport> {
  const [nameBefore, nameAfter] = options.names ?? [];
  const [old, next] = [await loadSource(before, nameBefore), await loadSource(after, nameAfter)];
  return diffReportOf(diffPolicies(old.policy, next.policy, options));
}

/** A diff as programs read it; what widens comes first. */
export function diffReportOf({ changes, settings, notAnalysed }: PolicyDiff): DiffReport {
  const widens = (change: { readonly from: Decision; readonly to: Decision }) => isStricter(change.from, change.to);
  const sorted = changes.toSorted((a, b) => Number(widens(b)) - Number(widens(a)));
  return {
    equivalent: changes.length === 0 && settings.length === 0 && notAnalysed.length === 0,
    widened: changes.some(widens) || settings.some((setting) => setting.widens),
    changes: sorted.map((change) => ({
      ...change,
      before: change.before && reportedRule(change.before),
      after: change.after && reportedRule(change.after),
    })),
    settings,
    notAnalysed,
  };
}
