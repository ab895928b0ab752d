import { createHash } from 'node:crypto';
import type { CheckedPolicy } from '../../check.js';
import type { Place } from '../../parse/source.js';
import { VERSION } from '../../version.js';
import { shownWitness } from '../witness.js';

const LEVELS = { error: 'error', warning: 'warning', note: 'note' } as const;

/** Findings as SARIF 2.1.0 (OASIS), in the subset that GitHub code scanning reads. */
export function renderSarif(policies: readonly CheckedPolicy[]): string {
  const findings = policies.flatMap((one) => one.findings);
  const codes = [...new Map(findings.map(({ message, kind }) => [message.code, { message, kind }]))].sort(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const run = {
    tool: {
      driver: {
        name: 'CapFence',
        version: VERSION,
        semanticVersion: VERSION,
        rules: codes.map(([code, { message, kind }]) => ({
          id: code,
          name: kind.replace(/(^|-)([a-z])/g, (_, _dash, letter: string) => letter.toUpperCase()),
          shortDescription: { text: kind },
          fullDescription: { text: `${kind}: see the page of ${code}` },
          help: { text: message.help ?? `See docs/diagnostics/${code}.md` },
          defaultConfiguration: { level: LEVELS[message.severity] },
          properties: { tags: ['security', 'policy'] },
        })),
      },
    },
    columnKind: 'utf16CodeUnits',
    results: findings.map(({ kind, message, rule, place, related, witness, outcome }) => ({
      ruleId: message.code,
      ruleIndex: codes.findIndex(([code]) => code === message.code),
      level: LEVELS[message.severity],
      message: {
        text: `${message.message}${witness ? `\nCall: ${shownWitness(witness)}${outcome ? ` → ${outcome}` : ''}` : ''}`,
      },
      locations: [location(place)],
      relatedLocations: related.map((other, i) => ({
        id: i + 1,
        ...location(other.rule.place),
        message: { text: `${other.rule.id}: ${other.note}` },
      })),
      // Stays the same where lines move.
      partialFingerprints: {
        'capfence/v1': fingerprint([kind, rule?.id ?? '', ...related.map((other) => other.rule.id)]),
      },
      properties: { kind, witness },
    })),
  };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function location({ source, line, column, offset, end }: Place) {
  const rest = source.line(line).length - column + 1;
  return {
    physicalLocation: {
      artifactLocation: { uri: source.file.split('/').map(encodeURIComponent).join('/') },
      region: {
        startLine: line,
        startColumn: column,
        endLine: line,
        endColumn: column + Math.max(1, Math.min(end - offset, rest)),
      },
    },
  };
}

function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
