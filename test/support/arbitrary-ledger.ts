import fc from 'fast-check';
import type { EntryCount, EntryMark, LedgerEntry } from '../../runtime/history/entry.js';

/* Random pasts: calls that overlap, end in every way and every order, or never. */

export const LABELS = ['a', 'b'] as const;
export const KEYS = ['k1', 'K1', '"1"', '1', 'x'] as const;
export const AGENTS = ['ann', 'bob'] as const;
export const SESSIONS = ['', 's'] as const;

/** Limits by key: calls in a window, amounts for each key, for everybody, for the session. */
export const LIMITS = [
  { limit: 'calls', per: 60 },
  { limit: 'sums', per: 64, isKeyed: true },
  { limit: 'shared', per: 10, shared: true as const },
  { limit: 'session', per: 'session' as const },
] as const;

const keys = fc.option(fc.array(fc.option(fc.constantFrom(...KEYS)), { minLength: 1, maxLength: 2 }), {
  nil: undefined,
});

const mark: fc.Arbitrary<EntryMark> = fc
  .record({
    label: fc.constantFrom(...LABELS),
    clears: fc.boolean(),
    must: fc.boolean(),
    keys,
    result: fc.boolean(),
  })
  .map(({ label, clears, must, keys: own, result }) => ({
    label,
    must,
    ...(clears && { clears }),
    ...(own && { keys: own }),
    ...(result && { result }),
  }));

const count: fc.Arbitrary<EntryCount> = fc
  .record({
    of: fc.constantFrom(...LIMITS),
    amount: fc.constantFrom('1', '2.5', '0.1', '0', '7'),
    keys: fc.array(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 2 }),
    max: fc.option(fc.constantFrom(3, 8.6, 20), { nil: undefined }),
  })
  .map(({ of, amount, keys: own, max }) => ({
    limit: of.limit,
    per: of.per,
    amount,
    ...('isKeyed' in of && { keys: own }),
    ...('shared' in of && { shared: of.shared }),
    ...(max !== undefined && { max }),
  }));

/** What happens next: how long after the last, and what; which of the calls so far it is about. */
const step = fc.record({
  pause: fc.constantFrom(0, 0, 1, 500, 3_000, 20_000, -5_000),
  kind: fc.constantFrom('call', 'call', 'call', 'call', 'end', 'end', 'end', 'void', 'session', 'clear', 'down'),
  agent: fc.constantFrom(...AGENTS, AGENTS[0]),
  session: fc.constantFrom(...SESSIONS, SESSIONS[0]),
  gateway: fc.constantFrom('g1', 'g2'),
  marks: fc.array(mark, { maxLength: 2 }),
  counts: fc.array(count, { maxLength: 2 }),
  which: fc.nat(7),
  how: fc.constantFrom('ok', 'ok', 'ok', 'error', 'lost'),
  complete: fc.boolean(),
  results: fc.array(fc.constantFrom(1, 2, 4), { minLength: 2, maxLength: 2 }),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** A list of entries as a ledger has it, from the first on. */
export const ledgerEntries: fc.Arbitrary<LedgerEntry[]> = fc.array(step, { maxLength: 24 }).map(entriesOf);

export const START = Date.UTC(2026, 0, 1);

function entriesOf(steps: readonly Step[]): LedgerEntry[] {
  let t = START;
  const ids: string[] = [];
  return steps.map((one, i): LedgerEntry => {
    t += one.pause;
    const { agent, session, gateway } = one;
    // One of the last calls.
    const id = ids.at(-1 - (one.which % Math.max(1, ids.length))) ?? 'none';
    switch (one.kind) {
      case 'end':
        return {
          k: 'end',
          t,
          id,
          how: one.how as 'ok',
          complete: one.how === 'ok' && one.complete,
          results: one.results as (1 | 2 | 4)[],
        };
      case 'void':
        return { k: 'void', t, id };
      case 'session':
        return { k: 'session', t, agent, session, by: 'somebody' };
      case 'clear':
        return { k: 'clear', t, agent, label: LABELS[one.which % 2] as string, by: 'somebody', why: 'because' };
      case 'down':
        return { k: 'down', t, gateway, agent, session };
      default:
        ids.push(`c${i}`);
        return {
          k: 'call',
          t,
          id: `c${i}`,
          agent,
          session,
          gateway,
          tool: 'tool',
          marks: one.marks,
          counts: one.counts,
        };
    }
  });
}
