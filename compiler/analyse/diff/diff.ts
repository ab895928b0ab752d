import type { Environment } from '../../../runtime/types.js';
import type { Progress } from '../../diagnostics/progress.js';
import type { Policy } from '../../ir/policy.js';
import { environmentOf } from '../calls/world.js';
import { DEFAULT_SECONDS, isSpent, within } from '../regions/budget.js';
import { mappingChanges } from './mapping-changes.js';
import { pastChanges } from './past-changes.js';
import { type PolicyDiff, PolicyPair } from './policy-pair.js';
import { promiseChanges } from './promise-changes.js';
import { resultChanges } from './result-changes.js';
import { ruleChanges } from './rule-changes.js';

export interface ComparisonOptions {
  readonly environment?: Environment;
  readonly progress?: Progress;
  /** Seconds after which the analysis stops, and says so. Default: 60. */
  readonly budget?: number;
  /** Whether anything changes is all that is asked: the first change ends the search. */
  readonly firstOnly?: boolean;
}

/** Every way in which calls are decided otherwise by the second policy. */
export function diffPolicies(before: Policy, after: Policy, options: ComparisonOptions = {}): PolicyDiff {
  const pair = new PolicyPair(before, after, environmentOf(options.environment ?? {}));
  const { budget = DEFAULT_SECONDS, progress = () => {}, firstOnly = false } = options;
  return within(budget, () => {
    const rules = ruleChanges(pair, progress, firstOnly);
    const isEnough = firstOnly && rules.changes.length > 0;
    const mappings = isEnough ? NOTHING : mappingChanges(pair);
    const limits = before.limits.filter(({ capability }) => pair.isMoved(capability)).map(({ id }) => id);
    const open = [
      ...rules.notAnalysed,
      ...mappings.notAnalysed,
      ...limits.map((id) => `what the limit ${id} counts, as tools are mapped otherwise`),
    ];
    return {
      changes: [...rules.changes, ...mappings.changes],
      settings: changedSettings(before, after),
      promises: firstOnly ? [] : promiseChanges(before, after, pair.environment),
      notAnalysed: isSpent() ? [`what was left after ${budget} seconds`] : open,
    };
  });
}

const NOTHING: ReturnType<typeof mappingChanges> = { changes: [], notAnalysed: [] };

function changedSettings(before: Policy, after: Policy): PolicyDiff['settings'] {
  const settings: PolicyDiff['settings'][number][] = [];
  if (before.mode !== after.mode) {
    const widens = after.mode === 'observe';
    settings.push({ setting: 'enforcement_mode', from: before.mode, to: after.mode, widens });
  }
  const [from, to] = [before, after].map(({ approvalTimeoutSeconds }) => approvalTimeoutSeconds) as [number, number];
  // What was approved may be used for longer.
  if (from !== to) {
    settings.push({ setting: 'approval_timeout_seconds', from: String(from), to: String(to), widens: to > from });
  }
  return [...settings, ...pastChanges(before, after), ...resultChanges(before, after)];
}
