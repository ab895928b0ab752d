// Decisions on policies as people write them: `npm run bench mixed`. Beside code written by hand for the same rules, in one run.
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { emitModule } from '../compiler/emit/module.js';
import type { compileInMemory } from '../compiler/in-memory.js';
import { loadPolicyText } from '../compiler/ir/load.js';
import { argumentsOnly } from './workloads/arguments.js';
import { bitVectors, type HandWritten, ifChain, naive } from './workloads/by-hand.js';
import { coldOf } from './workloads/cold.js';
import { mixed } from './workloads/mixed.js';
import { texts } from './workloads/texts.js';
import { CONTEXT, ENVIRONMENT, policyOf, type Workload, type WorkloadCall } from './workloads/workload.js';

const OUT = fileURLToPath(new URL('../.bench/', import.meta.url));
const flag = (name: string) => process.argv.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
const isQuick = process.argv.includes('--quick');
const SIZES = (flag('sizes') ?? (isQuick ? '6,100,1000' : '6,100,1000,10000')).split(',').map(Number);
const NAMES = flag('workloads')?.split(',');
const ROUNDS = Number(flag('rounds') ?? (isQuick ? 3 : 9));
const ROUND_MS = 40;

type Contender = readonly [name: string, decide: HandWritten];

/** Nanoseconds a call: the median of rounds that take turns, each on arguments parsed for it. */
function race(contenders: readonly Contender[], calls: readonly WorkloadCall[]): Map<string, number> {
  const lines = calls.map((call) => JSON.stringify(call));
  const times = new Map<string, number[]>(contenders.map(([name]) => [name, []]));
  const sizes = new Map(contenders.map(([name]) => [name, 64]));
  for (let round = 0; round < ROUNDS + 2; round++) {
    for (const [name, decide] of round % 2 === 0 ? contenders : contenders.toReversed()) {
      for (;;) {
        const count = sizes.get(name) as number;
        const batch = Array.from(
          { length: count },
          (_, i) => JSON.parse(lines[i % lines.length] as string) as WorkloadCall,
        );
        const start = process.hrtime.bigint();
        for (let i = 0; i < count; i++) decide(batch[i] as WorkloadCall);
        const ns = Number(process.hrtime.bigint() - start);
        if (ns < ROUND_MS * 1e6 && count < 100_000) {
          sizes.set(name, count * 2);
          continue;
        }
        if (round >= 2) (times.get(name) as number[]).push(ns / count);
        break;
      }
    }
  }
  return new Map([...times].map(([name, all]) => [name, all.toSorted((a, b) => a - b)[all.length >> 1] as number]));
}

/** The policy of these rules, compiled, in a file of its own. */
function moduleOf(workload: Workload, rules: ReturnType<Workload['rulesOf']>): string {
  const { policy } = loadPolicyText(policyOf(workload, rules));
  const file = `${OUT}${workload.name}-${rules.length}.js`;
  writeFileSync(file, emitModule(policy, 'js'));
  return file;
}

mkdirSync(OUT, { recursive: true });
console.log('| workload | rules | who | ns | ratio |\n|---|---:|---|---:|---:|');
for (const workload of [mixed, argumentsOnly, texts].filter(({ name }) => !NAMES || NAMES.includes(name))) {
  for (const size of SIZES) {
    const rules = workload.rulesOf(size);
    const calls = workload.callsOf(rules, 3000);
    const file = moduleOf(workload, rules);
    const { bind } = (await import(pathToFileURL(file).href)) as ReturnType<typeof compileInMemory>;
    const decide = bind(CONTEXT, ENVIRONMENT);
    const byHand: Contender =
      size <= 100
        ? ['by hand: ifs', ifChain(workload, rules, CONTEXT.environment)]
        : ['by hand: bits', bitVectors(workload, rules, CONTEXT.environment)];
    const contenders: Contender[] = [
      byHand,
      ['capfence', ({ tool, args }) => decide(tool, args).decision as 'deny' | 'allow'],
      ['naive', naive(workload, rules, CONTEXT.environment)],
    ];
    for (const call of calls.slice(0, 500)) {
      const answers = contenders.map(([name, one]) => `${name} ${one(call)}`.split(' ').at(-1));
      if (new Set(answers).size > 1) throw new Error(`${workload.name} ${size}: ${answers} ${JSON.stringify(call)}`);
    }
    const found = race(contenders, calls);
    const unit = found.get(byHand[0]) as number;
    for (const [name, ns] of found)
      console.log(`| ${workload.name} | ${size} | ${name} | ${Math.round(ns)} | ${(ns / unit).toFixed(2)} |`);
    const { bindMs, firstNs } = coldOf(file, calls);
    const warm = found.get('capfence') as number;
    console.log(
      `| ${workload.name} | ${size} | capfence, first 100 | ${Math.round(firstNs)} | ${(firstNs / warm).toFixed(0)} × warm |`,
    );
    console.log(`| ${workload.name} | ${size} | import and bind | ${bindMs.toFixed(1)} ms | |`);
  }
}
