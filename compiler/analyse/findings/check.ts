import type { Environment } from '../../../runtime/types.js';
import { CF221 } from '../../diagnostics/messages.js';
import type { Progress } from '../../diagnostics/progress.js';
import type { Policy } from '../../ir/policy.js';
import type { Snapshot } from '../../ir/tool-snapshot.js';
import { Analysis } from '../analysis.js';
import type { Finding, PromiseOutcome } from '../finding.js';
import { DEFAULT_SECONDS, isSpent, within } from '../regions/budget.js';
import { type ToolReport, toolReports } from '../tool-report.js';
import { FINDINGS } from './index.js';
import { againstTools } from './snapshot.js';

export interface AnalysisOptions {
  readonly environment?: Environment;
  readonly tools?: Snapshot;
  readonly progress?: Progress;
  /** Seconds after which the analysis stops, and says so. Default: 60. */
  readonly budget?: number;
  /** Policies of other servers of the same agent: their calls share its past. */
  readonly companions?: readonly Policy[];
}

const SEVERITIES = ['error', 'warning', 'note'];

/** What analysis says of a policy. */
export interface Checked {
  readonly findings: readonly Finding[];
  readonly promises: readonly PromiseOutcome[];
  /** With a snapshot: what the policy makes of each tool. */
  readonly tools?: readonly ToolReport[];
}

/** Everything that analysis has to say of a policy, the gravest first, then as the rules stand. */
export function checkPolicy(
  policy: Policy,
  { environment = {}, tools, progress, budget = DEFAULT_SECONDS, companions = [] }: AnalysisOptions = {},
): Checked {
  const analysis = within(budget, () => {
    const analysis = new Analysis(policy, environment, progress, companions);
    for (const find of FINDINGS) if (!isSpent()) find(analysis);
    if (tools) againstTools(analysis, tools);
    if (isSpent()) analysis.report(stopped(analysis, budget));
    return analysis;
  });
  const order = (finding: Finding) => SEVERITIES.indexOf(finding.message.severity);
  const at = (finding: Finding) => (finding.rule ? policy.rules.indexOf(finding.rule) : -1);
  return {
    findings: analysis.findings.toSorted((a, b) => order(a) - order(b) || at(a) - at(b)),
    promises: analysis.promises,
    ...(tools && { tools: toolReports(analysis, tools) }),
  };
}

function stopped(analysis: Analysis, seconds: number): Finding {
  return {
    kind: 'not-analysed',
    message: CF221({ seconds }),
    rule: null,
    place: analysis.start,
    related: [],
    witness: null,
  };
}
