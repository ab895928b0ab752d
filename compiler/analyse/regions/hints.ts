import { HINTS, type Hint } from '../../conditions/hints.js';
import type { ParsedDomain } from './parsed-domain.js';

/** What tools say of themselves, for analysis: all that can be said. */
export const hintDomain: ParsedDomain = {
  factsOf: (value) => ({ hint: (name: Hint) => (value as Partial<Record<Hint, boolean>> | null)?.[name] }),
  *candidates(tests) {
    const asked = [...new Set(tests.map(({ data }) => (data as { readonly hint: Hint }).hint))];
    const hints = Object.keys(HINTS).filter((hint) => asked.includes(hint as Hint));
    for (let bits = 0; bits < 1 << hints.length; bits++) {
      yield Object.fromEntries(hints.map((hint, i) => [hint, ((bits >> i) & 1) === 1]));
    }
    yield null;
  },
  isComplete: () => true,
};
