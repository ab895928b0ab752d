import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { RE2JS } from 're2js';
import { compileRegex, regexProblem, regexProgram } from '../../compiler/conditions/regex.js';
import { requiredLiteral } from '../../compiler/conditions/required-literal.js';
import { Regex, TableRegex } from '../../runtime/decide/conditions/regex.js';
import { check } from '../support/seed.js';

const piece = fc.constantFrom(
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\d',
  '\\w',
  '\\s',
  '\\b',
  '\\B',
  '^',
  '$',
  '(a|b)',
  '(?:ab)',
  '(?i:K)',
  '\\n',
  'é',
  '🎈',
  '\\pL',
  '[[:alpha:]]',
  '(?m:^a$)',
  '(?s:.)',
  '\\x{1F388}',
  '\\z',
  '\\A',
  'ſ',
  '[a-z0-9]',
);
const quantifier = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '*?');
const pattern = fc
  .array(fc.tuple(piece, quantifier), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.map(([one, many]) => one + many).join(''))
  .filter((text) => regexProblem(text) === undefined);
const text = fc
  .array(fc.constantFrom('a', 'b', 'K', 'k', '\u212a', 'ſ', 's', ' ', '\n', '1', '_', 'é', '🎈', '\ud83c', 'z'), {
    maxLength: 10,
  })
  .map((units) => units.join(''));

test('tables and programs find what RE2 finds', () => {
  let tables = 0;
  check(
    fc.property(pattern, fc.array(text, { minLength: 3, maxLength: 8 }), (source, texts) => {
      const program = new Regex(regexProgram(source));
      const compiled = compileRegex(source);
      const best = 'next' in compiled ? new TableRegex(compiled) : new Regex(compiled);
      if ('next' in compiled) tables++;
      const oracle = RE2JS.compile(source);
      for (const one of texts) {
        const expected = oracle.matcher(one).find();
        assert.equal(program.test(one), expected, `program of ${source} in ${JSON.stringify(one)}`);
        assert.equal(best.test(one), expected, `table of ${source} in ${JSON.stringify(one)}`);
      }
    }),
    3000,
    100_000,
  );
  assert.ok(tables > 1000, 'most of these are small');
});

test('an expression whose automaton is large is a program, and its memory is bounded', () => {
  const source = '(a|b)*a(a|b){12}c';
  const compiled = compileRegex(source);
  assert.ok(!('next' in compiled));
  const regex = new Regex(compiled);
  const hostile = Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 13 < 6 ? 'a' : 'b')).join('');
  assert.equal(regex.test(hostile), RE2JS.compile(source).matcher(hostile).find());
  assert.equal(regex.test(`${hostile}abbbbbbbbbbbbc`), true);
});

test('what an expression is said to need is in every text in which it is found', () => {
  let needing = 0;
  const letters = fc.constantFrom(
    'a',
    'b',
    'ab',
    'K',
    ' ',
    '1',
    'é',
    '(?:ab|ba)',
    'a*',
    '(ab)+',
    '(?i:ab)',
    '\\b',
    '[ab]',
    'b?',
  );
  const source = fc.array(letters, { minLength: 3, maxLength: 8 }).map((parts) => parts.join(''));
  const inside = fc.array(fc.constantFrom('a', 'b', 'ab', 'K', ' ', '1', 'é', 'A'), { maxLength: 12 });
  check(
    fc.property(source, fc.array(inside, { minLength: 2, maxLength: 6 }), (pattern, texts) => {
      if (regexProblem(pattern) !== undefined) return;
      const literal = requiredLiteral(regexProgram(pattern));
      if (literal === undefined) return;
      needing++;
      const oracle = RE2JS.compile(pattern);
      for (const one of texts.map((units) => units.join(''))) {
        if (oracle.matcher(one).find()) assert.ok(one.includes(literal), `${pattern} needs ${literal}, not in ${one}`);
      }
    }),
    2000,
  );
  assert.ok(needing > 100, `${needing}`);
});

test('texts that expressions need', () => {
  const needs = (pattern: string) => requiredLiteral(regexProgram(pattern));
  assert.equal(needs('\\bcase-12\\b'), 'case-12');
  assert.equal(needs('^order 7$'), 'order 7');
  assert.equal(needs('(?:iban|bic)[ :]+x123'), 'x123');
  assert.equal(needs('(foobar)+'), 'foobar');
  assert.equal(needs('(foobar)*'), undefined);
  assert.equal(needs('foobar|bazqux'), undefined);
  assert.equal(needs('(?i)foobar'), undefined);
  assert.equal(needs('ab'), undefined, 'too short to be worth it');
});
