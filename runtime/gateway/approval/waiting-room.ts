import { type Approval, stateAt } from '../../approvals/approval.js';
import type { FormAction } from '../read/client-line.js';
import type { ClientDecisions } from './client-decisions.js';
import type { Elicitation, Form } from './elicitation.js';
import type { ApprovalSetup, PendingCall, Resolution } from './pending-call.js';
import type { Resolutions } from './resolutions.js';
import { WaitingProgress } from './waiting-progress.js';

/** Calls that may wait at once, and their bytes. */
const MAX_WAITING = 64;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** Holds calls, and asks the person at the client, until their requests are decided. @internal */
export class WaitingRoom {
  private waitingBytes = 0;
  private waiting = 0;
  private isClosed = false;

  constructor(
    private readonly setup: ApprovalSetup,
    private readonly elicitation: Elicitation,
    private readonly decisions: ClientDecisions,
    private readonly resolutions: Resolutions,
  ) {}

  /** The client has gone: what comes from now on is cancelled. */
  close(): void {
    this.isClosed = true;
  }

  /**
   * Waits as the mode says.
   *
   * @returns where the request stands then, which may be where it stood; or how the call is answered at once.
   */
  async wait(pending: PendingCall, approval: Approval, digest: string): Promise<Approval | Resolution> {
    const { mode, log } = this.setup;
    const { open } = pending;
    if (this.waiting >= MAX_WAITING || this.waitingBytes + open.size > MAX_WAITING_BYTES) return approval;
    const form = mode === 'elicit' ? this.elicitation.formFor(open.call, digest, approval) : undefined;
    if (mode === 'elicit' && form === undefined) return approval;
    pending.since = log.mark;
    this.resolutions.record(pending);
    // What waits is on record before anything else is sent about it.
    if (!log.commit(pending.since)) return this.resolutions.blocked(pending, 'audit_unavailable');
    pending.since = log.mark;
    if (form?.kind === 'input_required') return { ...this.resolutions.blocked(pending), reply: form.reply(open.id) };
    pending.isWaiting = true;
    if (this.isClosed) pending.isCancelled = true;
    this.waiting++;
    this.waitingBytes += open.size;
    try {
      return await this.watch(pending, approval, form);
    } finally {
      pending.isWaiting = false;
      this.waiting--;
      this.waitingBytes -= open.size;
    }
  }

  /** Looks again and again until somebody has decided. */
  private async watch(pending: PendingCall, approval: Approval, form: Dialog | undefined): Promise<Approval> {
    const { store, toClient } = this.setup;
    const { open } = pending;
    const progress = new WaitingProgress(open.call, approval.id, toClient);
    let action: FormAction | undefined;
    const onAnswer = (answer: FormAction): void => {
      action = answer;
      pending.wake();
    };
    let takeBack: (() => void) | undefined;
    try {
      for (;;) {
        // Where an identical call no longer asks, this one does.
        takeBack ??= form?.open(onAnswer);
        progress.tell();
        await pending.pause(store.pollMs);
        if (pending.isCancelled) return approval;
        if (action) return await this.decisions.decide(approval, action, open.id);
        const now = await store.find(approval.id);
        if (!now) throw new Error(`the request ${approval.id} is gone`);
        if (stateAt(now, Date.now()) !== 'pending') return now;
      }
    } finally {
      takeBack?.();
    }
  }
}

type Dialog = Form & { readonly kind: 'dialog' };
