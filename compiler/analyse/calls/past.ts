import type { Truth } from '../../conditions/condition.js';
import { findBySelector } from '../../interpret/arguments.js';
import type { Given, GivenPast } from '../../interpret/histories/given-past.js';
import { keysAt } from '../../interpret/keys.js';
import { askedIn, isPast } from '../regions/past.js';
import type { Assignment } from '../regions/search.js';

/** A key where none is there. */
export const SOME_KEY = 'k1';
/** Another than any that a call is given. */
export const OTHER_KEY = 'k2';

/** What a selector finds; undefined: nothing. */
export function keyAt(args: Readonly<Record<string, unknown>>, by: string): unknown {
  const [found] = findBySelector(args, by);
  return typeof found === 'object' ? found.value : undefined;
}

/** What is asked of one label, or of one of its keys. */
interface Wanted {
  readonly truth: Truth;
  /** Seconds; undefined: however long ago. */
  readonly within: number | undefined;
}

/** The past in which what is asked of it comes out as it was assigned; where that can't be, as near as it gets. */
export function pastOf(assignment: Assignment, args: Readonly<Record<string, unknown>>): GivenPast | undefined {
  const never = labelsNeverHeld(assignment);
  const plain = new Map<string, Wanted[]>();
  const keyed = new Map<string, Map<string, Wanted[]>>();
  for (const [dimension, [slot]] of assignment) {
    if (!isPast(dimension) || slot === undefined) continue;
    const { labels, within, by } = askedIn(dimension);
    const truth = (slot.value ?? 'false') as Truth;
    // One of several labels is enough to make it true; none may hold where it is false.
    const one = labels.find((label) => !never.has(label)) ?? labels[0];
    for (const label of truth === 'false' || one === undefined ? labels : [one]) {
      if (by === undefined) plain.set(label, [...(plain.get(label) ?? []), { truth, within }]);
      else {
        const keys = keyed.get(label) ?? new Map<string, Wanted[]>();
        keyed.set(label, keys);
        for (const key of keysAt(args, by)) {
          if (key !== null) keys.set(key, [...(keys.get(key) ?? []), { truth, within }]);
        }
      }
    }
  }
  const past: Record<string, Given> = {};
  for (const label of new Set([...plain.keys(), ...keyed.keys()])) {
    const own = stateOf(plain.get(label) ?? []);
    const keys = [...(keyed.get(label) ?? [])].flatMap(([key, wanted]) => {
      const state = stateOf(wanted);
      return state ? [[key, state] as const] : [];
    });
    // Of some key, and not of this: of another.
    const isOfOther = own && [...(keyed.get(label)?.values() ?? [])].flat().some(({ truth }) => truth === 'false');
    const all = isOfOther ? [...keys, [OTHER_KEY, own] as const] : keys;
    const by = all.length > 0 ? { by: Object.fromEntries(all) } : {};
    if (own || all.length > 0) past[label] = { ...(!isOfOther && own), ...by };
  }
  return Object.keys(past).length > 0 ? past : undefined;
}

/** Labels that must not hold, of whatever key. */
function labelsNeverHeld(assignment: Assignment): ReadonlySet<string> {
  return new Set(
    [...assignment].flatMap(([dimension, [slot]]) =>
      isPast(dimension) && (slot?.value ?? 'false') === 'false' ? askedIn(dimension).labels : [],
    ),
  );
}

/** The state of a label in which all that is asked of it holds. */
function stateOf(wanted: readonly Wanted[]): Omit<Given, 'by'> | undefined {
  // Longer ago than what must not see it.
  const age = Math.max(0, ...wanted.map(({ truth, within }) => (truth === 'false' && within ? within + 1 : 0)));
  if (wanted.some(({ truth }) => truth === 'true')) return { must: -age };
  if (wanted.some(({ truth }) => truth === 'unknown')) return age > 0 ? { may: -age } : { open: true };
  return undefined;
}
