import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Line, LineSplitter } from '../wire/lines.js';

/** A segment's file, named as records name it: `2026-01-01/….jsonl`. */
export interface SegmentFile {
  readonly segment: string;
  readonly path: string;
}

/** A record as it was read: JSON of any shape, until it is verified. */
export type LogRecord = Readonly<Record<string, unknown>>;

const CHUNK = 256 * 1024;
/** A record holds at most a payload of the gateway's own limit, escaped. */
const MAX_LINE = 256 * 1024 * 1024;
const NEWLINE = 0x0a;

/** Is the folder there at all? */
export function hasAudit(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** All segments of an audit folder, oldest first. @throws where the folder can't be read. */
export function segments(dir: string): SegmentFile[] {
  const days = readdirSync(dir).filter(
    (name) => /^\d{4}-\d{2}-\d{2}$/.test(name) && statSync(join(dir, name), { throwIfNoEntry: false })?.isDirectory(),
  );
  const files = days.flatMap((day) =>
    readdirSync(join(dir, day))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => ({ segment: `${day}/${name}`, path: join(dir, day, name) }))
      .filter(({ path }) => statSync(path, { throwIfNoEntry: false })?.isFile()),
  );
  return files.sort((a, b) => (a.segment < b.segment ? -1 : a.segment > b.segment ? 1 : 0));
}

/** One line of a segment. */
export interface SegmentLine {
  readonly bytes: Buffer;
  /** The file ends in it, without a newline. */
  readonly torn: boolean;
}

/** The lines of a file, a chunk at a time. Their bytes are valid until the next one is asked for. */
export function* linesOf(path: string): Generator<SegmentLine> {
  const fd = openSync(path, 'r');
  try {
    const splitter = new LineSplitter(MAX_LINE);
    const chunk = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const count = readSync(fd, chunk, 0, CHUNK, null);
      if (count === 0) break;
      for (const line of splitter.push(chunk.subarray(0, count))) yield { bytes: bytesOf(line), torn: false };
    }
    if (splitter.unfinished > 0) yield { bytes: bytesOf(splitter.push(Buffer.from([NEWLINE]))[0] as Line), torn: true };
  } finally {
    closeSync(fd);
  }
}

function bytesOf(line: Line): Buffer {
  return line.bytes ?? Buffer.alloc(0);
}

/**
 * The whole lines of a file from its end on, a chunk at a time. A torn last line is left out. The file is open only
 * while a chunk is read, so that any number of files can be gone through together.
 */
export function* linesBackwards(path: string): Generator<Buffer> {
  let end = statSync(path).size;
  // What is before the first newline that was seen so far, in the order of the file.
  let pieces: Buffer[] = [];
  let isTail = true;
  while (end > 0) {
    const length = Math.min(CHUNK, end);
    const chunk = readPart(path, end - length, length);
    end -= length;
    let to = length;
    for (let at = chunk.lastIndexOf(NEWLINE); at >= 0; at = at === 0 ? -1 : chunk.lastIndexOf(NEWLINE, at - 1)) {
      pieces.unshift(chunk.subarray(at + 1, to));
      if (!isTail) yield pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
      isTail = false;
      pieces = [];
      to = at;
    }
    pieces.unshift(chunk.subarray(0, to));
  }
  if (!isTail) yield Buffer.concat(pieces);
}

/** So many bytes of a file from there on, or as many as it has. */
export function readPart(path: string, from: number, length: number): Buffer {
  const fd = openSync(path, 'r');
  try {
    const part = Buffer.allocUnsafe(length);
    return part.subarray(0, readSync(fd, part, 0, length, from));
  } finally {
    closeSync(fd);
  }
}

/** The record of a line; undefined for lines that are none, which `verify` is to report. */
export function recordOf(line: Buffer): LogRecord | undefined {
  try {
    const record: unknown = JSON.parse(line.toString('utf8'));
    return record !== null && typeof record === 'object' && !Array.isArray(record) ? (record as LogRecord) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The record of this number in a segment, by halving the file: numbers grow along it.
 *
 * @returns undefined where there is none, or the file is not in order.
 */
export function recordAt(path: string, seq: number): LogRecord | undefined {
  const fd = openSync(path, 'r');
  try {
    let from = 0;
    const { size } = fstatSync(fd);
    let to = size;
    while (from < to) {
      const middle = from + Math.floor((to - from) / 2);
      const start = middle === from ? from : (newlineFrom(fd, middle, to) ?? to - 1) + 1;
      // The second half holds no beginning of a line: what is left begins at `from`.
      const at = start >= to ? from : start;
      const end = newlineFrom(fd, at, size);
      if (end === undefined) return undefined;
      const line = Buffer.allocUnsafe(end - at);
      readSync(fd, line, 0, line.length, at);
      const record = recordOf(line);
      const found = record?.['seq'];
      if (typeof found !== 'number') return undefined;
      if (found === seq) return record;
      if (found < seq) from = end + 1;
      else if (at === from) return undefined;
      else to = middle;
    }
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** Where the next newline stands, at or behind `from`. */
function newlineFrom(fd: number, from: number, to: number): number | undefined {
  const chunk = Buffer.allocUnsafe(8192);
  for (let at = from; at < to; at += chunk.length) {
    const count = readSync(fd, chunk, 0, Math.min(chunk.length, to - at), at);
    const found = chunk.subarray(0, count).indexOf(NEWLINE);
    if (found >= 0) return at + found;
    if (count === 0) return undefined;
  }
  return undefined;
}

/** A member of a record, which may be anything where the record is damaged. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Which lines are worth parsing: those that `mayMatch`. All of them without it. */
export type MayMatch = (line: Buffer) => boolean;

/**
 * The records of all segments in the order of their time, streaming: at most one record a segment is held, and a
 * segment is opened only once its start is reached.
 */
export function* allRecords(dir: string, mayMatch?: MayMatch): Generator<LogRecord> {
  const waiting = segments(dir);
  const open: Stream[] = [];
  for (;;) {
    // File names begin with the time of the segment's first record, to the millisecond.
    while (
      waiting.length > 0 &&
      (open.length === 0 || startOf(waiting[0] as SegmentFile) <= (open[0] as Stream).time)
    ) {
      const file = waiting.shift() as SegmentFile;
      insert(open, file.segment, recordsOf(file, mayMatch), (a, b) => a > b);
    }
    const stream = open.shift();
    if (stream === undefined) return;
    yield stream.next;
    insert(open, stream.segment, stream.rest, (a, b) => a > b);
  }
}

/** The same from the newest record on. */
export function* newestRecords(dir: string, mayMatch?: MayMatch): Generator<LogRecord> {
  const open: Stream[] = [];
  // A segment may have ended at any time after it began, so each has to be asked for its last record.
  for (const file of segments(dir)) insert(open, file.segment, recordsBackwards(file, mayMatch), (a, b) => a < b);
  for (let stream = open.shift(); stream !== undefined; stream = open.shift()) {
    yield stream.next;
    insert(open, stream.segment, stream.rest, (a, b) => a < b);
  }
}

/** The records of a segment that read as records; torn and foreign lines are left out. */
export function* recordsOf(file: SegmentFile, mayMatch?: MayMatch): Generator<LogRecord> {
  for (const { bytes, torn } of linesOf(file.path)) {
    const record = torn || mayMatch?.(bytes) === false ? undefined : recordOf(bytes);
    if (record) yield record;
  }
}

function* recordsBackwards(file: SegmentFile, mayMatch?: MayMatch): Generator<LogRecord> {
  for (const line of linesBackwards(file.path)) {
    const record = mayMatch?.(line) === false ? undefined : recordOf(line);
    if (record) yield record;
  }
}

interface Stream {
  readonly segment: string;
  readonly time: string;
  readonly next: LogRecord;
  readonly rest: Generator<LogRecord>;
}

/** Puts a stream in its place among those that are open, if it has another record. */
function insert(
  open: Stream[],
  segment: string,
  rest: Generator<LogRecord>,
  isBehind: (a: string, b: string) => boolean,
): void {
  const next = rest.next();
  if (next.done) return;
  const time = textOf(next.value['time']);
  // Of one millisecond, in the order of their segments.
  const at = open.findIndex((other) =>
    other.time === time ? isBehind(other.segment, segment) : isBehind(other.time, time),
  );
  open.splice(at < 0 ? open.length : at, 0, { segment, time, next: next.value, rest });
}

/** `2026-01-01T00-00-00-000Z-…` → `2026-01-01T00:00:00.000Z`. */
function startOf(file: SegmentFile): string {
  const name = file.segment.slice(file.segment.indexOf('/') + 1);
  return name.slice(0, 24).replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z/, 'T$1:$2:$3.$4Z');
}
