import type { Entered } from '../../history/ledger.js';
import type { Verdict } from '../../types.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import { isPermitted } from '../judge/evaluation.js';
import type { JudgedLine, JudgedMessage, LineJudge } from '../judge/line-judge.js';
import type { ClientLine, RefusedLine } from '../read/client-line.js';
import { after, type GatewayPast } from './gateway-past.js';

/** So often others may be quicker. */
const MAX_ROUNDS = 100;
/** So often a limit may have room as it is judged, and none at the place of the entry. */
const MAX_REFUSED = 2;

/** @internal */
export interface LineEntrySetup {
  readonly past: GatewayPast;
  readonly judge: LineJudge;
  /** An id for a record that is still to be written. */
  readonly newRecordId: () => string;
  /** Nothing is blocked. */
  readonly observes: boolean;
}

/**
 * Enters in the ledger what a line leaves behind, before it goes on. Where its place refuses it, or what came before it
 * changes what is decided, the line is judged again.
 *
 * @internal
 */
export class LineEntry {
  constructor(private readonly setup: LineEntrySetup) {}

  /** Judges a line, and enters it where it goes on without a person's word. */
  enter(line: ClientLine): JudgedLine | RefusedLine | Promise<JudgedLine | RefusedLine> {
    const { past, judge } = this.setup;
    return past.isRemote ? past.refresh().then(() => this.round(line, 0)) : this.round(line, 0, judge.judge(line));
  }

  /** @param judged How the line was judged; undefined: it is to be. */
  private round(
    line: ClientLine,
    round: number,
    judged = this.setup.judge.judge(line),
  ): JudgedLine | RefusedLine | Promise<JudgedLine | RefusedLine> {
    if (judged.kind === 'refused' || !judged.passes || judged.asked.length > 0) return judged;
    if (!judged.messages.some(({ evaluation }) => this.leaves(evaluation))) return judged;
    const calls = judged.messages.filter(({ evaluation }) => this.leaves(evaluation));
    if (round >= MAX_ROUNDS) return unavailable(judged);
    const stands = () => this.stands(line);
    return after(this.enterAll(calls, 0, stands), (entered) => {
      if (entered === 'unavailable') return this.setup.observes ? judged : unavailable(judged);
      if (entered === 'refused' && round >= MAX_REFUSED) return limitExceeded(judged);
      return entered === 'entered' ? judged : this.round(line, round + 1);
    });
  }

  private leaves(evaluation: JudgedMessage['evaluation']): boolean {
    if (evaluation.kind !== 'judged') return false;
    const { marks, counts } = evaluation.effects;
    return marks.length > 0 || counts.length > 0;
  }

  /** One after the other; where one of a batch can't go on, none does. */
  private enterAll(
    calls: readonly JudgedMessage[],
    at: number,
    stands: () => boolean,
  ): Entered | 'unavailable' | Promise<Entered | 'unavailable'> {
    const one = calls[at];
    if (one === undefined) return 'entered';
    return after(this.enterCall(one.evaluation as EvaluatedCall, this.setup.observes, stands), (entered) => {
      if (entered === 'entered') return this.enterAll(calls, at + 1, stands);
      for (const { evaluation } of calls.slice(0, at)) this.setup.past.void(evaluation as EvaluatedCall);
      return entered;
    });
  }

  /** @param isForced It goes on even beyond a limit. */
  enterCall(
    call: EvaluatedCall,
    isForced: boolean,
    stands: () => boolean,
  ): Entered | 'unavailable' | Promise<Entered | 'unavailable'> {
    const { past, newRecordId } = this.setup;
    if (call.entered !== undefined) return 'entered';
    try {
      const entered = past.enter(call, newRecordId(), isForced, stands);
      return entered instanceof Promise ? entered.catch(() => 'unavailable' as const) : entered;
    } catch {
      return 'unavailable'; // A person has been told.
    }
  }

  /**
   * Judges a call again that a person has approved, and enters it.
   *
   * @param judgeAgain How it is decided now; undefined: the approval still answers it.
   * @returns a denial where it can't go on.
   */
  again(
    call: EvaluatedCall,
    judgeAgain: () => Verdict | undefined,
  ): Verdict | undefined | Promise<Verdict | undefined> {
    const { past } = this.setup;
    if (past.isRemote) return past.refresh().then(() => this.enterApproved(call, judgeAgain));
    return this.enterApproved(call, judgeAgain);
  }

  private enterApproved(
    call: EvaluatedCall,
    judgeAgain: () => Verdict | undefined,
  ): Verdict | undefined | Promise<Verdict | undefined> {
    const now = judgeAgain();
    call.reread();
    if (now !== undefined || !this.leaves(call)) return now;
    const entered = this.enterCall(call, true, () => judgeAgain() === undefined);
    return after<Entered | 'unavailable', Verdict | undefined>(entered, (one) => {
      if (one === 'unavailable') return ledgerUnavailable(call.verdict);
      return one === 'entered' ? undefined : (judgeAgain() ?? ledgerUnavailable(call.verdict));
    });
  }

  /** Takes back what a line has entered: it does not go on after all. */
  void({ messages }: JudgedLine): void {
    for (const { evaluation } of messages) if (evaluation.kind === 'judged') this.setup.past.void(evaluation);
  }

  /** Would the line still go on, after what was entered meanwhile? */
  private stands(line: ClientLine): boolean {
    const { judge, observes } = this.setup;
    const now = judge.judge(line);
    return observes || (now.kind !== 'refused' && now.passes && now.asked.length === 0);
  }
}

/** What leaves something behind can't go on. */
function unavailable(judged: JudgedLine): JudgedLine {
  return deniedInstead(judged, 'ledger_unavailable');
}

/** Its keys or amounts together go beyond a limit that each stays within. */
function limitExceeded(judged: JudgedLine): JudgedLine {
  return deniedInstead(judged, 'limit_exceeded');
}

function deniedInstead(judged: JudgedLine, reason: string): JudgedLine {
  const messages = judged.messages.map((one) => {
    const { evaluation } = one;
    if (evaluation.kind !== 'judged' || !isPermitted(evaluation.verdict)) return one;
    return { ...one, evaluation: evaluation.decided({ ...ledgerUnavailable(evaluation.verdict), reason }) };
  });
  return { ...judged, messages, passes: false };
}

/** @internal */
export function ledgerUnavailable({ capability }: Verdict): Verdict {
  return { decision: 'deny', reason: 'ledger_unavailable', capability, rule: -1 };
}
