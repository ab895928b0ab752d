import { CF133 } from '../diagnostics/messages.js';
import type { ConditionProblem } from './condition.js';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A span of time as people write it: `90s`, `15m`, `2h`, `90d`. @returns seconds; undefined where it is none. */
export function durationSeconds(text: string): number | undefined {
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * (SECONDS[unit as string] as number);
}

/** As far back as a policy may look. */
export const MAX_SPAN_SECONDS = 31 * 86_400;

/** What is wrong with a span that a policy looks back. */
export function spanProblems(text: string, path: ConditionProblem['path']): ConditionProblem[] {
  const seconds = durationSeconds(text);
  const problem =
    seconds === undefined
      ? 'it has no number and unit'
      : seconds < 1
        ? 'it must be a second or more'
        : seconds > MAX_SPAN_SECONDS
          ? 'a policy looks back 31 days at most'
          : undefined;
  return problem === undefined ? [] : [{ message: CF133({ text, problem }), path }];
}

/** As people write it. */
export function shownDuration(seconds: number): string {
  const unit = (['d', 'h', 'm', 's'] as const).find((one) => seconds % (SECONDS[one] as number) === 0) ?? 's';
  return `${seconds / (SECONDS[unit] as number)}${unit}`;
}
