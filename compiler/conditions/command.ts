import * as z from 'zod/mini';
import { CF127 } from '../diagnostics/messages.js';
import { code } from '../emit/code/code.js';
import { type CommandPattern, patternTruth } from './command-pattern.js';
import {
  type CallFacts,
  type Condition,
  type ConditionProblem,
  type Mode,
  orList,
  type ShellCommand,
  type Truth,
} from './condition.js';
import { someString } from './schema.js';
import { and, or } from './truth.js';
import { commandsWithin, isRunner } from './wrapped-commands.js';

const SOME = 'a command such as `git log ...`, a mapping with `run`, or a list of these';
const flagList = z.union([z.string(), z.array(z.string()).check(z.minLength(1))], {
  error: 'an option or a list of options',
});
const pattern = z.union(
  [
    someString(SOME),
    z.strictObject(
      {
        run: someString('a command such as `git log ...`'),
        flags: z.optional(flagList),
        no_flags: z.optional(flagList),
      },
      { error: SOME },
    ),
  ],
  { error: SOME },
);

interface Written {
  readonly run: string;
  readonly flags?: string | readonly string[];
  readonly no_flags?: string | readonly string[];
}

/** `command`: in permitting rules every simple command is one of these; in forbidding ones any is. */
export const command: Condition<readonly CommandPattern[]> = {
  key: 'command',
  dsl: { fact: 'command', operator: 'like', operand: 'commands' },
  schema: z.union([pattern, z.array(pattern).check(z.minLength(1, SOME))], { error: SOME }),

  check: (value) =>
    (Array.isArray(value) ? value : [value]).flatMap((one: string | Written, i): ConditionProblem[] => {
      const { run, flags, no_flags } = written(one);
      const path = Array.isArray(value) ? [i] : [];
      const problem =
        patternProblem(run) ??
        [flags ?? [], no_flags ?? []]
          .flat()
          .map(flagProblem)
          .find((one) => one !== undefined);
      return problem === undefined ? [] : [{ message: CF127({ pattern: run, problem }), path }];
    }),

  lower: (value) => [
    (Array.isArray(value) ? value : [value]).map((one: string | Written): CommandPattern => {
      const { run, flags, no_flags } = written(one);
      return {
        run,
        ...(flags !== undefined && { flags: [flags].flat() }),
        ...(no_flags !== undefined && { noFlags: [no_flags].flat() }),
      };
    }),
  ],
  fact: () => 'command',
  perNegation: true,
  perMode: true,

  evaluate: (patterns, facts, mode) =>
    facts.commands().map((readings) => {
      if (readings === null) return 'unknown';
      const truths = readings.map((reading) =>
        reading === null ? 'unknown' : textTruth(reading, patterns, facts, mode),
      );
      return truths.every((one) => one === truths[0]) ? (truths[0] as Truth) : 'unknown';
    }),

  observe: (_patterns, facts) => facts.commands().flatMap((readings) => readings?.map(shown) ?? ['unknown command']),

  emit: (patterns, context, mode) => {
    const set = context.constant(
      `commands ${patterns.map(({ run }) => run).join(' ')}`,
      code`${context.use('commands')}(${patterns})`,
    );
    return code`${context.use(seesAll(mode) ? 'commandsForbid' : 'commandsAllow')}(f, ${set})`;
  },

  region: (patterns, algebra, mode) => algebra.parsed('command', command, patterns, mode),
  describe: (patterns) => `command like ${orList(patterns.map(describePattern))}`,
};

export function describePattern({ run, flags, noFlags }: CommandPattern): string {
  const list = (word: string, some: readonly string[] | undefined) => (some ? ` ${word} ${some.join(', ')}` : '');
  return `${run}${list('with', flags)}${list('without', noFlags)}`;
}

function written(one: string | Written): Written {
  return typeof one === 'string' ? { run: one } : one;
}

/** Any command that it runs counts: so forbidding rules look at it, and permitting ones under `not`. */
function seesAll(mode: Mode): boolean {
  return mode === 'forbid' || mode === 'permitNot';
}

function textTruth(
  commands: readonly ShellCommand[],
  patterns: readonly CommandPattern[],
  facts: Pick<CallFacts, 'isWindows'>,
  mode: Mode,
): Truth {
  const like = (one: ShellCommand, forbids: boolean) =>
    or(patterns.map((pattern) => patternTruth(one, pattern, forbids)));
  if (!seesAll(mode)) {
    return and(commands.map((one) => (one.words.length === 0 || one.redirects ? 'unknown' : like(one, false))));
  }
  const all = commands.flatMap((one) => commandsWithin(one, facts.isWindows));
  return or(
    all.map((one) => {
      if (one === null || one.words.length === 0) return 'unknown';
      const truth = like(one, true);
      return truth === 'false' && isRunner(one) ? 'unknown' : truth;
    }),
  );
}

function shown(reading: readonly ShellCommand[] | null): string {
  if (reading === null) return 'unknown command';
  return reading
    .map(({ words }) => words.map(({ text, expands }) => (expands ? `${text}…` : text)).join(' '))
    .join(' ; ');
}

function patternProblem(run: string): string | undefined {
  if (/\p{Cc}/u.test(run)) return 'it has a control character';
  const words = run.split(' ');
  if (words.includes('')) return 'its words have single spaces between them, and none around';
  if (words.slice(0, -1).includes('...')) return '`...` stands for all the rest: it is the last word';
  if (words.every((word) => /^[A-Za-z_]\w*=/.test(word))) return 'it has no program';
  if (words.some((word) => /^(?:&&|\|\|?|;|&|[<>].*)$/.test(word))) {
    return 'a pattern is of one command: those that `|`, `;` and `&&` join are compared one by one';
  }
  if (words.some((word) => word !== '**' && word !== '...' && word.includes('**'))) return '`**` is a word of its own';
  return undefined;
}

function flagProblem(flag: string): string | undefined {
  if (/^-[^-\s=][^\s=]*$/.test(flag) || /^--[^-\s=][^\s=]*$/.test(flag)) return undefined;
  return `${JSON.stringify(flag)} is no option: write it as \`-f\` or \`--force\``;
}
