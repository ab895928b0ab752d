import { shown } from '../../../runtime/text/escape.js';
import { asciiEscaped } from '../../../runtime/text/unit-escape.js';
import type { Style } from '../style.js';
import { wrap } from '../wrap.js';

/** From so many columns on there is room for everything; below so many, not for the day. */
const WIDE = 100;
const NARROW = 72;

/**
 * A record for a person: one line, or two where the tool and the reason need them. Names are escaped, so that none can
 * forge a line or send control codes.
 *
 * @param columns Of the terminal; undefined where there is none, and nothing is cut.
 */
export function logLine(record: Record<string, unknown>, style: Style, columns: number | undefined): string {
  const text = (key: string): string =>
    typeof record[key] === 'string' || typeof record[key] === 'number' ? shown(String(record[key])) : '';
  const kind = text('kind');
  const decision = kind === 'approval' || kind === 'refused' || kind === 'pruned' ? kind : text('decision');
  const paint = PAINT[decision] ?? ((_style: Style) => (plain: string) => plain);
  const painted = (line: string): string => line.replace(decision, paint(style)(decision));
  const what = kind === 'pruned' ? segmentsOf(record) : text('tool') || text('method') || '(no message)';
  const why = whyOf(record, text);
  const time = text('time').replace('T', ' ').replace(/Z$/, '');
  if (columns === undefined || columns >= WIDE) {
    const line = `${time.padEnd(23)} ${text('agent').padEnd(10)} ${decision.padEnd(16)} ${what.padEnd(22)} ${why.padEnd(22)}`;
    const where = record['rule'] ? ` ${text('rule')}  ${text('place')}` : '';
    const whole = (line + where).trimEnd();
    if (columns === undefined || whole.length <= columns) return painted(whole);
    if (line.trimEnd().length < columns) return painted(`${whole.slice(0, columns - 1)}…`);
  }
  const start = `${columns < NARROW ? time.slice(11, 19) : time.slice(5, 19)} ${decision.padEnd(16)} `;
  for (const one of [`${start}${what.padEnd(22)} ${why}`, `${start}${what} ${why}`]) {
    if (one.length <= columns) return painted(one);
  }
  const lines = [`${start}${what}`, `  ${why}`].flatMap((line) => wrap(line, columns));
  return [painted(lines[0] as string), ...lines.slice(1)].join('\n');
}

function segmentsOf({ segments }: Record<string, unknown>): string {
  const count = Array.isArray(segments) ? segments.length : 0;
  return `${count} segment${count === 1 ? '' : 's'}`;
}

function whyOf(record: Record<string, unknown>, text: (key: string) => string): string {
  switch (record['kind']) {
    case 'approval':
      return `${text('state')} ${text('approval')}${text('by') === '' ? '' : ` by ${text('by')}`}`;
    case 'refused':
      return typeof record['problem'] === 'string' ? asciiEscaped(record['problem']) : text('reason');
    case 'pruned':
      return typeof record['why'] === 'string' ? asciiEscaped(record['why']) : '';
    default:
      return text('reason');
  }
}

const PAINT: Readonly<Record<string, (style: Style) => (text: string) => string>> = {
  allow: (style) => style.green,
  warn: (style) => style.yellow,
  require_approval: (style) => style.yellow,
  approval: (style) => style.blue,
  deny: (style) => style.red,
  refused: (style) => style.red,
  pruned: (style) => style.blue,
};
