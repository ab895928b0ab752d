import { createHash } from 'node:crypto';
import type { Witness } from '../../analyse/calls/call.js';
import { shownPromise } from '../../analyse/promise-text.js';
import type { CheckResult } from '../../check.js';
import type { Place } from '../../diagnostics/source.js';

import { location, sarifLog } from '../sarif.js';
import { proofLines } from '../witness.js';

/** Findings as SARIF: a rule a code, a result a finding. */
export function renderSarif(policies: readonly CheckResult[]): string {
  const findings = policies.flatMap((one) => one.findings);
  const codes = [...new Map(findings.map((finding) => [finding.message.code, finding]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const rules = codes.map(([code, { message, kind }]) => ({
    id: code,
    name: kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    shortDescription: { text: kind },
    fullDescription: { text: `${kind} (docs/diagnostics/${code}.md)` },
    help: { text: message.help ?? `See docs/diagnostics/${code}.md.` },
    defaultConfiguration: { level: message.severity },
    properties: { tags: ['security', 'policy'] },
  }));
  const results = findings.map(({ kind, message, rule, place, related, witness, outcome }) => ({
    ruleId: message.code,
    ruleIndex: codes.findIndex(([code]) => code === message.code),
    level: message.severity,
    message: {
      text: `${message.message}${witness ? `\n${proofText(witness, outcome)}` : ''}`,
    },
    locations: [location(stretch(place))],
    relatedLocations: related.map((other, i) => ({
      id: i + 1,
      ...location(stretch(other.rule.place)),
      message: { text: `${other.rule.id}: ${other.note}` },
    })),
    // Stays the same where lines move.
    partialFingerprints: { 'capfence/v1': fingerprint([kind, rule?.id ?? place.source.file, message.message]) },
    properties: { kind, witness },
  }));
  return sarifLog(rules, results, promisesOf(policies));
}

function proofText(witness: Witness, outcome: string | undefined): string {
  const lines = proofLines(witness, outcome);
  return lines.length === 1 ? `Call: ${lines[0]}` : `Calls:\n${lines.join('\n')}`;
}

/** What became of each promise, kept ones too. */
function promisesOf(policies: readonly CheckResult[]): object | undefined {
  const promises = policies.flatMap(({ file, promises }) =>
    promises.map(({ promise, state }) => ({ file, id: promise.id, promise: shownPromise(promise), state })),
  );
  return promises.length > 0 ? { promises } : undefined;
}

/** What of a place stands on its first line. */
function stretch({ source, line, column, offset, end }: Place) {
  const rest = source.line(line).length - column + 1;
  return { file: source.file, line, column, endColumn: column + Math.max(1, Math.min(end - offset, rest)) };
}

function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
