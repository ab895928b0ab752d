import type { Args, Decide, Effects, ManifestHistory, ManifestLimit, ManifestMark } from '../types.js';
import type { CallEntry, EndEntry, EntryCount, EntryMark } from './entry.js';

/** What a call is entered with, beside its place and time. */
export type CallEffects = Pick<CallEntry, 'marks' | 'counts'>;

/**
 * What a call's effects are in a ledger.
 *
 * @param isForced It goes on even beyond a limit: a person has approved it, or nothing is enforced.
 */
export function callEffects(policy: ManifestHistory, effects: Effects, isForced: boolean): CallEffects {
  const marks = effects.marks.flatMap(({ mark, must, keys }): EntryMark[] => {
    const { labels, clears, result, isDated } = policy.marks[mark] as ManifestMark;
    return labels.map((label) => ({
      label,
      ...(clears && { clears }),
      must,
      ...(keys && { keys }),
      ...(result && { result }),
      ...(isDated && { dated: true as const }),
    }));
  });
  const counts = effects.counts.flatMap(({ limit, amount, keys }): EntryCount[] => {
    const { key, per, isShared, over, max } = policy.limits[limit] as ManifestLimit;
    const known = keys?.filter((one) => one !== null);
    // Nobody can tell what it adds, or to which total: it was let through all the same.
    if (amount === null || known?.length === 0) return [];
    return [
      {
        limit: key,
        per,
        amount,
        ...(known && { keys: known }),
        ...(isShared && { shared: true as const }),
        ...(!isForced && over !== 'warn' && { max }),
      },
    ];
  });
  return { ...(marks.length > 0 && { marks }), ...(counts.length > 0 && { counts }) };
}

/** Whether each mark of a call's entry has the result that it asks for. @param result undefined: there is none. */
export function resultsOf(
  policy: ManifestHistory,
  { marks }: Effects,
  result: Args | undefined,
  decide: Pick<Decide, 'result'>,
): EndEntry['results'] | undefined {
  if (!marks.some(({ mark }) => policy.marks[mark]?.result)) return undefined;
  return marks.flatMap(({ mark }) => {
    const { labels, result: asks } = policy.marks[mark] as ManifestMark;
    const truth = !asks ? null : result === undefined ? 2 : decide.result(mark, result);
    return labels.map(() => truth);
  });
}
