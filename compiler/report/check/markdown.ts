import type { CheckResult } from '../../check.js';
import { codeSpan, markdownTable, sentence } from '../markdown.js';
import { promiseTable } from '../promise-table.js';
import { proofCell } from '../proof-cell.js';

const MARKS = { error: '❌ error', warning: '⚠️ warning', note: 'ℹ️ note' } as const;

/** Findings for a pull-request comment: a verdict, then a table. */
export function renderMarkdown(policies: readonly CheckResult[]): string {
  const findings = policies.flatMap((one) => one.findings);
  const count = (severity: string) => findings.filter(({ message }) => message.severity === severity).length;
  const [errors, warnings, notes] = [count('error'), count('warning'), count('note')];
  const files = policies.map(({ file }) => codeSpan(file)).join(', ');
  const verdict = errors > 0 ? '❌' : warnings > 0 ? '⚠️' : '✅';
  const lines = [`### ${verdict} Policy check: ${errors} errors, ${warnings} warnings, ${notes} notes`, '', files, ''];
  const promises = promiseTable(policies.flatMap((one) => one.promises));
  if (findings.length === 0) return [...lines, 'Nothing found.', '', ...promises].join('\n');
  const rows = findings.map(({ kind, message, place, witness, outcome }) => [
    MARKS[message.severity],
    `${message.code} ${kind}`,
    codeSpan(`${place.source.file}:${place.line}`),
    sentence(message.message),
    witness ? proofCell(witness, outcome) : '',
  ]);
  return [...lines, markdownTable(['', 'finding', 'rule', 'what', 'call'], rows), ...promises].join('\n');
}
