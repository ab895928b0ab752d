import type { CheckResult } from '../../check.js';
import { workflowCommand } from '../annotation.js';
import { shownWitness } from '../witness.js';

const LEVELS = { error: 'error', warning: 'warning', note: 'notice' } as const;

/** Findings as annotations of a pull request. */
export function renderGithub(policies: readonly CheckResult[]): string {
  return policies
    .flatMap(({ findings }) => findings)
    .map(({ kind, message, place: { source, line, column }, witness, outcome }) => {
      const proof = witness ? `\n${shownWitness(witness)}${outcome ? ` → ${outcome}` : ''}` : '';
      const help = message.help ? `\n${message.help}` : '';
      return workflowCommand(
        LEVELS[message.severity],
        { file: source.file, line, column },
        `${message.code} ${kind}`,
        `${message.message}${proof}${help}`,
      );
    })
    .join('');
}
