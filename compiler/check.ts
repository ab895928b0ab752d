import { resolve } from 'node:path';
import type { Environment } from '../runtime/types.js';
import type { Witness } from './analyse/calls/call.js';
import type { Finding, FindingKind, PromiseOutcome } from './analyse/finding.js';
import { checkPolicy } from './analyse/findings/check.js';
import { shownPromise } from './analyse/promise-text.js';
import type { ToolReport } from './analyse/tool-report.js';
import { type Diagnostic, PolicyError, type Severity } from './diagnostics/diagnostic.js';
import type { Progress } from './diagnostics/progress.js';
import { shownPath } from './diagnostics/shown-path.js';
import { type Loaded, loadPolicy, loadSource } from './ir/load.js';
import type { Policy, Rule } from './ir/policy.js';
import type { Snapshot } from './ir/tool-snapshot.js';

export interface CheckOptions {
  /** Names a policy that is given as text; by its ending it is YAML or the DSL. */
  readonly name?: string;
  readonly environment?: Environment;
  /** Tools of a real server, to check against. */
  readonly tools?: Snapshot;
  /** Seconds after which the analysis stops, and says so. Default: 60. */
  readonly budget?: number;
  /** Called as the analysis goes on. */
  readonly progress?: Progress;
  /** Policies of other servers of the same agent: their calls share its past. */
  readonly companions?: readonly Policy[];
}

/** A policy, what loading it said, and what analysis found. */
export interface CheckedPolicy extends CheckResult {
  readonly policy: Policy;
}

/** The same, of a policy that may not load. */
export interface CheckResult {
  /** undefined: it does not load, and the findings say why. */
  readonly policy: Policy | undefined;
  /** As it is shown. */
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly findings: readonly Finding[];
  /** What became of each promise. */
  readonly promises: readonly PromiseOutcome[];
  readonly tools?: readonly ToolReport[];
}

/** The shape of `capfence check --format json`. */
export interface CheckReport {
  readonly findings: readonly ReportedFinding[];
  readonly summary: Readonly<Record<Severity, number>>;
  /** Where there are promises: what became of each. */
  readonly promises?: readonly ReportedPromise[];
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
  /** Where it is, if no rule says it. */
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly related: readonly ReportedRule[];
  /** A call that proves it. */
  readonly witness: Witness | null;
  /** How the witness is decided. */
  readonly outcome?: string;
}

export interface ReportedPromise {
  readonly id: string;
  /** As people say it. */
  readonly promise: string;
  readonly state: PromiseOutcome['state'];
  /** What the author calls it. */
  readonly description?: string;
  /** It is kept, as there is no call that it speaks of. */
  readonly vacuous?: true;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly witness: Witness | null;
}

export interface ReportedRule {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Analyses a policy, given as its path or text. One that does not load has findings of the kind `load-error`. */
export async function check(source: string, options: CheckOptions = {}): Promise<CheckReport> {
  return reportOf([await checkSource(source, options)]);
}

/** The same with places in their files, for reports. */
export async function checkSource(source: string, options: CheckOptions = {}): Promise<CheckResult> {
  return checked(() => loadSource(source, options.name), options.name ?? source, options);
}

/** The same of a file, whatever it is called. */
export async function checkFile(path: string, options: CheckOptions = {}): Promise<CheckResult> {
  return checked(() => loadPolicy(path), path, options);
}

async function checked(load: () => Promise<Loaded>, name: string, options: CheckOptions): Promise<CheckResult> {
  const loaded = await loadedOr(load, name);
  return 'findings' in loaded ? loaded : checkLoaded(loaded, options);
}

/** A policy file, or why it does not load. */
export async function loadFile(path: string): Promise<Loaded | CheckResult> {
  return loadedOr(() => loadPolicy(path), path);
}

async function loadedOr(load: () => Promise<Loaded>, name: string): Promise<Loaded | CheckResult> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return failedToLoad(name, error);
  }
}

/** Analyses a policy that was loaded. */
export function checkLoaded({ policy, diagnostics }: Loaded, options: CheckOptions = {}): CheckedPolicy {
  const file = policy.sources[0]?.file ?? policy.name;
  return { policy, file, diagnostics, ...checkPolicy(policy, options) };
}

/**
 * Analyses policies of one agent together: what a call under one leaves behind, those of the others meet.
 *
 * @param loaded Policies, or why they do not load: then the others are analysed without them.
 */
export function checkTogether(loaded: readonly (Loaded | CheckResult)[], options: CheckOptions = {}): CheckResult[] {
  const all = loaded.flatMap((one) => ('findings' in one ? [] : [one.policy]));
  return loaded.map((one) =>
    'findings' in one
      ? one
      : checkLoaded(one, { ...options, companions: all.filter((policy) => policy !== one.policy) }),
  );
}

/** What is said of a policy that does not load. */
export function failedToLoad(path: string, { diagnostics }: PolicyError): CheckResult {
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  return {
    policy: undefined,
    file: shownPath(resolve(path)),
    diagnostics: diagnostics.filter(({ severity }) => severity !== 'error'),
    findings: errors.map(({ place, related = [], ...message }) => ({
      kind: 'load-error',
      message,
      rule: null,
      place,
      places: related,
      related: [],
      witness: null,
    })),
    promises: [],
  };
}

/** Findings as programs read them. */
export function reportOf(policies: readonly CheckResult[]): CheckReport {
  const findings = policies.flatMap((one) => one.findings);
  const summary = { error: 0, warning: 0, note: 0 };
  for (const { message } of findings) summary[message.severity]++;
  const promises = policies.flatMap((one) => one.promises.map(reportedPromise));
  return {
    findings: findings.map(({ kind, message, rule, place, related, witness, outcome }) => ({
      code: message.code,
      kind,
      severity: message.severity,
      message: message.message,
      ...(message.help !== undefined && { help: message.help }),
      rule: rule && reportedRule(rule),
      ...(rule === null && { file: place.source.file, line: place.line, column: place.column }),
      related: related.map((other) => reportedRule(other.rule)),
      witness,
      ...(outcome !== undefined && { outcome }),
    })),
    summary,
    ...(promises.length > 0 && { promises }),
    ...(policies.some(({ tools }) => tools) && { tools: policies.flatMap(({ tools = [] }) => tools) }),
  };
}

/** What became of a promise, as programs read it. */
export function reportedPromise({ promise, state, witness, isVacuous }: PromiseOutcome): ReportedPromise {
  const { id, description, place } = promise;
  const { source, line, column } = place;
  return {
    id,
    promise: shownPromise(promise),
    ...(description !== undefined && { description }),
    state,
    ...(isVacuous && { vacuous: true as const }),
    file: source.file,
    line,
    column,
    witness,
  };
}

export function reportedRule({ id, place }: Rule): ReportedRule {
  return { id, file: place.source.file, line: place.line, column: place.column };
}
