import type { Condition } from './condition.js';
import { pathPrefix } from './path_prefix.js';

/** Every condition of the language, by its key. */
export const CONDITIONS: ReadonlyMap<string, Condition<unknown>> = new Map(
  [pathPrefix].map((condition) => [condition.key, condition as unknown as Condition<unknown>]),
);

/** The condition of an atom. Atoms are only made of known keys. */
export function conditionOf(key: string): Condition<unknown> {
  return CONDITIONS.get(key) as Condition<unknown>;
}
