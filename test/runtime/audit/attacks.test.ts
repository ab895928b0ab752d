// Named examples: damaged and forged logs that the readers of the audit once took for whole, or fell over.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { allRecords, newestRecords, segments } from '../../../runtime/audit/read.js';
import { AuditLog } from '../../../runtime/audit/segment.js';
import { verify } from '../../../runtime/audit/verify.js';
import { capfence } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';
import { toolCall, withGateway, withId } from '../../support/gateway.js';

function withLog(use: (dir: string, path: string) => void): void {
  const dir = temporaryFolder();
  const log = new AuditLog({ dir, agent: 'a', fsync: false, header: () => ({}) });
  log.open();
  for (let i = 0; i < 5; i++) log.append({ kind: 'call', tool: `t\ufffd${i}`, request: i, decision: 'allow' });
  log.close();
  use(dir, segments(dir)[0]?.path as string);
}

test('bytes that are no UTF-8 are not taken for the character that stands for them', () => {
  withLog((dir, path) => {
    const bytes = readFileSync(path);
    const at = bytes.indexOf(Buffer.from('\ufffd'));
    writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at + 3)]));
    assert.deepEqual(
      verify(dir).problems.map(({ kind, seq }) => `${kind} ${seq}`),
      ['not-a-record 1'],
    );
  });
});

test('a damaged line is told by its number, and stops no command', () => {
  const strange = '{"toString":1,"valueOf":1}';
  const lines = [
    `{"a":${'['.repeat(200_000)}${']'.repeat(200_000)},"hash":"x"}`,
    `{"prev":${strange},"hash":${strange},"seq":${strange}}`,
    `{"kind":"call","time":${strange},"tool":${strange},"id":${strange},"decision":${strange}}`,
    '{"\\u001b[2Jevil":"x","id":"wanted","kind":"call","tool":"\\u009b2J","place":"/etc/passwd:1","time":"\\u001b[2J"}',
  ];
  withLog((dir, path) => {
    const text = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, [...text.slice(0, 3), ...lines, ...text.slice(3)].join('\n'));
    mkdirSync(join(dir, '2026-01-01', 'folder.jsonl'), { recursive: true });
    symlinkSync('/nowhere', join(dir, '2026-01-01', 'link.jsonl'));
    const found = verify(dir).problems.map(({ seq }) => seq);
    for (const seq of [3, 4, 5, 6]) assert.ok(found.includes(seq), `${seq}`);
    assert.equal([...allRecords(dir)].length, [...newestRecords(dir)].length);
    for (const args of [
      ['logs'],
      ['logs', '--limit', '50'],
      ['logs', '--json'],
      ['trace', 'wanted'],
      ['trace', 'wanted', '--json'],
    ]) {
      const { status, stdout, stderr } = capfence(...args, '--audit', dir);
      assert.equal(status, 0, stderr);
      assert.ok(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout) && !stdout.includes('root:'), args.join(' '));
    }
    assert.equal(capfence('verify', '--audit', dir).status, 1);
    writeFileSync(join(dir, 'head'), '{"v":1,"segments":[]}');
    assert.equal(capfence('verify', '--audit', dir, '--head', join(dir, 'head')).status, 2);
  });
});

test('records of one millisecond stay in their order, through many segments', () => {
  const dir = temporaryFolder();
  const log = new AuditLog({ dir, agent: 'a', fsync: false, maxBytes: 1, header: () => ({}) });
  log.open();
  for (let i = 0; i < 300; i++) log.append({ kind: 'call', request: i });
  log.close();
  const requests = (records: Iterable<Readonly<Record<string, unknown>>>) =>
    [...records].flatMap(({ request }) => request ?? []);
  const expected = Array.from({ length: 300 }, (_, i) => i);
  assert.deepEqual(requests(allRecords(dir)), expected);
  assert.deepEqual(requests(newestRecords(dir)), expected.toReversed());
  assert.deepEqual(verify(dir).problems, []);
});

test('no secret is stored where a line is refused, in another method, or in the context', async () => {
  const flags = ['--audit-payloads', '--audit-all', '--redact', 'password', '--context', 'api_token=SECRET0'];
  await withGateway({ policy: 'allow: ["*"]\n', flags }, async (gateway) => {
    const args = { password: 'SECRET1' };
    const lines = [
      { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', Arguments: args } },
      { jsonrpc: '2.0', id: 2, method: 'tools/Call', params: { name: 'x', arguments: args } },
      { jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'x', arguments: [args] } },
      { jsonrpc: '2.0', id: 4, method: 'tools/call', params: [{ name: 'x', arguments: args }] },
      { jsonrpc: '2.0', id: 5, method: 'prompts/get', params: { name: 'x', arguments: args } },
      { jsonrpc: '2.0', id: 6, params: { name: 'x', arguments: args } },
      toolCall(7, 'x', args),
    ];
    for (const line of lines) gateway.message(line);
    await gateway.next(withId(7));
    await gateway.close();
    const stored = segments(join(gateway.folder, 'audit'))
      .map(({ path }) => readFileSync(path, 'utf8'))
      .join('');
    assert.ok(!stored.includes('SECRET'), stored);
    assert.equal(gateway.records().filter(({ redacted }) => redacted === true).length, 2);
  });
});
