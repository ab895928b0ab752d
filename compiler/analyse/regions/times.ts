import { from, instantOf, isWithin, type Moment, until, type Window } from '../../conditions/time.js';
import type { ParsedDomain, ParsedTest } from './parsed-domain.js';

/*
 * Time for analysis: weeks, cut where hours begin and end, within the intervals that dates make.
 */

export const timeDomain: ParsedDomain = {
  factsOf: (value) => ({ now: value === null ? Date.now() : Number(value) }),
  *candidates(tests) {
    const seen = new Set<string>();
    for (const moment of moments(tests)) {
      const sort = JSON.stringify(tests.map((test) => holds(test, moment)));
      if (seen.has(sort)) continue;
      seen.add(sort);
      yield moment;
    }
  },
  isComplete: () => true,
};

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const QUARTER = 15 * MINUTE;

function holds({ key, data }: ParsedTest, moment: number): boolean {
  if (key === 'time') return (data as readonly Window[]).some((window) => isWithin(window, moment));
  const at = instantOf(data as Moment, key) as number;
  return key === from.key ? moment >= at : moment < at;
}

function* moments(tests: readonly ParsedTest[]): Iterable<number> {
  const cuts = tests
    .filter(({ key }) => key === from.key || key === until.key)
    .map(({ key, data }) => instantOf(data as Moment, key) as number)
    .sort((a, b) => a - b);
  // Minutes of the hour at which something may begin: zones differ by quarters of an hour.
  const windows = tests.filter(({ key }) => key === 'time').flatMap(({ data }) => data as readonly Window[]);
  const minutes = new Set([0, ...windows.flatMap(({ start, end }) => [start % 15, end % 15])]);
  const starts = cuts.length === 0 ? [MONDAY] : [(cuts[0] as number) - WEEK, ...cuts];
  for (const [i, start] of starts.entries()) {
    const end =
      cuts.length === 0 ? start + WEEK : i === 0 ? (cuts[0] as number) : ((cuts[i] as number) ?? start + WEEK);
    const last = Math.min(end, start + WEEK);
    yield start;
    if (windows.length === 0) continue;
    for (let quarter = Math.floor(start / QUARTER) * QUARTER; quarter < last; quarter += QUARTER) {
      for (const minute of minutes) {
        const moment = quarter + minute * MINUTE;
        if (moment >= start && moment < last) yield moment;
      }
    }
  }
}

/** A week like any other. */
const MONDAY = Date.UTC(2026, 0, 5);
