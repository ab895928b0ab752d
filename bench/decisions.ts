// Decisions, beside others: `npm run bench decisions`. All in one run, on freshly parsed arguments, so that the ratios mean something on a
// machine whose speed does not.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { checkPolicy } from '../compiler/analyse/findings/check.js';
import { compile } from '../compiler/compile.js';
import { interpretTool } from '../compiler/interpret/interpret.js';
import { loadPolicyText } from '../compiler/ir/load.js';
import type { Decide } from '../runtime/decide/index.js';
import { decide as handWritten } from './hand-written.js';
import { callsOf, policyOf, rulesOf, TENANT } from './workload.js';

type Args = Record<string, unknown>;
type Decider = (args: Args) => unknown;

const OUT = fileURLToPath(new URL('../.bench/', import.meta.url));
const SIZES = process.argv.includes('--quick') ? [100, 1000] : [100, 1000, 10_000];
const ENVIRONMENT = { platform: 'linux', home: '/home/me' };
const RIVALS = ['cedar', 'casbin', 'casl', 'json-rules-engine', 'cel'];
/** A round of one contender is at least so long, and there are so many. */
const ROUND_MS = 60;
const ROUNDS = 7;

interface Row {
  readonly rules: number;
  readonly contender: string;
  readonly ns: number;
  readonly ratio: number;
}

/** Nanoseconds a call: the median of rounds that take turns, each on arguments parsed for it. */
async function race(
  contenders: readonly (readonly [string, Decider])[],
  calls: readonly string[],
): Promise<Map<string, number>> {
  const times = new Map<string, number[]>(contenders.map(([name]) => [name, []]));
  const sizes = new Map(contenders.map(([name]) => [name, 8]));
  for (let round = 0; round < ROUNDS + 2; round++) {
    for (const [name, decide] of contenders) {
      for (;;) {
        const count = sizes.get(name) as number;
        const batch = Array.from({ length: count }, (_, i) => JSON.parse(calls[i % calls.length] as string) as Args);
        const isAsync = decide(batch[0] as Args) instanceof Promise;
        const start = process.hrtime.bigint();
        if (isAsync) for (const args of batch) await decide(args);
        else for (const args of batch) decide(args);
        const ns = Number(process.hrtime.bigint() - start);
        if (ns < ROUND_MS * 1e6 && count < 200_000) {
          sizes.set(name, count * 2);
          continue;
        }
        // The first two warm up.
        if (round >= 2) (times.get(name) as number[]).push(ns / count);
        break;
      }
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] as number;
}

/** Everyone decides alike, or the comparison means nothing. */
async function agree(contenders: readonly (readonly [string, Decider])[], calls: readonly string[]): Promise<void> {
  for (const text of calls) {
    const answers = await Promise.all(
      contenders.map(async ([name, decide]) => [name, await decide(JSON.parse(text) as Args)] as const),
    );
    const [first] = answers;
    for (const [name, answer] of answers) {
      if (answer !== first?.[1]) throw new Error(`${name} says ${answer}, ${first?.[0]} says ${first?.[1]}: ${text}`);
    }
  }
}

/** Compiles a policy as the command does, and loads what was written. */
async function build(
  name: string,
  text: string,
): Promise<{ decide: Decide; file: string; compileMs: number; bytes: number }> {
  const start = performance.now();
  const compiled = await compile(text, { name: `${name}.yaml` });
  const compileMs = performance.now() - start;
  const file = `${OUT}${name}.js`;
  writeFileSync(file, compiled.js);
  const module = (await import(pathToFileURL(file).href)) as { bind: (context: object, environment: object) => Decide };
  return {
    decide: module.bind({ tenant: TENANT }, ENVIRONMENT),
    file,
    compileMs,
    bytes: Buffer.byteLength(compiled.js),
  };
}

/** The mean of a process's first hundred calls. */
function coldNs(file: string, tool: string, calls: readonly string[]): number {
  const script = `
    const { bind } = await import(${JSON.stringify(pathToFileURL(file).href)});
    const calls = ${JSON.stringify(calls.slice(0, 100))}.map((text) => JSON.parse(text));
    const decide = bind(${JSON.stringify({ tenant: TENANT })}, ${JSON.stringify(ENVIRONMENT)});
    const start = process.hrtime.bigint();
    for (const args of calls) decide(${JSON.stringify(tool)}, args);
    console.log(Number(process.hrtime.bigint() - start) / calls.length);`;
  const runs = Array.from({ length: 5 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })),
  );
  return median(runs);
}

const rows: Row[] = [];
const builds: { rules: number; compileMs: number; bytes: number; coldNs: number; checkMs: number }[] = [];

function report(rules: number, times: ReadonlyMap<string, number>, base: string): void {
  const unit = times.get(base) as number;
  for (const [contender, ns] of times)
    rows.push({ rules, contender, ns: Math.round(ns), ratio: Number((ns / unit).toFixed(2)) });
}

function checkMs(text: string): number {
  const { policy } = loadPolicyText(text);
  const start = performance.now();
  checkPolicy(policy, { environment: ENVIRONMENT });
  return performance.now() - start;
}

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });

// The seed policy, against what a person would write for it.
const SEED = readFileSync(fileURLToPath(new URL('../policies/mcp_policy.yaml', import.meta.url)), 'utf8');
const FOLDERS = ['/data/staging/reports', '/data/prod/app', '/etc/nginx', '/srv/www', '/data/staging'];
const seedCalls = Array.from({ length: 2000 }, (_, i) =>
  JSON.stringify({ path: `${FOLDERS[i % FOLDERS.length]}/file-${i}.md`, content: `text ${i}` }),
);
{
  const { decide, file, compileMs, bytes } = await build('seed', SEED);
  const { policy } = loadPolicyText(SEED);
  const world = { context: {}, environment: ENVIRONMENT };
  const contenders: [string, Decider][] = [
    ['hand-written', (args) => handWritten('write_file', args).decision],
    ['capfence', (args) => decide('write_file', args).decision],
    ['interpreter', (args) => interpretTool(policy, 'write_file', args, world).decision],
  ];
  await agree(contenders, seedCalls.slice(0, 500));
  report(6, await race(contenders, seedCalls), 'hand-written');
  builds.push({ rules: 6, compileMs, bytes, coldNs: coldNs(file, 'write_file', seedCalls), checkMs: checkMs(SEED) });
}

for (const size of SIZES) {
  const rules = rulesOf(size);
  const calls = callsOf(rules, 2000);
  const text = policyOf(rules);
  const { decide, file, compileMs, bytes } = await build(`rules_${size}`, text);
  const { policy } = loadPolicyText(text);
  const world = { context: { tenant: TENANT }, environment: ENVIRONMENT };
  const contenders: [string, Decider][] = [
    ['capfence', (args) => decide('write_file', args).decision],
    ['interpreter', (args) => interpretTool(policy, 'write_file', args, world).decision],
  ];
  for (const name of RIVALS) {
    const { prepare } = await import(`./rivals/${name}.mjs`);
    contenders.push([name, await prepare(rules, TENANT)]);
  }
  await agree(contenders, calls.slice(0, size > 1000 ? 20 : 200));
  report(size, await race(contenders, calls), 'capfence');
  builds.push({ rules: size, compileMs, bytes, coldNs: coldNs(file, 'write_file', calls), checkMs: checkMs(text) });
}

const warm = new Map(rows.filter(({ contender }) => contender === 'capfence').map(({ rules, ns }) => [rules, ns]));
console.log(`\nNode ${process.version}, ${cpus()[0]?.model ?? 'unknown CPU'}\n`);
console.log('One decision, on freshly parsed arguments:\n');
console.log('| rules | who | ns | ratio |\n|---:|---|---:|---:|');
for (const { rules, contender, ns, ratio } of rows) console.log(`| ${rules} | ${contender} | ${ns} | ${ratio} |`);
console.log('\nBuilding and starting:\n');
console.log(
  '| rules | compile and prove | module | check | first 100 calls of a process |\n|---:|---:|---:|---:|---:|',
);
for (const { rules, compileMs, bytes, coldNs: cold, checkMs: checked } of builds) {
  const times = (cold / (warm.get(rules) as number)).toFixed(0);
  console.log(
    `| ${rules} | ${(compileMs / 1000).toFixed(1)} s | ${Math.round(bytes / 1024)} KiB | ${(checked / 1000).toFixed(2)} s | ${times} × warm |`,
  );
}
if (warm.has(100) && warm.has(10_000)) {
  console.log(
    `\nFrom 100 to 10,000 rules a decision grows ${((warm.get(10_000) as number) / (warm.get(100) as number)).toFixed(1)} ×.`,
  );
}
writeFileSync(`${OUT}results.json`, `${JSON.stringify({ node: process.version, decisions: rows, builds }, null, 2)}\n`);
console.log('\nAll of it is in .bench/results.json.');
