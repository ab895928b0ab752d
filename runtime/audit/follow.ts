import { statSync } from 'node:fs';
import { LineSplitter } from '../wire/lines.js';
import { type LogRecord, readPart, recordOf, segments, textOf } from './read.js';

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
      for (;;) {
        const chunk = readPart(path, file.offset, CHUNK);
        if (chunk.length === 0) break;
        file.offset += chunk.length;
        for (const { bytes } of file.lines.push(chunk)) {
          const record = bytes && recordOf(bytes);
          if (record) records.push(record);
        }
      }
    }
    const time = ({ time: text }: LogRecord): string => textOf(text);
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
  const start = Math.max(0, size - CHUNK);
  return start + readPart(path, start, CHUNK).lastIndexOf(0x0a) + 1;
}
