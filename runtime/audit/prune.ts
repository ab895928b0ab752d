import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Head, readHead, writeHead } from './head.js';
import type { PrunedSegment } from './pruned.js';
import { recordsOf, type SegmentFile, segments, textOf } from './read.js';
import { isBeingWritten } from './running.js';
import { AuditLog } from './segment.js';
import type { Signer } from './sign.js';
import { type IsSignature, verifySegment } from './verify.js';

export interface PruneOptions {
  /** Segments whose last record was written before this go. Milliseconds since 1970. */
  readonly before: number;
  /** Why, for the record. */
  readonly why: string;
  /** Who does it, for the record. */
  readonly by: string;
  /** How it was called, for the record. */
  readonly command: readonly string[];
  /** Where they are moved to; without it they are removed. */
  readonly archive?: string | undefined;
  /** A head file of `verify`, which forgets the segments that go. */
  readonly head?: string | undefined;
  readonly signer?: Signer | undefined;
  /** With it, what is not signed as it should be stays. */
  readonly isSignature?: IsSignature | undefined;
  /** Says what would go, and changes nothing. */
  readonly dryRun?: boolean | undefined;
}

/** A segment that is old enough to go, and stays. */
export interface Kept {
  readonly segment: string;
  readonly why: string;
}

export interface Pruning {
  readonly pruned: readonly PrunedSegment[];
  readonly kept: readonly Kept[];
  /** The id of the record that names them; null where none went, or would have. */
  readonly record: string | null;
}

/**
 * Takes whole finished segments out of an audit folder, oldest first. What goes is in the archive before it is on
 * record, and on record before it goes: a run that ends in the middle loses nothing and can be repeated.
 *
 * @throws where a file can't be read, moved or removed, or the record can't be written.
 */
export function prune(dir: string, options: PruneOptions): Pruning {
  const head = options.head === undefined ? undefined : readHead(options.head);
  const files: SegmentFile[] = [];
  const pruned: PrunedSegment[] = [];
  const kept: Kept[] = [];
  for (const file of segments(dir)) {
    const found = lookAt(dir, file, head, options);
    if (found === undefined) continue;
    if (typeof found === 'string') kept.push({ segment: file.segment, why: found });
    else {
      files.push(file);
      pruned.push(found);
    }
  }
  if (pruned.length === 0 || options.dryRun === true) return { pruned, kept, record: null };
  for (const file of files) if (options.archive !== undefined) copyInto(options.archive, file);
  const record = recordIt(dir, pruned, options);
  if (options.head !== undefined && head !== undefined) {
    const gone = new Set(pruned.map(({ segment }) => segment));
    writeHead(options.head, Object.fromEntries(Object.entries(head).filter(([segment]) => !gone.has(segment))));
  }
  for (const { path } of files) {
    rmSync(path);
    removeIfEmpty(dirname(path));
  }
  return { pruned, kept, record };
}

/** @returns what the record is to say of it; why it stays; undefined where it is not old enough. */
function lookAt(
  dir: string,
  file: SegmentFile,
  head: Head | undefined,
  { before, isSignature }: PruneOptions,
): PrunedSegment | string | undefined {
  // A segment's name says when it began, so that most that are too young need not be read.
  if (Date.parse(file.segment.slice(0, 10)) >= before) return undefined;
  if (isBeingWritten(file)) return undefined;
  let first: string | undefined;
  let lastTime = '';
  let namesPruned = false;
  for (const record of recordsOf(file)) {
    first ??= textOf(record['hash']);
    lastTime = textOf(record['time']);
    namesPruned ||= record['kind'] === 'pruned';
  }
  if (first === undefined || !(Date.parse(lastTime) < before)) return undefined;
  // What it names would be missing without it.
  if (namesPruned) return 'it is the record of an earlier prune';
  if (existsSync(join(dir, 'otlp', basename(file.segment)))) return 'it is not sent over OTLP yet';
  const { problems, end } = verifySegment(file, { head, isSignature });
  const [problem] = problems;
  if (problem?.kind === 'torn' || problem?.kind === 'unfinished')
    return `it is ${problem.kind}: its gateway did not end in order`;
  if (problem) return `it is evidence: ${problem.kind}: ${problem.message}`;
  return { segment: file.segment, count: end.count, first, last: end.hash };
}

/** Written whole and durably before the original goes; what is there already is only taken for the same if it is. */
function copyInto(archive: string, { segment, path }: SegmentFile): void {
  const to = join(archive, segment);
  const content = readFileSync(path);
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 });
  if (existsSync(to)) {
    if (readFileSync(to).equals(content)) return;
    throw new Error(`${to} is there already, and is another`);
  }
  const fd = openSync(to, 'wx', 0o600);
  try {
    writeFileSync(fd, content);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function recordIt(dir: string, pruned: readonly PrunedSegment[], options: PruneOptions): string {
  const { why, by, archive, signer, command } = options;
  const log = new AuditLog({ dir, agent: 'prune', fsync: true, signer, header: () => ({ command }) });
  log.open();
  const id = log.appendSigned({ kind: 'pruned', why, by, ...(archive !== undefined && { archive }), segments: pruned });
  log.flush();
  log.close();
  return id;
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is more in it.
  }
}
