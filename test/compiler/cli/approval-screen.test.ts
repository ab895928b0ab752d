import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { ApprovalScreen } from '../../../compiler/approvals/approval-screen.js';
import { renderArguments } from '../../../compiler/report/arguments.js';
import { styleFor } from '../../../compiler/report/style.js';
import { wrap } from '../../../compiler/report/wrap.js';
import type { Approval } from '../../../runtime/approvals/approval.js';
import { draft } from '../../support/approvals.js';

const PLAIN = styleFor({});
const NOW = Date.parse('2026-01-01T00:00:00Z');

function request(id: string, args = '{"path":"/data/prod/x"}'): Approval {
  const times = { created: '2026-01-01T00:00:00.000Z', expires: '2026-01-01T01:00:00.000Z' };
  return { ...draft(id, { arguments: args }), ...times, id, state: 'pending', steps: [] };
}

const key = (name: string) => ({ name, sequence: name });

test('all of the arguments are shown, as they were spelled, with nothing unseen in them', () => {
  const args = {
    content: 'first\nsecond \u202esecret\n\ttab',
    edits: [{ newText: 'a\nc\n', oldText: 'a\nb\n' }],
    long: 'x'.repeat(150),
    mode: null,
    'odd key\u200b': 'v',
    path: '/a\u001b[2J',
  };
  const text = JSON.stringify(args).replace('"mode":null', '"mode":9007199254740993,"nested":{"deep":[1.50,true]}');
  assert.deepEqual(renderArguments(text, PLAIN), [
    'content (text of 25 characters)',
    '  1 + first',
    '  2 + second <U+202E>secret',
    '  3 + <U+0009>tab',
    '  1 unseen character, written as <U+…>',
    'edits',
    '  [0]',
    '    oldText → newText',
    '        a',
    '      - b',
    '      + c',
    'long (text of 150 characters)',
    `  1 + ${'x'.repeat(150)}`,
    'mode: 9007199254740993',
    'nested',
    '  deep',
    '    [0]: 1.50',
    '    [1]: true',
    '"odd key\\u200b": "v"',
    'path: "/a\\u001b[2J"',
  ]);
});

test('an edit is shown as the difference, whichever half is named first', () => {
  for (const [before, after] of [
    ['oldText', 'newText'],
    ['old_string', 'new_string'],
    ['before', 'after'],
  ] as const) {
    const edit = { [after]: 'same\nadded\nend\n', [before]: 'same\nremoved\nend\n', path: '/a' };
    const lines = renderArguments(JSON.stringify(edit), PLAIN);
    assert.deepEqual(
      lines,
      [`${before} → ${after}`, '    same', '  - removed', '  + added', '    end', 'path: "/a"'],
      before,
    );
  }
});

test('a difference that would take long to find is shown as two texts', () => {
  const lines = (from: number) => [...Array(5000).keys()].map((i) => `line ${from + i}`).join('\n');
  const shown = renderArguments(JSON.stringify({ oldText: lines(0), newText: lines(9000) }), PLAIN);
  assert.equal(shown.filter((line) => line.startsWith('  - ')).length, 5000);
  assert.equal(shown.filter((line) => line.startsWith('  + ')).length, 5000);
});

test('lines are wrapped to the terminal, colours and wide characters too, and nothing is lost', () => {
  const line = `\x1b[32m${'ab漢字'.repeat(20)}\x1b[0m end`;
  const wrapped = wrap(line, 20);
  assert.equal(wrapped.map((part) => stripVTControlCharacters(part)).join(''), stripVTControlCharacters(line));
  for (const part of wrapped) {
    const width = [...stripVTControlCharacters(part)].reduce(
      (sum, character) => sum + (character > '\u1100' ? 2 : 1),
      0,
    );
    assert.ok(width <= 20, part);
  }
  assert.ok(wrapped[1]?.startsWith('\x1b[32m') && wrapped[1].endsWith('\x1b[0m'));
});

test('the screen: what is selected stays, only keys select, and the end must have been seen before approving', () => {
  const screen = new ApprovalScreen(PLAIN);
  const draw = () => screen.draw(NOW, 80, 24);
  screen.update([request('one'), request('two')]);
  assert.match(draw().join('\n'), /2 calls waiting/);
  assert.equal(screen.press(key('a')), undefined, 'nothing is selected');
  screen.press(key('down'));
  assert.match(draw().join('\n'), /> pending {3}one.*path: "\/data\/prod\/x"/s);
  // Another comes in before it.
  screen.update([request('zero'), request('one'), request('two')]);
  assert.equal(screen.current?.id, 'one');
  assert.deepEqual(screen.press(key('a')), { kind: 'approve' });
  // It is decided elsewhere while the person looks at it.
  screen.update([request('zero'), request('two')]);
  assert.equal(screen.press(key('a')), undefined, 'a late key decides nothing');
  screen.update([request('zero'), request('two')]);
  draw();
  assert.equal(screen.current, undefined);

  const text = JSON.stringify({ content: [...Array(100).keys()].map((i) => `line ${i}`).join('\n') });
  screen.update([request('long', text)]);
  screen.press(key('down'));
  assert.match(draw().join('\n'), /\d+ more lines below/);
  assert.equal(screen.press(key('a')), undefined);
  assert.match(draw().join('\n'), /there is more of it below/);
  for (let i = 0; i < 20; i++) {
    screen.press(key('space'));
    draw();
  }
  assert.match(draw().join('\n'), /line 99/);
  assert.deepEqual(screen.press(key('a')), { kind: 'approve' });
  for (const [columns, rows] of [
    [80, 24],
    [20, 6],
    [200, 50],
  ] as const) {
    const lines = screen.draw(NOW, columns, rows);
    assert.ok(lines.length <= Math.max(rows, 6), `${lines.length} of ${rows}`);
    assert.ok(lines.every((line) => line.length <= columns));
  }
});

test('the screen: a rejection takes a reason, or is taken back', () => {
  const screen = new ApprovalScreen(PLAIN);
  screen.update([request('one')]);
  screen.press(key('down'));
  screen.draw(NOW, 80, 24);
  screen.press(key('r'));
  for (const name of ['a', 'q']) screen.press(key(name));
  assert.match(screen.draw(NOW, 80, 24).join('\n'), /Why\?.*aq_/);
  screen.press({ name: 'escape', sequence: '\x1b' });
  screen.press(key('r'));
  for (const name of ['n', 'o', 'x']) screen.press(key(name));
  screen.press({ name: 'backspace', sequence: '\x7f' });
  assert.deepEqual(screen.press({ name: 'return', sequence: '\r' }), { kind: 'reject', why: 'no' });
  screen.press(key('r'));
  assert.deepEqual(screen.press({ name: 'return', sequence: '\r' }), { kind: 'reject', why: undefined });
  assert.deepEqual(screen.press(key('q')), { kind: 'quit' });
  assert.deepEqual(screen.press({ name: 'c', ctrl: true }), { kind: 'quit' });
});
