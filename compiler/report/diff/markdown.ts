import { type DiffReport, keptNoMore, type ReportedChange } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import { codeSpan, markdownTable, sentence } from '../markdown.js';
import { promiseState } from '../promises.js';
import { proofCell } from '../proof-cell.js';
import { summaryOf } from './summary.js';

/** A policy diff for a pull-request comment: a verdict, then a table of changes. */
export function renderMarkdown(report: DiffReport): string {
  const mark =
    keptNoMore(report).length > 0
      ? '⚠️'
      : report.equivalent
        ? '✅'
        : report.widened
          ? '⚠️'
          : report.notAnalysed.length > 0
            ? '❔'
            : '🔒';
  const lines = [`### ${mark} ${sentence(summaryOf(report))}`, ''];
  if (report.changes.length > 0) {
    const rows = report.changes.map((change) => [
      `${isStricter(change.from, change.to) ? '⚠️' : '🔒'} ${change.from} → ${change.to}`,
      `${codeSpan(change.capability)}, ${codeSpan(change.region)}`,
      proofCell(change.witness, undefined),
      `${ruleCell(change.before)} → ${ruleCell(change.after)}`,
    ]);
    lines.push(markdownTable(['verdict', 'calls', 'for example', 'decided by'], rows));
  }
  if (report.promises) {
    const rows = report.promises.map(({ id, promise, before, after, witness, outcome }) => [
      `${after === 'kept' ? '✅' : '❌'} ${promiseState(before, after)}`,
      codeSpan(id),
      codeSpan(promise),
      witness ? proofCell(witness, outcome) : '',
    ]);
    lines.push(markdownTable(['promise', 'id', 'it says', 'broken by'], rows));
  }
  for (const { code, message, file = '', line = 1 } of report.findings ?? [])
    lines.push(`- ❌ ${code} load-error, ${codeSpan(`${file}:${line}`)}: ${sentence(message)}`);
  for (const { setting, from, to } of report.settings)
    lines.push(`- ${codeSpan(setting)}: ${codeSpan(from)} → ${codeSpan(to)}`);
  for (const what of report.notAnalysed) lines.push(`- not analysed: ${codeSpan(what)}`);
  return `${lines.join('\n').trimEnd()}\n`;
}

function ruleCell(rule: ReportedChange['before']): string {
  return rule ? `${codeSpan(rule.id)} (${codeSpan(`${rule.file}:${rule.line}`)})` : 'default';
}
