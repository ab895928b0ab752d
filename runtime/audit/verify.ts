import { parseStrict } from '../wire/json.js';
import { Refusal } from '../wire/refusal.js';
import { linesOf, type SegmentFile, segments } from './read.js';
import { NO_PREVIOUS, recordHash } from './record.js';

/** What is wrong with a segment, and where. `seq` is null where it concerns no one record. */
export interface Problem {
  readonly segment: string;
  readonly seq: number | null;
  readonly kind: 'torn' | 'unfinished' | 'not-a-record' | 'edited' | 'broken-chain' | 'misplaced' | 'missing-segment';
  readonly message: string;
}

export interface Verification {
  readonly ok: boolean;
  readonly segments: number;
  readonly records: number;
  readonly problems: readonly Problem[];
}

/** Where a segment stands after it was read. */
interface SegmentEnd {
  readonly count: number;
  readonly hash: string;
  readonly follows: string | undefined;
  readonly firstPrev: string;
}

/** Checks the chains of an audit folder. Streams; never writes. */
export function verify(dir: string): Verification {
  const problems: Problem[] = [];
  const ends = new Map<string, SegmentEnd>();
  let records = 0;
  for (const file of segments(dir)) {
    const end = verifySegment(file, problems);
    records += end.count;
    ends.set(file.segment, end);
  }
  for (const [segment, { follows, firstPrev }] of ends) {
    if (follows === undefined) {
      if (firstPrev !== NO_PREVIOUS) {
        problems.push({
          segment,
          seq: 0,
          kind: 'broken-chain',
          message: 'it follows no segment, but names a hash before it',
        });
      }
      continue;
    }
    const before = ends.get(follows);
    if (!before) {
      problems.push({ segment, seq: 0, kind: 'missing-segment', message: `it follows ${follows}, which is not there` });
    } else if (before.hash !== firstPrev) {
      problems.push({ segment, seq: 0, kind: 'broken-chain', message: `it does not continue the end of ${follows}` });
    }
  }
  return { ok: problems.length === 0, segments: ends.size, records, problems };
}

function verifySegment(file: SegmentFile, problems: Problem[]): SegmentEnd {
  const { segment } = file;
  const report = (seq: number | null, kind: Problem['kind'], message: string) =>
    problems.push({ segment, seq, kind, message });
  let seq = 0;
  let prev: string | undefined;
  let firstPrev = NO_PREVIOUS;
  let follows: string | undefined;
  let finished = false;
  for (const { text, torn } of linesOf(file.path)) {
    if (torn) {
      report(seq, 'torn', 'the last line was not written to its end: the process died or the disk was full');
      break;
    }
    const record = readRecord(text);
    if (typeof record === 'string') {
      report(seq, 'not-a-record', record);
      seq++;
      prev = undefined;
      continue;
    }
    if (prev === undefined && seq === 0) {
      firstPrev = String(record['prev']);
      follows = typeof record['follows'] === 'string' ? record['follows'] : undefined;
      if (record['kind'] !== 'header') report(seq, 'misplaced', 'the segment does not begin with its header');
    } else if (prev !== undefined && record['prev'] !== prev) {
      report(seq, 'broken-chain', 'its prev is not the hash of the record before: one was removed, inserted or moved');
    }
    if (record['seq'] !== seq) report(seq, 'misplaced', `it says it is record ${JSON.stringify(record['seq'])}`);
    if (record['segment'] !== segment) report(seq, 'misplaced', 'it names another segment');
    if (finished) report(seq, 'misplaced', 'it stands behind the footer');
    if (recordHash(record) !== record['hash']) report(seq, 'edited', 'its hash is not that of its content');
    if (record['kind'] === 'footer') {
      finished = true;
      if (record['records'] !== seq + 1) report(seq, 'misplaced', 'the footer counts another number of records');
    }
    prev = String(record['hash']);
    seq++;
  }
  const running = isRunning(file);
  if (!finished && !running) report(null, 'unfinished', 'there is no footer: the gateway did not end in order');
  return { count: seq, hash: prev ?? NO_PREVIOUS, follows, firstPrev };
}

function readRecord(text: string): Record<string, unknown> | string {
  const json = parseStrict(Buffer.from(text));
  if (json instanceof Refusal) return `not a JSON record: ${json.message}`;
  if (json.value === null || typeof json.value !== 'object' || Array.isArray(json.value)) return 'not a JSON object';
  return json.value as Record<string, unknown>;
}

/** Is the process that the file's name gives still there? Only then may the footer be missing. */
function isRunning(file: SegmentFile): boolean {
  const pid = /-(\d+)-[0-9a-f]{12}(?:-\d+)?\.jsonl$/.exec(file.segment)?.[1];
  if (pid === undefined) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
