import { type Approval, type ApprovalDraft, stateAt } from '../approvals/approval.js';
import type { ApprovalStore } from '../approvals/store.js';
import type { Verdict } from '../decide/types.js';
import type { RequestId } from '../wire/refusal.js';
import { ApprovalForm, type AskingGateway } from './approval-form.js';
import type { Arrival, CallLog } from './call-log.js';
import { Continuations } from './continuations.js';
import { type ClientAnswer, Elicitation, type FormAction } from './elicitation.js';
import type { JudgedCall } from './judge.js';
import { OpenRequests } from './open-requests.js';
import { Progress } from './progress.js';
import type { TurnLog } from './turn-log.js';

/** @internal */
export interface DeskSetup extends AskingGateway {
  readonly store: ApprovalStore;
  readonly mode: 'retry' | 'hold' | 'elicit';
  readonly calls: CallLog;
  readonly log: TurnLog;
  /** Sends a line to the client. */
  readonly toClient: (line: string) => void;
}

/** A call that a person must decide. @internal */
export interface OpenCall {
  readonly arrival: Arrival;
  readonly id: RequestId;
  readonly call: JudgedCall;
  /** What waits with it, in bytes. */
  readonly size: number;
  /** What the person at the client said to it before. */
  readonly answer?: ClientAnswer | undefined;
  /** Judges it again, now; undefined where an approval of what was asked still answers it. */
  readonly again: () => Verdict | undefined;
}

/** What came of asking. @internal */
export type Settled =
  | { readonly kind: 'passes' }
  | {
      readonly kind: 'blocked';
      readonly verdict: Verdict;
      readonly unknown: readonly string[];
      readonly approval?: Approval | undefined;
      readonly help?: string;
      /** The id of the call's record, where it has one by now. */
      readonly record?: string | undefined;
      /** The answer, where it is no error. */
      readonly reply?: string;
    }
  | { readonly kind: 'cancelled' };

/** A call on its way through the desk. */
interface Visit {
  readonly open: OpenCall;
  readonly unknown: readonly string[];
  approval: Approval | undefined;
  /** The id of its record; undefined until it has one. */
  record: string | undefined;
  isCancelled: boolean;
  /** A person is to decide it while it waits here. */
  isWaiting: boolean;
  /** Since when its records must have been written (`TurnLog.mark`). */
  since: number;
  /** Ends the wait between two looks. */
  wake: () => void;
}

/** Calls that may wait at once, and their bytes. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** Identical calls that wait together are approved one by one; this many lost races are something else. */
const MOST_ROUNDS = 100;

/** Takes the calls that need approval to the store and brings back what a person decided. @internal */
export class ApprovalDesk {
  private readonly visits = new Map<RequestId, Visit>();
  private readonly form: ApprovalForm;
  private readonly continuations: Continuations;
  private readonly requests: OpenRequests;
  private waitingBytes = 0;
  private waiting = 0;
  private isLeft = false;
  readonly elicitation: Elicitation;

  constructor(private readonly setup: DeskSetup) {
    const { agent, upstream, cwd, manifest } = setup;
    this.form = new ApprovalForm(setup);
    this.continuations = new Continuations(this.form, manifest.approvalTimeoutSeconds);
    this.elicitation = new Elicitation(setup.toClient, [agent, upstream, cwd]);
    this.requests = new OpenRequests(setup);
  }

  /** Sees a call through until it may pass or is answered. @param mayWait False for the calls of a batch. */
  async settle(open: OpenCall, mayWait = true): Promise<Settled> {
    const visit = visitOf(open, this.setup.log.mark);
    this.visits.set(open.id, visit);
    try {
      return this.recorded(visit, await this.decide(visit, mayWait));
    } catch (error) {
      return this.recorded(visit, this.unavailable(visit, error));
    } finally {
      this.visits.delete(open.id);
    }
  }

  /**
   * The calls of a batch, which goes on whole or not at all.
   *
   * @param othersPass False where the batch is refused for another call: then no approval is used up.
   */
  async settleTogether(calls: readonly OpenCall[], othersPass: boolean): Promise<Settled[]> {
    if (othersPass && (await this.areApproved(calls)))
      return Promise.all(calls.map((open) => this.settle(open, false)));
    return Promise.all(calls.map((open) => this.askOnly(open)));
  }

  /** The client no longer wants this call. @returns whether it was here. */
  cancel(id: unknown): boolean {
    const visit = this.visits.get(id as RequestId);
    if (!visit) return false;
    visit.isCancelled = true;
    visit.wake();
    return true;
  }

  /** The client has gone: what waits for a person is withdrawn. Resolves when what it was still owed is settled. */
  async leave(): Promise<void> {
    this.isLeft = true;
    for (const [id, { isWaiting }] of this.visits) if (isWaiting) this.cancel(id);
    while (this.visits.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  get isIdle(): boolean {
    return this.visits.size === 0;
  }

  /** The server has gone: nothing can go on. */
  cancelAll(): void {
    for (const id of this.visits.keys()) this.cancel(id);
  }

  async close(): Promise<void> {
    this.requests.close();
    this.cancelAll();
    while (this.visits.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.setup.store.close();
  }

  private async decide(visit: Visit, mayWait: boolean): Promise<Settled> {
    const { store, mode, calls, agent } = this.setup;
    const { call, id } = visit.open;
    const draft = this.form.draft(call, visit.unknown);
    const continued = this.continuations.take(call);
    if (continued !== undefined) return this.passes(visit, continued);
    const answer = visit.open.answer?.digest === draft.digest ? visit.open.answer : undefined;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (visit.isCancelled) return this.cancelled(visit);
      if (this.requests.isFullFor(draft.digest))
        return this.blocked(visit, 'approval_unavailable', OpenRequests.tooMany);
      const approval = await this.ask(visit, draft);
      if (approval === undefined) return this.blocked(visit, 'audit_unavailable');
      let current = approval;
      if (answer?.approval === current.id && answer.action === 'decline') {
        current = await this.decidedByClient(current, 'decline', id);
      }
      if (current.state === 'pending') {
        if (answer?.approval === current.id) current = await this.decidedByClient(current, answer.action, id);
        else if (mayWait && mode !== 'retry') {
          const waited = await this.wait(visit, current, draft.digest);
          if ('kind' in waited) return waited;
          current = waited;
        }
      }
      if (visit.isCancelled) return this.cancelled(visit);
      switch (stateAt(current, Date.now())) {
        case 'pending':
          return this.blocked(visit);
        case 'rejected':
          this.requests.closed(current.id);
          return this.rejected(visit, current);
        case 'expired':
          await this.requests.markExpired(current.id);
          if (visit.record === undefined) continue; // It expired between two calls.
          return this.blocked(visit, 'approval_expired');
        case 'approved': {
          const used = await store.move(current.id, 'used', agent);
          if (!used) continue;
          this.requests.closed(current.id);
          calls.approval(used, id);
          if (visit.isCancelled) return this.cancelled(visit); // It is used up all the same.
          return this.passes(visit, used.id);
        }
        default: // An identical call used it, or another client withdrew it: this one asks for itself.
          this.requests.closed(current.id);
      }
    }
    return this.blocked(visit, 'approval_unavailable', 'other calls were always quicker');
  }

  /** @returns the request for a call; undefined where a new one could not be recorded. */
  private async ask(visit: Visit, draft: ApprovalDraft): Promise<Approval | undefined> {
    const { store, manifest, calls, log } = this.setup;
    const seconds = manifest.approvalTimeoutSeconds;
    const { approval, isNew } = await this.requests.open(() => store.ask(draft, seconds));
    visit.approval = approval;
    if (!isNew) return approval;
    visit.since = log.mark;
    calls.approval(approval, visit.open.id);
    return log.commit(visit.since) ? approval : undefined;
  }

  /** Waits as the mode says until the request is decided. */
  private async wait(visit: Visit, approval: Approval, digest: string): Promise<Approval | Settled> {
    const { mode, log, store } = this.setup;
    const { open } = visit;
    if (this.waiting >= MOST_WAITING || this.waitingBytes + open.size > MOST_WAITING_BYTES) return approval;
    const form = mode === 'elicit' ? this.elicitation.formFor(open.call, digest, approval) : undefined;
    if (mode === 'elicit' && form === undefined) return approval;
    visit.since = log.mark;
    visit.record ??= this.record(visit);
    // What waits is on record before anything else is sent about it.
    if (!log.commit(visit.since)) return this.blocked(visit, 'audit_unavailable');
    visit.since = log.mark;
    if (form?.kind === 'input_required') return { ...this.blocked(visit), reply: form.reply(open.id) };
    let action: FormAction | undefined;
    const onAnswer = (answer: FormAction): void => {
      action = answer;
      visit.wake();
    };
    let takeBack: (() => void) | undefined;
    visit.isWaiting = true;
    if (this.isLeft) visit.isCancelled = true;
    this.waiting++;
    this.waitingBytes += open.size;
    try {
      const progress = new Progress(open.call, approval.id, this.setup.toClient);
      for (;;) {
        // Where an identical call no longer asks, this one does.
        takeBack ??= form?.open(onAnswer);
        progress.tell();
        await this.pause(visit, store.pollMs);
        if (visit.isCancelled) return approval;
        if (action) return await this.decidedByClient(approval, action, open.id);
        const now = await store.find(approval.id);
        if (!now) throw new Error(`the request ${approval.id} is gone`);
        if (stateAt(now, Date.now()) !== 'pending') return now;
      }
    } finally {
      takeBack?.();
      visit.isWaiting = false;
      this.waiting--;
      this.waitingBytes -= open.size;
    }
  }

  private pause(visit: Visit, milliseconds: number): Promise<void> {
    if (visit.isCancelled) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      visit.wake = done;
    });
  }

  /**
   * The person at the client has answered a form.
   *
   * @returns where the request stands then. A no counts even where somebody else has said yes meanwhile.
   */
  private async decidedByClient(approval: Approval, action: FormAction, id: RequestId): Promise<Approval> {
    const { store } = this.setup;
    if (action === 'dismissed') return approval; // Not answered: somebody may still decide it elsewhere.
    const moved = await this.moved(approval.id, action === 'accept' ? 'approved' : 'rejected', id);
    if (moved) return moved;
    const withdrawn = action === 'decline' && (await this.moved(approval.id, 'withdrawn', id));
    if (withdrawn) return { ...withdrawn, state: 'rejected' };
    return (await store.find(approval.id)) ?? approval;
  }

  /** What the client has decided, on record. */
  private async moved(
    approval: string,
    to: 'approved' | 'rejected' | 'withdrawn',
    id: RequestId,
  ): Promise<Approval | undefined> {
    const { store, calls, log } = this.setup;
    const moved = await store.move(approval, to, 'the client');
    if (!moved) return undefined;
    const { mark } = log;
    calls.approval(moved, id);
    if (!log.commit(mark)) throw new Error('the decision could not be recorded');
    return moved;
  }

  /** A call of a batch that can't go on: a request is made for it all the same. */
  private async askOnly(open: OpenCall): Promise<Settled> {
    const visit = visitOf(open, this.setup.log.mark);
    try {
      const draft = this.form.draft(open.call, visit.unknown);
      if (this.requests.isFullFor(draft.digest))
        return this.recorded(visit, this.blocked(visit, 'approval_unavailable', OpenRequests.tooMany));
      const approval = await this.ask(visit, draft);
      if (approval === undefined) return this.recorded(visit, this.blocked(visit, 'audit_unavailable'));
      return this.recorded(visit, approval.state === 'rejected' ? this.rejected(visit, approval) : this.blocked(visit));
    } catch (error) {
      return this.recorded(visit, this.unavailable(visit, error));
    }
  }

  /** Writes what was to be recorded, in the same turn in which it was: if that fails, the call is denied. */
  private recorded(visit: Visit, settled: Settled): Settled {
    if (this.setup.log.commit(visit.since)) return settled;
    const verdict: Verdict = { ...visit.open.call.verdict, decision: 'deny', reason: 'audit_unavailable', rule: -1 };
    return { kind: 'blocked', verdict, unknown: visit.unknown };
  }

  private unavailable(visit: Visit, error: unknown): Settled {
    const help = `requests for approval can't be stored or read: ${(error as Error).message}`;
    return this.blocked(visit, 'approval_unavailable', help);
  }

  /** Is there an approval for each? Where that can't be found out each call is told so. */
  private async areApproved(calls: readonly OpenCall[]): Promise<boolean> {
    try {
      const digests = new Set(calls.map(({ call }) => this.form.draft(call).digest));
      const approved = (await this.setup.store.list()).filter((one) => stateAt(one, Date.now()) === 'approved');
      return (
        digests.size === calls.length && [...digests].every((one) => approved.some(({ digest }) => digest === one))
      );
    } catch {
      return false;
    }
  }

  private record({ open, unknown, approval }: Visit): string {
    return this.setup.calls.call(open.arrival, open.id, open.call, open.call.verdict, unknown, approval?.id);
  }

  /** Without a reason the call waits for a person; with one it is denied. */
  private blocked(visit: Visit, reason?: string, help?: string): Settled & { kind: 'blocked' } {
    const { open, approval, unknown } = visit;
    const { verdict } = open.call;
    const decided: Verdict = reason === undefined ? verdict : { ...verdict, decision: 'deny', reason };
    visit.record ??= this.setup.calls.call(open.arrival, open.id, open.call, decided, unknown, approval?.id);
    const { record } = visit;
    return { kind: 'blocked', verdict: decided, unknown, approval, record, ...(help !== undefined && { help }) };
  }

  private rejected(visit: Visit, { steps }: Approval): Settled {
    const { by = 'somebody', why } = steps.at(-1) ?? {};
    return this.blocked(visit, 'approval_rejected', `rejected by ${by}${why ? `: ${why}` : ''}`);
  }

  private passes(visit: Visit, approval: string): Settled {
    const { open, record } = visit;
    // While it waited the tool, the roots or the files may have changed: what is forbidden by now is refused.
    const now = open.again();
    if (now !== undefined) return this.overruled(visit, now);
    open.call.onInputRequired = (state) => this.continuations.add(open.call, state, approval);
    if (record === undefined) {
      const verdict: Verdict = { ...open.call.verdict, decision: 'allow', reason: 'approved' };
      this.setup.calls.call(open.arrival, open.id, open.call, verdict, visit.unknown, approval);
    }
    return { kind: 'passes' };
  }

  /** The approval is used up all the same: it was for what was asked then. */
  private overruled(visit: Visit, verdict: Verdict): Settled {
    const { open, unknown, approval } = visit;
    const denied: Verdict = verdict.decision === 'deny' ? verdict : { ...verdict, decision: 'deny' };
    const record = this.setup.calls.call(open.arrival, open.id, open.call, denied, unknown, approval?.id);
    const help = 'it was approved, but has become forbidden while it waited; make the call again to be asked anew';
    return { kind: 'blocked', verdict: denied, unknown, record, help };
  }

  /** Nobody waits for it any more: unless another identical call does, nobody need decide it. */
  private async cancelled(visit: Visit): Promise<Settled> {
    const { approval, open } = visit;
    const isWanted = [...this.visits.values()].some(
      (other) => other !== visit && !other.isCancelled && other.approval?.id === approval?.id,
    );
    if (approval && !isWanted) {
      const withdrawn = await this.setup.store.move(approval.id, 'withdrawn', this.setup.agent);
      if (withdrawn) {
        this.requests.closed(approval.id);
        this.setup.calls.approval(withdrawn, open.id);
      }
    }
    visit.record ??= this.record(visit);
    return { kind: 'cancelled' };
  }
}

function visitOf(open: OpenCall, since: number): Visit {
  const unknown = open.call.unknown();
  return {
    open,
    unknown,
    approval: undefined,
    record: undefined,
    isCancelled: false,
    isWaiting: false,
    since,
    wake: () => {},
  };
}
