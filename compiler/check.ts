import type { Environment } from '../runtime/decide/types.js';
import type { Witness } from './analyse/call.js';
import { checkPolicy } from './analyse/check.js';
import type { Finding, FindingKind } from './analyse/finding.js';
import type { Snapshot } from './analyse/snapshot.js';
import type { ToolReport } from './analyse/tool_report.js';
import type { Diagnostic, Severity } from './diagnostics/diagnostic.js';
import { loadSource } from './ir/load.js';
import type { Policy, Rule } from './ir/policy.js';

export interface CheckOptions {
  /** Names a policy that is given as text; by its ending it is YAML or the DSL. */
  readonly name?: string;
  readonly environment?: Environment;
  /** Tools of a real server, to check against. */
  readonly tools?: Snapshot;
  /** Called as the analysis goes on. */
  readonly progress?: (step: string, done: number, total: number) => void;
}

/** A policy, what loading it said, and what analysis found. */
export interface CheckedPolicy {
  readonly policy: Policy;
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly Finding[];
  readonly tools?: readonly ToolReport[];
}

/** The shape of `capfence check --format json`. */
export interface CheckReport {
  readonly findings: readonly ReportedFinding[];
  readonly summary: Readonly<Record<Severity, number>>;
  /** With a snapshot: what the policy makes of each tool. */
  readonly tools?: readonly ToolReport[];
}

export interface ReportedFinding {
  readonly code: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly message: string;
  readonly help?: string;
  /** null: it concerns no rule. */
  readonly rule: ReportedRule | null;
  readonly related: readonly ReportedRule[];
  /** A call that proves it. */
  readonly witness: Witness | null;
  /** How the witness is decided. */
  readonly outcome?: string;
}

export interface ReportedRule {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Analyses a policy, given as its path or text (language.md section 10).
 *
 * @throws PolicyError where the policy does not load.
 */
export async function check(source: string, options: CheckOptions = {}): Promise<CheckReport> {
  return reportOf([await checkSource(source, options)]);
}

/** The same with places in their files, for reports. */
export async function checkSource(source: string, options: CheckOptions = {}): Promise<CheckedPolicy> {
  const { policy, diagnostics } = await loadSource(source, options.name);
  return { policy, diagnostics, ...checkPolicy(policy, options) };
}

/** Findings as programs read them. */
export function reportOf(policies: readonly CheckedPolicy[]): CheckReport {
  const findings = policies.flatMap((one) => one.findings);
  const summary = { error: 0, warning: 0, note: 0 };
  for (const { message } of findings) summary[message.severity]++;
  return {
    findings: findings.map(({ kind, message, rule, related, witness, outcome }) => ({
      code: message.code,
      kind,
      severity: message.severity,
      message: message.message,
      ...(message.help !== undefined && { help: message.help }),
      rule: rule && reportedRule(rule),
      related: related.map((other) => reportedRule(other.rule)),
      witness,
      ...(outcome !== undefined && { outcome }),
    })),
    summary,
    ...(policies.some(({ tools }) => tools) && { tools: policies.flatMap(({ tools = [] }) => tools) }),
  };
}

export function reportedRule({ id, place }: Rule): ReportedRule {
  return { id, file: place.source.file, line: place.line, column: place.column };
}
