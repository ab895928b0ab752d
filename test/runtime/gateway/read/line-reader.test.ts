import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LineReader } from '../../../../runtime/gateway/read/line-reader.js';
import { isObject } from '../../../../runtime/wire/envelope.js';
import { LineSplitter } from '../../../../runtime/wire/lines.js';

function reader(taken: readonly unknown[] = []) {
  const one = new LineReader({
    own: {
      isOwn: (id) => id === 'own',
      isOurs: (message) => isObject(message) && message['id'] === 'own',
      takeOut: () => undefined,
    },
    isTaken: (id) => taken.includes(id),
    keepsPayloads: false,
    maxMessageBytes: 100,
  });
  one.allowsBatches = true;
  return one;
}

function read(text: string, taken: readonly unknown[] = []): string | undefined {
  const [line] = new LineSplitter(100).push(Buffer.from(`${text}\n`));
  const found = line && reader(taken).read(line);
  if (!found) return undefined;
  if (found.kind === 'refused') return `refused ${found.id} ${found.refusal.code}`;
  return found.kind === 'own' ? 'own' : `${found.isBatch ? 'batch' : 'message'} ${found.messages.length}`;
}

test('a line is one message, a batch, an answer to the gateway, nothing, or refused', () => {
  assert.equal(read('{"jsonrpc":"2.0","id":1,"method":"ping"}'), 'message 1');
  assert.equal(read('[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","method":"x"}]'), 'batch 2');
  assert.equal(read('{"jsonrpc":"2.0","id":"own","result":{}}'), 'own');
  assert.equal(read(' \t\r'), undefined);
  assert.equal(read('{"jsonrpc":"2.0","id":7,"method":5}'), 'refused 7 -32600');
  assert.equal(read('{"id":'), 'refused null -32700');
  assert.equal(read(`"${'x'.repeat(100)}"`), 'refused null -32600');
});

test('an id in flight is refused, and not answered', () => {
  assert.equal(read('{"jsonrpc":"2.0","id":1,"method":"ping"}', [1]), 'refused null -32600');
  assert.equal(read('{"jsonrpc":"2.0","id":1,"method":5}', [1]), 'refused null -32600');
  assert.equal(read('[{"jsonrpc":"2.0","id":1,"method":"ping"}]', [1]), 'refused null -32600');
});

test('an answer to the gateway in a batch refuses the batch, wherever it stands', () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"p"}';
  assert.equal(read(`[{"jsonrpc":"2.0","id":"own","result":{}},${ping}]`), 'refused null -32600');
  assert.equal(read(`[${ping},{"jsonrpc":"2.0","id":"own","result":{}}]`), 'refused null -32600');
});
