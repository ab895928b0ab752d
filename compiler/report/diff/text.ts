import type { DiffReport, ReportedChange } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import type { Style } from '../style.js';
import { safe } from '../text.js';
import { shownWitness } from '../witness.js';
import { summaryOf } from './summary.js';

/** A policy diff for a person. */
export function renderText(report: DiffReport, style: Style): string {
  const lines = report.changes.flatMap((change) => {
    const paint = isStricter(change.from, change.to) ? style.red : style.green;
    return [
      `${paint(`${change.from} → ${change.to}`)}  ${style.bold(safe(change.capability))}, ${safe(change.region)}`,
      `    ${deciding(change)}`,
      `    call: ${safe(shownWitness(change.witness))}`,
      '',
    ];
  });
  for (const { setting, from, to } of report.settings) lines.push(`${style.red(`${setting}: ${from} → ${to}`)}`, '');
  for (const what of report.notAnalysed) lines.push(`${style.yellow('not analysed')}: ${safe(what)}`, '');
  return `${[...lines, safe(summaryOf(report))].join('\n')}\n`;
}

function deciding({ before, after }: ReportedChange): string {
  const name = (rule: ReportedChange['before']) => (rule ? safe(`${rule.id} ${rule.file}:${rule.line}`) : 'by default');
  return `before: ${name(before)}; after: ${name(after)}`;
}
