import type { Args, Manifest, Verdict } from '../types.js';
import { type ClientMessage, idOf, isObject, readMessage } from '../wire/envelope.js';
import { parseStrict, type StrictJson } from '../wire/json.js';
import type { Line } from '../wire/lines.js';
import { INVALID_REQUEST, Refusal, type RequestId } from '../wire/refusal.js';
import type { ApprovalCoordinator, Resolution } from './approval/approval-coordinator.js';
import type { ClientAnswer } from './approval/elicitation.js';
import { type BlockedCall, blockedAnswer, errorAnswer } from './errors.js';
import type { InFlight } from './in-flight.js';
import { Authorizer, type EvaluatedCall, type Evaluation } from './judge/authorizer.js';
import { readBatch } from './judge/batch.js';
import type { BoundPolicy } from './judge/bound-policy.js';
import { type ClientRoots, rootsInResponses } from './judge/client-roots.js';
import type { ToolLock } from './judge/tool-lock.js';
import type { Arrival, CallLog } from './record/call-log.js';
import { payloadOf } from './record/payload.js';

/** What becomes of one line: something for the server, or an answer for the client, or neither. @internal */
export interface Outcome {
  /** What goes on, with its newline. */
  readonly forward: Buffer | undefined;
  readonly reply: string | undefined;
  /** The requests that wait for the server's answer once this is forwarded. */
  readonly awaits: readonly ClientRequest[];
  /** What takes its place where the record of it can't be written. Undefined: nothing was to be recorded. */
  readonly unrecorded: (() => Outcome) | undefined;
  /** What becomes of it once a person has decided; its records are added then. Until then its requests are in flight. */
  readonly later?: Promise<() => Outcome>;
  /** The server has never heard of its requests yet. */
  readonly isHeld?: boolean;
}

type ClientRequest = ClientMessage & { readonly kind: 'request' };

/** What the client side of a gateway works with; all of it is fixed for the gateway's life. @internal */
export interface ClientSideSetup {
  readonly policy: BoundPolicy;
  readonly roots: ClientRoots;
  readonly manifest: Manifest;
  readonly calls: CallLog;
  readonly inFlight: InFlight;
  readonly coordinator: ApprovalCoordinator;
  readonly lock: ToolLock | null;
  readonly observe: boolean;
  readonly denyAs: 'error' | 'result';
  readonly auditAll: boolean;
  readonly auditPayloads: boolean;
  readonly maxMessageBytes: number;
}

/** Calls of one batch that a person is asked about. */
const MAX_ASKED_TOGETHER = 32;
const NONE: readonly ClientRequest[] = [];
const NOTHING: Outcome = { forward: undefined, reply: undefined, awaits: NONE, unrecorded: undefined };
const UNAVAILABLE = { decision: 'deny', reason: 'audit_unavailable', rule: -1 } as const;

/** Judges every line of the client before a byte of it moves, and records what it decided. @internal */
export class ClientSide {
  /** Whether the server speaks 2025-03-26, the one revision with batches. */
  allowsBatches = false;
  private readonly authorizer: Authorizer;

  constructor(private readonly setup: ClientSideSetup) {
    this.authorizer = new Authorizer(setup.policy, setup.lock);
  }

  /**
   * The requests of a line that goes on are in flight from here, so that the next line can't take their ids.
   *
   * @returns undefined for lines of nothing but spaces and tabs.
   */
  handle(line: Line): Outcome | undefined {
    const outcome = this.outcome(line);
    if (outcome !== undefined) this.await(outcome);
    return outcome;
  }

  /** What to do in place of an outcome whose record could not be written. */
  unrecorded(outcome: Outcome): Outcome {
    if (!outcome.unrecorded) return outcome;
    for (const { id } of outcome.awaits) this.setup.inFlight.take(id);
    const instead = outcome.unrecorded();
    this.await(instead);
    return instead;
  }

  private await({ awaits, isHeld = false }: Outcome): void {
    for (const { id, method, params } of awaits) {
      const cursor = method === 'tools/list' && isObject(params) ? params['cursor'] : undefined;
      this.setup.inFlight.add(id, { method, isHeld, cursor: typeof cursor === 'string' ? cursor : undefined });
    }
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
    if (Array.isArray(json.value)) return this.batch(arrival, json.value, json.text, json.rewritten ?? line.whole);
    const own = isObject(json.value)
      ? this.setup.coordinator.elicitation.takeOut(json.value['params'], json.text)
      : undefined;
    if (!own) return this.single(arrival, json, json.rewritten ?? line.whole);
    // What is judged is what goes on.
    const rewritten = Buffer.from(`${own.text}\n`);
    const inner = parseStrict(rewritten.subarray(0, -1));
    if (inner instanceof Refusal) return this.refuse(arrival, null, inner);
    return this.single(arrival, inner, inner.rewritten ?? rewritten, own.answer);
  }

  /** @param answer What the person at the client said to this call before. */
  private single(arrival: Arrival, json: StrictJson, forward: Buffer, answer?: ClientAnswer): Outcome {
    const message = readMessage(json.value, json.text, json.hasPlainNumbers);
    if (message instanceof Refusal) return this.refuse(arrival, this.freeId(json.text), message);
    if (message.kind === 'request' && this.setup.inFlight.has(message.id)) {
      const refusal = new Refusal(INVALID_REQUEST, 'an id in flight');
      return this.refuse(arrival, null, refusal, message.method);
    }
    if (message.kind === 'response' && this.setup.coordinator.elicitation.isOwn(message.id)) {
      this.setup.coordinator.elicitation.answered(json.value);
      return NOTHING;
    }
    this.noteRoots(message, json.value);
    const evaluation = this.authorizer.evaluate(message, json.text);
    if (this.asks(message, evaluation)) return this.ask(arrival, message, evaluation, json.text, forward, answer);
    return this.act(arrival, message, evaluation, forward, true);
  }

  /** What the client tells the server of its roots counts before the server hears of it. */
  private noteRoots(message: ClientMessage, value: unknown): void {
    const { roots, policy } = this.setup;
    const told = message.kind === 'response' ? roots.answered(value) : rootsInResponses(message.params);
    if (told) policy.addRoots(told);
  }

  /** How a call that waited is judged now; undefined where the approval that it got still answers it. */
  private judgedAgain(message: ClientMessage, text: string, asked: EvaluatedCall): Verdict | undefined {
    // What it was approved by is the tool as it was.
    if (asked.method === 'tools/call' && this.setup.lock?.isAnnounced)
      return { ...asked.verdict, decision: 'deny', reason: 'tool_changed', rule: -1 };
    const now = this.authorizer.evaluate(message, text);
    if (now.kind !== 'judged') return { ...asked.verdict, decision: 'deny', reason: 'policy_changed', rule: -1 };
    const { verdict } = now;
    if (isPermitted(verdict)) return undefined;
    const isSame = verdict.decision === asked.verdict.decision && verdict.rule === asked.verdict.rule;
    return isSame ? undefined : verdict;
  }

  /** Must a person decide this? Nobody could be told of what has no id. */
  private asks(message: ClientMessage, evaluation: Evaluation): evaluation is EvaluatedCall {
    return (
      evaluation.kind === 'judged' &&
      evaluation.verdict.decision === 'require_approval' &&
      message.kind === 'request' &&
      !this.setup.observe
    );
  }

  private ask(
    arrival: Arrival,
    message: ClientMessage,
    call: EvaluatedCall,
    text: string,
    forward: Buffer,
    answer: ClientAnswer | undefined,
  ): Outcome {
    const request = message as ClientRequest;
    const { id } = request;
    const line = Buffer.from(forward); // What came is only there until the next comes.
    const again = () => this.judgedAgain(message, text, call);
    const resolution = this.setup.coordinator.resolve({ arrival, id, call, size: line.length, answer, again });
    return {
      ...NOTHING,
      awaits: [request],
      isHeld: true,
      later: resolution.then((what) => () => this.resolution(id, call, what, line)),
    };
  }

  /** @returns what follows from what came of asking. */
  private resolution(id: RequestId, call: EvaluatedCall, resolution: Resolution, forward: Buffer): Outcome {
    const { inFlight } = this.setup;
    if (!inFlight.has(id)) return NOTHING; // The server has ended, and it was answered.
    if (resolution.kind === 'passes') {
      inFlight.add(id, { method: call.method, isHeld: false, onInputRequired: call.onInputRequired });
      return passed(forward, NONE, undefined);
    }
    inFlight.take(id);
    return resolution.kind === 'cancelled' ? NOTHING : this.blockResolved(id, call, resolution);
  }

  private blockResolved(id: RequestId, call: EvaluatedCall, resolution: Resolution & { kind: 'blocked' }): Outcome {
    if (resolution.reply !== undefined) return replied(resolution.reply);
    return this.block(id, call, resolution.verdict, resolution.record ?? '', resolution.unknown, resolution);
  }

  /** A batch goes on whole or not at all. */
  private batch(arrival: Arrival, elements: readonly unknown[], text: string, forward: Buffer): Outcome {
    if (!this.allowsBatches) {
      return this.refuse(arrival, null, new Refusal(INVALID_REQUEST, 'no batches in this protocol version'));
    }
    const messages = readBatch(elements, text, (id) => this.setup.inFlight.has(id));
    if (messages instanceof Refusal) return this.refuse(arrival, null, messages);
    const { elicitation } = this.setup.coordinator;
    if (elements.some((element) => elicitation.isOurs(element))) {
      // The revisions that have batches have neither forms nor states.
      return this.refuse(arrival, null, new Refusal(INVALID_REQUEST, 'an answer to the gateway in a batch'));
    }
    const judged = messages.map(({ message, text: own }, i) => {
      this.noteRoots(message, elements[i]);
      return { message, text: own, evaluation: this.authorizer.evaluate(message, own) };
    });
    const open = judged.filter(({ message, evaluation }) => this.asks(message, evaluation));
    if (open.length > MAX_ASKED_TOGETHER) {
      return this.refuse(arrival, null, new Refusal(INVALID_REQUEST, 'a batch with too many calls that need approval'));
    }
    const passes = judged.every((one) => open.includes(one) || this.mayPass(one.evaluation));
    if (open.length === 0) return this.together(arrival, judged, forward, passes, new Map());
    const line = Buffer.from(forward);
    const calls = open.map(({ message, text: own, evaluation }) => {
      const { id } = message as ClientRequest;
      const call = evaluation as EvaluatedCall;
      return { arrival, id, call, size: 0, again: () => this.judgedAgain(message, own, call) };
    });
    const awaits = messages.map(({ message }) => message).filter((message) => message.kind === 'request');
    const later = this.setup.coordinator.resolveTogether(calls, passes).then((resolution) => (): Outcome => {
      // Where the server has ended, they were answered.
      const waiting = awaits.filter(({ id }) => this.setup.inFlight.take(id) !== undefined);
      if (waiting.length === 0) return NOTHING;
      const approved = passes && resolution.every(({ kind }) => kind === 'passes');
      const answers = new Map(calls.map(({ id }, i) => [id, resolution[i] as Resolution]));
      const outcome = this.together(arrival, judged, line, approved, answers);
      this.await(outcome);
      return outcome;
    });
    return { ...NOTHING, awaits, isHeld: true, later };
  }

  /**
   * What becomes of a batch.
   *
   * @param passes All its elements may.
   * @param resolution What came of asking, by id: these calls are on record.
   */
  private together(
    arrival: Arrival,
    judged: readonly { readonly message: ClientMessage; readonly evaluation: Evaluation }[],
    forward: Buffer,
    passes: boolean,
    resolution: ReadonlyMap<RequestId, Resolution>,
  ): Outcome {
    const outcomes = judged.map(({ message, evaluation }) => {
      const asked = message.kind === 'request' ? resolution.get(message.id) : undefined;
      if (!asked || message.kind !== 'request')
        return { message, outcome: this.act(arrival, message, evaluation, forward, passes) };
      const blocked =
        asked.kind === 'blocked' ? this.blockResolved(message.id, evaluation as EvaluatedCall, asked) : NOTHING;
      return { message, outcome: passes ? passed(forward, [message], undefined) : blocked };
    });
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

  private mayPass(evaluation: Evaluation): boolean {
    if (evaluation.kind === 'passes') return true;
    if (evaluation.kind !== 'judged') return false;
    return this.setup.observe || isPermitted(evaluation.verdict);
  }

  /** Records a judgement and says what follows. @param together The batch it stands in, if any, may pass. */
  private act(
    arrival: Arrival,
    message: ClientMessage,
    evaluation: Evaluation,
    forward: Buffer,
    together: boolean,
  ): Outcome {
    if (message.kind === 'response') return together ? passed(forward, NONE, undefined) : NOTHING;
    const { method, params } = message;
    const id = message.kind === 'request' ? message.id : null;
    const awaits = together && message.kind === 'request' ? [message] : NONE;
    const onward = together ? forward : undefined;
    switch (evaluation.kind) {
      case 'judged':
        return this.enforce(arrival, id, evaluation, onward, awaits);
      case 'refused':
        return this.refuse(arrival, id, evaluation.refusal, method, evaluation.tool);
      case 'dropped': {
        const { reason, tool } = evaluation;
        this.setup.calls.dropped(arrival, method, reason, tool);
        return NOTHING;
      }
      case 'passes':
        if (method === 'initialize') this.setup.coordinator.elicitation.initialized(params);
        // The server has never heard of a call that waits here.
        if (
          method === 'notifications/cancelled' &&
          isObject(params) &&
          this.setup.coordinator.cancel(params['requestId'])
        ) {
          return NOTHING;
        }
        if (!this.setup.auditAll || id === null) return passed(onward, awaits, undefined);
        this.setup.calls.unjudged(arrival, id, method);
        return passed(onward, awaits, () => passed(onward, awaits, undefined));
    }
  }

  /** @param forward Undefined in a batch that is refused for another call, whose answer is made with the others. */
  private enforce(
    arrival: Arrival,
    id: RequestId | null,
    call: EvaluatedCall,
    forward: Buffer | undefined,
    awaits: Outcome['awaits'],
  ): Outcome {
    const { verdict } = call;
    const { calls, observe } = this.setup;
    const unrecorded = () => this.block(id, call, { ...verdict, ...UNAVAILABLE }, '', []);
    if (isPermitted(verdict)) {
      if (forward !== undefined) calls.passing(arrival, id, call, verdict);
      else calls.call(arrival, id, call, { ...verdict, decision: 'deny', reason: 'batch_refused', rule: -1 });
      return passed(forward, awaits, unrecorded);
    }
    const unknown = call.unknown();
    const record = calls.call(arrival, id, call, verdict, unknown);
    if (observe) return passed(forward, awaits, unrecorded);
    return { ...this.block(id, call, verdict, record, unknown), unrecorded };
  }

  /** Answers a call that may not pass. A notification is not answered. */
  private block(
    id: RequestId | null,
    { tool, method, args }: EvaluatedCall,
    verdict: Verdict,
    record: string,
    unknown: readonly string[],
    resolution?: Resolution & { kind: 'blocked' },
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
      approval: resolution?.approval,
      help: resolution?.help,
    };
    // Only a tool has a result that can say so.
    return replied(blockedAnswer(id, blocked, tool === undefined ? 'error' : denyAs));
  }

  private refuse(arrival: Arrival, id: RequestId | null, refusal: Refusal, method?: string, tool?: string): Outcome {
    this.setup.calls.refused(arrival, id, refusal, method, tool);
    return replied(errorAnswer(id, refusal.code, refusal.message));
  }

  /** The id to answer to: not one that is in flight, whose answer this would seem to be. */
  private freeId(text: string): RequestId | null {
    const id = idOf(text);
    return id !== null && this.setup.inFlight.has(id) ? null : id;
  }
}

function passed(forward: Outcome['forward'], awaits: Outcome['awaits'], unrecorded: Outcome['unrecorded']): Outcome {
  return { forward, reply: undefined, awaits, unrecorded };
}

function replied(reply: string): Outcome {
  return { forward: undefined, reply, awaits: NONE, unrecorded: undefined };
}

function isPermitted({ decision }: Verdict): boolean {
  return decision === 'allow' || decision === 'warn';
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
