import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { measure } from '../../../runtime/wire/json.js';
import { check } from '../../support/seed.js';

/** The longest of all strings that are values. */
function longestOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 0;
  return Math.max(0, ...Object.values(value).map(longestOf));
}

test('a text is measured alike, whether its longest string is skipped at once or not', () => {
  const piece = fc.constantFrom('"', '\\', '{"a":1}', '\n', 'x', '":[', 'plain text', '😀');
  const long = fc.array(piece, { maxLength: 40 }).map((parts) => parts.join(''));
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      long,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.dictionary(fc.string({ maxLength: 3 }), tie('node'), { maxKeys: 3 }),
    ),
  })).node;
  check(
    fc.property(value, fc.boolean(), (one, isSpaced) => {
      const text = JSON.stringify(one, null, isSpaced ? 1 : undefined);
      assert.deepEqual(measure(text, longestOf(one)), measure(text));
    }),
    500,
  );
});

test('a string behind the longest one, full of escaped quotes, hides no key', () => {
  const long = 'x'.repeat(60);
  const text = `{"a":"${long}","b":"\\"\\"\\"","c":1,"c":2}`;
  assert.equal(measure(text, long.length).colons, 4);
});
