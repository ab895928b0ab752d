import type { After } from '../../conditions/condition.js';
import type { Expression, Policy } from '../../ir/policy.js';
import { meaningOf } from './meaning.js';

/**
 * Labels that the two policies mark alike are the same; of the others the one's past says nothing of the other's.
 *
 * @param isMarkedOtherwise Do calls set or clear it otherwise, though its marks say the same?
 */
export function setApart(
  before: Policy,
  after: Policy,
  isMarkedOtherwise: (label: string) => boolean,
): { readonly apart: Policy; readonly others: ReadonlySet<string> } {
  const labels = new Set([...before.marks, ...after.marks].flatMap((mark) => mark.labels));
  const marksOf = ({ marks }: Policy, label: string) =>
    marks
      .filter((mark) => mark.labels.includes(label))
      .map((mark) => meaningOf({ ...mark, labels: [label] }))
      .sort()
      .join();
  const others = new Set(
    [...labels].filter((label) => marksOf(before, label) !== marksOf(after, label) || isMarkedOtherwise(label)),
  );
  if (others.size === 0) return { apart: after, others };
  const renamed = (label: string) => (others.has(label) ? `${label}'` : label);
  const inConditions = <T extends { readonly when: Expression }>(one: T): T => ({
    ...one,
    when: rename(one.when, renamed),
  });
  const apart = {
    ...after,
    rules: after.rules.map(inConditions),
    promises: after.promises.map(inConditions),
    limits: after.limits.map(inConditions),
    marks: after.marks.map((mark) => ({ ...inConditions(mark), labels: mark.labels.map(renamed) })),
    labels: after.labels.map(renamed),
  };
  return { apart, others };
}

/** A label as its policy names it. */
export function plainLabel(label: string): string {
  return label.replace(/'$/, '');
}

function rename(expression: Expression, renamed: (label: string) => string): Expression {
  switch (expression.kind) {
    case 'atom': {
      const { atom } = expression;
      if (atom.key !== 'after') return expression;
      const data = atom.data as After;
      return { kind: 'atom', atom: { ...atom, data: { ...data, labels: data.labels.map(renamed) } } };
    }
    case 'not':
      return { kind: 'not', of: rename(expression.of, renamed) };
    default:
      return { kind: expression.kind, of: expression.of.map((part) => rename(part, renamed)) };
  }
}
