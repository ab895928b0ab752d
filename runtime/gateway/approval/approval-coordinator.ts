import { type Approval, type ApprovalDraft, stateAt } from '../../approvals/approval.js';
import type { RequestId } from '../../wire/refusal.js';
import { ApprovalForm } from './approval-form.js';
import { ClientDecisions } from './client-decisions.js';
import { Continuations } from './continuations.js';
import { Elicitation } from './elicitation.js';
import { type AskedCall, GrantedCalls } from './granted-calls.js';
import { OpenRequests } from './open-requests.js';
import { type ApprovalSetup, type OpenCall, PendingCall, type Resolution } from './pending-call.js';
import { Resolutions } from './resolutions.js';
import { WaitingRoom } from './waiting-room.js';

/** Identical calls that wait together are approved one by one; this many lost races are something else. */
const MAX_ROUNDS = 100;
const IDLE_POLL_MS = 5;

/** Takes the calls that need approval to the store and brings back what a person decided. @internal */
export class ApprovalCoordinator {
  private readonly pendingCalls = new Map<RequestId, PendingCall>();
  private readonly form: ApprovalForm;
  private readonly continuations: Continuations;
  private readonly requests: OpenRequests;
  private readonly decisions: ClientDecisions;
  private readonly resolutions: Resolutions;
  private readonly waitingRoom: WaitingRoom;
  private readonly granted: GrantedCalls;
  readonly elicitation: Elicitation;

  constructor(private readonly setup: ApprovalSetup) {
    const { agent, upstream, cwd, manifest } = setup;
    this.form = new ApprovalForm(setup);
    this.continuations = new Continuations(this.form, manifest.approvalTimeoutSeconds);
    this.elicitation = new Elicitation(setup.toClient, [agent, upstream, cwd]);
    this.requests = new OpenRequests(setup);
    this.decisions = new ClientDecisions(setup);
    this.resolutions = new Resolutions(setup, this.continuations);
    this.granted = new GrantedCalls(setup);
    this.waitingRoom = new WaitingRoom(setup, this.elicitation, this.decisions, this.resolutions);
  }

  /** Sees a call through until it may pass or is answered. @param mayWait False for the calls of a batch. */
  async resolve(open: OpenCall, mayWait = true): Promise<Resolution> {
    const pending = new PendingCall(open, this.setup.log.mark);
    this.pendingCalls.set(open.id, pending);
    try {
      return this.resolutions.written(pending, await this.decide(pending, mayWait));
    } catch (error) {
      return this.resolutions.written(pending, this.resolutions.unavailable(pending, error));
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
    pending?.cancel();
    return pending !== undefined;
  }

  /** The client has gone: what waits for a person is withdrawn. Resolves when what it was still owed is resolved. */
  async leave(): Promise<void> {
    this.waitingRoom.close();
    for (const pending of this.pendingCalls.values()) if (pending.isWaiting) pending.cancel();
    await this.idle();
  }

  get isIdle(): boolean {
    return this.pendingCalls.size === 0;
  }

  /** The server has gone: nothing can go on. */
  cancelAll(): void {
    for (const pending of this.pendingCalls.values()) pending.cancel();
  }

  async close(): Promise<void> {
    this.requests.close();
    this.cancelAll();
    await this.idle();
    await this.setup.store.close();
  }

  private async idle(): Promise<void> {
    while (!this.isIdle) await new Promise((resolve) => setTimeout(resolve, IDLE_POLL_MS));
  }

  private async decide(pending: PendingCall, mayWait: boolean): Promise<Resolution> {
    const { call } = pending.open;
    const continued = this.continuations.take(call);
    if (continued !== undefined && (await this.granted.stillStands(continued)))
      return this.resolutions.passes(pending, continued);
    const draft = await this.draft(call, pending.unknown);
    const by = await this.granted.use({ call, draft }, pending.open.id);
    if (by !== undefined) {
      if ('approval' in by) this.requests.closed(by.approval);
      return pending.isCancelled ? this.cancelled(pending) : this.resolutions.passes(pending, by);
    }
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const resolution = await this.round(pending, draft, mayWait);
      if (resolution) return resolution;
    }
    return this.resolutions.blocked(pending, 'approval_unavailable', 'other calls were always quicker');
  }

  /** Asks once. @returns undefined where another call was quicker, and this one asks again. */
  private async round(pending: PendingCall, draft: ApprovalDraft, mayWait: boolean): Promise<Resolution | undefined> {
    if (pending.isCancelled) return this.cancelled(pending);
    const asked = await this.ask(pending, draft);
    if ('kind' in asked) return asked;
    const decided = await this.decided(pending, asked, draft.digest, mayWait);
    if ('kind' in decided) return decided;
    if (pending.isCancelled) return this.cancelled(pending);
    return this.answer(pending, decided);
  }

  /** Lets the person at the client decide, or waits for somebody to. @returns where the request stands then. */
  private async decided(
    pending: PendingCall,
    approval: Approval,
    digest: string,
    mayWait: boolean,
  ): Promise<Approval | Resolution> {
    const { id, answer } = pending.open;
    const own = answer?.digest === digest && answer.approval === approval.id ? answer : undefined;
    let current = approval;
    if (own?.action === 'decline') current = await this.decisions.decide(current, 'decline', id);
    if (current.state !== 'pending') return current;
    if (own) return this.decisions.decide(current, own.action, id);
    return mayWait && this.setup.mode !== 'retry' ? this.waitingRoom.wait(pending, current, digest) : current;
  }

  /** What follows from where the request stands; undefined: from the beginning. */
  private async answer(pending: PendingCall, approval: Approval): Promise<Resolution | undefined> {
    const { resolutions } = this;
    switch (stateAt(approval, Date.now())) {
      case 'pending':
        return resolutions.blocked(pending);
      case 'rejected':
        this.requests.closed(approval.id);
        return resolutions.rejected(pending, approval);
      case 'expired':
        await this.requests.markExpired(approval.id);
        // Without a record it expired between two calls.
        return pending.record === undefined ? undefined : resolutions.blocked(pending, 'approval_expired');
      case 'approved':
        return this.use(pending, approval);
      default: // An identical call used it, or another client withdrew it: this one asks for itself.
        this.requests.closed(approval.id);
        return undefined;
    }
  }

  /** Uses an approval up. @returns undefined where an identical call was quicker. */
  private async use(pending: PendingCall, approval: Approval): Promise<Resolution | undefined> {
    const { store, calls, agent } = this.setup;
    const used = await store.move(approval.id, 'used', agent);
    if (!used) return undefined;
    this.requests.closed(approval.id);
    calls.approval(used, pending.open.id);
    if (pending.isCancelled) return this.cancelled(pending); // It is used up all the same.
    return this.resolutions.passes(pending, { approval: used.id });
  }

  /** @returns the request for a call; how it is answered where there can be none, or a new one could not be recorded. */
  private async ask(pending: PendingCall, draft: ApprovalDraft): Promise<Approval | Resolution> {
    const { store, manifest, calls, log } = this.setup;
    if (this.requests.isFullFor(draft.digest))
      return this.resolutions.blocked(pending, 'approval_unavailable', OpenRequests.tooMany);
    const seconds = manifest.approvalTimeoutSeconds;
    const { approval, isNew } = await this.requests.open(() => store.ask(draft, seconds));
    pending.approval = approval;
    if (!isNew) return approval;
    pending.since = log.mark;
    calls.approval(approval, pending.open.id);
    if (!log.commit(pending.since)) return this.resolutions.blocked(pending, 'audit_unavailable');
    this.setup.onAsked(approval);
    return approval;
  }

  /** A call of a batch that can't go on: a request is made for it all the same. */
  private async askOnly(open: OpenCall): Promise<Resolution> {
    const { resolutions } = this;
    const pending = new PendingCall(open, this.setup.log.mark);
    try {
      const asked = await this.ask(pending, await this.draft(open.call, pending.unknown));
      if ('kind' in asked) return resolutions.written(pending, asked);
      const isRejected = asked.state === 'rejected';
      return resolutions.written(
        pending,
        isRejected ? resolutions.rejected(pending, asked) : resolutions.blocked(pending),
      );
    } catch (error) {
      return resolutions.written(pending, resolutions.unavailable(pending, error));
    }
  }

  private async draft(call: AskedCall['call'], unknown: readonly string[] = []): Promise<ApprovalDraft> {
    return this.form.draft(call, unknown, this.form.basis(call, await this.setup.sessionId()));
  }

  /** Is there an approval or a grant for each? Where that can't be found out each call is told so. */
  private async areApproved(calls: readonly OpenCall[]): Promise<boolean> {
    try {
      const asked = await Promise.all(calls.map(async ({ call }) => ({ call, draft: await this.draft(call) })));
      if (new Set(asked.map(({ draft }) => draft.digest)).size < calls.length) return false;
      const approved = (await this.setup.store.list()).filter((one) => stateAt(one, Date.now()) === 'approved');
      const others = asked.filter(({ draft }) => !approved.some(({ digest }) => digest === draft.digest));
      return await this.granted.coverAll(others);
    } catch {
      return false;
    }
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
    this.resolutions.record(pending);
    return { kind: 'cancelled' };
  }
}
