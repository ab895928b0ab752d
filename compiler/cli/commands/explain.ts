import { createReadStream } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseContext } from '../../../runtime/gateway/options/flags.js';
import type { Environment } from '../../../runtime/types.js';
import { type ExplainedCall, explainCall } from '../../explain.js';
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
  if (options.calls !== undefined) return explainCalls(policy, options.calls, context, environment);
  const args = parseObject(options.args, '--args');
  const explanation = explainCall(policy, { tool: options.tool as string, args, context }, environment);
  process.stdout.write(
    options.json ? `${JSON.stringify(explanation)}\n` : renderExplanation(explanation, styleFor(process.stdout)),
  );
  return EXIT.done;
}

/** JSON Lines in, JSON Lines out; lines of nothing but white space are passed over. */
async function explainCalls(
  policy: Policy,
  file: string,
  context: Record<string, string>,
  environment: Environment,
): Promise<number> {
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
      const call = callOf(parseObject(line, `line ${number} of ${file}`), `line ${number} of ${file}`);
      const explanation = explainCall(policy, { ...call, context: { ...context, ...call.context } }, environment);
      process.stdout.write(`${JSON.stringify(explanation)}\n`);
    }
    return EXIT.done;
  };
  return Promise.race([decide(), failed]);
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
