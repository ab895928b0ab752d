import type { Atom } from '../../conditions/condition.js';
import type { Expression } from '../../ir/policy.js';

/** The conditions of a rule, with whether each stands under `not`. */
export function atomsOf(expression: Expression, negated = false): { readonly atom: Atom; readonly negated: boolean }[] {
  switch (expression.kind) {
    case 'atom':
      return [{ atom: expression.atom, negated }];
    case 'not':
      return atomsOf(expression.of, !negated);
    default:
      return expression.of.flatMap((part) => atomsOf(part, negated));
  }
}

/** The patterns of a condition that looks for them, and the argument it looks at; undefined: in the text. */
export function patternsOf({ key, data }: Atom): {
  readonly patterns: readonly string[];
  readonly selector: string | undefined;
} {
  if (key === 'match_regex') return { patterns: data as readonly string[], selector: undefined };
  const { op, value, selector } = data as { op?: string; value?: unknown; selector?: string };
  if (key === 'args' && op === 'regex') return { patterns: value as readonly string[], selector };
  return { patterns: [], selector: undefined };
}
