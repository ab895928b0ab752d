import assert from 'node:assert/strict';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LedgerFolder } from '../../../runtime/history/ledger-folder.js';
import { capfence } from '../../support/capfence.js';
import { temporaryFolder as scratch } from '../../support/folder.js';

const NOW = Date.UTC(2026, 0, 5);
const whose = { agent: 'ann', session: 'a' };

/** A ledger in which a call in session `a` set `secret`, and one of an ended gateway is open. */
function ledgerWith(): { flags: string[]; folder: string } {
  const folder = scratch();
  const place = join(folder, 'ledger');
  const ledger = new LedgerFolder(place);
  const marks = [{ label: 'secret', must: true }];
  ledger.enter({ k: 'call', t: NOW, id: '1', gateway: 'g', ...whose, tool: 'read_file', marks, counts: [] });
  ledger.enter({ k: 'end', t: NOW, id: '1', how: 'ok', complete: true });
  ledger.enter({ k: 'up', t: NOW, gateway: 'dead', ...whose });
  ledger.enter({
    k: 'call',
    t: NOW,
    id: '2',
    gateway: 'dead',
    ...whose,
    tool: 'look',
    marks: [{ label: 'seen', must: true }],
    counts: [],
  });
  ledger.close();
  mkdirSync(join(place, 'running'), { recursive: true });
  const shown = join(place, 'running/dead.json');
  // Of another machine, and not seen for years.
  writeFileSync(shown, JSON.stringify({ pid: 1, started: null, place: 'elsewhere' }));
  utimesSync(shown, 0, 0);
  return { flags: ['--agent', 'ann', '--ledger', place], folder };
}

test('history: a session is named by its flag, and there must be one', () => {
  const { flags, folder } = ledgerWith();
  const audit = ['--audit', join(folder, 'audit')];
  const stray = capfence('history', 'end', 'a', ...flags, ...audit);
  assert.equal(stray.status, 2);
  assert.match(stray.stderr, /did you mean --session a\?/);
  const unknown = capfence('history', 'end', '--session', 'b', ...flags, ...audit);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /nothing is kept of a session b/);
  assert.equal(capfence('history', 'clear', 'secret', '--why', 'w', '--session', 'a', ...flags, ...audit).status, 2);
  assert.equal(capfence('history', '--session', 'a', ...flags).status, 2);
  assert.match(capfence('history', ...flags).stdout, /secret\s+holds/);
  const ended = capfence('history', 'end', '--session', 'a', ...flags, ...audit);
  assert.equal(ended.status, 0);
  assert.match(ended.stderr, /those per span of time stay/);
});

test('history: what an ended gateway had open is open no more', () => {
  const { flags } = ledgerWith();
  const { labels, gateways } = JSON.parse(capfence('history', ...flags, '--json').stdout);
  assert.deepEqual(gateways, []);
  const seen = labels.filter(({ label }: { label: string }) => label === 'seen');
  assert.ok(seen.length > 0);
  for (const { state } of seen) assert.equal(state, 'may hold');
});

test('history: an empty key is a key', () => {
  const folder = scratch();
  const place = join(folder, 'ledger');
  mkdirSync(folder, { recursive: true });
  const ledger = new LedgerFolder(place);
  const count = { limit: 'p#echoes 3600 by message', per: 3600, amount: '1', keys: [''] };
  ledger.enter({ k: 'call', t: Date.now(), id: '1', gateway: 'g', ...whose, tool: 'echo', marks: [], counts: [count] });
  ledger.close();
  const flags = ['--agent', 'ann', '--ledger', place];
  const { totals } = JSON.parse(capfence('history', ...flags, '--json').stdout);
  assert.equal(totals[0].key, '');
  assert.match(capfence('history', ...flags).stdout, /echoes of ""/);
});

test('a limit is not named like a label', () => {
  const file = join(scratch(), 'p.yaml');
  writeFileSync(
    file,
    'mark: [{label: w, capability: a.b}]\nlimits: [{id: w, capability: a.b, max: 1, per: 1h}]\nallow: [a.b]\ntools: {t: a.b}\n',
  );
  const { status, stdout } = capfence('check', file);
  assert.equal(status, 2);
  assert.match(stdout, /CF109[\s\S]*a label has this name/);
});

test('what a limit lacks is said', () => {
  const file = join(scratch(), 'p.yaml');
  writeFileSync(file, 'limits: [{id: w, capability: a.b, max: 1}]\nallow: [a.b]\ntools: {t: a.b}\n');
  assert.match(capfence('check', file).stdout, /a limit needs `per`[\s\S]*per: 24h/);
});
