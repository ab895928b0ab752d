import type { Witness } from '../../analyse/calls/call.js';
import { shownPromise } from '../../analyse/promise-text.js';
import type { CheckResult } from '../../check.js';
import { promiseCount } from '../promises.js';
import type { Style } from '../style.js';
import { renderDiagnostic, safe } from '../text.js';
import { proofLines, shownTrace } from '../witness.js';

/** Findings for a person: the rules in their files, the call that proves it, and the count. */
export function renderText(policies: readonly CheckResult[], style: Style): string {
  const parts: string[] = [];
  const count = { error: 0, warning: 0, note: 0 };
  for (const { findings } of policies) {
    for (const { message, place, related, places = [], witness, outcome } of findings) {
      count[message.severity]++;
      const others = [...places, ...related.map(({ rule, note }) => ({ place: rule.place, message: note }))];
      const frame = renderDiagnostic({ ...message, place, related: others }, style).trimEnd();
      parts.push(`${frame}\n${witness ? shownProof(witness, outcome, style) : ''}`);
    }
  }
  for (const { promises, file } of policies) {
    if (promises.length > 0 && policies.length > 1) parts.push(`${safe(file)}:`);
    for (const { promise, state, isVacuous } of promises) {
      const mark = state !== 'kept' ? style.red(state) : isVacuous ? style.yellow(state) : style.green(state);
      const note = isVacuous ? ' (there is no such call)' : '';
      const said = promise.description === undefined ? '' : style.dim(`  ${safe(promise.description)}`);
      parts.push(
        `${mark}${' '.repeat(10 - state.length)}${safe(promise.id)}: ${safe(shownPromise(promise))}${note}${said}`,
      );
    }
    if (promises.length > 0) parts.push(`${promiseCount(promises)}\n`);
  }
  for (const { tools = [] } of policies) {
    const width = Math.max(0, ...tools.map(({ name }) => name.length));
    for (const { name, capabilities, reachable } of tools) {
      const mark = reachable ? style.green('can pass') : style.red('never passes');
      parts.push(`${safe(name).padEnd(width)}  ${mark.padEnd(12)}  ${safe(capabilities.join(', '))}`);
    }
    if (tools.length > 0) parts.push('');
  }
  const files = policies.map(({ file }) => file).join(', ');
  const total = (['error', 'warning', 'note'] as const).flatMap((severity) =>
    count[severity] > 0 ? `${count[severity]} ${severity}${count[severity] === 1 ? '' : 's'}` : [],
  );
  parts.push(`${safe(files)}: ${total.length > 0 ? total.join(', ') : style.green('nothing found')}\n`);
  return parts.join('\n');
}

/** The call that proves a finding; with those that lead to it, a numbered list. */
function shownProof(witness: Witness, outcome: string | undefined, style: Style): string {
  const lines = proofLines(witness, outcome).map(safe);
  if (!shownTrace(witness, outcome)) return `  ${style.dim('=')} call: ${lines[0]}\n`;
  return `  ${style.dim('=')} calls:\n${lines.map((line) => `      ${line}\n`).join('')}`;
}
