import { canonicalSpelling } from '../approvals/spelling.js';
import type { ApprovalFolder } from '../approvals/store.js';
import type { RecordTemplate } from '../audit/record.js';
import type { Redactor } from '../audit/redact.js';
import type { Args, Decide, Guard, Manifest, Verdict } from '../decide/types.js';
import { type ClientMessage, idOf, readMessage } from '../wire/envelope.js';
import { parseStrict } from '../wire/json.js';
import type { Line } from '../wire/lines.js';
import { INVALID_REQUEST, Refusal, type RequestId } from '../wire/refusal.js';
import { readBatch } from './batch.js';
import { type BlockedCall, blockedAnswer, errorAnswer } from './errors.js';
import type { InFlight } from './in_flight.js';
import { Judge, type JudgedCall, type Judgement } from './judge.js';
import { type Payload, payloadMembers, payloadOf } from './payload.js';
import type { TurnLog } from './turn_log.js';

/** What becomes of one line: something for the server, or an answer for the client, or neither. @internal */
export interface Outcome {
  /** What goes on, with its newline. */
  readonly forward: Buffer | undefined;
  readonly reply: string | undefined;
  /** The requests that wait for the server's answer once this is forwarded. */
  readonly awaits: readonly ClientRequest[];
  /** What takes its place where the record of it can't be written. Undefined: nothing was to be recorded. */
  readonly unrecorded: (() => Outcome) | undefined;
}

type ClientRequest = ClientMessage & { readonly kind: 'request' };

/** What the client side of a gateway works with; all of it is fixed for the gateway's life. @internal */
export interface ClientSideSetup {
  readonly decide: Decide;
  readonly manifest: Manifest;
  readonly log: TurnLog;
  readonly inFlight: InFlight;
  readonly approvals: ApprovalFolder;
  readonly guard: Guard | null;
  readonly observe: boolean;
  readonly denyAs: 'error' | 'result';
  readonly auditAll: boolean;
  readonly auditPayloads: boolean;
  readonly redactor: Redactor | null;
  readonly maxMessageBytes: number;
  readonly agent: string;
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
}

/** A line with what its records say of it. @internal */
interface Arrival {
  readonly payload: Payload;
  readonly started: number;
}

/** What varies between the records of calls that pass by the same rule. */
const VARYING = ['micros', 'payload_bytes', 'payload_sha256', 'request', 'tool'];
const NONE: readonly ClientRequest[] = [];
const NOTHING: Outcome = { forward: undefined, reply: undefined, awaits: NONE, unrecorded: undefined };
const UNAVAILABLE = { decision: 'deny', reason: 'audit_unavailable', rule: -1 } as const;

/** Judges every line of the client before a byte of it moves, and records what it decided. @internal */
export class ClientSide {
  /** Whether the server speaks 2025-03-26, the one revision with batches. */
  allowsBatches = false;
  private readonly judge: Judge;
  /** Verdicts are a fixed set of objects, so these are few. */
  private readonly templates = new WeakMap<Verdict, RecordTemplate>();

  constructor(private readonly setup: ClientSideSetup) {
    this.judge = new Judge(setup.decide, setup.guard);
  }

  /**
   * The requests of a line that goes on are in flight from here, so that the next line can't take their ids.
   *
   * @returns undefined for lines of nothing but spaces and tabs.
   */
  handle(line: Line): Outcome | undefined {
    const outcome = this.outcome(line);
    if (outcome !== undefined) for (const { id, method } of outcome.awaits) this.setup.inFlight.add(id, method);
    return outcome;
  }

  /** What to do in place of an outcome whose record could not be written. */
  unrecorded(outcome: Outcome): Outcome {
    if (!outcome.unrecorded) return outcome;
    for (const { id } of outcome.awaits) this.setup.inFlight.take(id);
    const instead = outcome.unrecorded();
    for (const { id, method } of instead.awaits) this.setup.inFlight.add(id, method);
    return instead;
  }

  private outcome(line: Line): Outcome | undefined {
    if (line.bytes === null) {
      const payload = { hash: line.sha256, size: line.length, line: undefined, plain: undefined };
      const arrival = { payload, started: performance.now() };
      const limit = `longer than ${this.setup.maxMessageBytes} bytes`;
      return this.refuse(arrival, null, new Refusal(INVALID_REQUEST, limit));
    }
    if (isBlank(line.bytes)) return undefined;
    const arrival = { payload: payloadOf(line.bytes, this.setup.auditPayloads), started: performance.now() };
    const json = parseStrict(line.bytes);
    if (json instanceof Refusal)
      return this.refuse(arrival, json.text === undefined ? null : this.freeId(json.text), json);
    arrival.payload.plain = json.text;
    const forward = json.rewritten ?? line.whole;
    if (Array.isArray(json.value)) return this.batch(arrival, json.value, json.text, forward);
    const message = readMessage(json.value, json.text, json.hasPlainNumbers);
    if (message instanceof Refusal) return this.refuse(arrival, this.freeId(json.text), message);
    if (message.kind === 'request' && this.setup.inFlight.has(message.id)) {
      const refusal = new Refusal(INVALID_REQUEST, 'an id in flight');
      return this.refuse(arrival, null, refusal, message.method);
    }
    return this.act(arrival, message, this.judge.judge(message, json.text), forward, true);
  }

  /** A batch goes on whole or not at all. */
  private batch(arrival: Arrival, elements: readonly unknown[], text: string, forward: Buffer): Outcome {
    if (!this.allowsBatches) {
      return this.refuse(arrival, null, new Refusal(INVALID_REQUEST, 'no batches in this protocol version'));
    }
    const messages = readBatch(elements, text, (id) => this.setup.inFlight.has(id));
    if (messages instanceof Refusal) return this.refuse(arrival, null, messages);
    const judged = messages.map(({ message, text: own }) => ({ message, judgement: this.judge.judge(message, own) }));
    const passes = judged.every(({ judgement }) => this.mayPass(judgement));
    const outcomes = judged.map(({ message, judgement }) => ({
      message,
      outcome: this.act(arrival, message, judgement, forward, passes),
    }));
    const answers = (pick: (outcome: Outcome) => Outcome): Outcome => {
      const replies = outcomes.flatMap(({ message, outcome }) => {
        if (message.kind !== 'request') return [];
        const other = 'another call of this batch may not pass';
        return [pick(outcome).reply ?? errorAnswer(message.id, INVALID_REQUEST, other)];
      });
      return replies.length > 0 ? replied(`[${replies.join(',')}]`) : NOTHING;
    };
    const unrecorded = outcomes.some(({ outcome }) => outcome.unrecorded)
      ? () => answers((outcome) => outcome.unrecorded?.() ?? outcome)
      : undefined;
    if (!passes) return { ...answers((outcome) => outcome), unrecorded };
    return { forward, reply: undefined, awaits: outcomes.flatMap(({ outcome }) => outcome.awaits), unrecorded };
  }

  private mayPass(judgement: Judgement): boolean {
    if (judgement.kind === 'passes') return true;
    if (judgement.kind !== 'judged') return false;
    return this.setup.observe || isPermitted(judgement.verdict);
  }

  /** Records a judgement and says what follows. @param together The batch it stands in, if any, may pass. */
  private act(
    arrival: Arrival,
    message: ClientMessage,
    judgement: Judgement,
    forward: Buffer,
    together: boolean,
  ): Outcome {
    if (message.kind === 'response') return together ? passed(forward, NONE, undefined) : NOTHING;
    const { method } = message;
    const id = message.kind === 'request' ? message.id : null;
    const awaits = together && message.kind === 'request' ? [message] : NONE;
    const onward = together ? forward : undefined;
    switch (judgement.kind) {
      case 'judged':
        return this.enforce(arrival, id, judgement, onward, awaits);
      case 'refused':
        return this.refuse(arrival, id, judgement.refusal, method, judgement.tool);
      case 'dropped': {
        const { reason, tool } = judgement;
        this.record({ kind: 'refused', method, tool, decision: 'deny', reason }, arrival);
        return NOTHING;
      }
      case 'passes':
        if (!this.setup.auditAll || id === null) return passed(onward, awaits, undefined);
        this.record({ kind: 'call', method, request: id, decision: 'allow', reason: 'unjudged' }, arrival);
        return passed(onward, awaits, () => passed(onward, awaits, undefined));
    }
  }

  /** @param forward Undefined in a batch that is refused for another call, whose answer is made with the others. */
  private enforce(
    arrival: Arrival,
    id: RequestId | null,
    call: JudgedCall,
    forward: Buffer | undefined,
    awaits: Outcome['awaits'],
  ): Outcome {
    const { verdict, tool } = call;
    const unrecorded = () => this.block(id, call, { ...verdict, ...UNAVAILABLE }, '', []);
    if (isPermitted(verdict)) {
      if (forward !== undefined) this.recordCall(arrival, id, call, verdict);
      else this.recordCall(arrival, id, call, { ...verdict, decision: 'deny', reason: 'batch_refused', rule: -1 });
      return passed(forward, awaits, unrecorded);
    }
    const unknown = call.unknown();
    const isAsked = !this.setup.observe && verdict.decision === 'require_approval' && id !== null;
    const approval = isAsked ? this.ask(call) : undefined;
    // What can't be asked can't be approved.
    const decided =
      approval === null ? { ...verdict, decision: 'deny' as const, reason: 'approval_unavailable' } : verdict;
    const record = this.record(
      {
        ...this.callBody(call, decided),
        request: id ?? undefined,
        tool,
        ...(unknown.length > 0 && { unknown }),
        ...(approval && { approval: approval.id }),
      },
      arrival,
    );
    if (this.setup.observe) return passed(forward, awaits, unrecorded);
    return { ...this.block(id, call, decided, record, unknown, approval), unrecorded };
  }

  /** Answers a call that may not pass. A notification is not answered. */
  private block(
    id: RequestId | null,
    { tool, method, args }: JudgedCall,
    verdict: Verdict,
    record: string,
    unknown: readonly string[],
    approval?: Asked | null,
  ): Outcome {
    if (id === null) return NOTHING;
    const { manifest, denyAs } = this.setup;
    const relative = unknown.includes('path') && hasRelativePath(args);
    const blocked: BlockedCall = {
      verdict,
      tool: tool ?? method,
      manifest,
      record,
      unknown,
      relative,
      ...(approval && { approval }),
    };
    // Only a tool has a result that can say so.
    return replied(blockedAnswer(id, blocked, tool === undefined ? 'error' : denyAs));
  }

  /** The members of a call's record that do not vary between calls that are decided alike. */
  private callBody({ method }: JudgedCall, verdict: Verdict) {
    const rule = this.setup.manifest.rules[verdict.rule];
    return {
      kind: 'call' as const,
      method,
      capability: verdict.capability,
      decision: verdict.decision,
      reason: verdict.reason,
      rule: rule?.id ?? null,
      place: rule && `${rule.file}:${rule.line}`,
      policy_sha256: this.setup.manifest.sha256,
      ...(this.setup.observe && { observed: true }),
    };
  }

  /** The record of a call that passes: on the way of every call, so what can be prepared is. */
  private recordCall(arrival: Arrival, id: RequestId | null, call: JudgedCall, verdict: Verdict): void {
    const { payload } = arrival;
    if (call.tool === undefined || id === null || payload.line !== undefined || verdict !== call.verdict) {
      this.record({ ...this.callBody(call, verdict), request: id ?? undefined, tool: call.tool }, arrival);
      return;
    }
    let template = this.templates.get(verdict);
    if (template === undefined) {
      template = this.setup.log.template(this.callBody(call, verdict), VARYING);
      this.templates.set(verdict, template);
    }
    const values = [
      String(microsSince(arrival.started)),
      String(payload.size),
      `"${payload.hash}"`,
      JSON.stringify(id),
      JSON.stringify(call.tool),
    ];
    this.setup.log.appendTo(template, values);
  }

  /** @returns null where the request can't be stored: then nobody could approve it. */
  private ask(call: JudgedCall): Asked | null {
    const { agent, upstream, cwd, context, roots, manifest, approvals } = this.setup;
    const { method, verdict } = call;
    const tool = call.tool ?? method;
    const text = canonicalSpelling(call.argumentsText);
    const subject = { agent, upstream, cwd, method, tool, arguments: text, policy: manifest.sha256, context, roots };
    const why = {
      capability: verdict.capability,
      rule: manifest.rules[verdict.rule]?.id ?? '',
      reason: verdict.reason,
    };
    try {
      const shown = this.setup.redactor?.arguments(text) ?? text;
      const { request, isNew } = approvals.request(subject, why, manifest.approvalTimeoutSeconds, shown);
      if (isNew) {
        this.record({ kind: 'approval', approval: request.id, state: 'pending', tool, expires: request.expires });
      }
      return { id: request.id, expires: request.expires };
    } catch {
      return null;
    }
  }

  private refuse(arrival: Arrival, id: RequestId | null, refusal: Refusal, method?: string, tool?: string): Outcome {
    this.record(
      {
        kind: 'refused',
        method,
        request: id ?? undefined,
        tool,
        decision: 'deny',
        reason: 'malformed',
        code: refusal.code,
        problem: refusal.message,
      },
      arrival,
    );
    return replied(errorAnswer(id, refusal.code, refusal.message));
  }

  /** The id to answer to: not one that is in flight, whose answer this would seem to be. */
  private freeId(text: string): RequestId | null {
    const id = idOf(text);
    return id !== null && this.setup.inFlight.has(id) ? null : id;
  }

  private record(
    body: Readonly<Record<string, unknown>> & { kind: 'call' | 'refused' | 'approval' },
    arrival?: Arrival,
  ): string {
    return this.setup.log.append({
      ...body,
      policy_sha256: this.setup.manifest.sha256,
      ...(arrival && {
        ...payloadMembers(arrival.payload, this.setup.redactor, body.kind === 'refused'),
        micros: microsSince(arrival.started),
      }),
    });
  }
}

function passed(forward: Outcome['forward'], awaits: Outcome['awaits'], unrecorded: Outcome['unrecorded']): Outcome {
  return { forward, reply: undefined, awaits, unrecorded };
}

function replied(reply: string): Outcome {
  return { forward: undefined, reply, awaits: NONE, unrecorded: undefined };
}

interface Asked {
  readonly id: string;
  readonly expires: string;
}

function isPermitted({ decision }: Verdict): boolean {
  return decision === 'allow' || decision === 'warn';
}

function microsSince(started: number): number {
  return Math.round((performance.now() - started) * 1000);
}

/** Nothing but spaces and tabs, the one carriage return that may end a line aside. */
function isBlank(bytes: Buffer): boolean {
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  for (let i = 0; i < end; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
}

/** For the help text alone: does some string in the arguments look like a relative path? */
function hasRelativePath(args: Args): boolean {
  return Object.values(args)
    .flat()
    .some((value) => typeof value === 'string' && value !== '' && !/^[/~\\$%]|^[A-Za-z]+:/.test(value));
}
