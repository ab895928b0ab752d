import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Language } from '../../../../compiler/analyse/regions/language.js';
import { minimalTable } from '../../../../compiler/analyse/regions/minimal-table.js';
import { regexProgram } from '../../../../compiler/conditions/regex.js';
import { Regex, TableRegex } from '../../../../runtime/decide/conditions/regex.js';
import { check } from '../../../support/seed.js';

const tableOf = (pattern: string) => {
  const table = new Regex(regexProgram(pattern)).table(1000);
  assert.ok(table, pattern);
  return table;
};

const piece = fc.constantFrom('a', 'b', '/', '[^/]*', '(?:[^/]*/)*', '(?i:a)', '.', 'ab', 'a?', 'b+', '$', '^');
const pattern = fc.array(piece, { minLength: 1, maxLength: 5 }).map((pieces) => pieces.join(''));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/', '\n', 'é'), maxLength: 8 });

test('the smallest automaton finds what the other finds, and is no larger', () => {
  check(
    fc.property(pattern, fc.array(text, { minLength: 5, maxLength: 20 }), (source, texts) => {
      const table = tableOf(source);
      const minimal = minimalTable(table);
      assert.ok(minimal.end.length <= table.end.length);
      assert.deepEqual(minimalTable(minimal), minimal, 'there is none that is smaller');
      const [one, other] = [new TableRegex(table), new TableRegex(minimal)];
      for (const each of texts) assert.equal(other.test(each), one.test(each), JSON.stringify(each));
    }),
    300,
  );
});

test('states that no text tells apart are one; what finds everything is one state', () => {
  assert.equal(minimalTable(tableOf('(?s)\\A(?:ax|bx)\\z')).end.length, 4);
  const all = minimalTable(tableOf('(?s)\\A.*\\z'));
  assert.deepEqual([all.end, all.next, all.boundaries], [[1], [-1], []]);
});

test('many patterns together: a text is in the language where one of them matches it', () => {
  check(
    fc.property(
      fc.array(pattern, { minLength: 3, maxLength: 7 }),
      fc.array(text, { minLength: 5, maxLength: 20 }),
      (patterns, texts) => {
        const language = Language.whole(patterns);
        const each = patterns.map((one) => Language.whole([one]));
        for (const one of texts) {
          assert.equal(
            language.has(one),
            each.some((own) => own.has(one)),
            JSON.stringify(one),
          );
        }
      },
    ),
    200,
  );
});

test('twenty-four names anywhere in a path are no million states', () => {
  const words = 'secret credential password passwd private apikey api_key api-key token id_rsa id_ed25519 wallet'.split(
    ' ',
  );
  const patterns = words.flatMap((word) => [
    `(?i:(?:[^/]*/)*[^/]*${word}[^/]*/)`,
    `(?i:(?:[^/]*/)*[^/]*${word}[^/]*/(?:[^/]*/)*)`,
  ]);
  const language = Language.whole(patterns);
  assert.equal(language.has('src/My-Token.txt/'), true);
  assert.equal(language.has('src/tok/en.txt/'), false);
  assert.ok((language.table?.end.length ?? 1e9) < 200);
});
