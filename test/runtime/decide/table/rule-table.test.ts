import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compileRegex } from '../../../../compiler/conditions/regex.js';
import {
  argumentTest,
  contains,
  prefixes,
  prefixTest,
  regex,
  selector,
} from '../../../../runtime/decide/conditions/library.js';
import { matches } from '../../../../runtime/decide/conditions/rule-formula.js';
import { MAY, MAY_NOT, MUST, MUST_NOT } from '../../../../runtime/decide/conditions/truth-set.js';
import { Facts, type Selectors } from '../../../../runtime/decide/facts/facts.js';
import { PathReader } from '../../../../runtime/decide/paths/path-reader.js';
import { Beginnings, mix, SEED } from '../../../../runtime/decide/table/beginnings.js';
import { type TableRow, tableRuleSet } from '../../../../runtime/decide/table/rule-table.js';
import {
  amountIs,
  argumentAt,
  fixed,
  pathUnder,
  perTool,
  textHas,
} from '../../../../runtime/decide/table/table-condition.js';
import { check } from '../../../support/seed.js';

const reader = new PathReader({ platform: 'linux', home: '/home/ann' }, 'platform');
const binding = { reader, context: {}, globLists: 0 };
const DEFAULTS: Selectors = {
  paths: undefined,
  amounts: undefined,
  text: undefined,
  urls: undefined,
  commands: undefined,
  isShell: undefined,
  sql: undefined,
  dialects: undefined,
  recipients: undefined,
  hints: undefined,
  textName: undefined,
  otherText: false,
  tree: false,
  noneIfAbsent: false,
  noOptions: false,
  known: undefined,
  risk: undefined,
  keys: () => false,
  ofTool: { truthSets: [] },
};

/** The text is one argument, as a mapping may say. */
const NAMED = { text: [selector('note')], textName: 'note' };

const CONDITIONS = [
  pathUnder(prefixes(binding, '/a')),
  pathUnder(prefixes(binding, '/a/b', '/c')),
  pathUnder(prefixes(binding, '/a/b/c')),
  amountIs('gt', 10),
  amountIs('gte', 10),
  amountIs('lt', 100),
  amountIs('lte', -5),
  argumentAt('owner', argumentTest({ selector: selector('owner'), op: 'in', values: ['ann', 'bob'] })),
  argumentAt('owner', argumentTest({ selector: selector('owner'), op: 'in', values: ['Ann'], near: true })),
  fixed('environment', 1),
  fixed('environment', 4),
  textHas('forbid', contains(binding, 'alpha', 'beta')),
  textHas('forbid', contains(binding, 'alphabet', 'et s')),
  textHas('forbid', regex(binding, compileRegex('alpha+-[0-9]+'), compileRegex('^beta gam'))),
  textHas('forbid', regex(binding, compileRegex('(?:a|b)c'))),
  textHas('forbid', regex(binding, compileRegex('BETA  [0-9-]'))),
  argumentAt('amount', argumentTest({ selector: selector('amount'), op: 'number', comparison: 'gte', bound: 10 })),
  argumentAt('amount', argumentTest({ selector: selector('amount'), op: 'number', comparison: 'lt', bound: -5 })),
  argumentAt(
    'owner',
    argumentTest({ selector: selector('owner'), op: 'string', test: prefixTest('an', 'ann', 'bob') }),
  ),
  argumentAt(
    'owner',
    argumentTest({ selector: selector('owner'), op: 'string', test: prefixTest('ann', ''), ofControls: null }),
  ),
  argumentAt(
    'owner',
    argumentTest({ selector: selector('owner'), op: 'string', test: prefixTest('e'), ofControls: prefixTest('e\n') }),
  ),
  perTool('tool_name', (f: Facts) => (f.tool === 'x' ? 1 : 4)),
];
const QUESTIONS = [MAY, MAY_NOT, MUST, MUST_NOT];
/** The condition of the context that does not hold. */
const NEVER = 10;
/** What nearly equals a word is unknown in forbidding rules alone. */
const NEAR = 8;
const RULES = 70; // More than two words of bits.

const literal = fc
  .tuple(fc.nat(CONDITIONS.length - 1), fc.constantFrom(...QUESTIONS))
  .map(([at, question]): [number, number] => [at, at === NEAR && question === MUST ? MAY : question])
  .map(([at, question]): [number, number] => [at, at === NEAR && question === MUST_NOT ? MAY_NOT : question]);
const literals = fc.array(literal, { maxLength: 3 });
const whole = fc.tuple(
  fc.constantFrom('c0 or c3 and not c7', 'not c0 and (c4 or c7)', 'c11 or c13', 'c18 or not c19'),
  fc.boolean(),
);
const rowOf = (position: number) =>
  fc.oneof(
    { weight: 5, arbitrary: literals.map((all): TableRow => [position, ...all]) },
    { weight: 1, arbitrary: whole.map(([formula, forbids]): TableRow => [position, formula, forbids]) },
  );
const rows = fc.tuple(...Array.from({ length: RULES }, (_, position) => rowOf(position)));

const path = fc.constantFrom('/a', '/a/b', '/a/b/c/d', '/c/x', '/x', '/a/../c', 'rel', '', '/A');
const note = fc
  .array(fc.constantFrom('alpha', 'BETA', 'alphabet', ' ', '-1', 'beta gam', '  ', 'et s', 'ac', 'x'), { maxLength: 5 })
  .map((parts) => parts.join(''));
const args = fc.record(
  {
    path: fc.oneof(path, fc.array(path, { maxLength: 3 }), fc.constant(5)),
    amount: fc.constantFrom(-6, -5, 0, 10, 10.5, 99, 100, '10', 'many', null),
    note: fc.oneof(note, note, note, fc.array(note, { maxLength: 2 }), fc.constant(3)),
    owner: fc.constantFrom('ANNS ', 'ann', 'Ann', 'anns', 'bob', 'eve', 7, ['ann', 'eve']),
  },
  { requiredKeys: [] },
);

test('a table decides as its rows say, one after the other', () => {
  check(
    fc.property(
      rows,
      fc.array(args, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('x', 'y'),
      fc.constantFrom({}, NAMED),
      (all, calls, tool, named) => {
        const set = tableRuleSet({ rules: all.map((_, i) => i), conditions: CONDITIONS, rows: all });
        // The same object serves every call: nothing of one may be left in the next.
        const facts = new Facts(reader, { dialects: [], functions: new Set() });
        const selectors = { ...DEFAULTS, ...named, ofTool: { truthSets: [] } };
        for (const call of calls) {
          const seen = new Facts(reader, { dialects: [], functions: new Set() }).of(tool, call, {
            ...DEFAULTS,
            ...named,
            ofTool: { truthSets: [] },
          });
          const sets = CONDITIONS.map(({ truthSet }) => truthSet(seen));
          const formulas = set.formulas();
          const holds = all.map((row, i) => {
            const forbids = typeof row[1] === 'string' ? (row[2] as boolean) : undefined;
            if (forbids !== undefined) {
              return matches(formulas[i] as (typeof formulas)[0], { truthSet: (at) => sets[at] as number, forbids });
            }
            const own = row.slice(1) as readonly (readonly [number, number])[];
            return own.every(([at, question]) => ((question >> (sets[at] as number)) & 1) === 1);
          });
          const first = holds.indexOf(true);
          assert.equal(set.decide(facts.of(tool, call, selectors)), first < 0 ? RULES : first, JSON.stringify(call));
        }
      },
    ),
    150,
  );
});

const SHAPES: Record<string, unknown>[] = [
  {},
  ...['/a', '/a/b', '/a/b/c/d', '/ab', '/c/x', '/a/../c', 'rel', '', '/A', 5, ['/a', '/c']].map((path) => ({ path })),
  ...[-6, -5, 0, 10, 10.5, 100, '10', ' 10', '', true, null, [1, 20], Number.NaN].map((amount) => ({ amount })),
  ...[
    'ann',
    'ANNS ',
    'anns',
    'a',
    '',
    'bob',
    'eve',
    'e\nx',
    'ann\t',
    'x',
    7,
    null,
    [],
    ['ann', 'eve'],
    { a: 'ann' },
  ].map((owner) => ({ owner })),
  ...[
    'alpha',
    'ALPHA  beta',
    'alphaa-1',
    'beta gam',
    'BETA  1',
    'beta  1',
    'xbeta gamma',
    'ac',
    '',
    ['alpha', 'x'],
    3,
  ].map((note) => ({ note })),
];

test('each condition is looked up as it is worked out, on every shape of value', () => {
  for (const [at, condition] of CONDITIONS.entries()) {
    for (const question of QUESTIONS) {
      if (at === NEAR && (question === MUST || question === MUST_NOT)) continue;
      // Once as the only row, and once in a table of several words.
      for (const position of [0, 150]) {
        const others = Array.from({ length: position }, (_, i): TableRow => [i, [NEVER, MAY]]);
        const rules = [...others, [position, [at, question]] as TableRow];
        const set = tableRuleSet({ rules: rules.map((_, i) => i), conditions: CONDITIONS, rows: rules });
        const facts = new Facts(reader, { dialects: [], functions: new Set() });
        for (const call of SHAPES) {
          for (const named of [{}, NAMED]) {
            const seen = new Facts(reader, { dialects: [], functions: new Set() }).of('x', call, {
              ...DEFAULTS,
              ...named,
              ofTool: { truthSets: [] },
            });
            const holds = ((question >> condition.truthSet(seen)) & 1) === 1;
            const found = set.decide(facts.of('x', call, { ...DEFAULTS, ...named, ofTool: { truthSets: [] } }));
            assert.equal(
              found === position,
              holds,
              `condition ${at}, question ${question}, row ${position}: ${JSON.stringify(call)}`,
            );
          }
        }
      }
    }
  }
});

test('a longer beginning of the same hash is another text', () => {
  const text = 'abc';
  const hashOf = (value: string) => [...value].reduce((hash, one) => mix(hash, one.charCodeAt(0)), SEED);
  const value = text + collision(hashOf(text));
  assert.equal(hashOf(value), hashOf(text));
  const beginnings = new Beginnings();
  beginnings.add(text, 7);
  assert.deepEqual(beginnings.rowsOf(hashOf(text), value, text.length), [7]);
  assert.equal(beginnings.rowsOf(hashOf(value), value, value.length), undefined);
});

/** A text after which the hash is what it was before: met in the middle. */
function collision(hash: number): string {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'];
  const words = (length: number): string[] =>
    length === 0 ? [''] : words(length - 1).flatMap((word) => letters.map((letter) => word + letter));
  const fronts = new Map(words(3).map((word) => [[...word].reduce((h, one) => mix(h, one.charCodeAt(0)), hash), word]));
  // 31 times this is 1, modulo 2 to the 32.
  const INVERSE = -1108378657;
  for (const word of words(3)) {
    for (const last of letters) {
      const back = [...word, last].reduceRight((h, one) => Math.imul(h - one.charCodeAt(0), INVERSE), hash);
      const front = fronts.get(back | 0);
      if (front !== undefined) return front + word + last;
    }
  }
  throw new Error('none found');
}

test('the formula of a rule is any of its rows', () => {
  const set = tableRuleSet({
    rules: [4, 7],
    conditions: CONDITIONS,
    rows: [
      [0, [0, MAY]],
      [0, [3, MAY], [7, MAY_NOT]],
      [1, 'c1 and not c2', false],
    ],
  });
  assert.deepEqual(set.formulas(), [
    {
      any: [
        { all: [{ at: 0, not: false }] },
        {
          all: [
            { at: 3, not: false },
            { at: 7, not: true },
          ],
        },
      ],
    },
    { all: [{ at: 1 }, { at: 2, not: true }] },
  ]);
});
