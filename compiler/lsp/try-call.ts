import * as z from 'zod/mini';
import { type ExplainedCall, type Explanation, explainCall } from '../explain.js';
import { pastSchema } from '../fixtures/given-past.js';
import { withTools } from '../ir/tool-snapshot.js';
import { renderExplanation } from '../report/explanation.js';
import { styleFor } from '../report/style.js';
import { toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

/** A call that somebody tries on an open policy, saved or not: `{"uri": …, "tool": …, "args": {…}, "context": {…}}`. */
export const TRY_CALL = 'capfence.server.tryCall';
/** The tools that a policy, or the server that it is for, has: `{"uri": …}`. */
export const TOOLS = 'capfence.server.tools';

const given = z.object({
  uri: z.string(),
  tool: z.optional(z.string()),
  capability: z.optional(z.string()),
  args: z.optional(z.record(z.string(), z.unknown())),
  context: z.optional(z.record(z.string(), z.string())),
  history: z.optional(pastSchema),
});

/** What such a command answers: the explanation, as `capfence explain --json` has it, and as its text. */
export type TriedCall = Explanation & { readonly text: string };

/**
 * Runs a command of an editor.
 *
 * @param open The open document of an address.
 * @returns A sentence where it can't be run.
 */
export function runCommand(
  command: string,
  argument: unknown,
  open: (uri: string) => PolicyText | undefined,
): TriedCall | readonly string[] | string {
  if (command !== TRY_CALL && command !== TOOLS) return `there is no command ${command}`;
  const read = given.safeParse(argument);
  if (!read.success) return `${command} takes {"uri", "tool" or "capability", "args", "context", "history"}`;
  const { uri, ...call } = read.data;
  const text = open(uri);
  if (!text) return `${uri} is not open`;
  if (command === TOOLS) return toolNames(text);
  if (!text.policy) return `${uri} does not load as a policy`;
  if ((call.tool === undefined) === (call.capability === undefined))
    return 'a call has a `tool`, or a `capability` instead';
  const { policy, snapshot } = text;
  const explanation = explainCall(snapshot ? withTools(policy, snapshot) : policy, call as ExplainedCall);
  return { ...explanation, text: renderExplanation(explanation, styleFor({})) };
}
