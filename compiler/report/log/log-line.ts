import { shown } from '../../../runtime/text/escape.js';
import { asciiEscaped } from '../../../runtime/text/unit-escape.js';
import type { Style } from '../style.js';
import { visible } from '../visible.js';
import { wrap } from '../wrap.js';

/** Below so many columns there is no room for the day. */
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
  const decision = NAMED_BY_KIND.has(kind) ? kind : text('decision');
  const paint = PAINT[decision] ?? ((_style: Style) => (plain: string) => plain);
  const painted = (line: string): string => line.replace(decision, paint(style)(decision));
  const what = whatOf(record, text);
  const why = whyOf(record, text);
  const time = text('time').replace('T', ' ').replace(/Z$/, '');
  const end = `${decision.padEnd(16)} ${what.padEnd(22)} ${why.padEnd(22)}`;
  const agent = text('agent').padEnd(10);
  const rule = record['rule'] ? ` ${text('rule')}` : '';
  const place = record['place'] ? `  ${text('place')}` : '';
  const whole = `${time.padEnd(23)} ${agent} ${end}${rule}${place}`.trimEnd();
  if (columns === undefined) return painted(whole);
  const start = `${columns < NARROW ? time.slice(11, 19) : time.slice(5, 19)} ${decision.padEnd(16)} `;
  // What is used least goes first: the rule's place, the agent, the year and the milliseconds, the rule, the day.
  for (const one of [
    whole,
    `${time.padEnd(23)} ${agent} ${end}${rule}`,
    `${time.padEnd(23)} ${end}${rule}`,
    `${time.slice(5, 19)} ${end}${rule}`,
    `${time.slice(5, 19)} ${end}`,
    `${start}${what.padEnd(22)} ${why}`,
    `${start}${what} ${why}`,
  ]) {
    if (one.trimEnd().length <= columns) return painted(one.trimEnd());
  }
  const lines = [`${start}${what}`, `  ${why}`].flatMap((line) => wrap(line, columns));
  return [painted(lines[0] as string), ...lines.slice(1)].join('\n');
}

/** Records that decide nothing. */
const NAMED_BY_KIND: ReadonlySet<string> = new Set(['approval', 'refused', 'pruned', 'result', 'history']);

function whatOf(record: Record<string, unknown>, text: (key: string) => string): string {
  if (record['kind'] === 'pruned') return segmentsOf(record);
  if (record['kind'] === 'history') return [text('action'), text('label') || text('session')].join(' ').trimEnd();
  return text('tool') || text('method') || '(no message)';
}

/** The labels that a call sets and clears, and what it adds to limits. */
function leftBy({ marks, counts }: Record<string, unknown>): string {
  const labels = Array.isArray(marks) ? marks.map((mark) => shown(String(mark))).join(', ') : '';
  const added =
    typeof counts === 'object' && counts !== null
      ? Object.entries(counts).map(([limit, amount]) => `${shown(limit)} +${shown(String(amount ?? 'unknown'))}`)
      : [];
  return [...(labels === '' ? [] : [`marks ${labels}`]), ...added].join('; ');
}

/** Which earlier call, or which limit, a refusal rests on. */
function restsOn({ history, limit }: Record<string, unknown>): string {
  const of = (value: unknown): Record<string, unknown> =>
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const [past, own] = [of(history), of(limit)];
  const label = typeof past['label'] === 'string' ? `${shown(past['label'])} from ${shown(String(past['tool']))}` : '';
  const total =
    typeof own['id'] === 'string'
      ? `${shown(own['id'])} ${shown(String(own['total']))} of ${shown(String(own['max']))}`
      : '';
  return [label, total].filter((part) => part !== '').join('; ');
}

/** What result rules did, or, where nothing is enforced, would have done. */
function treatedBy({ redacted, withheld, binary, observed }: Record<string, unknown>): string {
  const counts = typeof redacted === 'object' && redacted !== null ? Object.entries(redacted) : [];
  const parts = [
    ...(typeof withheld === 'string' ? [`withheld: ${shown(withheld)}`] : []),
    ...(counts.length > 0
      ? [`redacted ${counts.map(([name, count]) => `${shown(name)} ${shown(String(count))}`).join(', ')}`]
      : []),
    ...(typeof binary === 'number' ? [`${binary} binary`] : []),
  ];
  if (parts.length === 0) return '';
  return `; ${observed === true ? 'would be ' : ''}${parts.join('; ')}`;
}

/** Would it have been held up, were anything enforced? */
function isOnlyObserved({ observed, decision }: Record<string, unknown>): boolean {
  return observed === true && (decision === 'deny' || decision === 'require_approval');
}

function segmentsOf({ segments }: Record<string, unknown>): string {
  const count = Array.isArray(segments) ? segments.length : 0;
  return `${count} segment${count === 1 ? '' : 's'}`;
}

/** A grant has an id of its own, by which it is taken back. */
function isOfGrant({ state, grant }: Record<string, unknown>): boolean {
  return typeof grant === 'string' && (state === 'granted' || state === 'revoked');
}

function whyOf(record: Record<string, unknown>, text: (key: string) => string): string {
  switch (record['kind']) {
    case 'approval':
      return `${text('state')} ${text(isOfGrant(record) ? 'grant' : 'approval')}${text('by') === '' ? '' : ` by ${text('by')}`}${typeof record['why'] === 'string' ? `: ${visible(record['why'])}` : ''}`;
    case 'refused':
      return typeof record['problem'] === 'string' ? asciiEscaped(record['problem']) : text('reason');
    case 'pruned':
      return typeof record['why'] === 'string' ? asciiEscaped(record['why']) : '';
    case 'result': {
      const bytes = record['result_bytes'] === undefined ? '' : `, ${text('result_bytes')} bytes`;
      const said = record['message'] === undefined ? '' : `${text('message')}, `;
      const time = record['message'] === undefined ? `, ${Math.round(Number(record['micros']) / 1000)} ms` : '';
      return `${said}${text('status')}${bytes}${time}${treatedBy(record)}`;
    }
    case 'history':
      return `by ${text('by')}${typeof record['why'] === 'string' ? `: ${asciiEscaped(record['why'])}` : ''}`;
    default:
      return [
        text('grant') === '' ? text('reason') : `${text('reason')} by ${text('grant')}`,
        restsOn(record),
        leftBy(record),
        isOnlyObserved(record) ? 'forwarded: observing' : '',
      ]
        .filter((part) => part !== '')
        .join('; ');
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
  result: (style) => style.dim,
  history: (style) => style.blue,
};
