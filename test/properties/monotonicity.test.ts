import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import type { Context, Decide, Environment, Verdict } from '../../runtime/decide/index.js';
import * as arbitrary from '../support/arbitrary.js';
import { check } from '../support/seed.js';

/** A warning lets a call pass: warn rules match what is certain alone, so something unknown may take the mark off. */
const STRICTNESS: Record<string, number> = { allow: 0, warn: 0, require_approval: 1, deny: 2 };

const bindFile = (file: unknown, environment: Environment, context: Context): Decide =>
  evaluateModule(loadPolicyText(JSON.stringify(file)).policy).bind(context, environment);

/**
 * The order of strictness is that of rules. Where no rule matched, an approval rule that now does (for certain, or
 * because something became unknown) asks a person about a call that was denied by default: nothing passes by itself.
 */
function assertNotLooser(before: Verdict, after: Verdict, what: unknown): void {
  if (before.rule === -1 && after.decision === 'require_approval') return;
  const isLooser = (STRICTNESS[after.decision] as number) < (STRICTNESS[before.decision] as number);
  assert.ok(!isLooser, `${before.decision} became ${after.decision}: ${JSON.stringify(what)}`);
}

test('adding a deny or approval rule never loosens a verdict; removing an allow never does', () => {
  check(
    fc.property(
      arbitrary.policyFile,
      arbitrary.rule,
      fc.constantFrom('deny', 'require_approval'),
      fc.nat(),
      arbitrary.environment,
      arbitrary.context,
      fc.array(arbitrary.call, { minLength: 1, maxLength: 6 }),
      (file, rule, section, at, environment, context, calls) => {
        const decide = bindFile(file, environment, context);
        const rules = file[section as 'deny'] ?? [];
        const position = at % (rules.length + 1);
        const stricter = bindFile(
          { ...file, [section]: [...rules.slice(0, position), rule, ...rules.slice(position)] },
          environment,
          context,
        );
        const allows = file.allow as unknown[];
        const remaining = allows.filter((_, i) => i !== at % allows.length);
        // A policy needs some rule; this one matches nothing.
        const poorer = bindFile({ ...file, allow: [...remaining, 'no.such.thing'] }, environment, context);
        for (const { tool, args } of calls) {
          const verdict = decide(tool, args);
          assertNotLooser(verdict, stricter(tool, args), { rule, section, tool, args });
          assertNotLooser(verdict, poorer(tool, args), { tool, args });
        }
      },
    ),
    400,
    10_000,
  );
});

/** One call with something of each fact, and a further value for one of them. */
const widened = fc
  .record({
    path: arbitrary.pathText,
    amount: fc.constantFrom(0, 5, 10, 99.5, 100, '10'),
    note: fc.constantFrom('x', 'rm -rf', 'ls', 'drop table'),
    extra: fc.oneof(
      arbitrary.pathText.map((file) => ({ file })),
      arbitrary.pathText.map((deep) => ({ options: [{ cwd: deep }] })),
      fc.constantFrom(0, 5, 100, 1000, 'NaN', null, {}).map((total) => ({ total })),
      fc.constantFrom('x', 'rm -rf /', 'y', '').map((remark) => ({ remark })),
    ),
  })
  .map(({ extra, ...call }) => ({ before: call, after: { ...call, ...extra } }));

/** Conditions on what is found by default; named arguments are a matter of their own. */
const DEFAULT_FACTS = ['path_prefix', 'path_glob', 'contains', 'match_regex', 'amount_gt', 'amount_lte', 'environment'];

test('adding a value beside another never loosens a verdict', () => {
  check(
    fc.property(
      arbitrary.policyFileOf(DEFAULT_FACTS),
      arbitrary.environment,
      widened,
      arbitrary.capability,
      (file, environment, { before, after }, capability) => {
        const decide = bindFile({ ...file, tools: {}, methods: {} }, environment, {});
        for (const tool of ['xyz', 'write_file', 'directory_tree']) {
          assertNotLooser(decide(tool, before), decide(tool, after), { tool, before, after });
        }
        const direct = (args: Record<string, unknown>) => decide.capability(capability, args);
        assertNotLooser(direct(before), direct(after), { capability, before, after });
      },
    ),
    1500,
    40_000,
  );
});

test('spoiling the type of a value that a named selector finds never loosens a verdict', () => {
  const known = DEFAULT_FACTS.concat('args_values');
  check(
    fc.property(
      arbitrary.policyFileOf(known),
      arbitrary.environment,
      arbitrary.capability,
      widened,
      fc.constantFrom('path', 'amount', 'note'),
      fc.constantFrom(null, {}, { path: '/data/staging' }, [null]),
      (file, environment, capability, { before }, key, spoiled) => {
        const mapping = { capability, paths: ['path'], amounts: ['amount'], text: ['note'] };
        const decide = bindFile({ ...file, tools: { t: mapping }, methods: {} }, environment, {});
        const after = { ...before, [key]: spoiled };
        assertNotLooser(decide('t', before), decide('t', after), { mapping, before, after });
      },
    ),
    1500,
    40_000,
  );
});

test('no policy text crashes the loader, or takes it long', () => {
  const piece = fc.constantFrom(
    'deny:',
    'allow:',
    '\n',
    '  - ',
    '- ',
    'capability: ',
    'filesystem.read',
    '{',
    '}',
    '[',
    ']',
    '&a ',
    '*a',
    '!!str ',
    '"',
    "'",
    '|',
    '>',
    '<<: ',
    '? ',
    ': ',
    '#',
    '\t',
    '\0',
    '\u2028',
    '%YAML 1.2\n',
    '---',
    '...',
    'path_prefix: ',
    'match_regex: "("',
    'not: ',
    'any: ',
    '__proto__: ',
    'tools: ',
    'extends: ',
    'version: ',
    '1e999',
    '.inf',
    '.nan',
    '~',
    'null',
    '0x10',
    '🎈',
  );
  check(
    fc.property(
      fc.oneof(
        fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join('')),
        fc.string({ unit: 'binary' }),
      ),
      (text) => {
        try {
          loadPolicyText(text);
        } catch (error) {
          assert.equal((error as Error).name, 'PolicyError', String((error as Error).stack));
        }
      },
    ),
    2000,
    100_000,
  );
});
