import type { Readable, Writable } from 'node:stream';

/** A stream that holds back who writes to it while its reader is behind. @internal */
export class BackPressure {
  /** Who holds back which source: it flows again when nobody does. */
  private static readonly holders = new WeakMap<Readable, Set<BackPressure>>();
  private readonly held = new Set<Readable>();

  constructor(private readonly target: Writable) {
    target.on('drain', () => this.release());
    target.on('close', () => this.release());
  }

  /**
   * @param line One or more lines, each with its newline.
   * @param source Where they came from: it is held back, and only it. A client that does not read may still write, and
   *   a server that does not read may still answer, as they could without a gateway between them.
   */
  write(line: Buffer | string, source: Readable): void {
    if (this.target.destroyed || !this.target.writable) return;
    if (!this.target.write(line) && this.target.writableCorked === 0) this.hold(source);
  }

  /**
   * What is written meanwhile leaves in one write: of many small lines each would cost what all of them do.
   *
   * @param source As for `write`.
   */
  together(source: Readable, work: () => void): void {
    const { target } = this;
    target.cork();
    try {
      work();
    } finally {
      target.uncork();
      // Then `write` has returned false, so that there will be a `drain`.
      if (target.writableLength >= target.writableHighWaterMark) this.hold(source);
    }
  }

  private hold(source: Readable): void {
    if (this.held.has(source)) return;
    this.held.add(source);
    let holders = BackPressure.holders.get(source);
    if (holders === undefined) {
      holders = new Set();
      BackPressure.holders.set(source, holders);
    }
    holders.add(this);
    source.pause();
  }

  private release(): void {
    for (const source of this.held) {
      const holders = BackPressure.holders.get(source);
      if (holders?.delete(this) && holders.size === 0) source.resume();
    }
    this.held.clear();
  }

  /** Resolves once all that was written has left this process, or can't. */
  flushed(): Promise<void> {
    if (this.target.destroyed || !this.target.writable) return Promise.resolve();
    return new Promise((resolve) => {
      this.target.once('error', () => resolve());
      this.target.write('', () => resolve());
    });
  }
}
