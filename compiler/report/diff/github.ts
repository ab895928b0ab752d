import type { DiffReport } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import { workflowCommand } from '../annotation.js';
import { promiseState } from '../promises.js';
import { proofLines } from '../witness.js';
import { summaryOf } from './summary.js';

/** A policy diff as annotations of a pull request. */
export function renderGithub(report: DiffReport): string {
  const lines = report.changes.map((change) => {
    const rule = change.after ?? change.before;
    const level = isStricter(change.from, change.to) ? 'warning' : 'notice';
    const what = `${change.capability}, ${change.region}: ${change.from} → ${change.to}\n${proofLines(change.witness, change.to).join('\n')}`;
    return workflowCommand(level, change.after ? rule : null, `${change.from} → ${change.to}`, what);
  });
  const settings = report.settings.map(({ setting, from, to }) =>
    workflowCommand('warning', null, setting, `${setting}: ${from} → ${to}`),
  );
  const promises = (report.promises ?? [])
    .filter(({ after }) => after !== 'kept')
    .map(({ id, promise, before, after }) =>
      workflowCommand('warning', null, `promise ${id}`, `${promise}: ${promiseState(before, after)}`),
    );
  const open = report.notAnalysed.map((what) => workflowCommand('warning', null, 'not analysed', what));
  const failures = (report.findings ?? []).map(({ code, message, file = '', line = 1, column = 1 }) =>
    workflowCommand('error', { file, line, column }, `${code} load-error`, message),
  );
  return [
    ...failures,
    ...lines,
    ...settings,
    ...promises,
    ...open,
    workflowCommand('notice', null, 'Policy diff', summaryOf(report)),
  ].join('');
}
