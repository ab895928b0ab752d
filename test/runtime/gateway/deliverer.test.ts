import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deliverer } from '../../../runtime/gateway/deliverer.js';
import type { JudgedLine } from '../../../runtime/gateway/judge/line-judge.js';

const deliverer = new Deliverer({ manifest: {} as never, denyAs: 'error', observes: false });
const lineOf = (...kinds: string[]) =>
  ({ passes: true, asked: [], messages: kinds.map((kind) => ({ evaluation: { kind } })) }) as unknown as JudgedLine;
const goesOn = (line: JudgedLine, isRecorded: boolean) => deliverer.goesOn(line, { records: new Map(), isRecorded });

test('a line with a judged call in it goes on only where that is on record', () => {
  assert.equal(goesOn(lineOf('judged', 'passes'), false), false);
  assert.equal(goesOn(lineOf('judged', 'passes'), true), true);
  assert.equal(goesOn(lineOf('passes'), false), true, 'what is not judged need not be on record');
});

test('a line that was asked about goes on only where all of it is approved', () => {
  const line = lineOf('judged', 'judged');
  const asked = { ...line, asked: line.messages } as JudgedLine;
  const [first, second] = asked.asked as unknown as [JudgedLine['messages'][0], JudgedLine['messages'][0]];
  const passes = { kind: 'passes' } as const;
  const settled = (one: object, other: object) =>
    deliverer.goesOn(asked, {
      records: new Map(),
      isRecorded: true,
      resolutions: new Map([
        [first, one],
        [second, other],
      ]) as never,
    });
  assert.equal(settled(passes, passes), true);
  assert.equal(settled(passes, { kind: 'cancelled' }), false);
});
