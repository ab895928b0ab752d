import type { Hash } from 'node:crypto';
import { nodeCrypto } from '../text/sha256.js';

/** One line as it came; or, where it was longer than the limit, only its size and hash. */
export type Line = WholeLine | { readonly bytes: null; readonly length: number; readonly sha256: string };

/** `bytes` is without the newline, `whole` with it. @internal */
export interface WholeLine {
  readonly bytes: Buffer;
  readonly whole: Buffer;
}

const NEWLINE = 0x0a;
const NEWLINE_BYTE = Buffer.from([NEWLINE]);
const NOTHING = Buffer.alloc(0);

/** What is set aside for a line of several chunks, which doubles as the line grows. */
const FIRST_ROOM = 64 * 1024;

/**
 * Cuts a byte stream at 0x0A and nowhere else. A line beyond the limit is read on to its newline and hashed on the
 * way, never held; what is held of an unfinished line is at most twice the limit, however small its pieces. Each byte
 * is looked at once.
 *
 * @internal
 */
export class LineSplitter {
  /** An unfinished line is the first `length` bytes of this. */
  private held = NOTHING;
  private length = 0;
  private overlong: Hash | null = null;

  /** @param limit The most bytes a line may have, without its newline. */
  constructor(private readonly limit: number) {}

  /** The lines that this chunk completes. Those that began in it share its memory; nothing else does. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.complete(chunk, start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk, start, chunk.length);
    return lines;
  }

  /** Bytes of a last line that has no newline: not a message. */
  get unfinished(): number {
    return this.length;
  }

  private keep(chunk: Buffer, start: number, end: number): void {
    const before = this.length;
    this.length += end - start;
    if (this.length > this.limit && !this.overlong) {
      this.overlong = nodeCrypto().createHash('sha256').update(this.held.subarray(0, before));
      this.held = NOTHING;
    }
    if (this.overlong) {
      this.overlong.update(chunk.subarray(start, end));
      return;
    }
    if (this.length > this.held.length) {
      const larger = Buffer.allocUnsafe(Math.max(FIRST_ROOM, 2 * this.length));
      this.held.copy(larger, 0, 0, before);
      this.held = larger;
    }
    chunk.copy(this.held, before, start, end);
  }

  /** @param end Where the newline stands. */
  private complete(chunk: Buffer, start: number, end: number): Line {
    if (this.length === 0 && end - start <= this.limit) {
      return { bytes: chunk.subarray(start, end), whole: chunk.subarray(start, end + 1) };
    }
    this.keep(chunk, start, end);
    const { held, length, overlong } = this;
    this.held = NOTHING;
    this.length = 0;
    this.overlong = null;
    if (overlong) return { bytes: null, length, sha256: overlong.digest('hex') };
    const whole = held.length > length ? held.subarray(0, length + 1) : Buffer.concat([held, NEWLINE_BYTE]);
    whole[length] = NEWLINE;
    return { bytes: whole.subarray(0, length), whole };
  }
}
