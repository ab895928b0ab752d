import * as z from 'zod/mini';
import { CF118 } from '../diagnostics/messages.js';
import { code } from '../emit/code/code.js';
import { namesIn } from './args.js';
import { type After, asList, type Condition, type ConditionProblem } from './condition.js';
import { durationSeconds, shownDuration, spanProblems } from './duration.js';
import { selectorProblem } from './selector.js';

const LABEL = 'a label of lower-case letters, digits and _';
export const labelWord = z.string({ error: LABEL }).check(z.regex(/^[a-z0-9_]+$/, LABEL));
export const labelWords = z.union([labelWord, z.array(labelWord).check(z.minLength(1, LABEL))], {
  error: `${LABEL}, or a list of them`,
});
export const aSelector = z.string({ error: 'a selector' }).check(z.minLength(1, 'a selector'));
const FORMS = 'a label, a list of them, or a mapping with `label`, `within` and `by`';

/** `after`: a call that set the label has come before (docs/history.md). */
export const after: Condition<After> = {
  key: 'after',
  dsl: { fact: 'after', operand: 'after' },
  schema: z.union(
    [
      labelWord,
      z.array(labelWord).check(z.minLength(1, LABEL)),
      z.strictObject({
        label: labelWords,
        within: z.optional(z.string({ error: 'a duration such as 30m' })),
        by: z.optional(aSelector),
      }),
    ],
    { error: FORMS },
  ),
  check: (value) => (isMapping(value) ? mappingProblems(value) : []),
  lower: (value) => {
    if (!isMapping(value)) return [{ labels: asList(value) }];
    const { label, within, by } = value;
    return [
      {
        labels: asList(label),
        ...(within !== undefined && { within: durationSeconds(within) as number }),
        ...(by !== undefined && { by }),
      },
    ];
  },
  fact: () => 'history',
  evaluate: (data, facts) => facts.after(data),
  observe: (data, facts) => facts.after(data).map((truth) => SHOWN[truth]),
  reads: ({ by }) => (by === undefined ? [] : namesIn(by)),
  emit: (data, context) => {
    const index = context.after(data);
    if (data.by === undefined) return code`${context.use('after')}(f, ${index})`;
    const selector = context.constant(`by_${data.by}`, code`${context.use('selector')}(${data.by})`);
    return code`${context.use('afterBy')}(f, ${index}, ${selector})`;
  },
  region: (data, algebra) => algebra.after(data),
  describe: shownAfter,
};

const SHOWN = { true: 'it holds', unknown: 'it may hold', false: 'it does not hold' } as const;

/** For people, and as the DSL has it: `after tested within 30m`. */
export function shownAfter({ labels, within, by }: After): string {
  return [
    `after ${labels.join(' or ')}`,
    ...(within === undefined ? [] : [`within ${shownDuration(within)}`]),
    ...(by === undefined ? [] : [`by ${by}`]),
  ].join(' ');
}

interface Mapping {
  readonly label: string | readonly string[];
  readonly within?: string;
  readonly by?: string;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && !Array.isArray(value);
}

function mappingProblems({ within, by }: Mapping): ConditionProblem[] {
  const problem = by === undefined ? undefined : selectorProblem(by);
  return [
    ...(within === undefined ? [] : spanProblems(within, ['within'])),
    ...(problem === undefined ? [] : [{ message: CF118({ selector: by as string, problem }), path: ['by'] }]),
  ];
}
