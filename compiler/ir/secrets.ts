import { DETECTORS } from '../../runtime/data/detectors.js';
import { detectorAutomaton } from '../conditions/detector-automaton.js';
import { detectorsOf, type SecretQuestion } from '../conditions/secret.js';
import type { SecretPattern } from '../conditions/secrets-in-text.js';
import { regexProblems } from '../conditions/text.js';
import type { Diagnostics } from '../diagnostics/diagnostic.js';
import { CF134, CF135 } from '../diagnostics/messages.js';
import type { Place } from '../diagnostics/source.js';
import { didYouMean } from '../diagnostics/suggest.js';
import type { SyntaxMap } from '../parse/syntax.js';
import { atomsOf, mapAtoms } from './atoms.js';
import type { PolicyFile } from './file.js';
import type { Expression, Mark, Policy, ResultRule } from './policy.js';

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
    if (detectorAutomaton([{ pattern }]).least === 0)
      return fail('it is found in every text', 'say what a secret has at least', value.place);
    return [{ name, pattern, place: keyPlace }];
  });
}

const MAX_PATTERN = 1000;

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

interface Asked {
  readonly question: SecretQuestion;
  readonly place: Place;
}

/** Where secrets are asked for, and which. */
function asked(
  { rules, marks, limits, promises, results }: Pick<Policy, 'promises' | 'results'> & {
    readonly rules: readonly { readonly when: Expression }[];
    readonly marks: readonly Pick<Mark, 'when' | 'secret' | 'place'>[];
    readonly limits: readonly { readonly when: Expression }[];
  },
): Asked[] {
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
export function checkDetectors(files: readonly PolicyFile[], patterns: Policy['patterns'], diagnostics: Diagnostics): void {
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
    atom.key === 'secret' ? { ...atom, data: { ...(atom.data as SecretQuestion), own: ownOf(atom.data as SecretQuestion, own) } } : atom,
  );
  return { ...one, when };
}

/** The same of what results hold. */
export function withPatternsOfResults<T extends Partial<Pick<ResultRule, 'redact' | 'withhold'> & Pick<Mark, 'secret'>>>(
  one: T,
  own: Policy['patterns'],
): T {
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
