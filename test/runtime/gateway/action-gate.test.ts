import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ActionRuntime } from '../../../index.js';
import { temporaryFolder } from '../../support/folder.js';

const POLICY = `
mark:
  - { label: secret, capability: filesystem.read, path_prefix: /home/u/.ssh }
  - { label: tested, capability: ci, result: { at: /code, eq: 0 } }
limits: [{ id: few, capability: few, max: 2, per: 1m }]
deny: [{ capability: mail.send, after: secret }]
require_approval: [{ capability: asked }]
allow: [filesystem, mail, ci, few, { capability: deploy, after: tested }]
tools: { send: mail.send, test: ci, deploy: deploy, few: few, asked: asked }
`;

async function gateIn(folder: string) {
  writeFileSync(join(folder, 'policy.yaml'), POLICY);
  return ActionRuntime.fromPolicy(join(folder, 'policy.yaml'), { ledger: join(folder, 'ledger'), agent: 'program' });
}

test('a program begins and ends calls: what it marks and counts is so from then on', async () => {
  const folder = temporaryFolder();
  const [gate, other] = [await gateIn(folder), await gateIn(folder)];
  assert.equal(gate.decide('send').decision, 'allow');
  assert.equal(gate.decide('read_file', { path: '/home/u/.ssh/id' }).decision, 'allow');
  assert.equal(gate.decide('send').decision, 'allow', 'decide changes nothing');
  const read = await gate.begin('read_file', { path: '/home/u/.ssh/id' });
  assert.equal(read.verdict.decision, 'allow');
  assert.equal(other.decide('send').decision, 'deny', 'it may hold while the call is open');
  await read.end('ok');
  assert.equal((await other.begin('send')).verdict.decision, 'deny');
  for (const code of [1, 0]) {
    const tested = await gate.begin('test');
    await tested.end('ok', { code });
    assert.equal(gate.decide('deploy').decision, code === 0 ? 'allow' : 'deny');
  }
  assert.equal((await gate.begin('few')).verdict.decision, 'allow');
  assert.equal((await other.begin('few')).verdict.decision, 'allow');
  assert.equal((await gate.begin('few')).verdict.reason, 'limit_exceeded');
  assert.equal((await gate.begin('asked')).verdict.decision, 'require_approval');
  await gate.close();
  await other.close();
});

test('a ledger that can not be used denies what needs it, and nothing else', async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'ledger'), 'no folder');
  const gate = await gateIn(folder);
  assert.equal(gate.decide('send').reason, 'ledger_unavailable');
  assert.equal(gate.decide('read_file', { path: '/srv/a' }).decision, 'allow');
  assert.equal((await gate.begin('read_file', { path: '/srv/a' })).verdict.decision, 'allow');
  assert.equal((await gate.begin('read_file', { path: '/home/u/.ssh/a' })).verdict.reason, 'ledger_unavailable');
  assert.equal((await gate.begin('few')).verdict.reason, 'ledger_unavailable');
});
