import type { Explanation } from '../interpret/explain-call.js';
import { foundText, standingText } from './explained-words.js';
import type { Style } from './style.js';
import { safe } from './text.js';

/** An explanation for a person, in one screen. */
export function renderExplanation(explanation: Explanation, style: Style): string {
  const { decision, reason, capability, tool, rule, limit, considered, unknown, after } = explanation;
  const paint = { allow: style.green, warn: style.yellow, require_approval: style.yellow }[decision] ?? style.red;
  const subject = tool === null ? capability : `${tool} (${capability})`;
  const by = rule ? `by ${rule.id}, ${rule.file}:${rule.line}` : 'by default: no rule matches';
  const lines = [`${paint(style.bold(decision))}  ${safe(subject)}`, `  reason  ${reason}`, `  ${by}`];
  if (limit !== undefined) lines.push(`  tightened by the limit ${safe(limit)}`);
  if (unknown.length > 0) lines.push(`  rests on unknown: ${unknown.join(', ')}`);
  for (const { rule: id, does } of explanation.results ?? []) lines.push(`  its result: ${safe(id)} ${safe(does)}`);
  if (after) lines.push(`  after it  ${safe(standingText(after))}`);
  if (considered.length > 0) lines.push('', 'rules for this capability, strictest first:');
  for (const { rule: id, decision: effect, matches, conditions } of considered) {
    const mark = matches ? paint('●') : style.dim('○');
    lines.push(`  ${mark} ${safe(id)}  ${effect}${conditions.length === 0 ? '  (always)' : ''}`);
    for (const { text, value, observed } of conditions) {
      lines.push(`      ${value.padEnd(7)}  ${safe(text)}`, style.dim(`               ${safe(foundText(observed))}`));
    }
  }
  return `${lines.join('\n')}\n`;
}
