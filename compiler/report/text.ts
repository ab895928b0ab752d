import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { Place } from '../diagnostics/source.js';
import type { Style } from './style.js';

/** Longer source lines are cut around the place. */
const WIDEST = 120;

/** A diagnostic for a person: code, message, place, the source line with the place underlined, and help. */
export function renderDiagnostic(diagnostic: Diagnostic, style: Style): string {
  const { code, severity, message, help, place, related = [] } = diagnostic;
  const paint = severity === 'error' ? style.red : severity === 'warning' ? style.yellow : style.blue;
  const gutter = Math.max(place.line, ...related.map((other) => other.place.line)).toString().length;
  const pad = ' '.repeat(gutter);
  return [
    `${paint(style.bold(`${severity}[${code}]`))}${style.bold(`: ${safe(message)}`)}`,
    ...frame(place, gutter, { symbol: '^', note: '', paint }, style),
    ...related.flatMap((other) =>
      frame(other.place, gutter, { symbol: '-', note: safe(other.message), paint: style.blue }, style),
    ),
    ...(help ? [`${pad} ${style.dim('=')} help: ${safe(help)}`] : []),
    '',
  ].join('\n');
}

/** How a place is underlined. */
interface Mark {
  readonly symbol: string;
  readonly note: string;
  readonly paint: (text: string) => string;
}

function frame(place: Place, gutter: number, { symbol, note, paint }: Mark, style: Style): string[] {
  const { source, line, column } = place;
  const pad = ' '.repeat(gutter);
  const text = source.line(line);
  const arrow = `${pad}${style.blue('-->')} ${source.file}:${line}:${column}`;
  if (text === '') return [arrow];
  const start = Math.max(0, Math.min(column - 1 - WIDEST / 2, text.length - WIDEST));
  const shown = text.slice(start, start + WIDEST);
  const lead = ' '.repeat(Math.max(0, column - 1 - start));
  const length = Math.max(1, Math.min(place.end - place.offset, text.length - column + 1, WIDEST - lead.length));
  return [
    arrow,
    `${pad} ${style.blue('|')}`,
    `${style.blue(`${String(line).padStart(gutter)} |`)} ${safe(shown)}`,
    `${pad} ${style.blue('|')} ${lead}${paint(symbol.repeat(length))}${note && ` ${paint(note)}`}`,
  ];
}

/** Text of a policy can't send control codes to a terminal; each character keeps one column. */
export function safe(text: string): string {
  return text.replace(/\t/g, ' ').replace(/[\p{Cc}\p{Cf}\u2028\u2029]|\p{Surrogate}/gu, '\ufffd');
}
