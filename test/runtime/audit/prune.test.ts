import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { allRecords, type SegmentFile, segments } from '../../../runtime/audit/read.js';
import { recordHash } from '../../../runtime/audit/record.js';
import { AuditLog } from '../../../runtime/audit/segment.js';
import { signerOf } from '../../../runtime/audit/sign.js';
import { verify } from '../../../runtime/audit/verify.js';
import { capfence, ROOT } from '../../support/capfence.js';
import { temporaryFolder } from '../../support/folder.js';

function inFolder(use: (folder: string) => void): void {
  const folder = temporaryFolder();
  use(folder);
}

const audit = (folder: string) => join(folder, 'audit');

/** As if gateways had written on these days: their clock is this process's, for as long. */
function write(
  folder: string,
  day: string,
  options: { key?: string; maxBytes?: number; end?: boolean; calls?: number } = {},
): void {
  const { key, maxBytes, end = true, calls = 3 } = options;
  const now = Date.now;
  Date.now = () => Date.parse(`${day}T12:00:00Z`);
  try {
    const signer = key === undefined ? undefined : signerOf(readFileSync(key));
    const log = new AuditLog({
      dir: audit(folder),
      agent: 'a',
      fsync: false,
      maxBytes,
      signer,
      header: () => ({ command: [] }),
    });
    log.open();
    for (let i = 0; i < calls; i++) log.append({ kind: 'call', tool: `t${i}` });
    log.flush();
    log.close();
    if (end) return;
    // As a gateway that was killed leaves it.
    const { path } = segments(audit(folder)).at(-1) as SegmentFile;
    writeFileSync(path, readFileSync(path, 'utf8').replace(/[^\n]*\n$/, ''));
  } finally {
    Date.now = now;
  }
}

function prune(folder: string, ...more: string[]) {
  const done = capfence(
    'prune',
    '--older-than',
    '90d',
    '--why',
    'policy',
    '--by',
    'me',
    '--audit',
    audit(folder),
    '--json',
    ...more,
  );
  assert.equal(done.status, 0, done.stderr);
  return JSON.parse(done.stdout);
}

const today = () => new Date().toISOString().slice(0, 10);
const names = (dir: string) => segments(dir).map(({ segment }) => segment);
const python = (folder: string) =>
  spawnSync('python3', [join(ROOT, 'docs/verify_audit.py'), audit(folder)], { encoding: 'utf8' });
const hasPython = spawnSync('python3', ['--version']).status === 0;

test('prune takes whole old segments away, and verify accepts exactly those', () => {
  inFolder((folder) => {
    write(folder, '2020-01-01');
    write(folder, '2020-01-02');
    write(folder, today());
    const dir = audit(folder);
    const head = join(folder, 'head.json');
    assert.equal(capfence('verify', '--audit', dir, '--head', head).status, 0);
    const [old, second, young] = segments(dir) as [SegmentFile, SegmentFile, SegmentFile];
    const records = [...allRecords(dir)].filter(({ segment }) => segment === old.segment);
    const { pruned, kept, record } = prune(folder, '--head', head);
    assert.deepEqual(kept, []);
    assert.deepEqual(pruned[0], {
      segment: old.segment,
      count: records.length,
      first: records[0]?.['hash'],
      last: records.at(-1)?.['hash'],
    });
    assert.deepEqual(
      pruned.map(({ segment }: SegmentFile) => segment),
      [old.segment, second.segment],
    );
    assert.ok(!existsSync(old.path) && existsSync(young.path));
    assert.ok(!readdirSync(dir).includes('2020-01-01'), 'an empty folder stays behind');
    const written = [...allRecords(dir)].find(({ id }) => id === record);
    assert.deepEqual(
      [written?.['kind'], written?.['why'], written?.['by'], written?.['segments']],
      ['pruned', 'policy', 'me', pruned],
    );
    assert.equal(capfence('verify', '--audit', dir, '--head', head).status, 0);
    if (hasPython) assert.equal(python(folder).status, 0);
    assert.match(capfence('logs', '--audit', dir).stdout, /prune +pruned +2 segments +policy/);
    assert.match(capfence('trace', record, '--audit', dir).stdout, /pruned/);
    // Another segment that goes is missed.
    rmSync(young.path);
    const missing = capfence('verify', '--audit', dir, '--head', head);
    assert.equal(missing.status, 1);
    assert.match(missing.stdout, /missing-segment/);
  });
});

test('without its head file, verify --head goes on missing what was pruned', () => {
  inFolder((folder) => {
    write(folder, '2020-01-01');
    write(folder, today());
    const head = join(folder, 'head.json');
    capfence('verify', '--audit', audit(folder), '--head', head);
    const before = readFileSync(head, 'utf8');
    prune(folder);
    assert.equal(capfence('verify', '--audit', audit(folder)).status, 0);
    const missing = capfence('verify', '--audit', audit(folder), '--head', head);
    assert.equal(missing.status, 1);
    assert.match(missing.stdout, /missing-segment.*not with --head/);
    assert.equal(readFileSync(head, 'utf8'), before);
  });
});

test('a chain whose beginning was pruned goes on; one whose beginning is another does not', () => {
  inFolder((folder) => {
    // A log of small segments: only the last is not finished, and stays.
    write(folder, '2020-01-01', { maxBytes: 4000, calls: 20, end: false });
    const dir = audit(folder);
    const { pruned, kept } = prune(folder);
    assert.ok(pruned.length >= 2, `${pruned.length} segments`);
    assert.deepEqual(kept.length, 1);
    assert.match(kept[0].why, /unfinished/);
    assert.equal(capfence('verify', '--audit', dir, '--crashes-ok').status, 0);
    if (hasPython) assert.doesNotMatch(python(folder).stdout, /does not continue/);
    // The record says another last hash, and is made whole again.
    const file = segments(dir).find(({ segment }) => segment.includes('-prune-')) as SegmentFile;
    const lines = readFileSync(file.path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const last = pruned.at(-1);
    lines[1].segments.find(({ segment }: SegmentFile) => segment === last.segment).last = '1'.repeat(64);
    for (const [i, line] of lines.entries()) {
      if (i > 0) line.prev = lines[i - 1].hash;
      line.hash = recordHash(line);
    }
    writeFileSync(file.path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    assert.deepEqual(
      verify(dir)
        .problems.map(({ kind }) => kind)
        .filter((kind) => kind !== 'unfinished'),
      ['broken-chain'],
    );
  });
});

test('what is not whole, not finished, not sent, or names what was pruned stays', () => {
  inFolder((folder) => {
    write(folder, '2020-01-01');
    write(folder, '2020-01-02');
    write(folder, '2020-01-03', { end: false });
    write(folder, '2020-01-04');
    const dir = audit(folder);
    const [edited, torn, , unsent] = segments(dir) as [SegmentFile, SegmentFile, SegmentFile, SegmentFile];
    writeFileSync(edited.path, readFileSync(edited.path, 'utf8').replace('"t1"', '"tX"'));
    appendFileSync(torn.path, '{"torn');
    mkdirSync(join(dir, 'otlp'));
    writeFileSync(join(dir, 'otlp', basename(unsent.segment)), '0');
    const before = names(dir);
    const { pruned, kept, record } = prune(folder);
    assert.deepEqual([pruned, record], [[], null]);
    const why = kept.map((one: { why: string }) => /edited|torn|unfinished|OTLP/.exec(one.why)?.[0]);
    assert.deepEqual(why, ['edited', 'torn', 'unfinished', 'OTLP']);
    assert.deepEqual(names(dir), before, 'nothing was written for nothing');
    rmSync(dir, { recursive: true });
    write(folder, '2020-01-01');
    prune(folder);
    assert.equal(capfence('prune', '--older-than', '0s', '--why', 'x', '--audit', dir).status, 0);
    const { kept: record2 } = JSON.parse(
      capfence('prune', '--older-than', '0s', '--why', 'x', '--audit', dir, '--json').stdout,
    );
    assert.match(record2[0].why, /earlier prune/);
    assert.equal(capfence('verify', '--audit', dir).status, 0);
  });
});

test('an archive is an audit folder of its own; what stands in the way is not written over', () => {
  inFolder((folder) => {
    write(folder, '2020-01-01');
    const archive = join(folder, 'old');
    const [file] = segments(audit(folder)) as [SegmentFile];
    const content = readFileSync(file.path);
    mkdirSync(join(archive, '2020-01-01'), { recursive: true });
    writeFileSync(join(archive, file.segment), 'another');
    const stopped = capfence(
      'prune',
      '--older-than',
      '90d',
      '--why',
      'x',
      '--audit',
      audit(folder),
      '--archive',
      archive,
    );
    assert.equal(stopped.status, 2);
    assert.match(stopped.stderr, /is there already/);
    assert.deepEqual(names(audit(folder)), [file.segment]);
    rmSync(join(archive, file.segment));
    prune(folder, '--archive', archive, '--dry-run');
    assert.deepEqual(names(audit(folder)), [file.segment]);
    prune(folder, '--archive', archive);
    assert.deepEqual(readFileSync(join(archive, file.segment)), content);
    for (const dir of [archive, audit(folder)]) assert.equal(capfence('verify', '--audit', dir).status, 0);
    assert.equal(
      capfence('prune', '--older-than', '90d', '--why', 'x', '--audit', archive, '--archive', archive).status,
      2,
    );
  });
});

test('with --key the record must be signed', () => {
  inFolder((folder) => {
    const key = join(folder, 'k.key');
    assert.equal(capfence('keygen', '-o', join(folder, 'k')).status, 0);
    const isFine = () => capfence('verify', '--audit', audit(folder), '--key', join(folder, 'k.pub')).status;
    write(folder, '2020-01-01', { key });
    prune(folder, '--sign', key);
    assert.equal(isFine(), 0);
    const record = [...allRecords(audit(folder))].find(({ kind }) => kind === 'pruned');
    assert.equal(typeof record?.['sig'], 'string');
    write(folder, '2020-01-01', { key });
    prune(folder);
    assert.equal(isFine(), 1);
  });
});

test('prune asks for an age, a reason, and a head that is there', () => {
  inFolder((folder) => {
    write(folder, '2020-01-01');
    const of = (...args: string[]) => capfence('prune', '--audit', audit(folder), ...args);
    assert.match(of('--older-than', '90d').stderr, /--why/);
    assert.match(of('--why', 'x').stderr, /--older-than/);
    for (const wrong of [
      of('--older-than', '90', '--why', 'x'),
      of('--older-than', '90d', '--why', ' '),
      of('--older-than', '90d', '--why', 'x', '--head', join(folder, 'none')),
    ])
      assert.equal(wrong.status, 2);
    assert.equal(names(audit(folder)).length, 1);
  });
});

const unkept = (dir: string, agent: string, maxBytes?: number) =>
  new AuditLog({
    dir,
    agent,
    fsync: false,
    maxBytes,
    signer: { sign: (hash: string) => Buffer.from(hash).toString('base64') },
    header: () => ({}),
  });
const isSignature = (hash: string, signature: string) => Buffer.from(signature, 'base64').toString() === hash;

test('where segments are signed, a record of what was pruned must be', () => {
  const dir = temporaryFolder();
  const log = unkept(dir, 'prune');
  log.open();
  log.appendSigned({ kind: 'pruned', why: 'x', by: 'me', segments: [] });
  log.flush();
  log.close();
  const { path } = segments(dir)[0] as SegmentFile;
  const lines = readFileSync(path, 'utf8').split('\n');
  lines[1] = (lines[1] as string).replace(/,"sig":"[^"]*"/, '');
  writeFileSync(path, lines.join('\n'));
  const problems = verify(dir, { isSignature }).problems.map(({ kind, seq }) => `${kind} ${seq}`);
  assert.deepEqual(problems, ['unsigned 1']);
});

test('a record of what was pruned that was edited accounts for nothing', () => {
  const dir = temporaryFolder();
  const log = unkept(dir, 'a', 3000);
  log.open();
  for (let i = 0; i < 20; i++) {
    log.append({ kind: 'call', tool: 'x'.repeat(300) });
    log.flush();
  }
  log.close();
  const first = segments(dir)[0] as SegmentFile;
  const records = readFileSync(first.path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const pruned = { segment: first.segment, count: records.length, first: records[0].hash, last: records.at(-1).hash };
  const prunes = unkept(dir, 'prune');
  prunes.open();
  prunes.appendSigned({ kind: 'pruned', why: 'honest', by: 'me', segments: [pruned] });
  prunes.flush();
  prunes.close();
  rmSync(first.path);
  assert.deepEqual(verify(dir).problems, []);
  const record = segments(dir).find(({ segment }) => segment.includes('-prune-')) as { path: string };
  writeFileSync(record.path, readFileSync(record.path, 'utf8').replace('"why":"honest"', '"why":"forged"'));
  assert.deepEqual(
    verify(dir)
      .problems.map(({ kind }) => kind)
      .sort(),
    ['edited', 'missing-segment'],
  );
});
