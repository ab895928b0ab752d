import assert from 'node:assert/strict';
import { Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { BackPressure } from '../../../../runtime/gateway/process/back-pressure.js';

/** A target that takes what it is given when it is told to. */
function slowTarget(): { target: Writable; writes: string[]; take(): void } {
  const writes: string[] = [];
  const open: (() => void)[] = [];
  const target = new Writable({
    highWaterMark: 10,
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      open.push(done);
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => String(chunk)).join(''));
      open.push(done);
    },
  });
  return { target, writes, take: () => open.shift()?.() };
}

const source = () => new Readable({ read() {} }).resume();
const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is written together leaves in one write, and holds its source back once', async () => {
  const { target, writes, take } = slowTarget();
  const pressure = new BackPressure(target);
  const from = source();
  pressure.together(from, () => {
    for (const line of ['one\n', 'two\n', 'three\n']) pressure.write(line, from);
    assert.ok(!from.isPaused(), 'not before it is known whether the target takes it at once');
  });
  assert.deepEqual(writes, ['one\ntwo\nthree\n']);
  assert.ok(from.isPaused());
  take();
  await turn();
  assert.ok(!from.isPaused());
});

test('a few bytes hold nobody back', () => {
  const { target } = slowTarget();
  const pressure = new BackPressure(target);
  const from = source();
  pressure.together(from, () => pressure.write('one\n', from));
  assert.ok(!from.isPaused());
});

test('what fails in between leaves nothing behind in the target', () => {
  const { target, writes } = slowTarget();
  const pressure = new BackPressure(target);
  const from = source();
  assert.throws(() =>
    pressure.together(from, () => {
      pressure.write('one\n', from);
      throw new Error('no');
    }),
  );
  assert.deepEqual(writes, ['one\n']);
});

test('a source that two targets hold back flows when neither does', async () => {
  const [one, other] = [slowTarget(), slowTarget()];
  const from = source();
  new BackPressure(one.target).write('more than ten bytes\n', from);
  new BackPressure(other.target).write('more than ten bytes\n', from);
  one.take();
  await turn();
  assert.ok(from.isPaused());
  other.take();
  await turn();
  assert.ok(!from.isPaused());
});
