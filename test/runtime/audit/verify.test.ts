import assert from 'node:assert/strict';
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { allRecords } from '../../../runtime/audit/read.js';
import { recordHash } from '../../../runtime/audit/record.js';
import { AuditLog, AuditUnavailable } from '../../../runtime/audit/segment.js';
import { verify } from '../../../runtime/audit/verify.js';
import { canonicalJson } from '../../../runtime/text/canonical-json.js';
import { temporaryFolder } from '../../support/folder.js';

function withLog(records: number, use: (dir: string, path: string, lines: string[]) => void): void {
  const dir = temporaryFolder();
  const log = new AuditLog({ dir, agent: 'a/../b', fsync: false, header: () => ({ policy: 'p' }) });
  log.open();
  for (let i = 0; i < records; i++) {
    log.append({ kind: 'call', tool: `tool ${i} \u2028`, decision: 'allow' });
    if (i % 3 === 0) log.flush();
  }
  log.close();
  const day = readdirSync(dir)[0] as string;
  const path = join(dir, day, readdirSync(join(dir, day))[0] as string);
  use(dir, path, readFileSync(path, 'utf8').trimEnd().split('\n'));
}

const kinds = (dir: string) => verify(dir).problems.map(({ kind, seq }) => `${kind} ${seq}`);

test('a log that nobody touched is whole', () => {
  withLog(10, (dir, path) => {
    const { head, ...verified } = verify(dir);
    assert.deepEqual(verified, { ok: true, segments: 1, records: 12, problems: [] });
    assert.deepEqual(
      Object.values(head).map(({ count }) => count),
      [12],
    );
    assert.deepEqual(
      [...allRecords(dir)].map(({ seq }) => seq),
      Array.from({ length: 12 }, (_, i) => i),
    );
    assert.match(path, /Z-a_\.\._b-\d+-[0-9a-f]{12}\.jsonl$/);
    if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
  });
});

test('verify names each kind of tampering and its record', () => {
  const tampered: [name: string, change: (lines: string[]) => string[], expected: string][] = [
    [
      'an edited record',
      (lines) => lines.map((line, i) => (i === 4 ? line.replace('allow', 'deny!') : line)),
      'edited 4',
    ],
    ['a removed record', (lines) => lines.filter((_, i) => i !== 4), 'broken-chain 4'],
    ['an inserted record', (lines) => [...lines.slice(0, 4), lines[4] as string, ...lines.slice(4)], 'broken-chain 5'],
    [
      'reordered records',
      (lines) => [...lines.slice(0, 4), lines[5] as string, lines[4] as string, ...lines.slice(6)],
      'broken-chain 4',
    ],
    [
      'a duplicate key',
      (lines) => lines.map((line, i) => (i === 4 ? line.replace('"kind":', '"kind":"x","kind":') : line)),
      'not-a-record 4',
    ],
    ['a removed footer', (lines) => lines.slice(0, -1), 'unfinished null'],
    ['a removed header', (lines) => lines.slice(1), 'misplaced 0'],
  ];
  for (const [name, change, expected] of tampered) {
    withLog(10, (dir, path, lines) => {
      // As after the process ended: its number is no longer in use.
      const ended = path.replace(/-\d+-([0-9a-f]{12})/, '-4999999-$1');
      writeFileSync(path, `${change(lines).join('\n')}\n`);
      renameSync(path, ended);
      const found = kinds(dir).filter((kind) => !kind.startsWith('misplaced') || expected.startsWith('misplaced'));
      assert.ok(found.includes(expected), `${name}: ${found.join(', ')}`);
    });
  }
});

test('a torn last line is told apart from tampering', () => {
  withLog(10, (dir, path) => {
    truncateSync(path, statSync(path).size - 20);
    assert.deepEqual(
      kinds(dir).filter((kind) => !kind.startsWith('unfinished')),
      ['torn 11'],
    );
    assert.equal([...allRecords(dir)].length, 11);
  });
});

test('after a failed write nothing counts as recorded, and a new segment begins', () => {
  withLog(0, (dir) => {
    const log = new AuditLog({ dir: join(dir, 'sub'), agent: 'a', fsync: false, header: () => ({}) });
    log.open();
    log.flush();
    const inner = log as unknown as { fd: number };
    const good = inner.fd;
    inner.fd = 9999; // A descriptor that can't be written.
    log.append({ kind: 'call' });
    assert.throws(() => log.flush(), AuditUnavailable);
    log.append({ kind: 'call' });
    log.flush();
    log.close();
    assert.equal(verify(join(dir, 'sub')).segments, 2);
    assert.notEqual(good, inner.fd);
    // A segment of which not even the header could be written leaves nothing behind.
    log.open();
    const empty = inner.fd;
    inner.fd = 9999;
    assert.throws(() => log.flush(), AuditUnavailable);
    closeSync(empty);
    assert.equal(verify(join(dir, 'sub')).segments, 2);
  });
});

test('segments of several processes are merged by time', () => {
  withLog(3, (dir) => {
    const log = new AuditLog({ dir, agent: 'other', fsync: false, header: () => ({}) });
    log.open();
    log.append({ kind: 'call', tool: 'late' });
    log.close();
    const times = [...allRecords(dir)].map(({ time }) => String(time));
    assert.deepEqual(times, times.toSorted());
    appendFileSync(join(dir, 'not-a-day'), 'x');
    assert.equal(verify(dir).segments, 2);
  });
});

test('canonical JSON is that of RFC 8785', () => {
  // The example of the RFC's section 3.2.2 and 3.2.3.
  const value = JSON.parse(
    '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}',
  );
  assert.equal(
    canonicalJson(value),
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
});

test('a record behind the footer is out of place, however well it is made', () => {
  withLog(2, (dir, path, lines) => {
    const { hash: prev, id, records: _, ...rest } = JSON.parse(lines.at(-1) as string);
    const more = { ...rest, kind: 'call', tool: 't', id: `${id}x`, prev, seq: lines.length };
    appendFileSync(path, `${JSON.stringify({ ...more, hash: recordHash(more) })}\n`);
    assert.deepEqual(kinds(dir), [`misplaced ${lines.length}`]);
  });
});

test('a segment that another file has taken the place of is not written on', async () => {
  const dir = temporaryFolder();
  let path = '';
  const log = new AuditLog({
    dir,
    agent: 'a',
    fsync: false,
    header: () => ({}),
    onSegment: (segment) => (path = segment.path),
  });
  log.open();
  log.append({ kind: 'call', tool: 't' });
  log.flush();
  renameSync(path, `${path}.moved`);
  copyFileSync(`${path}.moved`, path);
  await sleep(30); // It looks only now and then.
  log.append({ kind: 'call', tool: 'u' });
  assert.throws(() => log.flush(), AuditUnavailable);
});
