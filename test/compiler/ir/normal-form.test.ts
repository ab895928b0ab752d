import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Place } from '../../../compiler/diagnostics/source.js';
import { disjunctsOf, literalsOf, mapLiterals, type NormalForm, normalForm } from '../../../compiler/ir/normal-form.js';
import type { Expression } from '../../../compiler/ir/policy.js';
import { check } from '../../support/seed.js';

const atom = (key: string): Expression => ({ kind: 'atom', atom: { key, data: null, place: {} as Place } });
const expression: fc.Arbitrary<Expression> = fc.letrec<{ e: Expression }>((tie) => ({
  e: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'c').map(atom),
    fc.record({ kind: fc.constant('not' as const), of: tie('e') }),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('e'), { maxLength: 3 }) }),
  ),
})).e;

type World = Readonly<Record<string, boolean>>;
const world = fc.record({ a: fc.boolean(), b: fc.boolean(), c: fc.boolean() });

function holds(one: Expression, given: World): boolean {
  if (one.kind === 'atom') return given[one.atom.key] as boolean;
  if (one.kind === 'not') return !holds(one.of, given);
  return one.kind === 'all' ? one.of.every((part) => holds(part, given)) : one.of.some((part) => holds(part, given));
}

const literalHolds = ({ atom: { key }, negated }: { atom: { key: string }; negated: boolean }, given: World) =>
  given[key] !== negated;

function formHolds(form: NormalForm<Parameters<typeof literalHolds>[0]>, given: World): boolean {
  if (form.kind === 'literal') return literalHolds(form.literal, given);
  return form.kind === 'all'
    ? form.of.every((part) => formHolds(part, given))
    : form.of.some((part) => formHolds(part, given));
}

test('a normal form, and its disjuncts, hold where the expression does', () => {
  check(
    fc.property(expression, world, (one, given) => {
      const form = normalForm(one);
      assert.equal(formHolds(form, given), holds(one, given));
      assert.equal(formHolds(normalForm(one, true), given), !holds(one, given));
      const disjuncts = disjunctsOf(form, 10_000);
      assert.ok(disjuncts);
      assert.equal(
        disjuncts.some((literals) => literals.every((literal) => literalHolds(literal, given))),
        holds(one, given),
      );
    }),
    1000,
  );
});

test('more disjuncts than asked for are not written out', () => {
  const either: Expression = { kind: 'any', of: [atom('a'), atom('b')] };
  const both: Expression = { kind: 'all', of: [either, either, either, either] };
  assert.equal(disjunctsOf(normalForm(both), 16)?.length, 16);
  assert.equal(disjunctsOf(normalForm(both), 15), undefined);
});

test('literals come in the order of the text', () => {
  const one: Expression = {
    kind: 'not',
    of: { kind: 'all', of: [atom('a'), { kind: 'not', of: atom('b') }, atom('c')] },
  };
  const form = mapLiterals(normalForm(one), ({ atom: { key }, negated }) => (negated ? `not ${key}` : key));
  assert.deepEqual(literalsOf(form), ['not a', 'b', 'not c']);
  assert.equal(form.kind, 'any');
});
