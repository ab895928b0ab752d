import type { SecretQuestion } from '../../conditions/condition.js';
import { detectorsOf } from '../../conditions/secret.js';
import { secretExample } from '../../conditions/secret-example.js';
import type { SecretPattern } from '../../conditions/secrets-in-text.js';
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
    // A policy before and after may have other patterns under one name.
    const keyOf = ({ name, pattern }: SecretPattern) => `${name} ${pattern}`;
    const asked = questions.map((question) => detectorsOf(question).map(keyOf));
    const all = [...new Map(questions.flatMap(detectorsOf).map((one) => [keyOf(one), one])).values()].sort(
      readableFirst,
    );
    for (const keys of asked) {
      const first = all.find((one) => keys.includes(keyOf(one)));
      const example = first && secretExample(first);
      if (example !== undefined) yield example;
    }
    for (let bits = 0; bits < 1 << Math.min(questions.length, MAX_QUESTIONS); bits++) {
      const without = new Set(asked.filter((_, i) => ((bits >> i) & 1) === 1).flat());
      // One that each of the other questions asks for.
      const held = asked.flatMap(
        (names) => all.find((one) => names.includes(keyOf(one)) && !without.has(keyOf(one))) ?? [],
      );
      const text = [...new Set(held.map(secretExample))].filter((one) => one !== undefined).join('\n');
      if (text !== '') yield text;
    }
    yield null;
  },
  isComplete: (tests) => distinct(tests.map(({ data }) => data as SecretQuestion)).length <= MAX_QUESTIONS,
};

/** What begins as an option does is unknown to some tools; and what is short is easier to read. */
function readableFirst(a: SecretPattern, b: SecretPattern): number {
  const cost = (one: SecretPattern) => {
    const example = secretExample(one) ?? '';
    return example.length + (/^[A-Za-z0-9]/.test(example) ? 0 : 1000);
  };
  return cost(a) - cost(b);
}

function distinct(questions: readonly SecretQuestion[]): SecretQuestion[] {
  return [...new Map(questions.map((question) => [JSON.stringify(question), question])).values()];
}
