import { EnvelopeStream } from './envelope-stream.js';
import type { WholeLine } from './lines.js';

/** A part of a line that is longer than what is held. @internal */
export interface LinePiece {
  readonly kind: 'piece';
  /** With the newline where it is the last. */
  readonly bytes: Buffer;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** What was seen of the line so far. */
  readonly envelope: EnvelopeStream;
}

const NEWLINE = 0x0a;

/**
 * Cuts a byte stream at 0x0A. A line beyond the limit comes in pieces, as they arrive: never more than the limit and one
 * chunk are held, however long a line goes on.
 *
 * @internal
 */
export class BoundedLines {
  private held: Buffer[] = [];
  private length = 0;
  private long: EnvelopeStream | undefined;

  /** @param limit Asked when a line becomes longer than any that was held before. */
  constructor(private readonly limit: () => number) {}

  push(chunk: Buffer): (WholeLine | LinePiece)[] {
    const lines: (WholeLine | LinePiece)[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      this.add(chunk.subarray(start, end + 1), true, lines);
      start = end + 1;
    }
    if (start < chunk.length) this.add(chunk.subarray(start), false, lines);
    return lines;
  }

  /** Bytes of a last line that has no newline. */
  get unfinished(): number {
    return this.length;
  }

  private add(bytes: Buffer, isEnd: boolean, lines: (WholeLine | LinePiece)[]): void {
    this.length += bytes.length;
    if (this.long) {
      lines.push(this.piece(this.long, bytes, false, isEnd));
    } else if (this.length > this.limit() + 1) {
      this.long = new EnvelopeStream();
      lines.push(this.piece(this.long, Buffer.concat([...this.held, bytes]), true, isEnd));
      this.held = [];
    } else if (!isEnd) {
      // What is kept must not keep the whole chunk.
      this.held.push(Buffer.from(bytes));
      return;
    } else {
      const whole = this.held.length > 0 ? Buffer.concat([...this.held, bytes]) : bytes;
      lines.push({ bytes: whole.subarray(0, -1), whole });
    }
    if (!isEnd) return;
    this.held = [];
    this.length = 0;
    this.long = undefined;
  }

  private piece(envelope: EnvelopeStream, bytes: Buffer, isFirst: boolean, isLast: boolean): LinePiece {
    envelope.push(isLast ? bytes.subarray(0, -1) : bytes);
    return { kind: 'piece', bytes, isFirst, isLast, envelope };
  }
}
