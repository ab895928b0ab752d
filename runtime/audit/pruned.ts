import { type LogRecord, textOf } from './read.js';

/** A segment that retention has taken away, as the record of it says. */
export interface PrunedSegment {
  /** Its name, as records name it. */
  readonly segment: string;
  /** How many records it had, header and footer included. */
  readonly count: number;
  /** The hash of its first record, and of its last. */
  readonly first: string;
  readonly last: string;
}

const HASH = /^[0-9a-f]{64}$/;

/** The segments that a record of kind `pruned` names; undefined where one of them is not whole. */
export function prunedBy(record: LogRecord): readonly PrunedSegment[] | undefined {
  const named = record['segments'];
  if (!Array.isArray(named)) return undefined;
  const isWhole = named.every((one: Partial<Record<keyof PrunedSegment, unknown>> | null) => {
    if (one === null || typeof one !== 'object') return false;
    const { segment, count, first, last } = one;
    return (
      typeof segment === 'string' && Number.isSafeInteger(count) && HASH.test(textOf(first)) && HASH.test(textOf(last))
    );
  });
  return isWhole ? (named as PrunedSegment[]) : undefined;
}
