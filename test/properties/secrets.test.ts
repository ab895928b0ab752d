import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { detectorAutomaton } from '../../compiler/conditions/detector-automaton.js';
import { secretExample } from '../../compiler/conditions/secret-example.js';
import { type SecretPattern, secretsIn, secretsInResult } from '../../compiler/conditions/secrets-in-text.js';
import { DETECTORS } from '../../runtime/data/detectors.js';
import { type DetectorEntry, SecretFinder } from '../../runtime/decide/secrets/secret-finder.js';
import { treatMessage } from '../../runtime/gateway/results/treated-message.js';
import { treatmentOf } from '../../runtime/gateway/results/treatment.js';
import { check } from '../support/seed.js';

const finderOf = (detectors: readonly SecretPattern[]) =>
  new SecretFinder(
    detectorAutomaton(detectors),
    detectors.map(({ name, check: of, lead }) => [name, of, lead] as unknown as DetectorEntry),
  );

const finder = finderOf(DETECTORS);

/** Policies' own: short ones, some that need not begin at a word, some beyond ASCII. */
const OWN: readonly SecretPattern[] = [
  { name: 'employee', pattern: 'E[0-9]{6}' },
  { name: 'short', pattern: '\\bq\\b' },
  { name: 'two', pattern: 'zz|yy+' },
  { name: 'wide', pattern: 'geheim:[äöü]+' },
  { name: 'any_word', pattern: '[\\p{L}]{3}§' },
  { name: 'line', pattern: '(?m)^key$' },
  { name: 'dots', pattern: 'a.{0,5}z' },
];
const ownFinder = finderOf(OWN);
/** Those that are printed in ASCII, but shorter than what most runs could hold. */
const SHORT = OWN.filter(({ name }) => name === 'employee' || name === 'two').map((one) =>
  one.name === 'two' ? { name: 'two', pattern: 'zz[0-9a-f]{2}' } : one,
);
const shortFinder = finderOf(SHORT);

/** Look like secrets, or like parts of them. */
const ALMOST = [
  'AKIA',
  'eyJ',
  'eyJhbGciOiJub25lIn0',
  '.',
  'ghp_',
  `ghp_${'0'.repeat(36)}`,
  '-----BEGIN PRIVATE KEY-----',
  '-----END PRIVATE KEY-----',
  '-----BEGIN RSA PRIVATE KEY-----\n',
  `${'B'.repeat(64)}\n`,
  `- ${'B'.repeat(64)}\n`,
  `12: ${'C'.repeat(40)}\n`,
  '- ',
  '1: ',
  '> ',
  'see the manual for this key\n',
  'Proc-Type: 4,ENCRYPTED\n',
  'A'.repeat(30),
  '4111 1111',
  '4111111111111111',
  '://',
  ':',
  '@h',
  'u:p4ssword@',
  'API_TOKEN=',
  '"TOKEN": "',
  'process.env.X1',
  'abc123def',
  '-us1',
  '0123456789abcdef0123456789abcdef',
  'sk-',
  'hf_',
  '12345678:AA',
  'E123456',
  'q',
  'zz',
  'zz1f',
  'yyy',
  'geheim:äö',
  'abc§',
  'key',
  'a12z',
];

const JUNK = [
  ' ',
  '\n',
  '\r\n',
  '',
  '_',
  '/',
  '=',
  'ü',
  '日本',
  '\u200b',
  '\u00ad',
  '😀',
  '%',
  '\\',
  '"',
  'x',
  'Q',
  '7',
  '-',
];

const examples = DETECTORS.map((one) => secretExample(one) as string);

const piece = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(...examples) },
  { weight: 4, arbitrary: fc.constantFrom(...ALMOST) },
  { weight: 4, arbitrary: fc.constantFrom(...JUNK) },
);

/** What readings undo. */
const encoded = fc
  .tuple(piece, fc.constantFrom('', 'a', 'ab', 'abc'), fc.integer({ min: 0, max: 8 }))
  .map(([text, lead, how]) => {
    const bytes = Buffer.from(lead + text);
    const base64 = bytes.toString('base64');
    switch (how) {
      case 0:
        return base64;
      case 1:
        return bytes.toString('base64url');
      case 2:
        return (base64.match(/.{1,7}/g) ?? []).join('\n');
      case 3:
        return bytes.toString('hex');
      case 4:
        return [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      case 5:
        return encodeURIComponent(text);
      case 6:
        return JSON.stringify(text).slice(1, -1);
      case 7:
        return [...text].map((one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
      default:
        return [...text].join('\u200b');
    }
  });

const text = fc
  .array(fc.oneof({ weight: 3, arbitrary: piece }, { weight: 1, arbitrary: encoded }), { maxLength: 7 })
  .map((parts) => parts.join(''));

const found = (one: SecretFinder, of: string) => [...one.found(of)].map((at) => one.names[at] as string).sort();

test('the automaton finds what the RE2 library finds, in every reading', () => {
  check(
    fc.property(text, (one) => {
      assert.deepEqual(found(finder, one), secretsIn(one, DETECTORS).sort());
    }),
    400,
    20_000,
  );
});

test("and so with a policy's own patterns", () => {
  check(
    fc.property(text, (one) => {
      assert.deepEqual(found(ownFinder, one), secretsIn(one, OWN).sort());
      assert.deepEqual(found(shortFinder, one), secretsIn(one, SHORT).sort());
    }),
    1500,
    60_000,
  );
});

test('every detector finds its example in every encoding, and nothing in what is harmless', () => {
  for (const [i, detector] of DETECTORS.entries()) {
    const example = examples[i] as string;
    const base64 = Buffer.from(`id: ${example}\n`).toString('base64');
    for (const one of [
      example,
      `(${example})`,
      base64,
      base64.replace(/.{20}/g, '$&\r\n'),
      Buffer.from(`x ${example}`).toString('base64url'),
      Buffer.from(example).toString('hex').toUpperCase(),
      encodeURIComponent(example),
      JSON.stringify({ a: example }),
    ]) {
      assert.ok(found(finder, one).includes(detector.name), `${detector.name} in ${JSON.stringify(one)}`);
    }
    assert.deepEqual(found(finder, detector.harmless), [], detector.name);
  }
});

const json: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.constantFrom<unknown>(4111111111111111, 5, 0.5, -1, true, null),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'text', 'data', 'blob', 'b c'), tie('node'), { maxKeys: 3 }),
  ),
})).node;

test('what is redacted holds nothing any more, and all else is as it was', () => {
  const treatment = treatmentOf([{ redact: { secret: 'any' } } as never], finder);
  const as = { isResponse: true, isCall: false };
  check(
    fc.property(fc.dictionary(fc.constantFrom('content', 'x', 'y'), json, { maxKeys: 3 }), (result) => {
      const line = JSON.stringify({ jsonrpc: '2.0', id: 1, result });
      const treated = treatMessage(Buffer.from(line), treatment, as);
      if (secretsInResult(result, DETECTORS).length === 0) {
        assert.deepEqual([treated.text, treated.withheld], [undefined, undefined]);
        return;
      }
      if (treated.withheld !== undefined) return;
      const { text: after = '' } = treated;
      const left = JSON.parse(after) as { result: unknown };
      assert.deepEqual(secretsInResult(left.result, DETECTORS), []);
      // Strings in which nothing is found are as they were.
      const kept = (value: unknown): unknown => {
        if (typeof value === 'string') return secretsIn(value, DETECTORS).length > 0 ? '*' : value;
        if (Array.isArray(value)) return value.map(kept);
        if (typeof value !== 'object' || value === null) return value;
        return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, kept(member)]));
      };
      const shape = (value: unknown, beside: unknown): void => {
        if (typeof beside !== 'object' || beside === null) {
          if (beside !== '*' && typeof beside === 'string') assert.equal(value, beside);
          return;
        }
        for (const [key, member] of Object.entries(beside)) shape((value as Record<string, unknown>)[key], member);
      };
      if (!/"(?:blob|data)"/.test(line)) shape(left.result, kept(result));
    }),
    200,
    10_000,
  );
});

test('marks find in results what redaction finds', () => {
  check(
    fc.property(fc.dictionary(fc.constantFrom('content', 'x', 'data'), json, { maxKeys: 3 }), (result) => {
      const names = [...finder.foundInResult(result).detectors].map((at) => finder.names[at]).sort();
      assert.deepEqual(names, secretsInResult(result, DETECTORS).sort());
    }),
    200,
    10_000,
  );
});

test('hostile texts take time that grows with their length', () => {
  const large = 1 << 20;
  for (const unit of [
    'eyJ',
    'eyJ-',
    'sk-',
    'a://b:c',
    'TOKEN=',
    '4111 ',
    'QUtJ',
    'QUtJ\n',
    '41',
    '%41',
    '\\n',
    '-----BEGIN A',
    '://',
    'hf_a',
    '\u200b',
    'sk-proj-',
  ]) {
    const one = unit.repeat(large / unit.length);
    finder.found(one);
  }
  assert.deepEqual(found(finder, `${'eyJ-'.repeat(large / 4)}.eyJh.x`), []);
  assert.deepEqual(found(finder, `API_TOKEN=${'TOKEN='.repeat(large / 6)}x1`), ['secret_assignment']);
  const begins = '-----BEGIN PRIVATE KEY-----\n'.repeat(40_000);
  assert.deepEqual(found(finder, begins), []);
});
