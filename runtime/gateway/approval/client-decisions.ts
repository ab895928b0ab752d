import type { Approval } from '../../approvals/approval.js';
import type { RequestId } from '../../wire/refusal.js';
import type { FormAction } from '../read/client-line.js';
import type { ApprovalSetup } from './pending-call.js';

/** Brings what the person at the client has decided to the store, and on record. @internal */
export class ClientDecisions {
  constructor(private readonly setup: Pick<ApprovalSetup, 'store' | 'calls' | 'log'>) {}

  /**
   * The person at the client has answered a form.
   *
   * @returns where the request stands then. A no counts even where somebody else has said yes meanwhile.
   */
  async decide(approval: Approval, action: FormAction, id: RequestId): Promise<Approval> {
    if (action === 'dismissed') return approval; // Not answered: somebody may still decide it elsewhere.
    const moved = await this.move(approval.id, action === 'accept' ? 'approved' : 'rejected', id);
    if (moved) return moved;
    const withdrawn = action === 'decline' && (await this.move(approval.id, 'withdrawn', id));
    if (withdrawn) return { ...withdrawn, state: 'rejected' };
    return (await this.setup.store.find(approval.id)) ?? approval;
  }

  private async move(
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
}
