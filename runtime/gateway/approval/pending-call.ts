import type { Approval } from '../../approvals/approval.js';
import type { ApprovalStore } from '../../approvals/store.js';
import type { Verdict } from '../../types.js';
import type { RequestId } from '../../wire/refusal.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { PastReason } from '../judge/pasts.js';
import type { Arrival } from '../read/arrival.js';
import type { ClientAnswer } from '../read/client-line.js';
import type { CallLog } from '../record/call-log.js';
import type { GroupCommit } from '../record/group-commit.js';
import type { AskingGateway } from './approval-form.js';

/** @internal */
export interface ApprovalSetup extends AskingGateway {
  readonly store: ApprovalStore;
  readonly mode: 'retry' | 'hold' | 'elicit';
  readonly calls: CallLog;
  readonly log: GroupCommit;
  /** Told of each new request, once it is on record; waits for nothing. */
  readonly onAsked: (approval: Approval) => void;
  /** Names the session of the ledger that runs now; undefined where there is none. */
  readonly sessionId: () => Promise<string | undefined>;
  /** Sends a line to the client. */
  readonly toClient: (line: string) => void;
}

/** A call that a person must decide. @internal */
export interface OpenCall {
  readonly arrival: Arrival;
  readonly id: RequestId;
  readonly call: EvaluatedCall;
  /** What waits with it, in bytes. */
  readonly size: number;
  /** What the person at the client said to it before. */
  readonly answer?: ClientAnswer | undefined;
  /** Judges it again, now; undefined where an approval of what was asked still answers it. */
  readonly again: () => Verdict | undefined | Promise<Verdict | undefined>;
}

/** What came of asking. @internal */
export type Resolution = { readonly kind: 'passes' } | BlockedResolution | { readonly kind: 'cancelled' };

/** @internal */
export interface BlockedResolution {
  readonly kind: 'blocked';
  readonly verdict: Verdict;
  readonly unknown: readonly string[];
  readonly approval?: Approval | undefined;
  readonly help?: string;
  /** What of the past the verdict rests on. */
  readonly past?: PastReason;
  /** The id of the call's record, where it has one by now. */
  readonly record?: string | undefined;
  /** The answer, where it is no error. */
  readonly reply?: string;
}

/** A call on its way to a person and back. @internal */
export class PendingCall {
  readonly unknown: readonly string[];
  /** What of the past it was asked for. */
  readonly past: PastReason;
  approval: Approval | undefined;
  /** The id of its record; undefined until it has one. */
  record: string | undefined;
  isCancelled = false;
  /** A person is to decide it while it waits here. */
  isWaiting = false;
  /** Ends the wait between two looks. */
  wake: () => void = () => {};

  constructor(
    readonly open: OpenCall,
    /** Since when its records must have been written (`GroupCommit.mark`). */
    public since: number,
  ) {
    this.unknown = open.call.unknown();
    this.past = open.call.pastReason();
  }

  cancel(): void {
    this.isCancelled = true;
    this.wake();
  }

  /** Waits, at most so long, until something wakes it. */
  pause(milliseconds: number): Promise<void> {
    if (this.isCancelled) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      this.wake = done;
    });
  }
}
