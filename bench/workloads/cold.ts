import { execFileSync } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CONTEXT, ENVIRONMENT, type WorkloadCall } from './workload.js';

/** What a process pays before it is warm. */
export interface Cold {
  /** `import` of the module and `bind`, beside the runtime's own import. */
  readonly bindMs: number;
  /** The mean of the first hundred calls. */
  readonly firstNs: number;
}

const RUNTIME = fileURLToPath(new URL('../../dist/runtime.js', import.meta.url));
const RUNS = 5;

/** Medians over some fresh processes. */
export function coldOf(file: string, calls: readonly WorkloadCall[]): Cold {
  const script = `
    await import(${JSON.stringify(pathToFileURL(RUNTIME).href)});
    const calls = ${JSON.stringify(calls.slice(0, 100).map((call) => JSON.stringify(call)))}.map((text) => JSON.parse(text));
    const start = performance.now();
    const { bind } = await import(${JSON.stringify(pathToFileURL(file).href)});
    const decide = bind(${JSON.stringify(CONTEXT)}, ${JSON.stringify(ENVIRONMENT)});
    const bound = performance.now();
    for (const { tool, args } of calls) decide(tool, args);
    console.log(JSON.stringify([bound - start, ((performance.now() - bound) / calls.length) * 1e6]));`;
  const runs = Array.from({ length: RUNS }, () => {
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    return JSON.parse(answer) as [number, number];
  });
  const median = (values: number[]) => values.sort((a, b) => a - b)[RUNS >> 1] as number;
  return { bindMs: median(runs.map(([ms]) => ms)), firstNs: median(runs.map(([, ns]) => ns)) };
}
