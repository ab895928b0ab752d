import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { LineSplitter } from '../wire/lines.js';
import { type LogRecord, recordOf, segments } from './read.js';

const CHUNK = 64 * 1024;

/** What is appended to the segments of a folder from now on, new segments included. */
export class Follower {
  private readonly files = new Map<string, { offset: number; readonly lines: LineSplitter }>();

  constructor(private readonly dir: string) {
    for (const { path } of segments(dir)) this.add(path, endOfLastLine(path));
  }

  /** The records since the last call, in the order of their time. */
  poll(): LogRecord[] {
    const records: LogRecord[] = [];
    for (const { path } of segments(this.dir)) {
      const file = this.files.get(path) ?? this.add(path, 0);
      const fd = openSync(path, 'r');
      try {
        const chunk = Buffer.allocUnsafe(CHUNK);
        for (let count = readSync(fd, chunk, 0, CHUNK, file.offset); count > 0; ) {
          file.offset += count;
          for (const { bytes } of file.lines.push(chunk.subarray(0, count))) {
            const record = bytes && recordOf(bytes);
            if (record) records.push(record);
          }
          count = readSync(fd, chunk, 0, CHUNK, file.offset);
        }
      } finally {
        closeSync(fd);
      }
    }
    const time = (record: LogRecord): string => (typeof record['time'] === 'string' ? record['time'] : '');
    return records.sort((a, b) => (time(a) < time(b) ? -1 : time(a) > time(b) ? 1 : 0));
  }

  private add(path: string, offset: number): { offset: number; readonly lines: LineSplitter } {
    const file = { offset, lines: new LineSplitter(Number.MAX_SAFE_INTEGER) };
    this.files.set(path, file);
    return file;
  }
}

/** Where the last whole line ends: the writer may be in the middle of another. */
function endOfLastLine(path: string): number {
  const { size } = statSync(path);
  const fd = openSync(path, 'r');
  try {
    const tail = Buffer.allocUnsafe(Math.min(size, CHUNK));
    readSync(fd, tail, 0, tail.length, size - tail.length);
    return size - tail.length + tail.lastIndexOf(0x0a) + 1;
  } finally {
    closeSync(fd);
  }
}
