import { DECISIONS, type Decision } from '../../../runtime/decision.js';
import { ARGUMENT_FORMS, PARSED } from '../../conditions/args.js';
import type { DslForm } from '../../conditions/condition.js';
import { CONDITIONS } from '../../conditions/index.js';

/*
 * The words of the DSL, once for lexer, parser, builder and printer. Those of conditions are said by the conditions
 * themselves.
 */

/** How the sections of a policy are called. */
export const DECISION_WORDS: Readonly<Record<Decision, string>> = {
  deny: 'deny',
  require_approval: 'approve',
  warn: 'warn',
  allow: 'allow',
};

/** A condition's form, and the key that it has in YAML. */
export interface KeyedForm extends DslForm {
  readonly key: string;
}

const FORMS: readonly KeyedForm[] = [...CONDITIONS.values()].flatMap(({ key, alias, dsl }) =>
  dsl && alias === undefined ? [{ ...dsl, key }] : [],
);

/** The forms of each fact. */
export const FACTS: ReadonlyMap<string, readonly KeyedForm[]> = new Map(
  FORMS.map(({ fact }) => [fact, FORMS.filter((form) => form.fact === fact)]),
);

/** The forms of conditions that may be asked of one argument as well, by their fact. */
export const ARGUMENT_FACTS: ReadonlyMap<string, readonly KeyedForm[]> = new Map(
  [...FACTS].filter(([, forms]) => Object.values(PARSED).some(({ key }) => key === forms[0]?.key)),
);

/** The operator of `args` that a condition is. */
export function operatorOf(key: string): string {
  return Object.entries(PARSED).find(([, condition]) => condition.key === key)?.[0] ?? key;
}

/** Comparisons are no words. */
export function isSign(operator: string): boolean {
  return /^[<>]=?$/.test(operator);
}

const GRAMMAR =
  'policy version extends describe mode approval timeout case risk tool method pass tree none as where ' +
  'because and or not in true false shell with without dialect functions timezone ' +
  'mark clear labels on by result within limit of calls per for everyone else never always ' +
  'results redact withhold at max pattern';

/** Words of a mapping that selectors follow. */
export const SELECTING: readonly string[] = ['paths', 'amounts', 'text', 'urls', 'commands', 'sql', 'recipients'];

const OPERATORS = [...FORMS, ...ARGUMENT_FORMS].flatMap(({ operator }) => operator ?? []);

/** Every keyword. */
export const KEYWORDS: ReadonlySet<string> = new Set([
  ...GRAMMAR.split(' '),
  ...SELECTING,
  ...DECISIONS.map((decision) => DECISION_WORDS[decision]),
  ...FACTS.keys(),
  ...OPERATORS.filter((operator) => /^[a-z]+$/.test(operator)),
]);
