import { type Approval, type ApprovalDraft, stateAt } from '../../approvals/approval.js';
import type { ApprovalStore } from '../../approvals/store.js';
import type { Verdict } from '../../types.js';
import type { RequestId } from '../../wire/refusal.js';
import type { EvaluatedCall } from '../judge/authorizer.js';
import type { Arrival, CallLog } from '../record/call-log.js';
import type { GroupCommit } from '../record/group-commit.js';
import { ApprovalForm, type AskingGateway } from './approval-form.js';
import { Continuations } from './continuations.js';
import { type ClientAnswer, Elicitation, type FormAction } from './elicitation.js';
import { OpenRequests } from './open-requests.js';
import { Progress } from './progress.js';

/** @internal */
export interface CoordinatorSetup extends AskingGateway {
  readonly store: ApprovalStore;
  readonly mode: 'retry' | 'hold' | 'elicit';
  readonly calls: CallLog;
  readonly log: GroupCommit;
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
  readonly again: () => Verdict | undefined;
}

/** What came of asking. @internal */
export type Resolution =
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

/** A call on its way through the coordinator. */
interface PendingCall {
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
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;
/** Identical calls that wait together are approved one by one; this many lost races are something else. */
const MAX_ROUNDS = 100;

/** Takes the calls that need approval to the store and brings back what a person decided. @internal */
export class ApprovalCoordinator {
  private readonly pendingCalls = new Map<RequestId, PendingCall>();
  private readonly form: ApprovalForm;
  private readonly continuations: Continuations;
  private readonly requests: OpenRequests;
  private waitingBytes = 0;
  private waiting = 0;
  private isLeft = false;
  readonly elicitation: Elicitation;

  constructor(private readonly setup: CoordinatorSetup) {
    const { agent, upstream, cwd, manifest } = setup;
    this.form = new ApprovalForm(setup);
    this.continuations = new Continuations(this.form, manifest.approvalTimeoutSeconds);
    this.elicitation = new Elicitation(setup.toClient, [agent, upstream, cwd]);
    this.requests = new OpenRequests(setup);
  }

  /** Sees a call through until it may pass or is answered. @param mayWait False for the calls of a batch. */
  async resolve(open: OpenCall, mayWait = true): Promise<Resolution> {
    const pending = pendingCallOf(open, this.setup.log.mark);
    this.pendingCalls.set(open.id, pending);
    try {
      return this.recorded(pending, await this.decide(pending, mayWait));
    } catch (error) {
      return this.recorded(pending, this.unavailable(pending, error));
    } finally {
      this.pendingCalls.delete(open.id);
    }
  }

  /**
   * The calls of a batch, which goes on whole or not at all.
   *
   * @param othersPass False where the batch is refused for another call: then no approval is used up.
   */
  async resolveTogether(calls: readonly OpenCall[], othersPass: boolean): Promise<Resolution[]> {
    if (othersPass && (await this.areApproved(calls)))
      return Promise.all(calls.map((open) => this.resolve(open, false)));
    return Promise.all(calls.map((open) => this.askOnly(open)));
  }

  /** The client no longer wants this call. @returns whether it was here. */
  cancel(id: unknown): boolean {
    const pending = this.pendingCalls.get(id as RequestId);
    if (!pending) return false;
    pending.isCancelled = true;
    pending.wake();
    return true;
  }

  /** The client has gone: what waits for a person is withdrawn. Resolves when what it was still owed is resolved. */
  async leave(): Promise<void> {
    this.isLeft = true;
    for (const [id, { isWaiting }] of this.pendingCalls) if (isWaiting) this.cancel(id);
    while (this.pendingCalls.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  get isIdle(): boolean {
    return this.pendingCalls.size === 0;
  }

  /** The server has gone: nothing can go on. */
  cancelAll(): void {
    for (const id of this.pendingCalls.keys()) this.cancel(id);
  }

  async close(): Promise<void> {
    this.requests.close();
    this.cancelAll();
    while (this.pendingCalls.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.setup.store.close();
  }

  private async decide(pending: PendingCall, mayWait: boolean): Promise<Resolution> {
    const { store, mode, calls, agent } = this.setup;
    const { call, id } = pending.open;
    const draft = this.form.draft(call, pending.unknown);
    const continued = this.continuations.take(call);
    if (continued !== undefined) return this.passes(pending, continued);
    const answer = pending.open.answer?.digest === draft.digest ? pending.open.answer : undefined;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (pending.isCancelled) return this.cancelled(pending);
      if (this.requests.isFullFor(draft.digest))
        return this.blocked(pending, 'approval_unavailable', OpenRequests.tooMany);
      const approval = await this.ask(pending, draft);
      if (approval === undefined) return this.blocked(pending, 'audit_unavailable');
      let current = approval;
      if (answer?.approval === current.id && answer.action === 'decline') {
        current = await this.decidedByClient(current, 'decline', id);
      }
      if (current.state === 'pending') {
        if (answer?.approval === current.id) current = await this.decidedByClient(current, answer.action, id);
        else if (mayWait && mode !== 'retry') {
          const waited = await this.wait(pending, current, draft.digest);
          if ('kind' in waited) return waited;
          current = waited;
        }
      }
      if (pending.isCancelled) return this.cancelled(pending);
      switch (stateAt(current, Date.now())) {
        case 'pending':
          return this.blocked(pending);
        case 'rejected':
          this.requests.closed(current.id);
          return this.rejected(pending, current);
        case 'expired':
          await this.requests.markExpired(current.id);
          if (pending.record === undefined) continue; // It expired between two calls.
          return this.blocked(pending, 'approval_expired');
        case 'approved': {
          const used = await store.move(current.id, 'used', agent);
          if (!used) continue;
          this.requests.closed(current.id);
          calls.approval(used, id);
          if (pending.isCancelled) return this.cancelled(pending); // It is used up all the same.
          return this.passes(pending, used.id);
        }
        default: // An identical call used it, or another client withdrew it: this one asks for itself.
          this.requests.closed(current.id);
      }
    }
    return this.blocked(pending, 'approval_unavailable', 'other calls were always quicker');
  }

  /** @returns the request for a call; undefined where a new one could not be recorded. */
  private async ask(pending: PendingCall, draft: ApprovalDraft): Promise<Approval | undefined> {
    const { store, manifest, calls, log } = this.setup;
    const seconds = manifest.approvalTimeoutSeconds;
    const { approval, isNew } = await this.requests.open(() => store.ask(draft, seconds));
    pending.approval = approval;
    if (!isNew) return approval;
    pending.since = log.mark;
    calls.approval(approval, pending.open.id);
    return log.commit(pending.since) ? approval : undefined;
  }

  /** Waits as the mode says until the request is decided. */
  private async wait(pending: PendingCall, approval: Approval, digest: string): Promise<Approval | Resolution> {
    const { mode, log, store } = this.setup;
    const { open } = pending;
    if (this.waiting >= MAX_WAITING || this.waitingBytes + open.size > MAX_WAITING_BYTES) return approval;
    const form = mode === 'elicit' ? this.elicitation.formFor(open.call, digest, approval) : undefined;
    if (mode === 'elicit' && form === undefined) return approval;
    pending.since = log.mark;
    pending.record ??= this.record(pending);
    // What waits is on record before anything else is sent about it.
    if (!log.commit(pending.since)) return this.blocked(pending, 'audit_unavailable');
    pending.since = log.mark;
    if (form?.kind === 'input_required') return { ...this.blocked(pending), reply: form.reply(open.id) };
    let action: FormAction | undefined;
    const onAnswer = (answer: FormAction): void => {
      action = answer;
      pending.wake();
    };
    let takeBack: (() => void) | undefined;
    pending.isWaiting = true;
    if (this.isLeft) pending.isCancelled = true;
    this.waiting++;
    this.waitingBytes += open.size;
    try {
      const progress = new Progress(open.call, approval.id, this.setup.toClient);
      for (;;) {
        // Where an identical call no longer asks, this one does.
        takeBack ??= form?.open(onAnswer);
        progress.tell();
        await this.pause(pending, store.pollMs);
        if (pending.isCancelled) return approval;
        if (action) return await this.decidedByClient(approval, action, open.id);
        const now = await store.find(approval.id);
        if (!now) throw new Error(`the request ${approval.id} is gone`);
        if (stateAt(now, Date.now()) !== 'pending') return now;
      }
    } finally {
      takeBack?.();
      pending.isWaiting = false;
      this.waiting--;
      this.waitingBytes -= open.size;
    }
  }

  private pause(pending: PendingCall, milliseconds: number): Promise<void> {
    if (pending.isCancelled) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(done, milliseconds);
      pending.wake = done;
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
  private async askOnly(open: OpenCall): Promise<Resolution> {
    const pending = pendingCallOf(open, this.setup.log.mark);
    try {
      const draft = this.form.draft(open.call, pending.unknown);
      if (this.requests.isFullFor(draft.digest))
        return this.recorded(pending, this.blocked(pending, 'approval_unavailable', OpenRequests.tooMany));
      const approval = await this.ask(pending, draft);
      if (approval === undefined) return this.recorded(pending, this.blocked(pending, 'audit_unavailable'));
      return this.recorded(
        pending,
        approval.state === 'rejected' ? this.rejected(pending, approval) : this.blocked(pending),
      );
    } catch (error) {
      return this.recorded(pending, this.unavailable(pending, error));
    }
  }

  /** Writes what was to be recorded, in the same turn in which it was: if that fails, the call is denied. */
  private recorded(pending: PendingCall, resolution: Resolution): Resolution {
    if (this.setup.log.commit(pending.since)) return resolution;
    const verdict: Verdict = { ...pending.open.call.verdict, decision: 'deny', reason: 'audit_unavailable', rule: -1 };
    return { kind: 'blocked', verdict, unknown: pending.unknown };
  }

  private unavailable(pending: PendingCall, error: unknown): Resolution {
    const help = `requests for approval can't be stored or read: ${(error as Error).message}`;
    return this.blocked(pending, 'approval_unavailable', help);
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

  private record({ open, unknown, approval }: PendingCall): string {
    return this.setup.calls.call(open.arrival, open.id, open.call, open.call.verdict, unknown, approval?.id);
  }

  /** Without a reason the call waits for a person; with one it is denied. */
  private blocked(pending: PendingCall, reason?: string, help?: string): Resolution & { kind: 'blocked' } {
    const { open, approval, unknown } = pending;
    const { verdict } = open.call;
    const decided: Verdict = reason === undefined ? verdict : { ...verdict, decision: 'deny', reason };
    pending.record ??= this.setup.calls.call(open.arrival, open.id, open.call, decided, unknown, approval?.id);
    const { record } = pending;
    return { kind: 'blocked', verdict: decided, unknown, approval, record, ...(help !== undefined && { help }) };
  }

  private rejected(pending: PendingCall, { steps }: Approval): Resolution {
    const { by = 'somebody', why } = steps.at(-1) ?? {};
    return this.blocked(pending, 'approval_rejected', `rejected by ${by}${why ? `: ${why}` : ''}`);
  }

  private passes(pending: PendingCall, approval: string): Resolution {
    const { open, record } = pending;
    // While it waited the tool, the roots or the files may have changed: what is forbidden by now is refused.
    const now = open.again();
    if (now !== undefined) return this.overruled(pending, now);
    open.call.onInputRequired = (state) => this.continuations.add(open.call, state, approval);
    if (record === undefined) {
      const verdict: Verdict = { ...open.call.verdict, decision: 'allow', reason: 'approved' };
      this.setup.calls.call(open.arrival, open.id, open.call, verdict, pending.unknown, approval);
    }
    return { kind: 'passes' };
  }

  /** The approval is used up all the same: it was for what was asked then. */
  private overruled(pending: PendingCall, verdict: Verdict): Resolution {
    const { open, unknown, approval } = pending;
    const denied: Verdict = verdict.decision === 'deny' ? verdict : { ...verdict, decision: 'deny' };
    const record = this.setup.calls.call(open.arrival, open.id, open.call, denied, unknown, approval?.id);
    const help = 'it was approved, but has become forbidden while it waited; make the call again to be asked anew';
    return { kind: 'blocked', verdict: denied, unknown, record, help };
  }

  /** Nobody waits for it any more: unless another identical call does, nobody need decide it. */
  private async cancelled(pending: PendingCall): Promise<Resolution> {
    const { approval, open } = pending;
    const isWanted = [...this.pendingCalls.values()].some(
      (other) => other !== pending && !other.isCancelled && other.approval?.id === approval?.id,
    );
    if (approval && !isWanted) {
      const withdrawn = await this.setup.store.move(approval.id, 'withdrawn', this.setup.agent);
      if (withdrawn) {
        this.requests.closed(approval.id);
        this.setup.calls.approval(withdrawn, open.id);
      }
    }
    pending.record ??= this.record(pending);
    return { kind: 'cancelled' };
  }
}

function pendingCallOf(open: OpenCall, since: number): PendingCall {
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
