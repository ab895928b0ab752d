import type { Decision, Environment } from '../runtime/types.js';
import type { Witness } from './analyse/calls/call.js';
import { diffPolicies } from './analyse/diff/diff.js';
import type { PolicyDiff } from './analyse/diff/policy-pair.js';
import type { PromiseOutcome } from './analyse/finding.js';
import { shownPromise } from './analyse/promise-text.js';
import {
  type CheckResult,
  type ReportedFinding,
  type ReportedPromise,
  type ReportedRule,
  reportedRule,
  reportOf,
} from './check.js';
import type { Progress } from './diagnostics/progress.js';
import { isStricter } from './ir/decision.js';
import { loadSource } from './ir/load.js';

export interface DiffOptions {
  /** Name policies that are given as texts. */
  readonly names?: readonly [before: string, after: string];
  readonly environment?: Environment;
  /** Seconds after which the analysis stops, and says so. Default: 60. */
  readonly budget?: number;
  readonly progress?: Progress;
}

/** The shape of `capfence diff --format json`. */
export interface DiffReport {
  /** No call is decided otherwise, and nothing was left out. */
  readonly equivalent: boolean;
  /** Some call moves toward `allow`, or more is forwarded than was. */
  readonly widened: boolean;
  readonly changes: readonly ReportedChange[];
  readonly settings: PolicyDiff['settings'];
  /** Where there are promises: what becomes of each. */
  readonly promises?: readonly PromiseDifference[];
  /** What could not be told. */
  readonly notAnalysed: readonly string[];
  /** Why a policy does not load (kind `load-error`); then nothing is compared. */
  readonly findings?: readonly ReportedFinding[];
}

/** A promise, and whether each policy keeps it; null: it does not make it. */
export interface PromiseDifference {
  readonly id: string;
  readonly promise: string;
  readonly before: ReportedPromise['state'] | null;
  readonly after: ReportedPromise['state'] | null;
  /** A call that breaks it under the new policy. */
  readonly witness: Witness | null;
  /** How that is decided. */
  readonly outcome?: string;
}

/** What is said where one of the two does not load: nothing is known, so nothing is called equivalent. */
export function failedDiff(failures: readonly CheckResult[]): DiffReport {
  const files = failures.map(({ file }) => file).join(' and ');
  return {
    equivalent: false,
    widened: false,
    changes: [],
    settings: [],
    notAnalysed: [`anything: ${files} ${failures.length === 1 ? 'does' : 'do'} not load`],
    findings: reportOf(failures).findings,
  };
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
export function diffReportOf({ changes, settings, promises, notAnalysed }: PolicyDiff): DiffReport {
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
    ...(promises.length > 0 && { promises: promises.map(differenceOf) }),
    notAnalysed,
  };
}

/** Promises that the old policy kept, and that the new one breaks, may break or no longer makes. */
export function keptNoMore({ promises = [] }: DiffReport): readonly PromiseDifference[] {
  return promises.filter(({ before, after }) => before === 'kept' && after !== 'kept');
}

function differenceOf({ before, after }: PolicyDiff['promises'][number]): PromiseDifference {
  const { promise } = (after ?? before) as PromiseOutcome;
  return {
    id: promise.id,
    promise: shownPromise(promise),
    before: before?.state ?? null,
    after: after?.state ?? null,
    witness: after?.witness ?? null,
    ...(after?.outcome !== undefined && { outcome: after.outcome }),
  };
}
