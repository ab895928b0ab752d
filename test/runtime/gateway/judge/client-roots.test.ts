import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClientRoots, rootsInResponses } from '../../../../runtime/gateway/judge/client-roots.js';

const roots = (...uris: unknown[]) => ({ roots: uris.map((uri) => ({ uri })) });

test('one root that nobody can tell makes the others no safer', () => {
  const inputResponses = { a: roots('file:///a'), b: roots('https://b/') };
  assert.deepEqual(rootsInResponses({ inputResponses }), { folders: ['/a'], hasUnknown: true });
  assert.equal(rootsInResponses({ inputResponses: { a: { action: 'accept' } } }), undefined);
});

test('an answer counts once, and only to what the server asked', () => {
  const client = new ClientRoots();
  client.ask(1);
  assert.equal(client.answered({ id: 2, result: roots('file:///x') }), undefined);
  assert.deepEqual(client.answered({ id: '1', result: roots('file:///x', 5) }), { folders: ['/x'], hasUnknown: true });
  assert.equal(client.answered({ id: 1, result: roots('file:///x') }), undefined);
});
