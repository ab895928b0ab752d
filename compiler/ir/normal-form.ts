import type { Atom } from '../conditions/condition.js';
import type { Expression } from './policy.js';

/** Conditions with negation pushed down to each: `and` and `or` over literals. */
export type NormalForm<Literal> =
  | { readonly kind: 'all' | 'any'; readonly of: readonly NormalForm<Literal>[] }
  | { readonly kind: 'literal'; readonly literal: Literal };

/** One condition, or its negation. */
export interface AtomLiteral {
  readonly atom: Atom;
  readonly negated: boolean;
}

/** Pushes negation down to the conditions. */
export function normalForm(expression: Expression, negated = false): NormalForm<AtomLiteral> {
  switch (expression.kind) {
    case 'not':
      return normalForm(expression.of, !negated);
    case 'atom':
      return { kind: 'literal', literal: { atom: expression.atom, negated } };
    default:
      return {
        kind: (expression.kind === 'all') === negated ? 'any' : 'all',
        of: expression.of.map((part) => normalForm(part, negated)),
      };
  }
}

/** The same form over what each literal becomes, in the order of the text. */
export function mapLiterals<From, To>(form: NormalForm<From>, to: (literal: From) => To): NormalForm<To> {
  if (form.kind === 'literal') return { kind: 'literal', literal: to(form.literal) };
  return { kind: form.kind, of: form.of.map((part) => mapLiterals(part, to)) };
}

/** Every literal of a form. */
export function literalsOf<Literal>(form: NormalForm<Literal>): Literal[] {
  return form.kind === 'literal' ? [form.literal] : form.of.flatMap(literalsOf);
}

/**
 * The ways in which a form can hold, each a list of literals that must all hold.
 *
 * @param max More ways than this are not written out.
 * @returns undefined where there are more.
 */
export function disjunctsOf<Literal>(form: NormalForm<Literal>, max: number): Literal[][] | undefined {
  if (form.kind === 'literal') return [[form.literal]];
  let disjuncts: Literal[][] = form.kind === 'all' ? [[]] : [];
  for (const part of form.of) {
    const own = disjunctsOf(part, max);
    if (!own) return undefined;
    disjuncts =
      form.kind === 'all' ? disjuncts.flatMap((one) => own.map((other) => [...one, ...other])) : [...disjuncts, ...own];
    if (disjuncts.length > max) return undefined;
  }
  return disjuncts;
}
