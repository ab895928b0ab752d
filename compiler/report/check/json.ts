import { type CheckedPolicy, reportOf } from '../../check.js';

/** Findings for programs (the shape `CheckReport`). */
export function renderJson(policies: readonly CheckedPolicy[]): string {
  return `${JSON.stringify(reportOf(policies), null, 2)}\n`;
}
