import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WordIndex } from '../../../../runtime/decide/conditions/word-index.js';
import { check } from '../../../support/seed.js';

const unit = fc.constantFrom('a', 'b', 'c', ' ', '-', '1', 'é', '\ud83c', '\u4e2d');
const word = fc.array(unit, { maxLength: 7 }).map((units) => units.join(''));
const text = fc.array(unit, { maxLength: 30 }).map((units) => units.join(''));

test('one pass finds what one search a word does, whatever their number', () => {
  check(
    fc.property(fc.array(word, { maxLength: 40 }), fc.array(text, { minLength: 1, maxLength: 4 }), (words, texts) => {
      const index = new WordIndex();
      const ids = words.map((one) => index.add(one));
      const asked = new WordIndex();
      for (const one of words) asked.add(one);
      for (const one of [...texts, ...texts]) {
        const all: number[] = [];
        index.eachIn(one, (id) => all.push(id));
        assert.deepEqual(
          [...all].sort((a, b) => a - b),
          [...new Set(ids.filter((_, i) => one.includes(words[i] as string)))].sort((a, b) => a - b),
        );
        for (const [i, id] of ids.entries())
          assert.equal(asked.has(id, one), one.includes(words[i] as string), `${words[i]}, asked one by one`);
        for (const [i, id] of ids.entries())
          assert.equal(index.has(id, one), one.includes(words[i] as string), words[i]);
      }
    }),
    500,
  );
});

test('a word that comes later is found as well', () => {
  const index = new WordIndex();
  const first = Array.from({ length: 10 }, (_, i) => index.add(`word number ${i}`));
  assert.ok(index.has(first[3] as number, 'the word number 3'));
  const late = index.add('number');
  assert.ok(index.has(late, 'the word number 3'));
});
