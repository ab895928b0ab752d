import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { pastProblem, pastSchema, resultSchema } from '../fixtures/given-past.js';
import { type Tried, type TriedCall, tryCall } from '../interpret/try-calls.js';
import { withTools } from '../ir/tool-snapshot.js';
import { renderExplanation } from '../report/explanation.js';
import type { Playground } from '../report/playground/markup.js';
import { playgroundOf } from '../report/playground/playground-of.js';
import { styleFor } from '../report/style.js';
import { toolNames } from './names.js';
import type { PolicyText } from './policy-text.js';

/** A call that somebody tries on an open policy, saved or not: `{"uri": …, "tool": …, "args": {…}, "context": {…}}`. */
export const TRY_CALL = 'capfence.server.tryCall';
/** What somebody who tries calls needs to know before: `{"uri": …}`. */
export const PLAYGROUND = 'capfence.server.playground';

const args = z.record(z.string(), z.unknown());
const context = z.record(z.string(), z.string());
const at = z.number().check(z.gte(0));

const given = z.strictObject({
  uri: z.string(),
  tool: z.optional(z.string()),
  capability: z.optional(z.string()),
  args: z.optional(args),
  context: z.optional(context),
  roots: z.optional(z.array(z.string())),
  now: z.optional(z.string()),
  history: z.optional(pastSchema),
  before: z.optional(
    z.array(
      z.strictObject({
        tool: z.string(),
        args: z.optional(args),
        context: z.optional(context),
        result: z.optional(resultSchema),
        at: z.optional(at),
      }),
    ),
  ),
  at: z.optional(at),
});

/** What trying a call answers: the explanation, as `capfence explain --json` has it (its rule with an address), and as its text. */
export type TriedInEditor = Tried & { readonly text: string };

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
): TriedInEditor | Playground | string {
  if (command !== TRY_CALL && command !== PLAYGROUND) return `there is no command ${command}`;
  const read = given.safeParse(argument);
  if (!read.success)
    return `${command} takes {"uri", "tool" or "capability", "args", "context", "roots", "now", "history", "before", "at"}`;
  const { uri, roots: asked, ...call } = read.data;
  const text = open(uri);
  if (!text) return `${uri} is not open`;
  if (!text.policy) return `${uri} does not load as a policy`;
  const { policy: own, snapshot } = text;
  const policy = snapshot ? withTools(own, snapshot) : own;
  if (command === PLAYGROUND) return playgroundOf(policy, toolNames(text), { home: homedir(), roots: text.roots });
  if ((call.tool === undefined) === (call.capability === undefined))
    return 'a call has a `tool`, or a `capability` instead';
  const problem = call.history && pastProblem(policy, call.history);
  if (problem !== undefined) return problem;
  const tried = tryCall(policy, call as TriedCall, { home: homedir(), roots: asked ?? text.roots });
  if (typeof tried === 'string') return tried;
  const { rule } = tried;
  const place = rule && { ...rule, uri: pathToFileURL(resolve(rule.file)).href };
  return { ...tried, rule: place, text: renderExplanation(tried, styleFor({})) };
}
