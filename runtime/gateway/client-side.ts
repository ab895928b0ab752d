import { isObject } from '../wire/envelope.js';
import type { Line } from '../wire/lines.js';
import type { ApprovalCoordinator } from './approval/approval-coordinator.js';
import type { OpenCall, Resolution } from './approval/pending-call.js';
import type { Deliverer, Delivery, Settlement } from './deliverer.js';
import type { CallResults, EndWatch } from './history/call-results.js';
import type { LineEntry } from './history/line-entry.js';
import type { InFlight } from './in-flight.js';
import type { Authorizer } from './judge/authorizer.js';
import type { BoundPolicy } from './judge/bound-policy.js';
import { type ClientRoots, rootsInResponses } from './judge/client-roots.js';
import type { Evaluation } from './judge/evaluation.js';
import type { ClientRequest, JudgedLine, LineJudge } from './judge/line-judge.js';
import type { ClientLine, OwnAnswer, RefusedLine } from './read/client-line.js';
import type { LineReader } from './read/line-reader.js';
import type { CallLog } from './record/call-log.js';
import type { GroupCommit } from './record/group-commit.js';
import type { LineRecorder, LineRecords } from './record/line-recorder.js';
import type { ResultGuard, ResultGuards } from './results/result-guard.js';

/** What the client side of a gateway works with; all of it is fixed for the gateway's life. @internal */
export interface ClientSideSetup {
  readonly reader: LineReader;
  readonly judge: LineJudge;
  /** Enters in the ledger what goes on; null where the policy has no history. */
  readonly entry: LineEntry | null;
  /** Watches how calls end. */
  readonly results: CallResults;
  /** What is done about results; null where the policy says nothing of them. */
  readonly guards: ResultGuards | null;
  readonly authorizer: Authorizer;
  readonly recorder: LineRecorder;
  readonly deliverer: Deliverer;
  readonly policy: BoundPolicy;
  readonly roots: ClientRoots;
  readonly calls: CallLog;
  readonly log: GroupCommit;
  readonly inFlight: InFlight;
  readonly coordinator: ApprovalCoordinator;
  /** Sends what a line comes to. */
  readonly send: (delivery: Delivery) => void;
}

/** A line before it is delivered. */
type Step =
  | OwnAnswer
  | RefusedLine
  | { readonly kind: 'judged'; readonly judged: JudgedLine; readonly records: LineRecords };

const NO_RECORDS: LineRecords = new Map();

/**
 * The way of the client's lines, the same for all: read, judge, record, deliver. The records of one turn are written
 * together before anything of it happens; a call that waits for a person is delivered when the wait ends.
 *
 * @internal
 */
export class ClientSide {
  constructor(private readonly setup: ClientSideSetup) {}

  /** The lines of one turn. */
  receive(lines: readonly Line[]): void {
    const { log } = this.setup;
    const { mark } = log;
    const steps = lines.map((line) => this.prepare(line));
    const isRecorded = log.commit(mark);
    for (const step of steps) if (step) this.deliver(step, isRecorded);
  }

  /**
   * Reads, judges and records. The requests of a line that goes on are in flight from here, so that the next line can't
   * take their ids.
   */
  private prepare(line: Line): Step | undefined {
    const { reader, judge, entry } = this.setup;
    const read = reader.read(line);
    if (read?.kind !== 'messages') return read && this.stopped(read);
    this.learn(read);
    const judged = entry ? entry.enter(read) : judge.judge(read);
    if (!(judged instanceof Promise)) return this.judged(judged);
    // Its requests are in flight while it is entered, elsewhere.
    const kept = { ...read, forward: Buffer.from(read.forward) };
    for (const { message } of kept.messages)
      if (message.kind === 'request') this.setup.inFlight.add(message.id, { method: message.method, isHeld: true });
    void judged.then((found) => this.entered(found, kept));
    return undefined;
  }

  /** A line is judged, and entered where it goes on: from here on it is as any other. */
  private judged(judged: JudgedLine | RefusedLine): Step {
    const { recorder } = this.setup;
    if (judged.kind === 'refused') return this.stopped(judged);
    const isHeld = judged.asked.length > 0;
    // What becomes of a line that waits is not known yet.
    const records = isHeld ? NO_RECORDS : recorder.record(judged, judged.passes);
    if (judged.passes || isHeld) this.await(judged, isHeld);
    return { kind: 'judged', judged, records };
  }

  /** @param line As it was kept while its entry was made. */
  private entered(found: JudgedLine | RefusedLine, line: ClientLine): void {
    const { inFlight, log } = this.setup;
    const requests = line.messages.flatMap(({ message }) => (message.kind === 'request' ? [message] : []));
    // Where the server has ended, they were answered.
    const waiting = requests.filter(({ id }) => inFlight.take(id) !== undefined);
    if (requests.length > 0 && waiting.length === 0) return;
    const judged = found.kind === 'judged' ? { ...found, line } : found;
    const { mark } = log;
    const step = this.judged(judged);
    this.deliver(step, log.commit(mark));
  }

  private stopped(line: OwnAnswer | RefusedLine): OwnAnswer | RefusedLine {
    if (line.kind === 'refused') this.setup.calls.refused(line.arrival, line);
    return line;
  }

  /** What the client tells the server of its roots counts before the server hears of it. */
  private learn({ messages }: ClientLine): void {
    const { roots, policy } = this.setup;
    for (const { message, value } of messages) {
      const told = message.kind === 'response' ? roots.answered(value) : rootsInResponses(message.params);
      if (told) policy.addRoots(told);
    }
  }

  private deliver(step: Step, isRecorded: boolean): void {
    const { coordinator, deliverer, send } = this.setup;
    if (step.kind === 'own') coordinator.elicitation.answered(step.value);
    else if (step.kind === 'refused') send(deliverer.refuse(step));
    else if (step.judged.asked.length > 0) this.wait(step.judged);
    else this.settle(step.judged, { records: step.records, isRecorded });
  }

  /** Sends a line on, or answers it. */
  private settle(judged: JudgedLine, settlement: Settlement): void {
    const { deliverer, inFlight, send } = this.setup;
    if (deliverer.goesOn(judged, settlement)) {
      if (!this.isForGateway(judged)) send({ forward: judged.line.forward });
      return;
    }
    if (judged.passes) for (const { id } of requestsOf(judged)) inFlight.take(id);
    this.setup.entry?.void(judged);
    send(deliverer.answer(judged, settlement));
  }

  /** Some of what passes concerns the gateway as well, or it alone. */
  private isForGateway({ line, messages }: JudgedLine): boolean {
    const { coordinator, inFlight } = this.setup;
    let isCancelled = false;
    for (const { message } of messages) {
      if (message.kind === 'response') continue;
      const { method, params } = message;
      if (method === 'initialize') coordinator.elicitation.initialized(params);
      // The server has never heard of a call that waits here.
      if (method === 'notifications/cancelled' && isObject(params)) {
        isCancelled = coordinator.cancel(params['requestId']);
        if (!isCancelled) inFlight.cancel(params['requestId']);
      }
    }
    return isCancelled && !line.isBatch;
  }

  /** Has a person decide, and delivers the line then: judged again where it is approved. */
  private wait(judged: JudgedLine): void {
    const line = { ...judged.line, forward: Buffer.from(judged.line.forward) };
    void this.ask(judged).then((resolutions) => this.resolved({ ...judged, line }, resolutions));
  }

  private async ask({ line, asked, passes }: JudgedLine): Promise<Resolution[]> {
    const { authorizer, coordinator, entry } = this.setup;
    const { arrival, answer, isBatch, forward } = line;
    const open = asked.map(
      ({ message, text, evaluation: call }): OpenCall => ({
        arrival,
        id: message.id,
        call,
        size: isBatch ? 0 : forward.length,
        answer,
        again: () =>
          entry
            ? entry.again(call, () => authorizer.again(message, text, call))
            : authorizer.again(message, text, call),
      }),
    );
    return isBatch ? coordinator.resolveTogether(open, passes) : [await coordinator.resolve(open[0] as OpenCall)];
  }

  private resolved(judged: JudgedLine, found: readonly Resolution[]): void {
    const { inFlight, recorder, log } = this.setup;
    // Where the server has ended, they were answered.
    const waiting = requestsOf(judged).filter(({ id }) => inFlight.take(id) !== undefined);
    if (waiting.length === 0) return;
    const resolutions = new Map(judged.asked.map((one, i) => [one, found[i] as Resolution]));
    const isApproved = judged.passes && found.every(({ kind }) => kind === 'passes');
    const { mark } = log;
    if (!isApproved) this.setup.entry?.void(judged);
    const records = recorder.record(judged, isApproved);
    if (isApproved) this.await(judged, false);
    this.settle(judged, { records, isRecorded: log.commit(mark), resolutions });
  }

  /** @returns undefined where nobody needs to know how it ends. */
  private watch(
    evaluation: Evaluation,
    method: string,
    params: unknown,
    guard: ResultGuard | undefined,
  ): EndWatch | undefined {
    const { results } = this.setup;
    if (evaluation.kind !== 'judged') return results.watchRequest(method, params);
    return results.watch(evaluation, evaluation.entered?.record ?? evaluation.record ?? '', guard);
  }

  /** @returns undefined where no result rule concerns it. */
  private guard(evaluation: Evaluation, method: string, params: unknown): ResultGuard | undefined {
    const { guards, results } = this.setup;
    if (!guards) return undefined;
    const isAboutTasks = method.startsWith('tasks/') && guards.isWatching;
    // Whose task it is, nobody may know.
    const ofTask = isAboutTasks ? (results.guardOfTask(params) ?? guards.everything()) : undefined;
    return evaluation.kind === 'judged' ? guards.guard(evaluation, ofTask) : ofTask;
  }

  /** Its requests wait for an answer. @param isHeld The server has never heard of them yet. */
  private await(judged: JudgedLine, isHeld: boolean): void {
    for (const { message, evaluation } of judged.messages) {
      if (message.kind !== 'request') continue;
      const { id, method, params } = message;
      const guard = isHeld ? undefined : this.guard(evaluation, method, params);
      const cursor = method === 'tools/list' && isObject(params) ? params['cursor'] : undefined;
      this.setup.inFlight.add(id, {
        method,
        isHeld,
        cursor: typeof cursor === 'string' ? cursor : undefined,
        onInputRequired: evaluation.kind === 'judged' ? evaluation.onInputRequired : undefined,
        guard,
        progressToken: this.setup.guards ? progressTokenOf(params) : undefined,
        watch: isHeld ? undefined : this.watch(evaluation, method, params, guard),
      });
    }
  }
}

/** MCP, Progress: the client names it. */
function progressTokenOf(params: unknown): unknown {
  const meta = isObject(params) ? params['_meta'] : undefined;
  return isObject(meta) ? meta['progressToken'] : undefined;
}

function requestsOf({ messages }: JudgedLine): ClientRequest[] {
  return messages.flatMap(({ message }) => (message.kind === 'request' ? [message] : []));
}
