import type { LabelTruth, Setter } from '../../../runtime/history/label-state.js';
import type { LedgerState } from '../../../runtime/history/ledger-state.js';
import { shown } from '../../../runtime/text/escape.js';
import { asciiEscaped } from '../../../runtime/text/unit-escape.js';
import { shownDuration } from '../../conditions/duration.js';
import type { Style } from '../style.js';

/** Who set a label. */
interface ShownSetter {
  readonly tool: string;
  /** When it was called, RFC 3339. */
  readonly time: string;
  readonly record: string | null;
}

/** A label, or one key of it. */
interface ShownLabel {
  readonly label: string;
  /** null: in any session, which is what `within` asks. */
  readonly session: string | null;
  readonly key?: string;
  /** It holds; else it may. */
  readonly state: 'holds' | 'may hold' | 'open';
  /** Since when, RFC 3339. */
  readonly since: string;
  readonly by: ShownSetter;
}

interface ShownTotal {
  /** The limit's id, and the file that defines it and how it is counted. */
  readonly limit: string;
  readonly of: string;
  readonly session: string | null;
  readonly key?: string;
  readonly total: string;
}

/** The shape of `capfence history --json`. */
export interface ShownHistory {
  readonly agent: string;
  readonly labels: readonly ShownLabel[];
  readonly totals: readonly ShownTotal[];
  /** Gateways that run. */
  readonly gateways: readonly { readonly session: string; readonly since: string }[];
}

/** What a ledger keeps of an agent. @param now In milliseconds since the epoch. */
export function historyOf(state: LedgerState, agent: string, now: number): ShownHistory {
  const labels: ShownLabel[] = [];
  const totals: ShownTotal[] = [];
  for (const { session = null, labels: own, totals: sums } of state.contents(agent)) {
    for (const [label, labelState] of own) {
      for (const [key, truth] of labelState.contents()) labels.push(shownLabel(label, session, key, truth));
    }
    for (const [limit, limitTotals] of sums) {
      for (const [key, total] of limitTotals.current(now)) {
        const [file = '', rest = ''] = limit.split('#');
        const [id = '', ...how] = rest.split(' ');
        totals.push({
          limit: id,
          of: countedAs(file, how),
          session,
          ...(how.some((word) => word === 'by') && { key }),
          total,
        });
      }
    }
  }
  const gateways = [...state.gateways.values()].filter((one) => one.agent === agent);
  return {
    agent,
    labels,
    totals,
    gateways: gateways.map(({ session, time }) => ({ session, since: new Date(time).toISOString() })),
  };
}

/** `600` is 10m; `of`, `by` and `shared` are said as they stand. */
function countedAs(file: string, [per = '', ...how]: readonly string[]): string {
  const span = per === 'session' ? 'session' : shownDuration(Number(per));
  return [`per ${span}`, ...(how.length > 0 ? [how.join(' ')] : []), `in ${file}`].join(' ');
}

function shownLabel(label: string, session: string | null, key: string | undefined, truth: LabelTruth): ShownLabel {
  const { must, may, open } = truth;
  const setter = must?.setter ?? open ?? (may?.setter as Setter);
  const since = must?.time ?? (open ? open.time : (may?.time ?? 0));
  return {
    label,
    session,
    ...(key !== undefined && { key }),
    state: must ? 'holds' : open ? 'open' : 'may hold',
    since: new Date(since).toISOString(),
    by: { tool: setter.tool, time: new Date(setter.time).toISOString(), record: setter.record ?? null },
  };
}

/** For a person. */
export function renderHistory(
  { agent, labels, totals, gateways }: ShownHistory,
  place: string,
  others: readonly string[],
  style: Style,
  columns: number | undefined,
): string {
  const lines = [style.dim(`${shown(agent)}, in ${shown(place)}`), ''];
  // What holds in a session is not said again for all of them.
  const inSessions = new Set(
    labels.flatMap(({ session, label, key }) => (session === null ? [] : [`${label} ${key}`])),
  );
  const rows = labels
    .filter(({ session, label, key }) => session !== null || !inSessions.has(`${label} ${key}`))
    .map(({ label, key, session, state, since, by }) => [
      shown(label) + (key === undefined ? '' : ` of ${keyShown(key)}`),
      state === 'open' ? 'may hold: a call is open' : state,
      clock(since),
      `${shown(by.tool)}${by.record === null ? '' : `  capfence trace ${by.record}`}`,
      sessionName(session),
    ]);
  lines.push(...table(['label', 'state', 'since', 'set by', 'session'], rows, style, columns));
  if (rows.length === 0) lines.push('no label holds, or may');
  if (totals.length > 0) {
    const sums = totals.map(({ limit, key, total, of, session }) => [
      shown(limit) + (key === undefined ? '' : ` of ${keyShown(key)}`),
      total,
      asciiEscaped(of),
      session === null ? '' : sessionName(session),
    ]);
    lines.push('', ...table(['limit', 'so far', 'counted', 'session'], sums, style, columns));
  }
  const running = gateways.length === 1 ? '1 gateway runs' : `${gateways.length} gateways run`;
  lines.push('', style.dim(running));
  if (others.length > 0)
    lines.push(style.dim(`other agents: ${others.map((one) => shown(one)).join(', ')}  (--agent)`));
  return `${lines.join('\n')}\n`;
}

/** An empty key is one, too. */
function keyShown(key: string): string {
  return key === '' ? '""' : shown(key);
}

function sessionName(session: string | null): string {
  if (session === null) return 'an earlier one: counts for `within`';
  return session === '' ? 'unnamed' : shown(session);
}

function clock(time: string): string {
  return time.slice(0, 19).replace('T', ' ');
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  columns: number | undefined,
): string[] {
  if (rows.length === 0) return [];
  // A column in which there is nothing is not shown.
  const kept = head.map((_, i) => i).filter((i) => rows.some((row) => row[i] !== ''));
  const widths = kept.map((i) => Math.max((head[i] as string).length, ...rows.map((row) => (row[i] as string).length)));
  const line = (cells: readonly string[]) =>
    kept
      .map((i, at) => (cells[i] as string).padEnd(widths[at] as number))
      .join('  ')
      .trimEnd();
  const fits = columns === undefined || widths.reduce((sum, width) => sum + width + 2, 0) <= columns;
  if (fits) return [style.dim(line(head)), ...rows.map(line)];
  return rows.flatMap((row) => [
    row[0] as string,
    ...kept.slice(1).flatMap((i) => (row[i] === '' ? [] : [`  ${(head[i] as string).padEnd(8)} ${row[i]}`])),
  ]);
}
