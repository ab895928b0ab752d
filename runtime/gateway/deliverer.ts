import type { Args, Manifest, Verdict } from '../types.js';
import { errorAnswer } from '../wire/error-answer.js';
import { INVALID_REQUEST, type RequestId } from '../wire/refusal.js';
import type { BlockedResolution, Resolution } from './approval/pending-call.js';
import { blockedAnswer } from './errors.js';
import type { EvaluatedCall } from './judge/evaluated-call.js';
import { isPermitted } from './judge/evaluation.js';
import type { JudgedLine, JudgedMessage } from './judge/line-judge.js';
import type { RefusedLine } from './read/client-line.js';
import type { LineRecords } from './record/line-recorder.js';

/** What a line comes to: something for the server, or an answer for the client, or neither. @internal */
export interface Delivery {
  /** What goes on, with its newline. */
  readonly forward?: Buffer;
  readonly reply?: string;
}

/** What is known of a line when it is delivered. @internal */
export interface Settlement {
  readonly records: LineRecords;
  /** What was to be put on record is. */
  readonly isRecorded: boolean;
  /** What came of asking, by message. */
  readonly resolutions?: ReadonlyMap<JudgedMessage, Resolution>;
}

/** The last step of a line's way: it goes on, or is answered. Pure. @internal */
export class Deliverer {
  constructor(
    private readonly setup: {
      readonly manifest: Manifest;
      readonly denyAs: 'error' | 'result';
      readonly observes: boolean;
    },
  ) {}

  /** May the line go on, by what was decided and what came of asking? */
  goesOn({ passes, asked, messages }: JudgedLine, { isRecorded, resolutions }: Settlement): boolean {
    const isApproved = asked.every((one) => resolutions?.get(one)?.kind === 'passes');
    const mustBeRecorded = messages.some((one) => one.evaluation.kind === 'judged' && !resolutions?.has(one));
    return passes && isApproved && (isRecorded || !mustBeRecorded);
  }

  /** What becomes of a line that does not go on. A batch is answered as a whole. */
  answer(judged: JudgedLine, settlement: Settlement): Delivery {
    const { line, messages } = judged;
    if (!line.isBatch) {
      const reply = this.replyTo(messages[0] as JudgedMessage, settlement);
      return reply === undefined ? {} : { reply };
    }
    const replies = messages.flatMap((one) => {
      if (one.message.kind !== 'request') return [];
      const other = 'another call of this batch may not pass';
      return [this.replyTo(one, settlement) ?? errorAnswer(one.message.id, INVALID_REQUEST, other)];
    });
    return replies.length > 0 ? { reply: `[${replies.join(',')}]` } : {};
  }

  refuse({ id, refusal }: RefusedLine): Delivery {
    return { reply: errorAnswer(id, refusal.code, refusal.message) };
  }

  /** @returns undefined where the message itself is not in the way, or nobody waits for an answer. */
  private replyTo(one: JudgedMessage, { records, isRecorded, resolutions }: Settlement): string | undefined {
    const { message, evaluation } = one;
    const id = message.kind === 'request' ? message.id : null;
    if (evaluation.kind === 'refused') return errorAnswer(id, evaluation.refusal.code, evaluation.refusal.message);
    if (evaluation.kind !== 'judged' || id === null) return undefined;
    const resolution = resolutions?.get(one);
    if (resolution) {
      return resolution.kind === 'blocked' ? (resolution.reply ?? this.block(id, evaluation, resolution)) : undefined;
    }
    const { verdict } = evaluation;
    if (!isRecorded) {
      const unavailable: Verdict = { ...verdict, decision: 'deny', reason: 'audit_unavailable', rule: -1 };
      return this.block(id, evaluation, { verdict: unavailable, unknown: [] });
    }
    if (isPermitted(verdict) || this.setup.observes) return undefined;
    return this.block(id, evaluation, { verdict, unknown: [], ...records.get(one) });
  }

  /** Answers a call that may not pass. */
  private block(id: RequestId, { tool, method, args }: EvaluatedCall, why: Omit<BlockedResolution, 'kind'>): string {
    const { manifest, denyAs } = this.setup;
    const blocked = {
      ...why,
      record: why.record ?? '',
      tool: tool ?? method,
      manifest,
      relative: why.unknown.includes('path') && hasRelativePath(args),
      past: why.past ?? {},
    };
    // Only a tool has a result that can say so.
    return blockedAnswer(id, blocked, tool === undefined ? 'error' : denyAs);
  }
}

/** For the help text alone: does some string in the arguments look like a relative path? */
function hasRelativePath(args: Args): boolean {
  return Object.values(args)
    .flat()
    .some((value) => typeof value === 'string' && value !== '' && !/^[/~\\$%]|^[A-Za-z]+:/.test(value));
}
