import type { NormalForm } from '../ir/normal-form.js';

/** A literal of a rule set: which of its conditions, or its negation. */
export interface IndexedLiteral {
  readonly at: number;
  readonly negated: boolean;
}

/** A formula as modules spell it: `c0`, `c0 and not (c1 or c2)`, `always`, `never`. */
export function formulaText(form: NormalForm<IndexedLiteral>): string {
  if (form.kind === 'literal') return `${form.literal.negated ? 'not ' : ''}c${form.literal.at}`;
  const [only] = form.of;
  if (only === undefined) return form.kind === 'all' ? 'always' : 'never';
  if (form.of.length === 1) return formulaText(only);
  const parts = form.of.map((part) => {
    const text = formulaText(part);
    // `and` binds closer.
    return form.kind === 'all' && text.includes(' or ') ? `(${text})` : text;
  });
  return parts.join(form.kind === 'all' ? ' and ' : ' or ');
}
