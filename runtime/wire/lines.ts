import { createHash, type Hash } from 'node:crypto';

/** One line as it came; or, where it was longer than the limit, only its size and hash. */
export type Line =
  /** `bytes` is without the newline, `whole` with it. */
  | { readonly bytes: Buffer; readonly whole: Buffer }
  | { readonly bytes: null; readonly length: number; readonly sha256: string };

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream at 0x0A and nowhere else. A line beyond the limit is read on to its newline and hashed on the
 * way, never held. Each byte is looked at once.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private length = 0;
  private overlong: Hash | null = null;

  /** @param limit The most bytes a line may have, without its newline. */
  constructor(private readonly limit: number) {}

  /** The lines that this chunk completes. They share its memory. */
  push(chunk: Buffer): Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      lines.push(this.complete(chunk, start, end));
      start = end + 1;
    }
    if (start < chunk.length) this.keep(chunk.subarray(start));
    return lines;
  }

  /** Bytes of a last line that has no newline: not a message. */
  get unfinished(): number {
    return this.length;
  }

  private keep(piece: Buffer): void {
    this.length += piece.length;
    if (this.length > this.limit && !this.overlong) {
      this.overlong = createHash('sha256');
      for (const part of this.parts) this.overlong.update(part);
      this.parts = [];
    }
    if (this.overlong) this.overlong.update(piece);
    else this.parts.push(piece);
  }

  /** @param end Where the newline stands. */
  private complete(chunk: Buffer, start: number, end: number): Line {
    if (this.overlong || this.length + end - start > this.limit) {
      this.keep(chunk.subarray(start, end));
      const line = { bytes: null, length: this.length, sha256: (this.overlong as Hash).digest('hex') };
      this.overlong = null;
      this.length = 0;
      return line;
    }
    let whole = chunk.subarray(start, end + 1);
    if (this.length > 0) {
      whole = Buffer.concat([...this.parts, whole], this.length + whole.length);
      this.parts = [];
      this.length = 0;
    }
    return { bytes: whole.subarray(0, -1), whole };
  }
}
