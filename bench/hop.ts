// What the gateway adds to a call: a prebuilt gateway with its audit log, beside a bare pass-through, taking turns in one
// run. Ratios mean something on a noisy machine; the times themselves do not.
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile } from '../compiler/compile.js';
import { bundleGateway } from '../compiler/emit/bundle.js';
import { loadPolicyText } from '../compiler/ir/load.js';
import { AuditLog } from '../runtime/audit/segment.js';
import type { Decide } from '../runtime/decide/index.js';
import { Authorizer } from '../runtime/gateway/judge/authorizer.js';
import { BoundPolicy } from '../runtime/gateway/judge/bound-policy.js';
import { sha256 as hashOf } from '../runtime/text/sha256.js';
import { type ClientMessage, readMessage } from '../runtime/wire/envelope.js';
import { parseStrict, type StrictJson } from '../runtime/wire/json.js';
import { scanEnvelope } from '../runtime/wire/scan.js';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const OUT = here('../.bench/');
const SIZES = { '200 B': 200, '2 kB': 2000, '100 kB': 100_000 };
const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 3 : 9;
const STARTS = isQuick ? 5 : 21;
const SERVER = [process.execPath, here('echo-server.mjs')];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** A client of raw lines. */
class Peer {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, () => void>();
  private rest = '';
  private id = 0;

  constructor(command: readonly string[]) {
    const [file = '', ...args] = command;
    this.child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    this.child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (this.rest + chunk.toString('latin1')).split('\n');
      this.rest = lines.pop() as string;
      for (const line of lines) {
        const id = Number(/"id":(\d+)/.exec(line)?.[1]);
        this.waiting.get(id)?.();
        this.waiting.delete(id);
      }
    });
  }

  call(line: (id: number) => string): Promise<void> {
    const id = ++this.id;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.child.stdin?.write(line(id));
    });
  }

  async initialize(): Promise<void> {
    await this.call(
      (id) =>
        `{"jsonrpc":"2.0","id":${id},"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}\n`,
    );
  }

  /** Megabytes in memory, where the system tells. */
  memory(): number {
    if (process.platform !== 'linux') return Number.NaN;
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, 'utf8'))?.[1]) / 1024;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.child.once('close', () => resolve());
      this.child.stdin?.end();
    });
  }
}

/** Calls of one size, of text as people write it: the documentation. */
function callOf(size: number): (id: number) => string {
  const frame = (id: number | string, content: string): string =>
    `${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'write_file', arguments: { path: '/data/staging/notes.md', content } } })}\n`;
  const docs = readdirSync(here('../docs/')).filter((name) => name.endsWith('.md'));
  const all = docs.map((name) => readFileSync(here(`../docs/${name}`), 'utf8')).join('\n');
  const text = all.repeat(Math.ceil(size / all.length) + 1);
  let length = Math.max(0, size - frame('@', '').length);
  while (length > 0 && Buffer.byteLength(frame('@', text.slice(0, length))) > size) length -= Math.ceil(length / 200);
  const [before = '', after = ''] = frame('@', text.slice(0, length)).split('"@"');
  return (id) => `${before}${id}${after}`;
}

/** Milliseconds of each of so many calls, one after another. */
async function sequential(peer: Peer, line: (id: number) => string, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    await peer.call(line);
    times.push(performance.now() - start);
  }
  return times;
}

/** Calls a second, with 64 in flight. */
async function throughput(peer: Peer, line: (id: number) => string, count: number): Promise<number> {
  let left = count;
  const start = performance.now();
  const runner = async (): Promise<void> => {
    while (left-- > 0) await peer.call(line);
  };
  await Promise.all(Array.from({ length: 64 }, runner));
  return (count / (performance.now() - start)) * 1000;
}

/** Microseconds of one run, warm. */
function micros(action: () => unknown): number {
  for (let i = 0; i < 300; i++) action();
  const rounds = Array.from({ length: 7 }, () => {
    const count = 500;
    const start = performance.now();
    for (let i = 0; i < count; i++) action();
    return ((performance.now() - start) / count) * 1000;
  });
  return median(rounds);
}

mkdirSync(OUT, { recursive: true });
const folder = mkdtempSync(join(tmpdir(), 'capfence-bench-'));
const seed = here('../policies/mcp_policy.yaml');
const text = readFileSync(seed, 'utf8');
const { js } = await compile(text, { name: 'mcp_policy.yaml' });
const bundle = join(folder, 'gateway.mjs');
writeFileSync(bundle, await bundleGateway(loadPolicyText(text).policy, js));
const commands = {
  'pass-through': [process.execPath, here('pass-through.mjs'), ...SERVER],
  gateway: [process.execPath, bundle, '--audit', join(folder, 'audit'), '--', ...SERVER],
};
const names = ['pass-through', 'gateway'] as const;

const starts: Record<string, number[]> = { 'pass-through': [], gateway: [] };
for (let i = 0; i < STARTS; i++) {
  for (const name of i % 2 ? names.toReversed() : names) {
    const start = performance.now();
    const peer = new Peer(commands[name]);
    await peer.initialize();
    starts[name]?.push(performance.now() - start);
    await peer.close();
  }
}

interface Result {
  readonly ms: Record<string, number>;
  readonly ratios: number[];
  readonly throughput: number[];
  readonly added: number[];
}
const results: Record<string, Result> = {};
for (const size of Object.keys(SIZES)) results[size] = { ms: {}, ratios: [], throughput: [], added: [] };
let memory = Number.NaN;
for (let round = 0; round < ROUNDS; round++) {
  const peers = { 'pass-through': new Peer(commands['pass-through']), gateway: new Peer(commands.gateway) };
  for (const name of names) await peers[name].initialize();
  for (const [size, bytes] of Object.entries(SIZES)) {
    const line = callOf(bytes);
    const scale = bytes > 50_000 ? 0.2 : 1;
    const times: Record<string, number[]> = { 'pass-through': [], gateway: [] };
    const rates: Record<string, number[]> = { 'pass-through': [], gateway: [] };
    for (const name of names) {
      await sequential(peers[name], line, 600 * scale);
      await throughput(peers[name], line, 1500 * scale);
    }
    for (let block = 0; block < 10; block++) {
      for (const name of (block + round) % 2 ? names.toReversed() : names) {
        times[name]?.push(...(await sequential(peers[name], line, 100 * scale)));
        rates[name]?.push(await throughput(peers[name], line, 400 * scale));
      }
    }
    const result = results[size] as Result;
    const [bare, ours] = names.map((name) => median(times[name] ?? [])) as [number, number];
    result.ms['pass-through'] = bare;
    result.ms['gateway'] = ours;
    result.ratios.push(ours / bare);
    result.added.push((ours - bare) * 1000);
    result.throughput.push(median(rates['gateway'] ?? []) / median(rates['pass-through'] ?? []));
  }
  memory = peers.gateway.memory();
  for (const name of names) await peers[name].close();
}

// Where the gateway's own time goes: its steps, warm, in this process.
const { bind, manifest } = (await import(
  `data:text/javascript,${encodeURIComponent(js.replaceAll("'capfence/runtime'", JSON.stringify(new URL('../dist/runtime.js', import.meta.url).href)))}`
)) as { bind: (context: object, environment: object) => Decide; manifest: { sha256: string } };
const decide = bind({}, { home: '/home/me' });
const authorizer = new Authorizer(
  new BoundPolicy(() => decide, {}, { files: () => [join(folder, 'audit')], leadsToDesk: () => false }),
  null,
);
const audit = new AuditLog({ dir: join(folder, 'steps'), agent: 'bench', fsync: false, header: () => ({}) });
audit.open();
const steps: Record<string, Record<string, number>> = {};
for (const [size, bytes] of Object.entries(SIZES)) {
  const line = Buffer.from(callOf(bytes)(1).trimEnd());
  const json = parseStrict(line) as StrictJson;
  const message = readMessage(json.value, json.text, json.hasPlainNumbers) as ClientMessage;
  const sha256 = hashOf(line);
  const { length } = line;
  const template = audit.template(
    {
      kind: 'call',
      method: 'tools/call',
      capability: 'filesystem.write',
      decision: 'allow',
      reason: 'policy_allow',
      rule: 'allow[1]',
      place: 'policies/mcp_policy.yaml:12',
      policy_sha256: manifest.sha256,
    },
    ['micros', 'payload_bytes', 'payload_sha256', 'request', 'tool'],
  );
  const reply = Buffer.from('{"jsonrpc":"2.0","id":1,"result":{"content":[]}}');
  steps[size] = {
    'SHA-256 of the line': micros(() => hashOf(line)),
    'strict parse': micros(() => parseStrict(line)),
    envelope: micros(() => readMessage(json.value, json.text, json.hasPlainNumbers)),
    decision: micros(() => authorizer.evaluate(message, json.text)),
    'record, its hash': micros(() =>
      audit.appendTo(template, ['41', String(length), `"${sha256}"`, '1', '"write_file"']),
    ),
    'record, written': micros(() => {
      audit.appendTo(template, ['41', String(length), `"${sha256}"`, '1', '"write_file"']);
      audit.flush();
    }),
    'scan of the answer': micros(() => scanEnvelope(reply)),
    'SHA-256 and JSON.parse alone': micros(() => {
      createHash('sha256').update(line).digest('hex');
      JSON.parse(line.toString());
    }),
  };
}
audit.close();
rmSync(`${folder}/audit`, { recursive: true, force: true });

const bundleBytes = statSync(bundle).size;
const startAdded = median(starts['gateway'] ?? []) - median(starts['pass-through'] ?? []);
console.log(`\nNode ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores\n`);
console.log('A call through the gateway beside one through a bare pass-through (medians of rounds; least and most):\n');
console.log(
  '| call | pass-through | gateway | ratio | 64 in flight | added | 1.5 × (SHA-256 + JSON.parse) |\n|---|---:|---:|---:|---:|---:|---:|',
);
for (const [size, { ms, ratios, throughput: rates, added }] of Object.entries(results)) {
  const us = (value: number | undefined): string => `${Math.round((value ?? 0) * 1000)} µs`;
  const allowed = 1.5 * (steps[size]?.['SHA-256 and JSON.parse alone'] ?? 0);
  console.log(
    `| ${size} | ${us(ms['pass-through'])} | ${us(ms['gateway'])} | ${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)}–${Math.max(...ratios).toFixed(2)}) | ${median(rates).toFixed(2)} | ${Math.round(median(added))} µs | ${Math.round(allowed)} µs |`,
  );
}
console.log('\nWhere its own time goes, in µs, warm:\n');
console.log(`| step | ${Object.keys(SIZES).join(' | ')} |\n|---|${'---:|'.repeat(3)}`);
for (const step of Object.keys(steps['2 kB'] ?? {})) {
  console.log(
    `| ${step} | ${Object.keys(SIZES)
      .map((size) => steps[size]?.[step]?.toFixed(1))
      .join(' | ')} |`,
  );
}
console.log(
  `\nIt starts ${startAdded.toFixed(1)} ms after a pass-through, is one file of ${bundleBytes} bytes, and takes ${Math.round(memory)} MB.`,
);
writeFileSync(
  `${OUT}hop.json`,
  `${JSON.stringify({ node: process.version, results, steps, startAdded, bundleBytes, memory }, null, 2)}\n`,
);
rmSync(folder, { recursive: true, force: true });
