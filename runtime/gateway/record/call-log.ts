import type { Approval } from '../../approvals/approval.js';
import type { RecordTemplate } from '../../audit/record.js';
import type { Redactor } from '../../audit/redact.js';
import type { CallEnd } from '../../history/entry.js';
import type { Manifest, Verdict } from '../../types.js';
import type { Refusal, RequestId } from '../../wire/refusal.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { PastReason } from '../judge/pasts.js';
import type { Arrival } from '../read/arrival.js';
import type { Treated } from '../results/treated-message.js';
import type { GroupCommit } from './group-commit.js';
import { payloadMembers } from './payload-members.js';

/** What a record says of a judged call. @internal */
export interface CallRecord {
  readonly arrival: Arrival;
  readonly id: RequestId | null;
  readonly call: EvaluatedCall;
  /** What was decided, which need not be what policy alone says. */
  readonly verdict: Verdict;
  readonly unknown?: readonly string[];
  /** The id of its request for approval. */
  readonly approval?: string | undefined;
  /** The id of the grant that lets it pass. */
  readonly grant?: string | undefined;
  /** What of the past the verdict rests on. */
  readonly past?: PastReason | undefined;
}

/** What a record says of how a call ended. @internal */
export interface ResultRecord {
  /** The id of the call's record. */
  readonly call: string;
  readonly tool: string;
  readonly status: CallEnd;
  /** From when it was forwarded on. */
  readonly micros: number;
  readonly bytes?: number;
  readonly sha256?: string;
  /** By label, whether the result was what its mark asks for; a label of which that is unknown is left out. */
  readonly matched?: Readonly<Record<string, boolean>>;
  /** The result is not complete: the call goes on. */
  readonly isOpen?: boolean;
  /** Not its result, but another message for it: which method. */
  readonly message?: string;
  /** As it came. */
  readonly line?: Buffer;
  /** What became of it under result rules. */
  readonly treated?: Treated | undefined;
}

/** What a record says of a message that goes no further. @internal */
interface RefusedMessage {
  readonly method?: string | undefined;
  readonly tool?: string | undefined;
}

/** What varies between the records of calls that pass by the same rule. */
const VARYING = ['micros', 'payload_bytes', 'payload_sha256', 'request', 'tool'];

/** Puts on record what a gateway decides. A record is written with its turn (`GroupCommit.commit`). @internal */
export class CallLog {
  /** Verdicts are a fixed set of objects, so these are few. */
  private readonly templates = new WeakMap<Verdict, RecordTemplate>();

  constructor(
    private readonly log: GroupCommit,
    private readonly manifest: Manifest,
    private readonly redactor: Redactor | null,
    private readonly isObserved: boolean,
    /** A result as it is kept; undefined: none is. */
    private readonly storedResult?: (line: Buffer, treated: Treated | undefined) => string | undefined,
  ) {}

  /** A judged call. @returns the record's id. */
  call({ arrival, id, call, verdict, unknown = [], approval, grant, past }: CallRecord): string {
    return this.add(
      {
        ...this.callBody(call, verdict),
        request: id ?? undefined,
        tool: call.tool,
        ...(unknown.length > 0 && { unknown }),
        ...past,
        ...this.leftBy(call),
        approval,
        grant,
      },
      arrival,
      call.entered?.record,
    );
  }

  /** What a call that goes on leaves behind: labels, those that it clears with a minus, and what it adds to limits. */
  private leftBy({ entered, effects }: EvaluatedCall) {
    const { history } = this.manifest;
    if (entered === undefined || history === undefined) return {};
    const marks = effects.marks.flatMap(({ mark }) => {
      const { labels, clears } = history.marks[mark] as (typeof history.marks)[0];
      return labels.map((label) => (clears ? `-${label}` : label));
    });
    const counts = effects.counts.map(({ limit, amount }) => [history.limits[limit]?.id ?? '', amount]);
    return {
      ...(marks.length > 0 && { marks: [...new Set(marks)] }),
      ...(counts.length > 0 && { counts: Object.fromEntries(counts) }),
    };
  }

  /** How a call ended. */
  result({ call, tool, status, micros, bytes, sha256, matched, isOpen, message, line, treated }: ResultRecord): void {
    const payload = line && this.storedResult?.(line, treated);
    this.add({
      kind: 'result',
      call,
      tool,
      status,
      micros,
      result_bytes: bytes,
      result_sha256: sha256,
      ...(matched && { matched }),
      ...(isOpen && { complete: false }),
      ...(message !== undefined && { message }),
      ...(treated && this.treatment(treated)),
      ...(payload !== undefined && { payload }),
    });
  }

  /** Where nothing is enforced, what would have been. */
  private treatment({ redacted, withheld, binary }: Treated) {
    return {
      ...(Object.keys(redacted).length > 0 && { redacted }),
      ...(withheld !== undefined && { withheld }),
      ...(binary > 0 && { binary }),
      ...(this.isObserved && { observed: true }),
    };
  }

  /** A call that passes: on the way of every call, so what can be prepared is. */
  passing(passing: CallRecord): string {
    const { arrival, id, call, verdict } = passing;
    const { payload } = arrival;
    if (
      call.tool === undefined ||
      id === null ||
      payload.line !== undefined ||
      verdict !== call.verdict ||
      call.entered !== undefined
    ) {
      return this.call(passing);
    }
    let template = this.templates.get(verdict);
    if (template === undefined) {
      template = this.log.template(this.callBody(call, verdict), VARYING);
      this.templates.set(verdict, template);
    }
    const values = [
      String(microsSince(arrival.started)),
      String(payload.size),
      `"${payload.hash}"`,
      JSON.stringify(id),
      JSON.stringify(call.tool),
    ];
    return this.log.appendTo(template, values);
  }

  /** A request that passes unjudged. */
  unjudged(arrival: Arrival, id: RequestId, method: string): void {
    this.add({ kind: 'call', method, request: id, decision: 'allow', reason: 'unjudged' }, arrival);
  }

  /** A message that goes no further for its form. */
  refused(
    arrival: Arrival,
    refused: RefusedMessage & { readonly id: RequestId | null; readonly refusal: Refusal },
  ): void {
    const { id, method, tool, refusal } = refused;
    const problem = { decision: 'deny', reason: 'malformed', code: refusal.code, problem: refusal.message };
    this.add({ kind: 'refused', method, request: id ?? undefined, tool, ...problem }, arrival);
  }

  /** A notification that goes no further, and gets no answer. */
  dropped(arrival: Arrival, { method, tool, reason }: RefusedMessage & { readonly reason: string }): void {
    this.add({ kind: 'refused', method, tool, decision: 'deny', reason }, arrival);
  }

  /**
   * A request for approval, in the state that it has just come to.
   *
   * @param request The call's request, where it is about one.
   */
  approval(approval: Approval, request?: RequestId): void {
    const { by, why } = approval.steps.at(-1) ?? {};
    const { id, tool, state, expires, steps } = approval;
    const decided = state === 'used' ? { decided_by: steps[0]?.by } : {};
    this.add({ kind: 'approval', approval: id, tool, state, by, why, ...decided, request, expires });
  }

  /** The members of a call's record that do not vary between calls that are decided alike. */
  private callBody({ method }: EvaluatedCall, verdict: Verdict) {
    const rule = this.manifest.rules[verdict.rule];
    return {
      kind: 'call' as const,
      method,
      capability: verdict.capability,
      decision: verdict.decision,
      reason: verdict.reason,
      rule: rule?.id ?? null,
      place: rule && `${rule.file}:${rule.line}`,
      policy_sha256: this.manifest.sha256,
      ...(this.isObserved && { observed: true }),
    };
  }

  private add(
    body: Readonly<Record<string, unknown>> & { kind: 'call' | 'refused' | 'approval' | 'result' },
    arrival?: Arrival,
    id?: string,
  ): string {
    const whole = {
      ...body,
      policy_sha256: this.manifest.sha256,
      ...(arrival && {
        ...payloadMembers(arrival.payload, this.redactor, body.kind === 'refused'),
        micros: microsSince(arrival.started),
      }),
    };
    return this.log.append(whole, id);
  }
}

function microsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000);
}
