import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { interpretTool } from '../../compiler/interpret/interpret.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { FORMS, otherCases, SHAPES } from '../support/value-shapes.js';

/*
 * Not luck: every form of selector, around every shape of value, under every condition that reads it, in every kind of
 * rule. Generated code and interpreter agree on each, and what can't be read protects.
 */

const OPERATORS: Record<string, unknown> = {
  eq: 'secret',
  in: ['secret', 5],
  glob: 'secr*',
  regex: '^secret$',
  prefix: 'sec',
  contains: 'secret',
  gt: 3,
  lte: 3,
  exists: true,
  type: ['string', 'array'],
};

interface Reader {
  readonly name: string;
  readonly mapping: Record<string, unknown>;
  readonly condition: Record<string, unknown>;
  readonly values: readonly unknown[];
}

/** What reads a selector's values, and a value on each side of what it asks. */
function readers(selector: string): Reader[] {
  return [
    { name: 'paths', mapping: { paths: [selector] }, condition: { path_prefix: '/data' }, values: ['/data/x', '/etc'] },
    { name: 'glob', mapping: { paths: [selector] }, condition: { path_glob: '/data/*' }, values: ['/data/x', '/etc'] },
    { name: 'amounts', mapping: { amounts: [selector] }, condition: { amount_lte: 10 }, values: [5, 50, -5, '5'] },
    { name: 'text', mapping: { text: [selector] }, condition: { contains: 'rm' }, values: ['rm', 'ls'] },
    { name: 'regex', mapping: { text: [selector] }, condition: { match_regex: '^rm' }, values: ['rm', 'ls'] },
    { name: 'group', mapping: { text: [[selector, 'c?']] }, condition: { contains: 'rm' }, values: ['rm', 'ls'] },
    ...Object.entries(OPERATORS).map(([op, operand]) => ({
      name: `args ${op}`,
      mapping: {},
      condition: { args: { [selector]: { [op]: operand } } },
      values: ['secret', 'other', 5, 1],
    })),
  ];
}

/** The default facts and `table` read by names of their own. */
const DEFAULTS: readonly (Reader & { readonly key: string })[] = [
  { name: 'paths', key: 'path', mapping: {}, condition: { path_prefix: '/data' }, values: ['/data/x', '/etc'] },
  { name: 'amounts', key: 'amount', mapping: {}, condition: { amount_lte: 10 }, values: [5, 50, -5] },
  { name: 'text', key: 'note', mapping: {}, condition: { contains: 'rm' }, values: ['rm', 'ls'] },
  { name: 'command', key: 'command', mapping: {}, condition: { contains: 'rm' }, values: ['rm', 'ls'] },
  { name: 'table', key: 'table', mapping: {}, condition: { table: 'users' }, values: ['users', 'Users', 'other'] },
];

const RULES = ['deny', 'require_approval', 'allow', 'warn'];

test('every selector form × every value shape × every reader × every kind of rule: interpreter and module agree', () => {
  let calls = 0;
  for (const { selector, place } of FORMS) {
    for (const reader of readers(selector)) calls += compare(reader, place);
  }
  for (const reader of DEFAULTS) {
    calls += compare(reader, (value) => (typeof value === 'symbol' ? {} : { [reader.key]: value }));
    calls += compare(reader, (value) => ({ outer: [typeof value === 'symbol' ? {} : { [reader.key]: value }] }));
  }
  assert.ok(calls > 100_000, `${calls} calls`);
});

/** @returns how many calls were compared. */
function compare(
  { name, mapping, condition, values }: Reader,
  place: (value: unknown) => Record<string, unknown>,
): number {
  let calls = 0;
  for (const section of RULES) {
    for (const when of [condition, { not: condition }]) {
      const file: Record<string, unknown> = { tools: { t: { capability: 'a.b', ...mapping } }, allow: ['a.b'] };
      if (section === 'allow') file['allow'] = [{ capability: 'a.b', ...when }];
      else file[section] = [{ capability: 'a.b', ...when }];
      const { policy } = loadPolicyText(JSON.stringify(file));
      const decide = evaluateModule(policy).bind({}, { platform: 'linux' });
      const world = { context: {}, environment: { platform: 'linux' } as const };
      for (const value of values) {
        for (const shape of SHAPES) {
          const plain = place(shape.of(value));
          for (const args of [plain, ...otherCases(plain)]) {
            const expected = interpretTool(policy, 't', args, world);
            const found = decide('t', args);
            const where = `${section} ${JSON.stringify(when)}, ${name}, ${shape.name}: ${JSON.stringify(args)}`;
            assert.equal(found.decision, expected.decision, where);
            assert.deepEqual(decide.unknown('t', args).toSorted(), expected.unknown.toSorted(), where);
            calls++;
          }
        }
      }
    }
  }
  return calls;
}

/** docs/language.md, Tools and methods: an array that holds nothing is unknown where it stands, whatever is beside it. */
test('an empty array beside a value is unknown in paths, amounts, texts and args alike', () => {
  const cases: readonly (readonly [mapping: object, condition: object, args: object])[] = [
    [{}, { args: { '/o/*': 'secret' } }, { o: ['x', []] }],
    [{}, { args: { o: 'secret' } }, { o: ['x', []] }],
    [{}, { args: { o: { contains: 'secret' } } }, { o: [['x'], [[]]] }],
    [{ paths: ['o'] }, { path_prefix: '/etc' }, { o: ['/x', []] }],
    [{}, { path_prefix: '/etc' }, { path: ['/x', []] }],
    [{ amounts: ['o'] }, { amount_gt: 10 }, { o: [1, []] }],
    [{}, { amount_gt: 10 }, { amount: [1, []] }],
    [{ text: ['o'] }, { contains: 'secret' }, { o: ['x', []] }],
    [{ text: [['o', 'p']] }, { contains: 'secret' }, { o: 'x', p: ['y', []] }],
    [{}, { table: 'secret' }, { table: ['x', []] }],
  ];
  for (const [mapping, condition, args] of cases) {
    const file = {
      tools: { t: { capability: 'a.b', ...mapping } },
      deny: [{ capability: 'a.b', ...condition }],
      allow: ['a.b'],
    };
    const { policy } = loadPolicyText(JSON.stringify(file));
    const world = { context: {}, environment: { platform: 'linux' } as const };
    const decide = evaluateModule(policy).bind({}, world.environment);
    const where = JSON.stringify([condition, args]);
    assert.equal(interpretTool(policy, 't', args, world).decision, 'deny', where);
    assert.equal(decide('t', args as Record<string, unknown>).decision, 'deny', where);
  }
});
