import { DETECTORS } from '../../runtime/data/detectors.js';
import type { SecretQuestion } from '../conditions/condition.js';
import { automatonOf, TooLarge } from '../conditions/detector-automaton.js';
import { detectorsOf } from '../conditions/secret.js';
import type { SecretPattern } from '../conditions/secrets-in-text.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF134, CF135 } from '../diagnostics/messages.js';
import type { Place } from '../diagnostics/source.js';
import { didYouMean } from '../diagnostics/suggest.js';
import { atomsOf, mapAtoms } from './atoms.js';
import type { PolicyFile } from './file.js';
import type { OwnPattern } from './patterns.js';
import type { Expression, Mark, Policy, ResultRule } from './policy.js';

/** The patterns of a file and of all it extends. */
export function joinPatterns(files: readonly PolicyFile[], diagnostics: Diagnostics): Policy['patterns'] {
  const joined = new Map<string, OwnPattern>();
  for (const one of files.flatMap(({ patterns }) => patterns)) {
    const other = joined.get(one.name);
    if (!other) joined.set(one.name, one);
    else if (other.pattern !== one.pattern) {
      const problem = `it is another one in ${one.place.source.file}`;
      diagnostics.add(CF135({ name: one.name, problem, hint: 'name one of them otherwise' }), other.place);
    }
  }
  return Object.fromEntries([...joined.values()].map(({ name, pattern }) => [name, pattern]));
}

/** Are all detectors of a policy together small enough to be compiled? */
export function checkSize(policy: Policy, place: Place, diagnostics: Diagnostics): void {
  if (Object.keys(policy.patterns).length === 0) return;
  try {
    automatonOf(detectorsOfPolicy(policy));
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    const name = Object.keys(policy.patterns).join(', ');
    const problem = 'together with the other detectors it tells too many states apart';
    diagnostics.add(
      CF135({ name, problem, hint: 'let it begin with what is always the same, or name the detectors' }),
      place,
    );
  }
}

interface Asked {
  readonly question: SecretQuestion;
  readonly place: Place;
}

/** Where secrets are asked for, and which. */
function asked({
  rules,
  marks,
  limits,
  promises,
  results,
}: Pick<Policy, 'promises' | 'results'> & {
  readonly rules: readonly { readonly when: Expression }[];
  readonly marks: readonly Pick<Mark, 'when' | 'secret' | 'place'>[];
  readonly limits: readonly { readonly when: Expression }[];
}): Asked[] {
  const inConditions = [...rules, ...marks, ...limits, ...promises, ...results].flatMap(({ when }) =>
    atomsOf(when).flatMap(({ atom }) =>
      atom.key === 'secret' ? [{ question: atom.data as SecretQuestion, place: atom.place }] : [],
    ),
  );
  const inMarks = marks.flatMap(({ secret, place }) => (secret ? [{ question: secret, place }] : []));
  const inResults = results.flatMap(({ redact, withhold, place }) =>
    [redact?.secret, withhold].flatMap((question) => (question ? [{ question, place }] : [])),
  );
  return [...inConditions, ...inMarks, ...inResults];
}

/** Everything that a policy asks for. */
export function secretsAsked(policy: Policy): SecretQuestion[] {
  return asked(policy).map(({ question }) => question);
}

/** The detectors of all that a policy asks for, in the order of the table, its own behind them. */
export function detectorsOfPolicy(policy: Policy): readonly SecretPattern[] {
  const questions = secretsAsked(policy);
  if (questions.length === 0) return [];
  const isAny = questions.some(({ names }) => names === 'any');
  const names = isAny ? 'any' : questions.flatMap((question) => question.names as readonly string[]);
  return detectorsOf({ names, own: policy.patterns });
}

/** Are there detectors of all these names? */
export function checkDetectors(
  files: readonly PolicyFile[],
  patterns: Policy['patterns'],
  diagnostics: Diagnostics,
): void {
  const known = ['any', ...DETECTORS.map(({ name }) => name), ...Object.keys(patterns)];
  for (const { question, place } of files.flatMap((file) => asked(file as never))) {
    for (const name of question.names === 'any' ? [] : question.names) {
      const hint = didYouMean(name, known) || 'docs/secrets.md lists them; `patterns` defines more';
      if (!known.includes(name)) diagnostics.addOnce(CF134({ name, hint }), place);
    }
  }
}

/** What asks for secrets knows the policy's own patterns. */
export function withPatterns<T extends { readonly when: Expression }>(one: T, own: Policy['patterns']): T {
  if (Object.keys(own).length === 0) return one;
  const when = mapAtoms(one.when, (atom) =>
    atom.key === 'secret'
      ? { ...atom, data: { ...(atom.data as SecretQuestion), own: ownOf(atom.data as SecretQuestion, own) } }
      : atom,
  );
  return { ...one, when };
}

/** The same of what results hold. */
export function withPatternsOfResults<
  T extends Partial<Pick<ResultRule, 'redact' | 'withhold'> & Pick<Mark, 'secret'>>,
>(one: T, own: Policy['patterns']): T {
  const known = (question: SecretQuestion) => ({ ...question, own: ownOf(question, own) });
  return {
    ...one,
    ...(one.secret && { secret: known(one.secret) }),
    ...(one.withhold && { withhold: known(one.withhold) }),
    ...(one.redact?.secret && { redact: { ...one.redact, secret: known(one.redact.secret) } }),
  };
}

/** Those that a question asks for. */
function ownOf({ names }: SecretQuestion, own: Policy['patterns']): Policy['patterns'] {
  return names === 'any' ? own : Object.fromEntries(Object.entries(own).filter(([name]) => names.includes(name)));
}
