import type { DiffReport } from '../../diff.js';
import { isStricter } from '../../ir/decision.js';
import { location, sarifLog } from '../sarif.js';
import { proofLines } from '../witness.js';

const RULES = [
  { id: 'CF-widened', name: 'Widened', level: 'warning', text: 'calls are decided more loosely than before' },
  { id: 'CF-tightened', name: 'Tightened', level: 'note', text: 'calls are decided more strictly than before' },
] as const;

/** A policy diff as SARIF 2.1.0: a result a change, at the rule that now decides. */
export function renderSarif(report: DiffReport): string {
  const rules = RULES.map(({ id, name, level, text }) => ({
    id,
    name,
    shortDescription: { text },
    fullDescription: { text },
    help: { text },
    defaultConfiguration: { level },
  }));
  const results = report.changes.map((change) => {
    const index = isStricter(change.from, change.to) ? 0 : 1;
    const rule = change.after ?? change.before;
    return {
      ruleId: RULES[index].id,
      ruleIndex: index,
      level: RULES[index].level,
      message: {
        text: `${change.capability}, ${change.region}: ${change.from} → ${change.to}\nCall: ${proofLines(change.witness, undefined).join('\n')}`,
      },
      locations: rule ? [location({ file: rule.file, line: rule.line, column: rule.column })] : [],
      properties: { witness: change.witness },
    };
  });
  const failures = (report.findings ?? []).map(({ code, message, file = '', line = 1, column = 1 }) => ({
    ruleId: code,
    level: 'error',
    message: { text: message },
    locations: [location({ file, line, column })],
    properties: { kind: 'load-error' },
  }));
  return sarifLog(rules, [...results, ...failures], report.promises && { promises: report.promises });
}
