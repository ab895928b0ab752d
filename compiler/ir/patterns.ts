import { DETECTORS } from '../../runtime/data/detectors.js';
import { detectorAutomaton, MAX_OWN_STATES, TooLarge } from '../conditions/detector-automaton.js';
import { regexProblems } from '../conditions/text.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF135 } from '../diagnostics/messages.js';
import type { Place } from '../diagnostics/source.js';
import type { SyntaxMap } from '../parse/syntax.js';

/** A pattern of a file, by which it finds secrets of its own. */
export interface OwnPattern {
  readonly name: string;
  readonly pattern: string;
  readonly place: Place;
}

/** `patterns: { employee_id: "E[0-9]{6}" }`. */
export function lowerPatterns(entries: SyntaxMap['entries'], diagnostics: Diagnostics): OwnPattern[] {
  return entries.flatMap(({ key: name, keyPlace, value }) => {
    if (value.kind !== 'scalar' || typeof value.value !== 'string') return [];
    const pattern = value.value;
    const problems = regexProblems([pattern], false);
    for (const { message } of problems) diagnostics.add(message, value.place);
    if (problems.length > 0) return [];
    const fail = (problem: string, hint: string, place: Place): never[] => {
      diagnostics.add(CF135({ name, problem, hint }), place);
      return [];
    };
    if (!/^[a-z][a-z0-9_]*$/.test(name) || name === 'any')
      return fail('that is no name', 'name it with a snake_case word', keyPlace);
    if (DETECTORS.some((one) => one.name === name))
      return fail('a detector has this name', 'name it otherwise', keyPlace);
    if (pattern.length > MAX_PATTERN) return fail('it is too long', 'make several of it', value.place);
    const least = leastOf(pattern);
    if (least === undefined) return fail('it tells too many states apart', 'make it simpler', value.place);
    if (/^(?:\(\?[a-z]+\))?\.[*+]/.test(pattern))
      return fail('it begins with anything', 'leave `.*` away: a pattern is found anywhere', value.place);
    if (least === 0) return fail('it is found in every text', 'say what a secret has at least', value.place);
    return [{ name, pattern, place: keyPlace }];
  });
}

const MAX_PATTERN = 1000;

/** The fewest characters that it finds; undefined where it is too large. */
function leastOf(pattern: string): number | undefined {
  try {
    return detectorAutomaton([{ pattern }], MAX_OWN_STATES).least;
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}
