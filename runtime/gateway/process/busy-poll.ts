/** The longest wait that is worth polling for, in milliseconds. */
const WINDOW_MS = 0.2;

/**
 * Keeps the event loop polling for a moment where the next message is likely to come within it: being woken by the
 * kernel takes longer than judging a call. A wait is polled for only if the last of its kind was short, so a server
 * that takes a millisecond or a client that thinks is waited for asleep.
 *
 * @internal
 */
export class BusyPoll {
  private readonly wasShort = { client: false, server: false };
  private since = 0;
  private until = 0;
  private isPolling = false;

  /** Data has come from this side after a wait. */
  arrived(side: 'client' | 'server'): void {
    this.wasShort[side] = performance.now() - this.since < WINDOW_MS;
  }

  /** What came is dealt with, and this side is to be heard of next. */
  await(side: 'client' | 'server'): void {
    this.since = performance.now();
    if (!this.wasShort[side]) {
      this.until = 0;
      return;
    }
    this.until = this.since + WINDOW_MS;
    if (this.isPolling) return;
    this.isPolling = true;
    setImmediate(this.poll);
  }

  private readonly poll = (): void => {
    if (performance.now() < this.until) setImmediate(this.poll);
    else this.isPolling = false;
  };
}
