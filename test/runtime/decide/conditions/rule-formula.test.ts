import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formulaText, type IndexedLiteral } from '../../../../compiler/emit/formula-text.js';
import type { NormalForm } from '../../../../compiler/ir/normal-form.js';
import {
  matches,
  matchesAlways,
  parseFormula,
  type RuleFormula,
  unknownConditions,
} from '../../../../runtime/decide/conditions/rule-formula.js';
import { FALSE, TRUE, UNKNOWN } from '../../../../runtime/decide/conditions/truth-set.js';
import { check } from '../../../support/seed.js';

test('formulas as modules spell them', () => {
  assert.deepEqual(parseFormula('always'), { all: [] });
  assert.deepEqual(parseFormula('never'), { any: [] });
  assert.deepEqual(parseFormula('c12'), { at: 12 });
  assert.deepEqual(parseFormula('not c0'), { at: 0, not: true });
  assert.deepEqual(parseFormula('c0 and not c1 or c2'), {
    any: [{ all: [{ at: 0 }, { at: 1, not: true }] }, { at: 2 }],
  });
  assert.deepEqual(parseFormula('c0 and (c1 or c2) and c3'), {
    all: [{ at: 0 }, { any: [{ at: 1 }, { at: 2 }] }, { at: 3 }],
  });
});

const form: fc.Arbitrary<NormalForm<IndexedLiteral>> = fc.letrec<{ form: NormalForm<IndexedLiteral> }>((tie) => ({
  form: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      kind: fc.constant('literal' as const),
      literal: fc.record({ at: fc.nat(4), negated: fc.boolean() }),
    }),
    fc.record({ kind: fc.constantFrom('all' as const, 'any' as const), of: fc.array(tie('form'), { maxLength: 3 }) }),
  ),
})).form;

/** As it is written down in the compiler's own form. */
function direct(one: NormalForm<IndexedLiteral>): RuleFormula {
  if (one.kind === 'literal') return { at: one.literal.at, not: one.literal.negated };
  return one.kind === 'all' ? { all: one.of.map(direct) } : { any: one.of.map(direct) };
}

test('what the compiler spells means the same where it is read', () => {
  check(
    fc.property(form, fc.array(fc.nat(7), { minLength: 5, maxLength: 5 }), fc.boolean(), (one, sets, forbids) => {
      const input = { truthSet: (at: number) => sets[at] as number, forbids };
      const read = parseFormula(formulaText(one));
      assert.equal(matches(read, input), matches(direct(one), input));
      assert.deepEqual(
        [...new Set(unknownConditions(read, input))].sort(),
        [...new Set(unknownConditions(direct(one), input))].sort(),
      );
    }),
    500,
  );
});

test('unknown protects, any forbids, all permits, and nothing permits nothing', () => {
  const asks = (set: number, forbids: boolean, not = false) =>
    matches({ at: 0, not }, { truthSet: () => set, forbids });
  assert.deepEqual(
    [TRUE, UNKNOWN, FALSE, TRUE | FALSE, 0].map((set) => asks(set, true)),
    [true, true, false, true, false],
  );
  assert.deepEqual(
    [TRUE, UNKNOWN, FALSE, TRUE | FALSE, 0].map((set) => asks(set, false)),
    [true, false, false, false, false],
  );
  assert.deepEqual(
    [TRUE, UNKNOWN, FALSE, TRUE | FALSE, 0].map((set) => asks(set, true, true)),
    [false, true, true, true, false],
  );
  assert.deepEqual(
    [TRUE, UNKNOWN, FALSE, TRUE | FALSE, 0].map((set) => asks(set, false, true)),
    [false, false, true, false, false],
  );
});

test('false outweighs unknown where all must hold, true where any may: then nothing rests on what is unknown', () => {
  const unknown = (set: number, forbids: boolean) =>
    unknownConditions({ at: 0 }, { truthSet: () => set, forbids }).length;
  assert.deepEqual(
    [FALSE | UNKNOWN, TRUE | UNKNOWN, UNKNOWN].map((set) => unknown(set, false)),
    [0, 1, 1],
  );
  assert.deepEqual(
    [FALSE | UNKNOWN, TRUE | UNKNOWN, UNKNOWN].map((set) => unknown(set, true)),
    [1, 0, 1],
  );
});

test('what holds whatever the arguments are hangs on fixed conditions alone', () => {
  const always = (text: string, sets: readonly number[], fixed: readonly number[], forbids = false) =>
    matchesAlways(parseFormula(text), { truthSet: (at) => sets[at] as number, forbids }, (at) => fixed.includes(at));
  assert.equal(always('c0', [TRUE], []), UNKNOWN);
  assert.equal(always('c0', [TRUE], [0]), TRUE);
  assert.equal(always('c0', [UNKNOWN], [0]), FALSE, 'unknown does not permit');
  assert.equal(always('c0', [UNKNOWN], [0], true), TRUE, 'and forbids');
  assert.equal(always('c0 and c1', [FALSE, TRUE], [0]), FALSE);
  assert.equal(always('c0 or c1', [TRUE, TRUE], [0]), TRUE);
  assert.equal(always('c0 or c1', [FALSE, TRUE], [0]), UNKNOWN);
});
