import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Line, LineSplitter } from '../wire/lines.js';

/** A segment's file, named as records name it: `2026-01-01/….jsonl`. */
export interface SegmentFile {
  readonly segment: string;
  readonly path: string;
}

const CHUNK = 256 * 1024;
/** A record holds at most a payload of the gateway's own limit, escaped. */
const MAX_LINE = 256 * 1024 * 1024;

/** All segments of an audit folder, oldest first. @throws where the folder can't be read. */
export function segments(dir: string): SegmentFile[] {
  const days = readdirSync(dir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d{2}-\d{2}$/.test(entry.name))
    .map((entry) => entry.name);
  const files = days.flatMap((day) =>
    readdirSync(join(dir, day))
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => ({ segment: `${day}/${name}`, path: join(dir, day, name) })),
  );
  return files.sort((a, b) => (a.segment < b.segment ? -1 : a.segment > b.segment ? 1 : 0));
}

/** The lines of a file, a chunk at a time. The last one is torn where the file does not end with a newline. */
export function* linesOf(path: string): Generator<{ text: string; torn: boolean }> {
  const fd = openSync(path, 'r');
  try {
    const splitter = new LineSplitter(MAX_LINE);
    let tail: Buffer[] = []; // What came after the last newline: the torn line, if the file ends so.
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const count = readSync(fd, chunk, 0, CHUNK, null);
      if (count === 0) break;
      const bytes = chunk.subarray(0, count);
      for (const line of splitter.push(bytes)) yield { text: textOf(line), torn: false };
      const newline = bytes.lastIndexOf(0x0a);
      tail = newline < 0 ? [...tail, bytes] : [bytes.subarray(newline + 1)];
    }
    if (splitter.unfinished > 0) yield { text: Buffer.concat(tail).toString('utf8'), torn: true };
  } finally {
    closeSync(fd);
  }
}

function textOf(line: Line): string {
  return line.bytes === null ? '' : line.bytes.toString('utf8');
}

/** The records of a segment that read as records; torn and foreign lines are left out. */
export function* recordsOf(file: SegmentFile): Generator<Record<string, unknown>> {
  for (const { text, torn } of linesOf(file.path)) {
    if (torn) continue;
    try {
      const record: unknown = JSON.parse(text);
      if (record !== null && typeof record === 'object') yield record as Record<string, unknown>;
    } catch {
      // `verify` is what reports lines that are no records.
    }
  }
}

/**
 * The records of all segments in the order of their time, streaming: at most one record a segment is held, and a
 * segment is opened only once its start is reached.
 */
export function* allRecords(dir: string): Generator<Record<string, unknown>> {
  const waiting = segments(dir);
  const open: { next: Record<string, unknown>; rest: Generator<Record<string, unknown>> }[] = [];
  for (;;) {
    // File names begin with the time of the segment's first record, to the millisecond.
    while (waiting.length > 0 && (open.length === 0 || startOf(waiting[0] as SegmentFile) <= timeOf(open[0]!.next))) {
      const rest = recordsOf(waiting.shift() as SegmentFile);
      const next = rest.next();
      if (!next.done) insert(open, { next: next.value, rest });
    }
    const stream = open.shift();
    if (stream === undefined) return;
    yield stream.next;
    const next = stream.rest.next();
    if (!next.done) insert(open, { next: next.value, rest: stream.rest });
  }
}

function insert<T extends { next: Record<string, unknown> }>(open: T[], stream: T): void {
  const time = timeOf(stream.next);
  const at = open.findIndex((other) => timeOf(other.next) > time);
  open.splice(at < 0 ? open.length : at, 0, stream);
}

function timeOf(record: Record<string, unknown>): string {
  return String(record['time']);
}

/** `2026-01-01T00-00-00-000Z-…` → `2026-01-01T00:00:00.000Z`. */
function startOf(file: SegmentFile): string {
  const name = file.segment.slice(file.segment.indexOf('/') + 1);
  return name.slice(0, 24).replace(/T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z/, 'T$1:$2:$3.$4Z');
}

/** Is the folder there at all? */
export function hasAudit(dir: string): boolean {
  return statSync(dir, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
