import type { DiffReport, ReportedChange } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import { promiseState } from '../promises.js';
import type { Style } from '../style.js';
import { safe } from '../text.js';
import { proofLines } from '../witness.js';
import { summaryOf } from './summary.js';

/** A policy diff for a person. */
export function renderText(report: DiffReport, style: Style): string {
  const lines = report.changes.flatMap((change) => {
    const paint = isStricter(change.from, change.to) ? style.red : style.green;
    return [
      `${paint(`${change.from} → ${change.to}`)}  ${style.bold(safe(change.capability))}, ${safe(change.region)}`,
      `    ${deciding(change)}`,
      ...shownCalls(change),
      '',
    ];
  });
  for (const { id, promise, before, after, witness, outcome } of report.promises ?? []) {
    const paint = after === 'kept' ? style.green : style.red;
    lines.push(`${paint(promiseState(before, after))}  ${safe(id)}: ${safe(promise)}`);
    if (witness) lines.push(...proofLines(witness, outcome).map((line) => `      ${safe(line)}`));
  }
  if (report.promises) lines.push('');
  for (const { setting, from, to } of report.settings) lines.push(`${style.red(`${setting}: ${from} → ${to}`)}`, '');
  for (const what of report.notAnalysed) lines.push(`${style.yellow('not analysed')}: ${safe(what)}`, '');
  return `${[...lines, safe(summaryOf(report))].join('\n')}\n`;
}

function shownCalls({ witness, to }: ReportedChange): string[] {
  const lines = proofLines(witness, witness.trace ? to : undefined).map(safe);
  return lines.length === 1 ? [`    call: ${lines[0]}`] : ['    calls:', ...lines.map((line) => `      ${line}`)];
}

function deciding({ before, after }: ReportedChange): string {
  const name = (rule: ReportedChange['before']) => (rule ? safe(`${rule.id} ${rule.file}:${rule.line}`) : 'by default');
  return `before: ${name(before)}; after: ${name(after)}`;
}
