import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseContext } from '../../../runtime/gateway/options/flags.js';
import type { Environment } from '../../../runtime/types.js';
import { pastProblem, resultSchema } from '../../fixtures/given-past.js';
import { type ExplainedCall, type Explanation, explainCall } from '../../interpret/explain-call.js';
import { ExplainedTrace } from '../../interpret/explain-trace.js';
import type { GivenPast } from '../../interpret/histories/given-past.js';
import type { TraceCall, TraceResult } from '../../interpret/trace.js';
import { loadPolicy } from '../../ir/load.js';
import type { Policy } from '../../ir/policy.js';
import { renderExplanation } from '../../report/explanation.js';
import { styleFor } from '../../report/style.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';

interface Options {
  readonly tool?: string;
  readonly args: string;
  readonly calls?: string;
  readonly context?: string[];
  readonly root?: string[];
  readonly now?: string;
  readonly history?: string;
  readonly trace?: boolean;
  readonly json?: boolean;
}

/** `capfence explain`: one call for a person or a program, or a file of calls. */
export async function run([path = '']: string[], options: Options): Promise<number> {
  if ((options.tool === undefined) === (options.calls === undefined)) {
    throw new CommandError('give either --tool NAME or --calls FILE');
  }
  const { policy } = await loadPolicy(path);
  const context = parseContext(options.context ?? []);
  const environment: Environment = {
    home: homedir(),
    roots: (options.root ?? []).map((root) => resolve(root)),
    ...clockOf(options.now),
  };
  const history = options.history === undefined ? undefined : parsePast(policy, options.history);
  const beside = history && { history };
  if (options.calls !== undefined) {
    const explainer = options.trace
      ? traceExplainer(policy, context, environment, history ?? {})
      : callExplainer(policy, context, environment, beside);
    return explainCalls(options.calls, explainer);
  }
  if (options.trace) throw new CommandError('--trace goes with --calls');
  const args = parseObject(options.args, '--args');
  const call = { tool: options.tool as string, args, context, ...beside };
  const explanation = explainCall(policy, call, environment);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(explanation)}\n`);
    return EXIT.done;
  }
  process.stdout.write(renderExplanation(explanation, styleFor(process.stdout)));
  const askedThePast = explanation.limit !== undefined || explanation.unknown.includes('history');
  if (!history && askedThePast) process.stdout.write(`\n${NO_PAST}\n`);
  return EXIT.done;
}

const NO_PAST = "no past was given, so what came before is unknown; --history '{}' judges it as the first call";

/** What one line comes to; undefined: nothing is said of it. */
type Explainer = (line: Record<string, unknown>, where: string) => Explanation | undefined;

/** Each call by itself. */
function callExplainer(
  policy: Policy,
  context: Record<string, string>,
  environment: Environment,
  beside: { readonly history: GivenPast } | undefined,
): Explainer {
  return (line, where) => {
    const call = callOf(line, where);
    return explainCall(policy, { ...call, context: { ...context, ...call.context }, ...beside }, environment);
  };
}

/** Each call after those before it. Its times count from the beginning of the trace. */
function traceExplainer(
  policy: Policy,
  context: Record<string, string>,
  environment: Environment,
  history: GivenPast,
): Explainer {
  const trace = new ExplainedTrace(policy, environment, history);
  return (line, where) => {
    const { end, at, result, id } = line;
    if (at !== undefined) {
      const isTime = typeof at === 'number' && Number.isFinite(at) && at >= 0;
      if (!isTime) throw new CommandError(`${where}: "at" is a number of seconds from the start on`);
      if (!trace.advance(at)) throw new CommandError(`${where}: "at" is before the line before it`);
    }
    if (result !== undefined && !resultSchema.safeParse(result).success)
      throw new CommandError(`${where}: "result" is ok, error, open, or a JSON object`);
    if (end !== undefined) {
      if (typeof end !== 'string' || !trace.end(end, (result ?? 'ok') as TraceResult))
        throw new CommandError(`${where}: no open call has the id ${JSON.stringify(end)}`);
      return undefined;
    }
    if (id !== undefined && typeof id !== 'string') throw new CommandError(`${where}: "id" is a string`);
    const call = callOf(line, where);
    return trace.call({ ...call, context: { ...context, ...call.context } } as TraceCall);
  };
}

/** JSON Lines in, JSON Lines out; lines of nothing but white space are passed over. */
async function explainCalls(file: string, explainer: Explainer): Promise<number> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const failed = new Promise<never>((_, reject) => {
    input.once('error', (error: NodeJS.ErrnoException) =>
      reject(new CommandError(`can't read ${file}: ${error.code}`)),
    );
  });
  const decide = async (): Promise<number> => {
    let number = 0;
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      number++;
      if (line.trim() === '') continue;
      const where = `line ${number} of ${file}`;
      const explanation = explainer(parseObject(line, where), where);
      if (explanation) process.stdout.write(`${JSON.stringify(explanation)}\n`);
    }
    return EXIT.done;
  };
  return Promise.race([decide(), failed]);
}

function parsePast(policy: Policy, text: string): GivenPast {
  const past = parseObject(text, '--history');
  const problem = pastProblem(policy, past);
  if (problem !== undefined) throw new CommandError(`--history: ${problem}`);
  return past as GivenPast;
}

/** @throws CommandError where a member is not of its type. */
function callOf(line: Record<string, unknown>, where: string): ExplainedCall {
  const { tool, capability } = line;
  if ((tool === undefined) === (capability === undefined)) {
    throw new CommandError(`${where}: give either "tool" or "capability"`);
  }
  for (const name of ['tool', 'capability']) {
    if (line[name] !== undefined && typeof line[name] !== 'string')
      throw new CommandError(`${where}: "${name}" is a string`);
  }
  for (const name of ['args', 'context']) {
    const value = line[name];
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    if (value !== undefined && !isObject) throw new CommandError(`${where}: "${name}" is a JSON object`);
  }
  return line as ExplainedCall;
}

function parseObject(text: string, where: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError(`${where} is not JSON: ${(error as Error).message}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new CommandError(`${where} must be a JSON object`);
  }
  return value as Record<string, unknown>;
}
