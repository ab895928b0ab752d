/*
 * How long an analysis may take. Everything that may take long asks now and then; what is asked of it after the end is
 * answered with `budget`, so that what was found so far can be told, and what was not is said.
 *
 * Analysis is synchronous: one budget at a time.
 */

let deadline = Number.POSITIVE_INFINITY;

/** Seconds, where nobody says otherwise. */
export const DEFAULT_SECONDS = 60;

/** Does work that ends, or gives up what is left of it, within so many seconds. */
export function within<T>(seconds: number, work: () => T): T {
  const before = deadline;
  deadline = Math.min(before, performance.now() + seconds * 1000);
  try {
    return work();
  } finally {
    deadline = before;
  }
}

/** Is the time over? */
export function isSpent(): boolean {
  return deadline !== Number.POSITIVE_INFINITY && performance.now() > deadline;
}
