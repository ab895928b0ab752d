import { conditionOf } from '../../conditions/index.js';
import { isAlways } from '../../ir/atoms.js';
import type { Expression, Rule } from '../../ir/policy.js';

/** The calls that these rules match and the others do not, for people: "path under /data/prod, except tenant is acme". */
export function regionText(matched: readonly (Rule | null)[], exceptions: readonly Rule[]): string {
  const conditions = matched.flatMap((rule) => (rule && !isAlways(rule.when) ? [describe(rule.when, 'all')] : []));
  const within = [...new Set(conditions)].join(' and ') || 'every call';
  const others = [...new Set(exceptions.map((rule) => (isAlways(rule.when) ? rule.id : describe(rule.when, 'any'))))];
  if (others.length === 0) return within;
  const named = others.slice(0, MAX_EXCEPTIONS).join(' or ');
  return `${within}, except ${named}${others.length > MAX_EXCEPTIONS ? ` or ${others.length - MAX_EXCEPTIONS} more` : ''}`;
}

/** What a rule's conditions ask for, for people. */
export function describeExpression(expression: Expression): string {
  return describe(expression, 'all');
}

const MAX_EXCEPTIONS = 3;

/** @param around What it stands in: a part of the other kind is put in brackets. */
function describe(expression: Expression, around: 'all' | 'any'): string {
  switch (expression.kind) {
    case 'atom':
      return plain(conditionOf(expression.atom.key).describe(expression.atom.data));
    case 'not':
      return `not ${describe(expression.of, around)}`;
    default: {
      const text = expression.of
        .map((part) => describe(part, expression.kind))
        .join(expression.kind === 'all' ? ' and ' : ' or ');
      return expression.kind === around || expression.of.length === 1 ? text : `(${text})`;
    }
  }
}

/** Quotes around what needs none go. */
function plain(text: string): string {
  return text.replace(/"([A-Za-z0-9_./~*-]+)"/g, '$1');
}
