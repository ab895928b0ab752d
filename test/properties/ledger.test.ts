import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventPast } from '../../compiler/interpret/histories/event-past.js';
import type { Limit } from '../../compiler/ir/policy.js';
import type { LedgerEntry } from '../../runtime/history/entry.js';
import { LedgerHistory } from '../../runtime/history/ledger-history.js';
import { LedgerState } from '../../runtime/history/ledger-state.js';
import type { ManifestHistory } from '../../runtime/types.js';
import { AGENTS, KEYS, LABELS, LIMITS, ledgerEntries, SESSIONS, START } from '../support/arbitrary-ledger.js';
import { check } from '../support/seed.js';

/* The ledger's state, kept entry by entry, says what the list of all that happened says. */

const WITHINS = [undefined, 1, 30];
const AFTERS = [[LABELS[0]], [LABELS[1]], [...LABELS]].flatMap((labels) =>
  WITHINS.map((within) => ({ labels, ...(within !== undefined && { within }) })),
);
const OWN_LIMITS = LIMITS.map((limit) => ({
  id: limit.limit,
  key: limit.limit,
  per: limit.per,
  max: 8.6,
  capability: '*',
  over: 'deny' as const,
  reason: 'limit_exceeded',
  file: 'policy.yaml',
  line: 1,
  column: 1,
  ...('shared' in limit && { isShared: true as const }),
}));
const POLICY: ManifestHistory = { afters: AFTERS, marks: [], limits: OWN_LIMITS };
const WORDS = { true: 1, unknown: 2, false: 4 } as const;

function compare(entries: readonly LedgerEntry[], state: LedgerState, later: number): void {
  for (const agent of AGENTS) {
    for (const session of SESSIONS) {
      const now = START + later + (entries.at(-1)?.t ?? START) - START;
      const past = new EventPast(entries, { agent, session, now });
      const history = new LedgerHistory(
        POLICY,
        { agent, session },
        () => state,
        () => now,
      );
      const said = (kind: string, of: unknown, key: string | undefined) =>
        `${kind} ${JSON.stringify([of, key, agent, session, later])} after ${JSON.stringify(entries)}`;
      for (const [index, asked] of AFTERS.entries()) {
        for (const key of [undefined, ...KEYS, 'other']) {
          assert.equal(history.label(index, key), WORDS[past.holds(asked, key)], said('after', asked, key));
        }
      }
      for (const [index, limit] of OWN_LIMITS.entries()) {
        for (const key of limit.id === 'sums' ? [...KEYS, 'other'] : [undefined]) {
          for (const amount of [0.1, 1, 6.1]) {
            const told = said('limit', [limit, amount], key);
            const expected = past.exceeds(limit as unknown as Limit, String(amount), key);
            assert.equal(history.exceeds(index, amount, key), expected, told);
          }
        }
      }
    }
  }
}

test('the state of a ledger is what the list of its entries means', { timeout: 120_000 }, () => {
  check(
    fc.property(ledgerEntries, fc.constantFrom(-60_000, 0, 1, 900, 40_000), (entries, later) => {
      const state = new LedgerState();
      for (const entry of entries) state.apply(entry);
      compare(entries, state, later);
    }),
    1500,
  );
});

test('a state that was written down and read again is the same', { timeout: 120_000 }, () => {
  check(
    fc.property(ledgerEntries, fc.nat(24), (entries, at) => {
      let state = new LedgerState();
      for (const [i, entry] of entries.entries()) {
        if (i === at) state = LedgerState.restored(JSON.parse(JSON.stringify(state.saved())));
        state.apply(entry);
      }
      compare(entries, LedgerState.restored(JSON.parse(JSON.stringify(state.saved()))), 1);
    }),
    400,
  );
});
