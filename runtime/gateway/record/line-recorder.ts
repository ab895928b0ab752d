import { isPermitted } from '../judge/evaluation.js';
import type { JudgedLine, JudgedMessage } from '../judge/line-judge.js';
import type { PastReason } from '../judge/pasts.js';
import type { CallLog } from './call-log.js';

/** What the record of a call that may not pass says, for its answer. @internal */
export interface BlockedRecord {
  /** The record's id. */
  readonly record: string;
  readonly unknown: readonly string[];
  readonly past: PastReason;
}

/** The records of a line, by message. @internal */
export type LineRecords = ReadonlyMap<JudgedMessage, BlockedRecord>;

/** The third step of a line's way: what was decided is put on record, before anything happens. @internal */
export class LineRecorder {
  constructor(
    private readonly calls: CallLog,
    /** Requests that pass unjudged are recorded as well. */
    private readonly recordsAll: boolean,
  ) {}

  /**
   * Adds the records of all messages but those that a person was asked about, which have theirs.
   *
   * @param passes The line goes on.
   */
  record({ line, messages, asked }: JudgedLine, passes: boolean): LineRecords {
    const blocked = new Map<JudgedMessage, BlockedRecord>();
    for (const one of messages) {
      if ((asked as readonly JudgedMessage[]).includes(one)) continue;
      const found = this.message(line.arrival, one, passes);
      if (found) blocked.set(one, found);
    }
    return blocked;
  }

  private message(
    arrival: JudgedLine['line']['arrival'],
    { message, evaluation }: JudgedMessage,
    passes: boolean,
  ): BlockedRecord | undefined {
    if (message.kind === 'response') return undefined;
    const { method } = message;
    const id = message.kind === 'request' ? message.id : null;
    switch (evaluation.kind) {
      case 'judged': {
        const { verdict } = evaluation;
        if (!isPermitted(verdict)) {
          const unknown = evaluation.unknown();
          const past = evaluation.pastReason();
          const record = this.calls.call({ arrival, id, call: evaluation, verdict, unknown, past });
          if (passes) evaluation.record = record;
          return { record, unknown, past };
        }
        if (passes) evaluation.record = this.calls.passing({ arrival, id, call: evaluation, verdict });
        else {
          const refused = { ...verdict, decision: 'deny', reason: 'batch_refused', rule: -1 } as const;
          this.calls.call({ arrival, id, call: evaluation, verdict: refused });
        }
        return undefined;
      }
      case 'refused':
        this.calls.refused(arrival, { id, refusal: evaluation.refusal, method, tool: evaluation.tool });
        return undefined;
      case 'dropped':
        this.calls.dropped(arrival, { method, reason: evaluation.reason, tool: evaluation.tool });
        return undefined;
      case 'passes':
        if (this.recordsAll && id !== null) this.calls.unjudged(arrival, id, method);
        return undefined;
    }
  }
}
