import type { Readable } from 'node:stream';
import type { BackPressure } from './back-pressure.js';

/** Lines of the gateway's own that wait for the end of a long line of the server; then the client is held back. */
const MAX_WAITING = 1024 * 1024;

/**
 * What the client gets. A line of the server that comes in pieces is one line there: what the gateway itself has to say
 * meanwhile waits for its end.
 *
 * @internal
 */
export class ClientOutput {
  private isMidLine = false;
  private waiting: string[] = [];
  private waitingLength = 0;
  private held: Readable | undefined;

  constructor(private readonly backPressure: BackPressure) {}

  /** @param line Without its newline. @param source Whose reading is held back while the client is behind. */
  line(line: string, source: Readable): void {
    if (!this.isMidLine) {
      this.backPressure.write(`${line}\n`, source);
      return;
    }
    this.waiting.push(line);
    this.waitingLength += line.length;
    if (this.waitingLength > MAX_WAITING && this.held === undefined) {
      this.held = source;
      source.pause();
    }
  }

  /** As `BackPressure.together`. */
  together(source: Readable, work: () => void): void {
    this.backPressure.together(source, work);
  }

  /** Whole lines of the server, with their newlines. */
  lines(bytes: Buffer | string, source: Readable): void {
    this.backPressure.write(bytes, source);
  }

  /** A part of a line of the server. */
  piece(bytes: Buffer, isLast: boolean, source: Readable): void {
    this.backPressure.write(bytes, source);
    this.isMidLine = !isLast;
    if (isLast) this.release(source);
  }

  /** The server has ended in the middle of a line: it ends here. */
  endLine(source: Readable): void {
    if (this.isMidLine) this.piece(Buffer.from('\n'), true, source);
  }

  private release(source: Readable): void {
    const lines = this.waiting;
    this.waiting = [];
    this.waitingLength = 0;
    if (lines.length > 0) this.backPressure.write(`${lines.join('\n')}\n`, source);
    this.held?.resume();
    this.held = undefined;
  }

  flushed(): Promise<void> {
    return this.backPressure.flushed();
  }
}
