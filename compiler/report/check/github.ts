import type { CheckResult } from '../../check.js';
import { workflowCommand } from '../annotation.js';
import { promiseCount } from '../promises.js';
import { proofLines } from '../witness.js';

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Findings as annotations of a pull request. */
export function renderGithub(policies: readonly CheckResult[]): string {
  const promises = policies.flatMap((one) => one.promises);
  const kept = promises.length === 0 ? '' : workflowCommand('notice', null, 'Promises', promiseCount(promises));
  const findings = policies
    .flatMap(({ findings }) => findings)
    .map(({ kind, message, place: { source, line, column }, witness, outcome }) => {
      const proof = witness ? `\n${proofLines(witness, outcome).join('\n')}` : '';
      const help = message.help ? `\n${message.help}` : '';
      return workflowCommand(
        LEVELS[message.severity],
        { file: source.file, line, column },
        `${message.code} ${kind}`,
        `${message.message}${proof}${help}`,
      );
    })
    .join('');
  return findings + kept;
}
