import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PolicyError } from '../../../compiler/diagnostics/diagnostic.js';
import { loadPolicySync as loadPolicy, loadPolicyText } from '../../../compiler/ir/load.js';
import { temporaryFolder } from '../../support/folder.js';

/** What loading a text says: `code line:column` of each, sorted by place. */
function problems(text: string): string[] {
  try {
    return loadPolicyText(text).diagnostics.map(({ code, severity }) => `${code} ${severity}`);
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.diagnostics.map(({ code, place }) => `${code} ${place.line}:${place.column}`);
  }
}

test('each way to be wrong has a code and a place', () => {
  for (const [text, ...expected] of [
    ['deny: [a.b]\nalow: [c.d]\n', 'CF102 2:1'],
    ['deny:\n  - capability: a.b\n    path_prefx: /x\n', 'CF102 3:5'],
    ['deny:\n  - capability: a.b\n    path_prefix: 7\n', 'CF103 3:18'],
    ['deny:\n  - path_prefix: /x\n', 'CF104 2:5'],
    ['deny: [a.b]\ndeny: [c.d]\n', 'CF105 2:1'],
    ['deny: &x [a.b]\n', 'CF106 1:10'],
    ['deny: &x [a.b]\nallow: *x\n', 'CF106 1:10', 'CF106 2:8'],
    ['deny: !!seq [a.b]\n', 'CF106 1:13'],
    ['deny: [file*.read]\n', 'CF107 1:8'],
    ['deny: [a..b]\n', 'CF107 1:8'],
    ['deny: ["a b"]\n', 'CF107 1:8'],
    ['deny: [a.b]\ntools: { "a*": x.y, "*b": x.y }\n', 'CF108 2:21'],
    ['deny: [{capability: a.b, id: x}]\nallow: [{capability: a.b, id: x}]\n', 'CF109 2:9'],
    ['deny: [{capability: a.b, id: "deny[0]"}]\n', 'CF110 1:30'],
    ['deny: []\n', 'CF115 1:1'],
    ['', 'CF115 1:1'],
    ['# nothing\n', 'CF115 1:1'],
    ['requre_aproval:\nallow: [a.b]\n', 'CF102 1:1'],
    ['deny: [!foo a.b]\n', 'CF106 1:13'],
    ['deny: [a.b]\nmethods: { "sampling/*": x.y }\n', 'CF120 2:12'],
    ['deny: [a.b]\nrisk_levels: { __proto__: { action: deny } }\n', 'CF103 2:16'],
    ['deny: [a.b]\nextends: []\n', 'CF103 2:10'],
    ['deny: [a.b]\nversion: 2\n', 'CF103 2:10'],
    ['deny: [a.b]\napproval_timeout_seconds: 0\n', 'CF103 2:27'],
    ['deny: [a.b]\napproval_timeout_seconds: 1.5\n', 'CF103 2:27'],
    ['deny: [a.b]\nenforcement_mode: off\n', 'CF103 2:19'],
    ['deny: [a.b]\nmethods: { sampling/createMessage: a.b }\n', 'CF120 2:12'],
    ['deny: [a.b]\ntools: { t: { capability: a.b, paths: [/a~2] } }\n', 'CF118 2:40'],
    ['deny: [{capability: a.b, any: [{}]}]\n', 'CF103 1:32'],
    ['deny: [{capability: a.b, reason: "Not snake"}]\n', 'CF103 1:34'],
    ['deny: [a.b\n', 'CF101 2:1'],
    ['- a\n- b\n', 'CF122 1:1'],
  ] as const) {
    assert.deepEqual(problems(text), expected, JSON.stringify(text));
  }
});

test('all errors of a file come in one go', () => {
  assert.equal(problems('deny:\n  - capability: "a b"\n  - capability: c..d\n    id: "deny[1]"\nalow: []\n').length, 4);
});

test("upstream's forms load with a note, null sections are empty", () => {
  const notes = problems('version: "1.0"\nenforcement_mode: block\nthreshold: 0.5\nwarn:\ndeny: [a.b]\n');
  assert.deepEqual(notes, ['CF119 note', 'CF119 note', 'CF119 note']);
});

test('conditions nest 32 deep and no deeper', () => {
  const nested = (levels: number) =>
    `deny: [{capability: a.b, ${'not: {'.repeat(levels)}path_prefix: /x${'}'.repeat(levels)}}]\n`;
  assert.deepEqual(problems(nested(32)), []);
  assert.deepEqual(
    problems(nested(33)).map((problem) => problem.slice(0, 5)),
    ['CF111'],
  );
});

test('hostile texts end in diagnostics, never in a stack overflow', () => {
  for (const text of [
    '['.repeat(100_000),
    'deny: '.repeat(10_000),
    '{a: '.repeat(50_000),
    '- '.repeat(50_000),
    '\0',
    '%YAML 9.9\n---\n',
  ]) {
    assert.ok(problems(text).length > 0, text.slice(0, 20));
  }
});

test('extends: own rules first, places kept, later parents before earlier', () => {
  inFolder(
    {
      'base.yaml': 'deny: [a.base]\nallow: [a.read]\n',
      'second.yaml': 'deny: [a.second]\n',
      'p.yaml': 'extends: [base.yaml, second.yaml]\ndeny: [a.own]\n',
    },
    (folder) => {
      const { policy } = loadPolicy(join(folder, 'p.yaml'));
      assert.deepEqual(
        policy.rules.map(({ id, capability }) => `${id} ${capability.text}`),
        ['deny[0] a.own', 'deny[1] a.second', 'deny[2] a.base', 'allow[0] a.read'],
      );
      assert.match(policy.rules[2]?.place.source.file ?? '', /base\.yaml$/);
      assert.equal(policy.rules[2]?.place.line, 1);
      assert.equal(policy.sources.length, 3);
      assert.equal(policy.name, 'p');
    },
  );
});

test('extends: circles, missing files, and relaxing what is extended are errors', () => {
  const codes = (files: Record<string, string>) =>
    inFolder(files, (folder) => {
      try {
        loadPolicy(join(folder, 'p.yaml'));
        return [];
      } catch (error) {
        return (error as PolicyError).diagnostics.map(({ code }) => code);
      }
    });
  assert.deepEqual(codes({ 'p.yaml': 'extends: q.yaml\ndeny: [a.b]\n', 'q.yaml': 'extends: p.yaml\n' }), ['CF116']);
  assert.deepEqual(codes({ 'p.yaml': 'extends: none.yaml\ndeny: [a.b]\n' }), ['CF100']);
  assert.deepEqual(codes({ 'p.yaml': 'extends: q.yaml\nenforcement_mode: observe\n', 'q.yaml': 'deny: [a.b]\n' }), [
    'CF117',
  ]);
  assert.deepEqual(
    codes({
      'p.yaml': 'extends: q.yaml\nrisk_levels: { high: { action: warn } }\n',
      'q.yaml': 'deny: [a.b]\nrisk_levels: { high: { action: deny } }\n',
    }),
    ['CF117'],
  );
  assert.deepEqual(
    codes({
      'p.yaml': 'extends: q.yaml\nallow: [{ capability: x.y, id: one }]\n',
      'q.yaml': 'deny: [{ capability: a.b, id: one }]\n',
    }),
    ['CF109'],
  );
});

test('extends: a shared parent comes after all that extend it, and siblings are not children', () => {
  const files = {
    'd.yaml': 'deny: [a.d]\napproval_timeout_seconds: 600\nrisk_levels: { high: { action: require_approval } }\n',
    'b.yaml': 'extends: d.yaml\ndeny: [a.b]\napproval_timeout_seconds: 60\nrisk_levels: { high: { action: deny } }\n',
    'c.yaml': 'extends: d.yaml\ndeny: [a.c]\n',
    'p.yaml': 'extends: [b.yaml, c.yaml]\ndeny: [a.p]\n',
    'observing.yaml': 'extends: d.yaml\nenforcement_mode: observe\n',
    'wrapped.yaml': 'extends: observing.yaml\n',
  };
  inFolder(files, (folder) => {
    const { policy } = loadPolicy(join(folder, 'p.yaml'));
    assert.deepEqual(
      policy.rules.map(({ capability }) => capability.text),
      ['a.p', 'a.c', 'a.b', 'a.d'],
    );
    assert.equal(policy.approvalTimeoutSeconds, 60);
    assert.deepEqual(policy.riskLevels, { high: 'deny' });
    assert.throws(() => loadPolicy(join(folder, 'wrapped.yaml')), /CF117/);
  });
});

function inFolder<T>(files: Record<string, string>, use: (folder: string) => T): T {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return use(folder);
}
