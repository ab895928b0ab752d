import { quoted, shown } from '../../../runtime/text/escape.js';
import type { Style } from '../style.js';
import { safe } from '../text.js';

const FIRST = ['time', 'agent', 'method', 'tool', 'capability', 'decision', 'reason', 'rule', 'place'];

/**
 * One record for a person: what it is about first, then all the rest.
 *
 * @param place The place of its rule, as it can be found from here.
 * @param source The line of the policy that decided, where it can be read.
 */
export function renderTrace(
  record: Readonly<Record<string, unknown>>,
  place: string | undefined,
  source: string | undefined,
  style: Style,
): string {
  const names = [...FIRST, ...Object.keys(record).filter((name) => !FIRST.includes(name))];
  const width = Math.max(...names.map((name) => name.length));
  const rows = names.flatMap((name) => {
    const value = record[name];
    if (value === undefined || value === null) return [];
    const text = typeof value === 'string' ? shown(value) : safe(JSON.stringify(value));
    const row = `${style.dim(shown(name).padEnd(width))}  ${text}`;
    if (name !== 'place') return [row];
    const more = [
      place !== value && place !== undefined ? shown(place) : '',
      source === undefined ? '' : quotedLine(source),
    ];
    return [row, ...more.filter((line) => line !== '').map((line) => `${' '.repeat(width)}  ${line}`)];
  });
  return `${rows.join('\n')}\n`;
}

function quotedLine(line: string): string {
  return /^[\x20-\x7e]*$/.test(line) ? line.trim() : quoted(line.trim());
}
