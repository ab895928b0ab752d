import type { Atom } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { type AtomLiteral, literalsOf, normalForm } from './normal-form.js';
import type { Expression } from './policy.js';

/** The conditions of a rule, with whether each stands under `not`. */
export function atomsOf(expression: Expression): AtomLiteral[] {
  return literalsOf(normalForm(expression));
}

/** An expression with something else in the place of each condition. */
export function mapAtoms(expression: Expression, change: (atom: Atom) => Atom): Expression {
  switch (expression.kind) {
    case 'not':
      return { ...expression, of: mapAtoms(expression.of, change) };
    case 'atom':
      return { ...expression, atom: change(expression.atom) };
    default:
      return { ...expression, of: expression.of.map((part) => mapAtoms(part, change)) };
  }
}

/** A rule without conditions. */
export function isAlways(expression: Expression): boolean {
  return expression.kind === 'all' && expression.of.length === 0;
}

/** The prefixes or globs of a condition on paths. */
export function pathsOf({ key, data }: Atom): readonly string[] {
  return conditionOf(key).paths?.(data) ?? [];
}
