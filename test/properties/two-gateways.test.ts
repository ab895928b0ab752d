// Gateways on one ledger decide as one that is given the ledger's order would.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventPast } from '../../compiler/interpret/histories/event-past.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicySync } from '../../compiler/ir/load.js';
import { ActionRuntime, type BegunCall } from '../../index.js';
import type { LedgerEntry } from '../../runtime/history/entry.js';
import { readEntry } from '../../runtime/history/entry-text.js';
import { temporaryFolder } from '../support/folder.js';
import { checkAsync } from '../support/seed.js';

const POLICY = `
mark:
  - { label: secret, capability: filesystem.read, path_prefix: /s }
  - { label: tested, capability: ci, result: { at: /code, eq: 0 } }
  - { clear: tested, capability: filesystem.write }
  - { label: known, capability: look, by: id }
limits:
  - { id: few, capability: few, max: 3, per: 1h }
  - { id: spend, capability: pay, max: 10, per: 1h, of: /amount, by: id, over: warn, reason: much }
deny: [{ capability: mail, after: secret }]
require_approval: [{ capability: pay, after: [secret, tested] }]
allow: [filesystem, ci, look, few, pay, { capability: deploy, after: { label: tested, within: 1h } }, { capability: change, after: { label: known, by: id } }, mail]
tools: { look: look, change: change, few: few, pay: pay, mail: mail, test: ci, deploy: deploy }
`;

const ids = fc.constantFrom('a', 'A', 'b', 1, '1', null);
const call = fc.oneof(
  fc.record({
    tool: fc.constantFrom('read_file', 'write_file'),
    args: fc.record({ path: fc.constantFrom('/s/x', '/d/x', 'x') }),
  }),
  fc.record({ tool: fc.constantFrom('look', 'change'), args: fc.record({ id: ids }) }),
  fc.record({ tool: fc.constant('pay'), args: fc.record({ id: ids, amount: fc.constantFrom(1, 4.5, '6', -1, 'x') }) }),
  fc.record({ tool: fc.constantFrom('few', 'mail', 'test', 'deploy'), args: fc.constant({}) }),
);
const step = fc.record({
  gateway: fc.nat(1),
  call,
  ends: fc.option(fc.record({ which: fc.nat(5), how: fc.constantFrom('ok', 'ok', 'error'), code: fc.nat(1) }), {
    freq: 2,
  }),
});

function entriesIn(folder: string): LedgerEntry[] {
  const segments = readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort();
  const lines = segments.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(1));
  return lines.filter((line) => line !== '').map((line) => readEntry(line) as LedgerEntry);
}

test('two gateways on one ledger decide as one would that is given its order', { timeout: 240_000 }, async () => {
  let passed = 0;
  await checkAsync(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 20 }), async (steps) => {
      const folder = temporaryFolder();
      const [file, ledger] = [join(folder, 'policy.yaml'), join(folder, 'ledger')];
      writeFileSync(file, POLICY);
      const { policy } = loadPolicySync(file);
      const gates = await Promise.all([0, 1].map(() => ActionRuntime.fromPolicy(file, { ledger, agent: 'ann' })));
      const open: BegunCall[] = [];
      try {
        for (const { gateway, call, ends } of steps) {
          if (ends && open.length > 0) {
            const [one] = open.splice(ends.which % open.length, 1);
            await one?.end(ends.how as 'ok', { code: ends.code });
          }
          const gate = gates[gateway] as (typeof gates)[0];
          // Its first call is what makes it known.
          gate.decide('mail');
          await new Promise((resolve) => setImmediate(resolve));
          const before = entriesIn(ledger);
          const begun = await gate.begin(call.tool, call.args);
          const past = new EventPast(before, { agent: 'ann', session: '', now: Date.now() });
          const { decision, reason } = interpretTool(policy, call.tool, call.args, {
            context: {},
            environment: gate.environment,
            past,
          });
          const { verdict } = begun;
          assert.deepEqual([verdict.decision, verdict.reason], [decision, reason], JSON.stringify([call, before]));
          if (decision === 'allow' || decision === 'warn') {
            passed++;
            open.push(begun);
          }
        }
      } finally {
        await Promise.all(gates.map((gate) => gate.close()));
      }
    }),
    60,
    2000,
  );
  console.log(`${passed} calls passed`);
  assert.ok(passed > 100);
});
