import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, DiagnosticSeverity, type Location, type Range } from 'vscode-languageserver/node';
import type { Witness } from '../analyse/calls/call.js';
import type { Finding, FindingKind } from '../analyse/finding.js';
import type { Severity } from '../diagnostics/diagnostic.js';
import type { Place } from '../diagnostics/source.js';
import { proofLines } from '../report/witness.js';
import type { PolicyText } from './policy-text.js';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};
const PAGES = 'https://github.com/capfence/capfence/blob/main/docs/diagnostics';

/** What loading says of a policy, as an editor shows it. */
export function loadDiagnostics(text: PolicyText): Diagnostic[] {
  const whole = text.document.getText();
  const { kind, projectProblem: problem } = text;
  const project =
    kind !== 'policy' || problem === undefined
      ? []
      : [{ range: text.range(0, 0), severity: DiagnosticSeverity.Warning, source: 'capfence', message: problem }];
  return [...project, ...ofLoading(text, whole)];
}

function ofLoading(text: PolicyText, whole: string): Diagnostic[] {
  return text.diagnostics.map(({ code, severity, message, help, place, related = [] }) => {
    const isOwn = place.source.text === whole;
    return {
      range: isOwn ? text.range(place.offset, Math.max(place.end, place.offset + 1)) : text.range(0, 0),
      severity: SEVERITIES[severity],
      ...(code !== '' && { code, codeDescription: { href: `${PAGES}/${code}.md` } }),
      source: 'capfence',
      message: [
        isOwn ? '' : `${place.source.file}:${place.line}: `,
        message,
        help === undefined ? '' : `\n${help}`,
      ].join(''),
      relatedInformation: related
        .filter((one) => one.place.source.text === whole)
        .map((one) => ({
          location: { uri: text.document.uri, range: text.range(one.place.offset, one.place.end) },
          message: one.message,
        })),
    };
  });
}

/** What is known of a finding beside its text: its code actions need it. */
export interface FindingData {
  readonly kind: FindingKind;
  readonly rule: string | null;
  readonly others: readonly string[];
  readonly witness: Witness | null;
}

/** What analysis says of a policy. Findings are marked at the first line of what they are about. */
export function findingDiagnostics(text: PolicyText, findings: readonly Finding[]): Diagnostic[] {
  const whole = text.document.getText();
  return findings.map(
    ({ kind, message: { code, severity, message, help }, rule, place, related, witness, outcome }) => {
      const range = place.source.text === whole ? lineFrom(text, place) : text.range(0, 0);
      const data: FindingData = {
        kind,
        rule: rule?.id ?? null,
        others: related.map(({ rule: { id } }) => id),
        witness,
      };
      const at = { uri: text.document.uri, range };
      return {
        range,
        severity: SEVERITIES[severity],
        code,
        codeDescription: { href: `${PAGES}/${code}.md` },
        source: 'capfence',
        message: help === undefined ? message : `${message}\n${help}`,
        data,
        relatedInformation: [
          ...(witness ? proofLines(witness, outcome).map((line) => ({ location: at, message: `call: ${line}` })) : []),
          ...related.map((other) => ({
            location: locationOf(text, other.rule.place),
            message: `${other.rule.id} ${other.note}`,
          })),
        ],
      };
    },
  );
}

function lineFrom(text: PolicyText, { offset, source, line }: Place): Range {
  const start = offset - text.document.offsetAt({ line: line - 1, character: 0 });
  return text.range(offset, offset + Math.max(1, source.line(line).length - start));
}

function locationOf(text: PolicyText, place: Place): Location {
  const { source, line, column } = place;
  if (source.text === text.document.getText()) return { uri: text.document.uri, range: lineFrom(text, place) };
  // Of another file, in UTF-16: its line is what matters.
  const at = { line: line - 1, character: column - 1 };
  return { uri: pathToFileURL(resolve(source.file)).href, range: { start: at, end: at } };
}
