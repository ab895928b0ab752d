import type { CheckResult } from '../../check.js';
import type { Style } from '../style.js';
import { renderDiagnostic, safe } from '../text.js';
import { shownWitness } from '../witness.js';

/** Findings for a person: the rules in their files, the call that proves it, and the count. */
export function renderText(policies: readonly CheckResult[], style: Style): string {
  const parts: string[] = [];
  const count = { error: 0, warning: 0, note: 0 };
  for (const { findings } of policies) {
    for (const { message, place, related, places = [], witness, outcome } of findings) {
      count[message.severity]++;
      const others = [...places, ...related.map(({ rule, note }) => ({ place: rule.place, message: note }))];
      const frame = renderDiagnostic({ ...message, place, related: others }, style).trimEnd();
      const proof =
        witness && `  ${style.dim('=')} call: ${safe(shownWitness(witness))}${outcome ? ` → ${safe(outcome)}` : ''}`;
      parts.push(`${frame}\n${proof ? `${proof}\n` : ''}`);
    }
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
