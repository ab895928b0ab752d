/**
 * What a ledger holds: one entry a line, in the order in which things count (docs/history.md, The ledger). Times are
 * milliseconds since the epoch; where one is earlier than the entry before, that one's counts.
 */
export type LedgerEntry = CallEntry | EndEntry | VoidEntry | SessionEntry | ClearEntry | GatewayEntry;

/** A call that marks or counts, entered before it goes on. */
export interface CallEntry {
  readonly k: 'call';
  readonly t: number;
  readonly id: string;
  readonly agent: string;
  readonly session: string;
  /** The process that it goes through. */
  readonly gateway: string;
  readonly tool: string;
  /** The id of its audit record. */
  readonly record?: string;
  readonly marks?: readonly EntryMark[];
  readonly counts?: readonly EntryCount[];
}

/** One label that a call sets or clears. */
export interface EntryMark {
  readonly label: string;
  readonly clears?: true;
  readonly must: boolean;
  readonly keys?: readonly (string | null)[];
  /** It depends on the result. */
  readonly result?: true;
  /** It holds from when the result has come. */
  readonly dated?: true;
}

/** What a call adds to a total. */
export interface EntryCount {
  /** The limit's key. */
  readonly limit: string;
  readonly per: number | 'session';
  /** A decimal. */
  readonly amount: string;
  readonly keys?: readonly string[];
  /** All agents together. */
  readonly shared?: true;
  /** Where the total would come to more, the call is refused at its place: it marks and adds nothing. */
  readonly max?: number;
}

export const CALL_ENDS = ['ok', 'error', 'cancelled', 'lost'] as const;
export type CallEnd = (typeof CALL_ENDS)[number];

/** How a call ended. */
export interface EndEntry {
  readonly k: 'end';
  readonly t: number;
  readonly id: string;
  readonly how: CallEnd;
  /** A complete result has come: it certainly happened. */
  readonly complete: boolean;
  /** By place among its marks, for those that depend on the result: 1 it is what they ask for, 2 it may be, 4 it is not. */
  readonly results?: readonly (1 | 2 | 4 | null)[];
}

/** A call that was entered and did not go on after all. */
export interface VoidEntry {
  readonly k: 'void';
  readonly t: number;
  readonly id: string;
}

/** A session ends, and the next of its name begins. */
export interface SessionEntry {
  readonly k: 'session';
  readonly t: number;
  readonly agent: string;
  readonly session: string;
  readonly by: string;
}

/** A person takes a label away. */
export interface ClearEntry {
  readonly k: 'clear';
  readonly t: number;
  readonly agent: string;
  readonly label: string;
  readonly by: string;
  readonly why: string;
}

/** A gateway begins to run, or has ended: then its open calls have, too, without a result. */
export interface GatewayEntry {
  readonly k: 'up' | 'down';
  readonly t: number;
  readonly gateway: string;
  readonly agent: string;
  readonly session: string;
}
