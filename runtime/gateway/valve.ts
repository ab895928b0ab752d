import type { Readable, Writable } from 'node:stream';

/** A stream that holds back its sources while its reader is behind. */
export class Valve {
  /** Who holds back which source: it flows again when nobody does. */
  private static readonly holders = new WeakMap<Readable, Set<Valve>>();
  private isFull = false;

  constructor(
    private readonly target: Writable,
    private readonly sources: readonly Readable[],
  ) {
    for (const source of sources) if (!Valve.holders.has(source)) Valve.holders.set(source, new Set());
    target.on('drain', () => this.release());
    target.on('close', () => this.release());
  }

  private release(): void {
    this.isFull = false;
    for (const source of this.sources) {
      const holders = Valve.holders.get(source) as Set<Valve>;
      if (holders.delete(this) && holders.size === 0) source.resume();
    }
  }

  /** @param line One or more lines, each with its newline. */
  write(line: Buffer | string): void {
    if (this.target.destroyed || !this.target.writable) return;
    if (this.target.write(line) || this.isFull) return;
    this.isFull = true;
    for (const source of this.sources) {
      Valve.holders.get(source)?.add(this);
      source.pause();
    }
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
