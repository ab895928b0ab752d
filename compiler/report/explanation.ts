import type { Explanation } from '../interpret/explain-call.js';
import type { Standing } from '../interpret/histories/standing.js';
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
  if (after) lines.push(`  after it  ${standingText(after)}`);
  if (considered.length > 0) lines.push('', 'rules for this capability, strictest first:');
  for (const { rule: id, decision: effect, matches, conditions } of considered) {
    const mark = matches ? paint('●') : style.dim('○');
    lines.push(`  ${mark} ${safe(id)}  ${effect}${conditions.length === 0 ? '  (always)' : ''}`);
    for (const { text, value, observed } of conditions) {
      lines.push(`      ${value.padEnd(7)}  ${safe(text)}`, style.dim(`               ${observedLine(observed)}`));
    }
  }
  return `${lines.join('\n')}\n`;
}

/** What holds, and how far limits are used up. */
function standingText({ labels, limits }: Standing): string {
  const of = (key: string | undefined) => (key === undefined ? '' : ` of ${safe(key)}`);
  const all = [
    ...labels.map(({ label, key, holds }) => `${label}${of(key)}${holds === 'unknown' ? ' perhaps' : ''}`),
    ...limits.map(({ limit, key, total, max }) => `${safe(limit)}${of(key)} ${total} of ${max}`),
  ];
  return all.join(', ') || 'nothing';
}

/** The first few of the values, each cut where it is long. */
function observedLine(observed: readonly string[]): string {
  if (observed.length === 0) return 'found no value';
  const shown = observed
    .slice(0, MAX_VALUES)
    .map((value) => safe(value.length > WIDEST ? `${value.slice(0, WIDEST)}…` : value));
  const more = observed.length - shown.length;
  return `found ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const MAX_VALUES = 4;
const WIDEST = 60;
