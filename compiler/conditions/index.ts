import { after } from './after.js';
import { args } from './args.js';
import { command } from './command.js';
import type { Condition } from './condition.js';
import { hints } from './hints.js';
import { identifiers } from './identifiers.js';
import { amounts, callerDepths } from './number.js';
import { onlyArgs } from './only-args.js';
import { pathGlob } from './path-glob.js';
import { pathPrefix } from './path-prefix.js';
import { recipient } from './recipient.js';
import { secret } from './secret.js';
import { sql } from './sql.js';
import { contains, matchKeywords, matchRegex } from './text.js';
import { times } from './time.js';
import { urls } from './urls.js';
import { context, contextWords, riskLevel, table, toolName } from './words.js';

/** Every condition of the language, by its key. */
export const CONDITIONS: ReadonlyMap<string, Condition<unknown>> = new Map(
  (
    [
      pathPrefix,
      pathGlob,
      contains,
      matchKeywords,
      matchRegex,
      secret,
      ...amounts,
      ...callerDepths,
      ...contextWords,
      riskLevel,
      context,
      toolName,
      table,
      args,
      onlyArgs,
      ...urls,
      command,
      ...sql,
      recipient,
      ...times,
      hints,
      after,
    ] as unknown as Condition<unknown>[]
  ).map((condition) => [condition.key, condition]),
);

/** Those that nobody writes: the language adds them to rules. */
const IMPLIED: ReadonlyMap<string, Condition<unknown>> = new Map([
  [identifiers.key, identifiers as unknown as Condition<unknown>],
]);

/** The condition of an atom. Atoms are only made of known keys. */
export function conditionOf(key: string): Condition<unknown> {
  return (CONDITIONS.get(key) ?? IMPLIED.get(key)) as Condition<unknown>;
}
