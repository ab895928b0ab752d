import type { Effects } from '../../types.js';
import type { ClientMessage } from '../../wire/envelope.js';
import type { ClientLine, LineMessage, RefusedLine } from '../read/client-line.js';
import { refused } from '../read/line-reader.js';
import type { Authorizer } from './authorizer.js';
import type { EvaluatedCall } from './evaluated-call.js';
import { type Evaluation, isPermitted } from './evaluation.js';

/** Calls of one batch that a person is asked about. */
const MAX_ASKED_TOGETHER = 32;

/** @internal */
export type ClientRequest = ClientMessage & { readonly kind: 'request' };

/** A message with what policy and protocol say of it. @internal */
export interface JudgedMessage extends LineMessage {
  readonly evaluation: Evaluation;
}

/** A call that a person must decide. @internal */
export interface AskedMessage extends JudgedMessage {
  readonly message: ClientRequest;
  readonly evaluation: EvaluatedCall;
}

/** A line with what is decided of it. @internal */
export interface JudgedLine {
  readonly kind: 'judged';
  readonly line: ClientLine;
  readonly messages: readonly JudgedMessage[];
  readonly asked: readonly AskedMessage[];
  /** All of it may go on, once what is asked about is approved. */
  readonly passes: boolean;
}

/** The second step of a line's way: each of its messages is judged. Pure. @internal */
export class LineJudge {
  constructor(
    private readonly authorizer: Authorizer,
    /** Nothing is blocked, and nobody asked. */
    private readonly observes: boolean,
  ) {}

  judge(line: ClientLine): JudgedLine | RefusedLine {
    // What stands before in a batch is open.
    const open: Effects[] = [];
    const messages = line.messages.map((one): JudgedMessage => {
      const evaluation = this.authorizer.evaluate(one.message, one.text, line.isBatch ? open : undefined);
      if (line.isBatch && evaluation.kind === 'judged') open.push(evaluation.effects);
      return { ...one, evaluation };
    });
    const asked = messages.filter((one): one is AskedMessage => this.asks(one));
    if (asked.length > MAX_ASKED_TOGETHER) {
      return refused(line.arrival, null, 'a batch with too many calls that need approval');
    }
    const passes = messages.every((one) => (asked as readonly JudgedMessage[]).includes(one) || this.mayPass(one));
    return { kind: 'judged', line, messages, asked, passes };
  }

  /** Nobody could be told of what has no id. */
  private asks({ message, evaluation }: JudgedMessage): boolean {
    const isCall = evaluation.kind === 'judged' && evaluation.verdict.decision === 'require_approval';
    return isCall && message.kind === 'request' && !this.observes;
  }

  private mayPass({ evaluation }: JudgedMessage): boolean {
    if (evaluation.kind !== 'judged') return evaluation.kind === 'passes';
    return this.observes || isPermitted(evaluation.verdict);
  }
}
