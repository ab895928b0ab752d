import { isUtf8 } from 'node:buffer';
import { sha256 } from '../text/sha256.js';
import { parseStrict } from '../wire/json.js';
import { Refusal } from '../wire/refusal.js';
import type { Head } from './head.js';
import { type PrunedSegment, prunedBy } from './pruned.js';
import { type LogRecord, linesOf, type SegmentFile, segments, textOf } from './read.js';
import { NO_PREVIOUS, recordHash } from './record.js';
import { isBeingWritten } from './running.js';
import { SIGNED_EVERY } from './sign.js';

/** What can be wrong. Only `torn` and `unfinished` are what a crash leaves behind. */
export type ProblemKind =
  | 'torn'
  | 'unfinished'
  | 'not-a-record'
  | 'edited'
  | 'broken-chain'
  | 'misplaced'
  | 'missing-segment'
  | 'truncated'
  | 'rewritten'
  | 'unsigned'
  | 'bad-signature';

/** What is wrong with a segment, and where. `seq` is null where it concerns no one record. */
export interface AuditProblem {
  readonly segment: string;
  readonly seq: number | null;
  readonly kind: ProblemKind;
  readonly message: string;
}

export interface Verification {
  readonly ok: boolean;
  readonly segments: number;
  readonly records: number;
  readonly problems: readonly AuditProblem[];
  /** Where each segment stands now, for the next verification. */
  readonly head: Head;
}

/** Is this the signature over a record's hash? */
export type IsSignature = (hash: string, signature: string) => boolean;

export interface VerifyOptions {
  /** Where the segments stood at the last verification: what is shorter now, or gone, was cut. */
  readonly head?: Head | undefined;
  /** Checks signatures: then every segment must be signed. */
  readonly isSignature?: IsSignature | undefined;
}

/** Where a segment stands after it was read. */
export interface SegmentEnd {
  readonly count: number;
  readonly hash: string;
  readonly follows: string | undefined;
  readonly firstPrev: string;
  /** The segments that it says retention took away. */
  readonly pruned: readonly PrunedSegment[];
}

/** Checks one segment by itself. Streams; never writes. */
export function verifySegment(
  file: SegmentFile,
  options: VerifyOptions = {},
): { readonly problems: readonly AuditProblem[]; readonly end: SegmentEnd } {
  const problems: AuditProblem[] = [];
  return { end: new SegmentCheck(file, options, problems).run(), problems };
}

/** Checks the chains of an audit folder. Streams; never writes. */
export function verify(dir: string, options: VerifyOptions = {}): Verification {
  const problems: AuditProblem[] = [];
  const ends = new Map<string, SegmentEnd>();
  /** What is not there any more, and by a whole record need not be. */
  const pruned = new Map<string, PrunedSegment>();
  let records = 0;
  for (const file of segments(dir)) {
    const { problems: own, end } = verifySegment(file, options);
    problems.push(...own);
    records += end.count;
    ends.set(file.segment, end);
    const isWhole = own.every(({ kind }) => kind === 'torn' || kind === 'unfinished');
    if (isWhole) for (const one of end.pruned) pruned.set(one.segment, one);
  }
  for (const { segment, count, last } of pruned.values()) {
    const there = ends.get(segment);
    if (there && (there.count !== count || there.hash !== last))
      problems.push({ segment, seq: null, kind: 'rewritten', message: 'it is not the segment that was pruned' });
  }
  for (const [segment, { follows, firstPrev }] of ends) {
    const report = (kind: ProblemKind, message: string) => problems.push({ segment, seq: 0, kind, message });
    if (follows === undefined) {
      if (firstPrev !== NO_PREVIOUS) report('broken-chain', 'it follows no segment, but names a hash before it');
      continue;
    }
    const before = ends.get(follows)?.hash ?? pruned.get(follows)?.last;
    if (before === undefined) report('missing-segment', `it follows ${follows}, which is not there`);
    else if (before !== firstPrev) report('broken-chain', `it does not continue the end of ${follows}`);
  }
  for (const segment of Object.keys(options.head ?? {})) {
    if (ends.has(segment)) continue;
    // Whoever can write the folder can write such a record: a head that is kept elsewhere is moved by a person.
    const message = pruned.has(segment)
      ? 'it was there at the last verification; a record says it was pruned, but not with --head and this file'
      : 'it was there at the last verification';
    problems.push({ segment, seq: null, kind: 'missing-segment', message });
  }
  const head = Object.fromEntries(
    [...ends].filter(([, { count }]) => count > 0).map(([segment, { count, hash }]) => [segment, { count, hash }]),
  );
  return { ok: problems.length === 0, segments: ends.size, records, problems, head };
}

class SegmentCheck {
  private seq = 0;
  /** The hash of the record before; undefined behind a line that was none. */
  private prev: string | undefined;
  private firstPrev = NO_PREVIOUS;
  private follows: string | undefined;
  private isFinished = false;
  private lastHash = NO_PREVIOUS;
  private readonly pruned: PrunedSegment[] = [];

  constructor(
    private readonly file: SegmentFile,
    private readonly options: VerifyOptions,
    private readonly problems: AuditProblem[],
  ) {}

  run(): SegmentEnd {
    const known = this.options.head?.[this.file.segment];
    for (const { bytes, torn } of linesOf(this.file.path)) {
      if (torn) {
        // A gateway that is writing may be in the middle of it.
        if (!isBeingWritten(this.file))
          this.report('torn', 'the last line was not written to its end: the process died or the disk was full');
        break;
      }
      this.line(bytes);
      if (known?.count === this.seq && known.hash !== this.lastHash)
        this.report('rewritten', 'it is not the record that was here at the last verification', this.seq - 1);
    }
    if (known && known.count > this.seq)
      this.report('truncated', `there were ${known.count} records at the last verification`, null);
    if (!this.isFinished && !isBeingWritten(this.file))
      this.report('unfinished', 'there is no footer: the gateway did not end in order', null);
    const { seq: count, lastHash: hash, follows, firstPrev, pruned } = this;
    return { count, hash, follows, firstPrev, pruned };
  }

  private report(kind: ProblemKind, message: string, seq: number | null = this.seq): void {
    this.problems.push({ segment: this.file.segment, seq, kind, message });
  }

  private line(bytes: Buffer): void {
    const read = readRecord(bytes);
    if (typeof read === 'string') {
      this.report('not-a-record', read);
      this.seq++;
      this.prev = undefined;
      return;
    }
    const { record, hash } = read;
    if (this.seq === 0) {
      this.firstPrev = textOf(record['prev']);
      this.follows = typeof record['follows'] === 'string' ? record['follows'] : undefined;
      if (record['kind'] !== 'header') this.report('misplaced', 'the segment does not begin with its header');
    } else if (this.prev !== undefined && record['prev'] !== this.prev) {
      this.report('broken-chain', 'its prev is not the hash of the record before: one was removed, inserted or moved');
    }
    if (record['seq'] !== this.seq) this.report('misplaced', `it says it is record ${JSON.stringify(record['seq'])}`);
    if (record['segment'] !== this.file.segment) this.report('misplaced', 'it names another segment');
    if (this.isFinished) this.report('misplaced', 'it stands behind the footer');
    if (hash !== record['hash']) this.report('edited', 'its hash is not that of its content');
    this.signature(record);
    if (record['kind'] === 'pruned') {
      const named = prunedBy(record);
      if (named) this.pruned.push(...named);
      else this.report('not-a-record', 'it does not say which segments were pruned');
    }
    if (record['kind'] === 'footer') {
      this.isFinished = true;
      if (record['records'] !== this.seq + 1) this.report('misplaced', 'the footer counts another number of records');
    }
    this.prev = textOf(record['hash']);
    this.lastHash = this.prev;
    this.seq++;
  }

  private signature(record: LogRecord): void {
    const { isSignature } = this.options;
    if (!isSignature) return;
    const { sig, hash, kind } = record;
    if (sig === undefined) {
      if (this.seq % SIGNED_EVERY === 0 || kind === 'footer' || kind === 'pruned')
        this.report('unsigned', 'it should be signed, and is not');
    } else if (typeof sig !== 'string' || !isSignature(textOf(hash), sig)) {
      this.report('bad-signature', 'its signature is not one of this key');
    }
  }
}

/** A line's record and the hash of its content; a sentence where the line is no record. */
function readRecord(bytes: Buffer): { record: LogRecord; hash: string } | string {
  return readCanonical(bytes) ?? readAny(bytes);
}

/**
 * The record of a line as gateways write it: canonical JSON, with the hash and the signature behind it. Such a line says
 * what was hashed, so it needs no canonical form to be made; JSON that comes out as it went in has no key twice.
 */
function readCanonical(bytes: Buffer): { record: LogRecord; hash: string } | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString('utf8');
  const end = text.lastIndexOf(',"hash":"');
  if (end < 0) return undefined;
  let record: LogRecord;
  try {
    record = JSON.parse(text) as LogRecord;
    if (record === null || typeof record !== 'object' || JSON.stringify(record) !== text) return undefined;
  } catch {
    return undefined; // No JSON, or nested too deep to be a record.
  }
  const content = `${text.slice(0, end)}}`;
  const keys = Object.keys(record);
  const hashAt = keys.indexOf('hash');
  const isLast = keys.slice(hashAt + 1).every((key) => key === 'sig');
  if (hashAt < 0 || !isLast || !isSorted(keys, hashAt)) return undefined;
  for (const key of keys) {
    const value = record[key];
    if (value !== null && typeof value === 'object') return undefined; // It has keys of its own.
  }
  return { record, hash: sha256(content) };
}

function isSorted(keys: readonly string[], count: number): boolean {
  for (let i = 1; i < count; i++) if ((keys[i - 1] as string) >= (keys[i] as string)) return false;
  return true;
}

function readAny(bytes: Buffer): { record: LogRecord; hash: string } | string {
  const json = parseStrict(bytes);
  if (json instanceof Refusal) return `not a JSON record: ${json.message}`;
  if (json.value === null || typeof json.value !== 'object' || Array.isArray(json.value)) return 'not a JSON object';
  const record = json.value as LogRecord;
  return { record, hash: recordHash(record) };
}
