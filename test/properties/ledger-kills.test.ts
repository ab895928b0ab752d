// A gateway that is killed anywhere loses no entry of a call that its server saw.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { LedgerFolder } from '../../runtime/history/ledger-folder.js';
import { CLI } from '../support/capfence.js';
import { temporaryFolder } from '../support/folder.js';
import { LONG } from '../support/seed.js';

const SERVER = fileURLToPath(new URL('../support/results-server.mjs', import.meta.url));
const POLICY = `
mark: [{ label: seen, capability: x, by: n }]
limits: [{ id: rate, capability: x, max: 1000000000, per: 1m }]
allow: [x]
tools: { t: x }
`;
const KILLS = LONG ? 600 : 16;
const AT_ONCE = 4;

/** Runs a gateway under a stream of calls, and kills it after so long. */
async function killed(folder: string, round: number, after: number): Promise<void> {
  const args = [CLI, 'run', '--policy', join(folder, 'policy.yaml'), '--audit', join(folder, 'audit')];
  const child = spawn(process.execPath, [...args, '--ledger', join(folder, 'ledger'), '--', process.execPath, SERVER], {
    stdio: ['pipe', 'pipe', 'ignore'],
    cwd: folder,
    env: { ...process.env, RECORD: join(folder, `seen-${round}`) },
  });
  const exited = new Promise((resolve) => child.once('close', resolve));
  child.stdin.on('error', () => {});
  let isAnswered = false;
  child.stdout.on('data', () => {
    isAnswered = true;
  });
  let n = 0;
  const more = (): void => {
    for (let i = 0; i < 5; i++) {
      const params = { name: 't', arguments: { n: `${round}-${n}` } };
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: n++, method: 'tools/call', params })}\n`);
    }
  };
  const stream = setInterval(more, 1);
  more();
  while (!isAnswered && child.exitCode === null) await sleep(1);
  await sleep(after);
  child.kill('SIGKILL');
  clearInterval(stream);
  await exited;
}

test(`${KILLS} gateways killed in the middle of their calls: every call that a server saw is in the ledger`, {
  timeout: 1_200_000,
}, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  for (let round = 0; round < KILLS; round += AT_ONCE) {
    // Several at a time, on one ledger.
    await Promise.all([...Array(AT_ONCE).keys()].map((i) => killed(folder, round + i, (round * 7 + i * 3) % 40)));
  }
  await sleep(300); // What a server still has in its pipe.
  const segments = readdirSync(join(folder, 'ledger')).filter((name) => name.endsWith('.jsonl'));
  const entered = new Set(
    segments.flatMap((name) =>
      [...readFileSync(join(folder, 'ledger', name), 'utf8').matchAll(/"keys":\["([^"]+)"\]/g)].map(([, key]) => key),
    ),
  );
  let seen = 0;
  for (let round = 0; round < KILLS; round++) {
    const file = join(folder, `seen-${round}`);
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    for (const line of lines) {
      if (line === '') continue;
      const { n } = (JSON.parse(line) as { params: { arguments: { n: string } } }).params.arguments;
      assert.ok(entered.has(n), `call ${n} was seen, and not entered`);
      seen++;
    }
  }
  console.log(`${seen} calls seen, ${entered.size} entered`);
  assert.ok(seen > KILLS * 5);
  // Each has a presence of its own, which tells the others that it has ended.
  // Others that found it gone have cleared it away: what is missing has ended, without the minute it is given usually.
  const ledger = new LedgerFolder(join(folder, 'ledger'), { graceMs: 0 });
  for (const gateway of ledger.state.gateways.keys()) assert.notEqual(ledger.endedAt(gateway), undefined);
});
