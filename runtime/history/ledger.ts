import type { LedgerEntry } from './entry.js';
import type { LedgerState } from './ledger-state.js';

/** The ledger can't be read or written: what depends on history is denied. */
export class LedgerUnavailable extends Error {
  override readonly name = 'LedgerUnavailable';
}

/** What became of an entry: `refused` where a limit has no room at its place, `changed` where it is no longer to be made. */
export type Entered = 'entered' | 'refused' | 'changed';

/**
 * Where any number of gateways keep what happened, in one order. What a ledger promises is in its contract suite, which
 * every ledger passes. Operations throw, or reject, with `LedgerUnavailable`.
 */
export interface Ledger {
  /** What all entries come to that were read so far. */
  readonly state: LedgerState;
  /** Must what it does be waited for? */
  readonly isRemote: boolean;
  /** Reads what was entered since. At once where nothing needs to be waited for. */
  refresh(): void | Promise<void>;
  /**
   * Makes an entry; it counts once this returns.
   *
   * @param stands Asked before it counts, where others came in between: is it still to be made?
   */
  enter(entry: LedgerEntry, stands?: () => boolean): Entered | Promise<Entered>;
  /** The time, in milliseconds since the epoch. */
  now(): number;
  /** Shows others that a gateway runs, for as long as this process does. */
  begin(gateway: string): void | Promise<void>;
  /** It has ended. */
  end(gateway: string): void | Promise<void>;
  /**
   * When another gateway was seen last, if it has ended without saying so.
   *
   * @returns milliseconds since the epoch; undefined: it runs, or may.
   */
  endedAt(gateway: string): number | undefined | Promise<number | undefined>;
  close(): void | Promise<void>;
}

/** A ledger of one process, which nobody else sees: for traces, fixtures and tests. */
export class MemoryLedger implements Ledger {
  readonly isRemote = false;

  constructor(
    readonly state: LedgerState,
    private readonly clock: () => number = Date.now,
  ) {}

  refresh(): void {}

  enter(entry: LedgerEntry): Entered {
    return this.state.apply(entry) ? 'entered' : 'refused';
  }

  now(): number {
    return this.clock();
  }

  begin(): void {}

  end(): void {}

  endedAt(): undefined {
    return undefined;
  }

  close(): void {}
}
