import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ToolLock, ToolLockError } from '../../../../runtime/gateway/judge/tool-lock.js';

const tool = (name: string, more: object = {}) => JSON.stringify({ name, description: name, ...more });
const lockOf = (...tools: string[]) => new ToolLock(tools.map((one) => JSON.parse(one)));

test('what is no list of named tools is no lock', () => {
  for (const tools of [undefined, {}, [{}], [null], [{ name: 1 }], [{ name: 'a' }, { name: 'a' }]]) {
    assert.throws(() => new ToolLock(tools), ToolLockError, JSON.stringify(tools));
  }
});

test('a tool is taken at its locked word until it is listed', () => {
  const lock = lockOf(tool('a'));
  assert.deepEqual([lock.objection('a'), lock.objection('b')], [undefined, 'tool_not_locked']);
});

test('a page keeps what is as it was locked, in whatever order its members are, `_meta` aside', () => {
  const lock = lockOf(tool('a'), tool('b'));
  const reordered = '{"description":"a","_meta":{"x":1},"name":"a"}';
  assert.deepEqual(lock.page(undefined).kept([reordered, tool('b', { title: 'new' }), tool('c')]), [reordered]);
  assert.deepEqual(
    ['a', 'b', 'c'].map((name) => lock.objection(name)),
    [undefined, 'tool_changed', 'tool_changed'],
  );
  lock.page(undefined).kept([tool('b')]);
  assert.equal(lock.objection('b'), undefined, 'listed as it was again');
});

test('one that comes twice, on a page or on two, is nobody', () => {
  const lock = lockOf(tool('a'), tool('b'));
  assert.deepEqual(lock.page(undefined).kept([tool('a'), tool('b'), tool('a')]), [tool('b')]);
  assert.equal(lock.objection('a'), 'tool_changed');
  const first = lock.page(undefined);
  assert.deepEqual(first.kept([tool('a')]), [tool('a')]);
  first.continuesAt('next');
  assert.deepEqual(lock.page('next').kept([tool('a'), tool('b')]), [tool('b')]);
  assert.equal(lock.objection('a'), 'tool_changed');
});

test('a list that can be read in two ways keeps nothing, until there is another', () => {
  const lock = lockOf(tool('a'));
  assert.deepEqual(lock.page(undefined).kept([tool('a'), '{"name":"x","name":"y"}']), []);
  assert.equal(lock.objection('a'), 'tool_changed');
  const page = lock.page(undefined);
  page.isAmbiguous();
  assert.deepEqual(page.kept([tool('a')]), []);
  assert.deepEqual(lock.page(undefined).kept([tool('a')]), [tool('a')]);
  assert.equal(lock.objection('a'), undefined);
});

test('a new list says that the announced change is known', () => {
  const lock = lockOf(tool('a'));
  lock.isAnnounced = true;
  lock.page('further');
  assert.ok(lock.isAnnounced, 'a further page is not a new list');
  lock.page(undefined);
  assert.ok(!lock.isAnnounced);
});
