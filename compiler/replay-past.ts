import { type LogRecord, textOf } from '../runtime/audit/read.js';
import { callEffects } from '../runtime/history/call-entry.js';
import type { EndEntry } from '../runtime/history/entry.js';
import { LedgerHistory } from '../runtime/history/ledger-history.js';
import { LedgerState } from '../runtime/history/ledger-state.js';
import type { Effects, ManifestHistory } from '../runtime/types.js';
import type { After, Truth } from './conditions/condition.js';
import { manifestOf } from './emit/manifest.js';
import type { Past } from './interpret/histories/past.js';
import type { Limit, Policy } from './ir/policy.js';

/** A log does not say in which session a call was made. */
const SESSION = '';

const TRUTHS: Readonly<Record<1 | 2 | 4, Truth>> = { 1: 'true', 2: 'unknown', 4: 'false' };

/** The past as an audit log has it: what went on, how it ended, and what people did about it. */
export class ReplayPast {
  private readonly state = new LedgerState();
  private readonly own: ManifestHistory;
  private readonly open = new Map<string, Effects>();

  constructor(private readonly policy: Policy) {
    this.own = manifestOf(policy).history ?? { afters: [], marks: [], limits: [] };
  }

  /** What an agent's call meets. @param now In milliseconds since the epoch. */
  of(agent: string, now: number): Past {
    const history = (afters: readonly After[]) =>
      new LedgerHistory(
        { ...this.own, afters },
        { agent, session: SESSION },
        () => this.state,
        () => now,
      );
    return {
      holds: (asked, key) => TRUTHS[history([asked]).label(0, key)],
      exceeds: (limit: Limit, amount, key) =>
        history([]).exceeds(this.policy.limits.indexOf(limit), Number(amount), key),
    };
  }

  /** A call went on. @param effects What it leaves behind by this policy. */
  wentOn(record: LogRecord, effects: Effects): void {
    const id = textOf(record['id']);
    const own = callEffects(this.own, effects, true);
    if (!own.marks && !own.counts) return;
    const agent = textOf(record['agent']);
    const tool = textOf(record['tool'] ?? record['method']);
    this.state.apply({
      k: 'call',
      t: timeOf(record),
      id,
      agent,
      session: SESSION,
      gateway: agent,
      tool,
      record: id,
      ...own,
    });
    if (own.marks) this.open.set(id, effects);
  }

  /** How a call ended. */
  ended(record: LogRecord): void {
    const id = textOf(record['call']);
    const effects = this.open.get(id);
    if (!effects) return;
    this.open.delete(id);
    const how = textOf(record['status']) as EndEntry['how'];
    const complete = how === 'ok' && record['complete'] !== false;
    this.state.apply({ k: 'end', t: timeOf(record), id, how, complete, results: this.resultsOf(effects, record) });
  }

  /** A person ended a session, or cleared a label. */
  decided(record: LogRecord): void {
    const [agent, by] = [textOf(record['agent']), textOf(record['by'])];
    const t = timeOf(record);
    if (record['action'] === 'end') this.state.apply({ k: 'session', t, agent, session: SESSION, by });
    if (record['action'] === 'clear')
      this.state.apply({ k: 'clear', t, agent, label: textOf(record['label']), by, why: textOf(record['why']) });
  }

  /** What was found in the result is on record by label. */
  private resultsOf({ marks }: Effects, record: LogRecord): NonNullable<EndEntry['results']> {
    const matched = record['matched'];
    const found = typeof matched === 'object' && matched !== null ? (matched as Record<string, unknown>) : {};
    return marks.flatMap(({ mark }) => {
      const { labels = [], result } = this.own.marks[mark] ?? {};
      return labels.map((label) => (!result ? null : found[label] === true ? 1 : found[label] === false ? 4 : 2));
    });
  }
}

function timeOf(record: LogRecord): number {
  const time = Date.parse(textOf(record['time']));
  return Number.isNaN(time) ? 0 : time;
}
