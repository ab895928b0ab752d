// What a past costs: the same policy with and without history, taking turns in one run, over what the gateway does with a call
// between reading and recording it. A ledger of its own on this disk.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluateModule } from '../compiler/emit/evaluate.js';
import { loadPolicyText } from '../compiler/ir/load.js';
import { GatewayPast } from '../runtime/gateway/history/gateway-past.js';
import { LineEntry } from '../runtime/gateway/history/line-entry.js';
import { Authorizer } from '../runtime/gateway/judge/authorizer.js';
import { BoundPolicy } from '../runtime/gateway/judge/bound-policy.js';
import { type JudgedLine, LineJudge } from '../runtime/gateway/judge/line-judge.js';
import type { ClientLine } from '../runtime/gateway/read/client-line.js';
import { LedgerFolder } from '../runtime/history/ledger-folder.js';
import { type ClientMessage, readMessage } from '../runtime/wire/envelope.js';
import { parseStrict, type StrictJson } from '../runtime/wire/json.js';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 5 : 21;
const RULES = `
allow: [filesystem, mail, look, pay, { capability: other, path_prefix: /work }]
tools: { send: mail.send, look: look, pay: { capability: pay, amounts: [amount] }, other: other }
`;
const PAST = `
mark:
  - { label: secret, capability: filesystem.read, path_prefix: /home/u/.ssh }
  - { label: known, capability: look, by: id }
limits: [{ id: spend, capability: pay, max: 1000000000, per: 24h, of: /amount, by: /customer }]
deny:
  - { capability: mail.send, after: secret }
  - { capability: mail.send, after: { label: known, by: to } }
`;

interface Side {
  readonly judge: LineJudge;
  readonly entry: LineEntry | undefined;
  readonly past: GatewayPast | undefined;
}

function sideOf(text: string, ledger: LedgerFolder | undefined): Side {
  const { manifest, bind } = evaluateModule(loadPolicyText(text).policy);
  const policy = new BoundPolicy((environment) => bind({}, environment), {}, null);
  const past =
    ledger && manifest.history
      ? new GatewayPast({
          policy: manifest.history,
          ledger,
          whose: { agent: 'bench', session: '' },
          gateway: 'bench',
          decide: () => policy.decide,
          tell: () => {},
          tidy: () => {},
          isTakenForEnded: () => false,
        })
      : undefined;
  const judge = new LineJudge(new Authorizer(policy, null, past ?? null), false);
  const entry = past && new LineEntry({ past, judge, newRecordId: () => 'bench-1-x0', observes: false });
  return { judge, entry, past };
}

function lineOf(tool: string, args: object): ClientLine {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: tool, arguments: args } });
  const { value } = parseStrict(Buffer.from(text)) as StrictJson;
  const message = readMessage(value, text, true) as ClientMessage;
  const arrival = { payload: { hash: '', size: 0, line: undefined, plain: undefined }, started: 0 };
  return { kind: 'messages', arrival, messages: [{ message, text, value }], isBatch: false, forward: Buffer.alloc(0) };
}

/** What the gateway does with a call; one that marks ends at once. */
function pass({ judge, entry, past }: Side, line: ClientLine): void {
  const judged = (entry ? entry.enter(line) : judge.judge(line)) as JudgedLine;
  const { evaluation } = judged.messages[0] as JudgedLine['messages'][0];
  const open = past && evaluation.kind === 'judged' ? past.openEntry(evaluation) : undefined;
  if (open) past?.end(open, 'ok', true, {});
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] as number;

/** Nanoseconds a call, by rounds in turn. */
function compare(sides: readonly Side[], lines: readonly ClientLine[], calls: number): number[] {
  const times = sides.map((): number[] => []);
  for (let round = -2; round < ROUNDS; round++) {
    for (const [i, side] of sides.entries()) {
      const start = process.hrtime.bigint();
      for (let n = 0; n < calls; n++) pass(side, lines[n % lines.length] as ClientLine);
      const nanoseconds = Number(process.hrtime.bigint() - start) / calls;
      if (round >= 0) (times[i] as number[]).push(nanoseconds);
    }
  }
  return times.map(median);
}

const folder = mkdtempSync(join(tmpdir(), 'capfence-bench-'));
try {
  const ledger = new LedgerFolder(join(folder, 'ledger'));
  const plain = sideOf(RULES, undefined);
  const withPast = sideOf(PAST + RULES, ledger);
  const report = (what: string, lines: readonly ClientLine[], calls: number) => {
    const [without, own] = compare([plain, withPast], lines, isQuick ? calls / 10 : calls) as [number, number];
    const more = ((own - without) / 1000).toFixed(2).padStart(7);
    console.log(`${what.padEnd(46)} ${(own / without).toFixed(2).padStart(6)} ×  ${more} µs more`);
  };
  const reads = [lineOf('other', { path: '/srv/a' })];
  const asks = [lineOf('send', { to: 'x' })];
  const marks = [...Array(50).keys()].map((i) => lineOf('look', { id: `k${i}` }));
  const counts = [...Array(50).keys()].map((i) => lineOf('pay', { amount: 1.5, customer: `c${i}` }));
  const all = (when: string) => {
    console.log(`\n${when}`);
    report('a call that neither marks nor asks', reads, 20_000);
    report('one that asks for a label', asks, 10_000);
    report('one that marks, its end included', marks, 1_000);
    report('one that a limit counts', counts, 1_000);
  };
  console.log('The same policy with a past, beside without; medians of rounds that take turns.');
  all('an empty ledger');
  for (let i = 0; i < 1000; i++) pass(withPast, lineOf('look', { id: `key ${i}` }));
  all('with a thousand keys');
  const entries = isQuick ? 20_000 : 1_000_000;
  for (let i = 0; ledger.state.place < entries; i++) pass(withPast, lineOf('look', { id: `key ${i % 1000}` }));
  all(`after ${entries.toLocaleString('en')} entries`);
  const start = process.hrtime.bigint();
  new LedgerFolder(join(folder, 'ledger')).close();
  console.log(`\nopening it: ${(Number(process.hrtime.bigint() - start) / 1e6).toFixed(1)} ms`);
} finally {
  rmSync(folder, { recursive: true });
}
