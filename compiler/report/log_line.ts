import { shown } from '../../runtime/gateway/escape.js';
import type { Style } from './style.js';

/** A record as one line for a person. Names are escaped, so that none can forge a line or send control codes. */
export function logLine(record: Record<string, unknown>, style: Style, columns: number | undefined): string {
  const text = (key: string): string =>
    typeof record[key] === 'string' || typeof record[key] === 'number' ? shown(String(record[key])) : '';
  const decision =
    record['kind'] === 'approval' ? 'approval' : record['kind'] === 'refused' ? 'refused' : text('decision');
  const paint = PAINT[decision] ?? ((_style: Style) => (plain: string) => plain);
  const what = text('tool') || text('method') || '(no message)';
  const why =
    record['kind'] === 'approval'
      ? `${text('state')} ${text('approval')}${text('by') === '' ? '' : ` by ${text('by')}`}`
      : record['kind'] === 'refused'
        ? typeof record['problem'] === 'string'
          ? printable(record['problem'])
          : text('reason')
        : text('reason');
  const where = record['rule'] ? `${text('rule')}  ${text('place')}` : '';
  const time = text('time').replace('T', ' ').replace(/Z$/, '');
  const cells = [
    time.padEnd(23),
    text('agent').padEnd(10),
    decision.padEnd(16),
    what.padEnd(22),
    why.padEnd(22),
    where,
  ];
  const line = cells.join(' ').trimEnd();
  const cut = columns !== undefined && line.length > columns ? `${line.slice(0, Math.max(20, columns - 1))}…` : line;
  return cut.replace(decision, paint(style)(decision));
}

const PAINT: Readonly<Record<string, (style: Style) => (text: string) => string>> = {
  allow: (style) => style.green,
  warn: (style) => style.yellow,
  require_approval: (style) => style.yellow,
  approval: (style) => style.blue,
  deny: (style) => style.red,
  refused: (style) => style.red,
};

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
