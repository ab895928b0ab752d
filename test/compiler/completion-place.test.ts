import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionPlace } from '../../compiler/lsp/completion-place.js';

const RULES = Array.from({ length: 1000 }, (_, i) => `  - { id: r${i}, capability: a, path_prefix: /p${i} }`).join(
  '\n',
);

const PLACES: readonly (readonly [text: string, path: (string | number)[], role: string])[] = [
  [
    `extends: b.yaml\ndeny:\n${RULES}\nallow:\n${RULES}\n  - capability: a\n    after: `,
    ['allow', 0, 'after'],
    'value',
  ],
  ['deny:\n- a\n- b:\n    c: ', ['deny', 0, 'b', 'c'], 'value'],
  [`deny:\n${RULES}\ntools:\n  x: `, ['tools', 'x'], 'value'],
  ['deny:\n  - a\n  # c\n\n  - { capability: b, args: { ', ['deny', 0, 'args'], 'key'],
  ['{ deny: [ { capa', ['deny', 0], 'key'],
  ['deny: [ a, b', ['deny', 1], 'item'],
  [
    'cases:\n  - name: a\n    before:\n      - { tool: x }\n      - { tool: ',
    ['cases', 0, 'before', 1, 'tool'],
    'value',
  ],
  ['deny:\n  - any:\n      - { tenant: a }\n      - pa', ['deny', 0, 'any', 1], 'item'],
  ['version: 1\nde', [], 'key'],
  ['deny:\n  - capability: "a # b"\n    reason: ', ['deny', 0, 'reason'], 'value'],
];

test('what is typed is told by where it stands, in whatever form, behind a thousand rules', () => {
  for (const [text, path, role] of PLACES) {
    const place = completionPlace(text, text.length);
    assert.deepEqual([place?.path, place?.role], [path, role], text.slice(-60));
  }
  assert.deepEqual(completionPlace(`extends: b.yaml\ndeny:\n${RULES}\nallow: [`, 1e6)?.document, {
    extends: 'b.yaml',
    allow: ['CapFence-types-here'],
  });
});

test('in a comment or an open text nothing is completed', () => {
  for (const text of ['deny:\n  # ca', 'deny:\n  - { reason: "some ca', 'x: [ '.repeat(300)])
    assert.equal(completionPlace(text, text.length), undefined, text.slice(0, 40));
});
