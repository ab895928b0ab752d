import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { nearlyEqual } from '../../../../compiler/conditions/args.js';
import { nearKey, nearKeys } from '../../../../runtime/decide/conditions/near-equal.js';
import { check } from '../../../support/seed.js';

const unit = fc.constantFrom('a', 'B', 's', 'S', ' ', '\t', '-', '1', 'é', 'É', 'ß', '\uff41', '\u0130', '\u212a');
const word = fc.array(unit, { maxLength: 5 }).map((units) => units.join(''));

test('words have a key in common where the interpreter takes one for the other', () => {
  check(
    fc.property(word, word, (listed, value) => {
      assert.equal(nearKeys(listed).includes(nearKey(value)), nearlyEqual(listed, value));
    }),
    2000,
  );
  for (const [listed, value] of [
    ['admin', 'ADMIN'],
    ['admin', ' Admins\t'],
    ['users', 'User'],
    ['kilo', '\u212aILO'],
  ] as const) {
    assert.ok(nearKeys(listed).includes(nearKey(value)), `${listed} ${value}`);
  }
});
