import type { LedgerEntry } from '../../../runtime/history/entry.js';
import type { Policy } from '../../ir/policy.js';

/* A past that a person writes down, as the events that would have led to it. */

/** What a person says of a label or a limit, or of one of its keys. */
export interface Given {
  /** In seconds before now: a number below zero, or 0. */
  readonly must?: number;
  readonly may?: number;
  /** A call is open that may set it. */
  readonly open?: boolean;
  /** How much of a limit is used up. */
  readonly total?: number;
  readonly by?: Readonly<Record<string, Omit<Given, 'by'>>>;
}

/** By label, or by the id of a limit. */
export type GivenPast = Readonly<Record<string, Given>>;

/** Whose past it is. */
export const SOMEBODY = { agent: 'agent', session: '', gateway: 'gateway' };

/** @param now In milliseconds since the epoch. */
export function eventsOf({ limits }: Policy, given: GivenPast, now: number): LedgerEntry[] {
  const events: { readonly entry: LedgerEntry; readonly order: number }[] = [];
  let ids = 0;
  const call = (t: number, rest: object): string => {
    const id = `given ${ids++}`;
    events.push({ entry: { k: 'call', t, id, ...SOMEBODY, tool: 'given', ...rest }, order: events.length });
    return id;
  };
  const end = (t: number, id: string, complete: boolean): void => {
    events.push({ entry: { k: 'end', t, id, how: complete ? 'ok' : 'error', complete }, order: events.length });
  };
  for (const [name, said] of Object.entries(given)) {
    const limit = limits.find(({ id }) => id === name);
    if (limit) {
      const { key, per, isShared } = limit;
      for (const [own, { total }] of [[undefined, said] as const, ...Object.entries(said.by ?? {})]) {
        if (total === undefined) continue;
        const keys = own === undefined ? {} : { keys: [own] };
        const count = { limit: key, per, amount: String(total), ...keys, ...(isShared && { shared: true as const }) };
        call(now, { counts: [count] });
      }
      continue;
    }
    for (const [own, { must, may, open }] of [[undefined, said] as const, ...Object.entries(said.by ?? {})]) {
      const marks = [{ label: name, must: true, ...(own !== undefined && { keys: spellings(own) }) }];
      if (must !== undefined) end(now + must * 1000, call(now + must * 1000, { marks }), true);
      if (may !== undefined) end(now + may * 1000, call(now + may * 1000, { marks }), false);
      if (open) call(now, { marks });
    }
  }
  return events.sort((a, b) => a.entry.t - b.entry.t || a.order - b.order).map(({ entry }) => entry);
}

/** A key that a person writes stands for the text and for the number or word that is written so. */
function spellings(key: string): string[] {
  return /^-?\d+$|^true$|^false$/.test(key)
    ? [key, JSON.stringify(key)]
    : [key.startsWith('"') ? JSON.stringify(key) : key];
}
