import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Context, Decide, Environment } from '../../runtime/decide/index.js';

/** Linux with a home, unless a test says otherwise, so that tests mean the same everywhere. */
export const LINUX: Environment = { platform: 'linux', home: '/home/me' };

/** The compiled policy of a text. */
export function bind(text: string, environment: Environment = LINUX, context: Context = {}): Decide {
  return evaluateModule(loadPolicyText(text).policy).bind(context, { ...LINUX, ...environment });
}

/** How a call is decided, asserted to be the same in the interpreter: `decision by rule (reason)`. */
export function decision(
  text: string,
  tool: string,
  args: Record<string, unknown>,
  environment: Environment = LINUX,
  context: Context = {},
): string {
  const { policy } = loadPolicyText(text);
  const world = { context, environment: { ...LINUX, ...environment } };
  const judged = interpretTool(policy, tool, args, world);
  const verdict = evaluateModule(policy).bind(context, world.environment)(tool, args);
  const interpreted = `${judged.decision} by ${judged.rule?.id ?? 'default'} (${judged.reason})`;
  const compiled = `${verdict.decision} by ${policy.rules[verdict.rule]?.id ?? 'default'} (${verdict.reason})`;
  if (interpreted !== compiled) throw new Error(`interpreter: ${interpreted}; compiled: ${compiled}`);
  return compiled;
}

/** Only the first word of `decision`. */
export function verdictOf(...call: Parameters<typeof decision>): string {
  return decision(...call).split(' ')[0] as string;
}
