import * as z from 'zod/mini';
import { code } from '../emit/code/code.js';
import type { Condition } from './condition.js';

/** The hints of the language, and what a tool's annotations call them (MCP 2025-06-18, ToolAnnotations). */
export const HINTS = {
  read_only: 'readOnlyHint',
  destructive: 'destructiveHint',
  idempotent: 'idempotentHint',
  open_world: 'openWorldHint',
} as const;

export type Hint = keyof typeof HINTS;

const SOME = `a mapping of ${Object.keys(HINTS).join(', ')} to true or false`;
const flag = z.optional(z.boolean({ error: 'true or false' }));

/** `hints`: what a tool says of itself in the lock file or snapshot that the policy was compiled with. */
export const hints: Condition<{ readonly hint: Hint; readonly is: boolean }> = {
  key: 'hints',
  dsl: { fact: 'hint', isNamed: true, operand: 'tests' },
  schema: z
    .strictObject({ read_only: flag, destructive: flag, idempotent: flag, open_world: flag }, { error: SOME })
    .check(z.refine((value) => Object.keys(value).length > 0, SOME)),
  lower: (value) => Object.entries(value as Record<Hint, boolean>).map(([hint, is]) => ({ hint: hint as Hint, is })),
  fact: () => 'hints',
  evaluate: ({ hint, is }, facts) => {
    const said = facts.hint(hint);
    return [said === undefined ? 'unknown' : said === is ? 'true' : 'false'];
  },
  observe: ({ hint }, facts) => [`${hint} ${facts.hint(hint) ?? 'is not said'}`],
  emit: ({ hint, is }, context) => code`${context.use('hintIs')}(f, ${hint}, ${is})`,
  isPerTool: true,
  region: (data, algebra, mode) => algebra.parsed('hints', hints, data, mode),
  describe: ({ hint, is }) => `hint ${hint} is ${is}`,
};
