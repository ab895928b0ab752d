import { type CheckResult, reportOf } from '../../check.js';

/** Findings for programs (the shape `CheckReport`). */
export function renderJson(policies: readonly CheckResult[]): string {
  return `${JSON.stringify(reportOf(policies), null, 2)}\n`;
}
