import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BoundedLines } from '../../../runtime/wire/bounded-lines.js';
import { idOf } from '../../../runtime/wire/envelope.js';
import { EnvelopeStream } from '../../../runtime/wire/envelope-stream.js';

const isPiece = (limit: number, text: string) =>
  new BoundedLines(() => limit).push(Buffer.from(text)).map((line) => 'kind' in line);

test('a line of exactly the limit is whole, one more and it comes in pieces', () => {
  assert.deepEqual(isPiece(10, '0123456789\n'), [false]);
  assert.deepEqual(isPiece(10, '0123456789a\n').includes(true), true);
});

test('an id in a long line is read as UTF-8', () => {
  const stream = new EnvelopeStream();
  stream.push(Buffer.from('{"id":"é","result":1}'));
  assert.equal(stream.id, 'é');
});

test('an error bears no id that the message gives in two spellings', () => {
  assert.equal(idOf('{"jsonrpc":"2.0","id":1,"method":"x"}'), 1);
  assert.equal(idOf('{"jsonrpc":"2.0","id":1,"ID":2,"method":"x"}'), null);
});
