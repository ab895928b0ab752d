import type { DiffReport } from '../../diff.js';

/** A policy diff for programs. */
export function renderJson(report: DiffReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}
