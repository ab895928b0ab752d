import { detectorsOf, type SecretQuestion } from '../../conditions/secret.js';
import { secretExample } from '../../conditions/secret-example.js';
import type { ParsedDomain } from './parsed-domain.js';

/** So many questions that differ are told apart in every way. */
const MAX_QUESTIONS = 6;

/**
 * Texts with secrets, for analysis: one with no secret; with one that a question asks for; and, for each set of questions, one
 * with all that these do not ask for.
 */
export const secretDomain: ParsedDomain = {
  factsOf: (value) => ({ texts: () => [value as string | null] }),
  *candidates(tests) {
    const questions = distinct(tests.map(({ data }) => data as SecretQuestion));
    yield 'x';
    for (const question of questions) {
      const [first] = detectorsOf(question);
      const example = first && secretExample(first);
      if (example !== undefined) yield example;
    }
    const asked = questions.map((question) => detectorsOf(question).map(({ name }) => name));
    const all = [...new Map(questions.flatMap(detectorsOf).map((one) => [one.name, one])).values()];
    for (let bits = 0; bits < 1 << Math.min(questions.length, MAX_QUESTIONS); bits++) {
      const without = new Set(asked.filter((_, i) => ((bits >> i) & 1) === 1).flat());
      // One that each of the other questions asks for.
      const held = asked.flatMap((names) => all.find(({ name }) => names.includes(name) && !without.has(name)) ?? []);
      const text = [...new Set(held.map(secretExample))].filter((one) => one !== undefined).join('\n');
      if (text !== '') yield text;
    }
    yield null;
  },
  isComplete: (tests) => distinct(tests.map(({ data }) => data as SecretQuestion)).length <= MAX_QUESTIONS,
};

function distinct(questions: readonly SecretQuestion[]): SecretQuestion[] {
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()];
}
