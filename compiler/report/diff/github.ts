import type { DiffReport } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import { workflowCommand } from '../annotation.js';
import { shownWitness } from '../witness.js';
import { summaryOf } from './summary.js';

/** A policy diff as annotations of a pull request. */
export function renderGithub(report: DiffReport): string {
  const lines = report.changes.map((change) => {
    const rule = change.after ?? change.before;
    const level = isStricter(change.from, change.to) ? 'warning' : 'notice';
    const what = `${change.capability}, ${change.region}: ${change.from} → ${change.to}\n${shownWitness(change.witness)}`;
    return workflowCommand(level, change.after ? rule : null, `${change.from} → ${change.to}`, what);
  });
  const settings = report.settings.map(({ setting, from, to }) =>
    workflowCommand('warning', null, setting, `${setting}: ${from} → ${to}`),
  );
  const open = report.notAnalysed.map((what) => workflowCommand('warning', null, 'not analysed', what));
  const failures = (report.findings ?? []).map(({ code, message, file = '', line = 1, column = 1 }) =>
    workflowCommand('error', { file, line, column }, `${code} load-error`, message),
  );
  return [
    ...failures,
    ...lines,
    ...settings,
    ...open,
    workflowCommand('notice', null, 'Policy diff', summaryOf(report)),
  ].join('');
}
