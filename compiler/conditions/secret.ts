import * as z from 'zod/mini';
import { DETECTORS } from '../../runtime/data/detectors.js';
import { code } from '../emit/code/code.js';
import { type Condition, orList, type SecretQuestion, shownValue } from './condition.js';
import { type SecretPattern, secretsIn } from './secrets-in-text.js';

const SOME = 'any, or a list of names of detectors (docs/secrets.md)';

/** `any`, a name, or a list of names. */
export const secretNames = z.union([z.string(), z.array(z.string()).check(z.minLength(1, SOME))], { error: SOME });

/** `any` is every detector there is. */
export function questionOf(written: unknown): SecretQuestion {
  const names = [written].flat() as string[];
  return { names: names.includes('any') ? 'any' : [...new Set(names)].sort(), own: {} };
}

/** The detectors that a question asks for. */
export function detectorsOf({ names, own }: SecretQuestion): readonly SecretPattern[] {
  const patterns = Object.entries(own).map(([name, pattern]) => ({ name, pattern }));
  const all: readonly SecretPattern[] = [...DETECTORS, ...patterns];
  return names === 'any' ? all : all.filter(({ name }) => names.includes(name));
}

/** `secret`: detectors find something in the text, in any of its readings. */
export const secret: Condition<SecretQuestion> = {
  key: 'secret',
  dsl: { fact: 'secret', operand: 'secrets' },
  schema: secretNames,
  lower: (value) => [questionOf(value)],
  fact: () => 'text',
  evaluate: (question, facts, mode) => {
    const detectors = detectorsOf(question);
    return facts
      .texts(mode)
      .map((text) => (text === null ? 'unknown' : secretsIn(text, detectors).length > 0 ? 'true' : 'false'));
  },
  emit: (question, context, mode) => code`${context.use('text')}(f, ${mode}, ${context.secrets(question)})`,
  observe: (question, facts, mode) => {
    const detectors = detectorsOf(question);
    return facts.texts(mode).map((text) => {
      if (text === null) return 'unknown text';
      const found = secretsIn(text, detectors);
      // What is one is not shown.
      return found.length > 0 ? `a text with ${found.join(' and ')}` : shownValue(text);
    });
  },
  region: (question, algebra, mode) => algebra.parsed('secret', secret, question, mode),
  describe: ({ names }) => (names === 'any' ? 'text holds a secret' : `text holds ${orList(names)}`),
};
