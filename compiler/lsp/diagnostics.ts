import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Diagnostic, DiagnosticSeverity } from 'vscode-languageserver/node';
import type { CheckReport } from '../check.js';
import type { Severity } from '../diagnostics/diagnostic.js';
import { shownWitness } from '../report/witness.js';
import type { PolicyText } from './policy-text.js';

const SEVERITIES: Readonly<Record<Severity, DiagnosticSeverity>> = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  note: DiagnosticSeverity.Information,
};
/** As long as an analysis may take while somebody writes, in seconds. */
const BUDGET = 10;
const PAGES = 'https://github.com/capfence/capfence/blob/main/docs/diagnostics';

/** What loading says of a policy, as an editor shows it. */
export function loadDiagnostics(text: PolicyText): Diagnostic[] {
  const whole = text.document.getText();
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

/** A running analysis. */
export interface Analysis {
  /** undefined where it was ended before it was done. */
  readonly findings: Promise<Diagnostic[] | undefined>;
  readonly cancel: () => void;
}

/**
 * Analyses a policy in a process of its own: whoever goes on writing ends it, and waits for nothing.
 *
 * @param command How `capfence` is started.
 */
export function analyse(text: PolicyText, command: readonly string[]): Analysis {
  const [program = '', ...args] = command;
  const flags = ['check', '-', '--format', 'json', '--fail-on', 'never', '--budget', String(BUDGET)];
  const child = spawn(program, [...args, ...flags], { cwd: dirname(text.path), stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => {}); // It may have been ended.
  child.stdin.end(text.document.getText());
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    out += part;
  });
  const findings = new Promise<Diagnostic[] | undefined>((resolve) => {
    child.on('error', () => resolve(undefined));
    child.on('close', (_code, signal) => {
      if (signal !== null) return resolve(undefined);
      try {
        resolve((JSON.parse(out) as CheckReport).findings.map((finding) => shown(text, finding)));
      } catch {
        resolve(undefined);
      }
    });
  });
  return { findings, cancel: () => void child.kill('SIGKILL') };
}

function shown(
  text: PolicyText,
  { code, kind, severity, message, rule, related, witness }: CheckReport['findings'][number],
): Diagnostic {
  const at = (line: number, column = 1) => {
    const start = text.document.offsetAt({ line: line - 1, character: column - 1 });
    const end = text.document.offsetAt({ line, character: 0 });
    return text.range(start, Math.max(start + 1, end - 1));
  };
  const range = at(rule?.line ?? 1, rule?.column);
  return {
    range,
    severity: SEVERITIES[severity],
    code,
    codeDescription: { href: `${PAGES}/${code}.md` },
    source: 'capfence',
    message,
    data: { kind, rule: rule?.id ?? null, witness },
    relatedInformation: [
      ...(witness ? [{ location: { uri: text.document.uri, range }, message: `call: ${shownWitness(witness)}` }] : []),
      ...related.map((one) => ({
        location: {
          uri: one.file.startsWith('/') ? pathToFileURL(one.file).href : text.document.uri,
          range: at(one.line),
        },
        message: one.id,
      })),
    ],
  };
}
