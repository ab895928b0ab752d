import type { Approval } from '../../approvals/approval.js';
import type { Verdict } from '../../types.js';
import type { Continuations } from './continuations.js';
import type { PassesBy } from './granted-calls.js';
import type { ApprovalSetup, BlockedResolution, PendingCall, Resolution } from './pending-call.js';

/** Says what came of asking, and puts the call on record where it is not yet. @internal */
export class Resolutions {
  constructor(
    private readonly setup: Pick<ApprovalSetup, 'calls' | 'log'>,
    private readonly continuations: Continuations,
  ) {}

  /** The call's record as it waits: made once. */
  record(pending: PendingCall, verdict: Verdict = pending.open.call.verdict): string {
    pending.record ??= this.add(pending, verdict, { approval: pending.approval?.id });
    return pending.record;
  }

  /** Without a reason the call waits for a person; with one it is denied. */
  blocked(pending: PendingCall, reason?: string, help?: string): BlockedResolution {
    const { open, approval, unknown, past } = pending;
    const { verdict } = open.call;
    const decided: Verdict = reason === undefined ? verdict : { ...verdict, decision: 'deny', reason };
    const record = this.record(pending, decided);
    return { kind: 'blocked', verdict: decided, unknown, past, approval, record, ...(help !== undefined && { help }) };
  }

  rejected(pending: PendingCall, { steps }: Approval): Resolution {
    const { by = 'somebody', why } = steps.at(-1) ?? {};
    return this.blocked(pending, 'approval_rejected', `rejected by ${by}${why ? `: ${why}` : ''}`);
  }

  unavailable(pending: PendingCall, error: unknown): Resolution {
    const help = `requests for approval can't be stored or read: ${(error as Error).message}`;
    return this.blocked(pending, 'approval_unavailable', help);
  }

  async passes(pending: PendingCall, by: PassesBy): Promise<Resolution> {
    const { open, record } = pending;
    // While it waited the tool, the roots or the files may have changed: what is forbidden by now is refused.
    const now = await open.again();
    if (now !== undefined) return this.overruled(pending, now, by);
    open.call.onInputRequired = (state) => this.continuations.add(open.call, state, by);
    const verdict: Verdict = {
      ...open.call.verdict,
      decision: 'allow',
      reason: 'grant' in by ? 'granted' : 'approved',
    };
    if (record === undefined) open.call.record = this.add(pending, verdict, by);
    else open.call.record = record;
    return { kind: 'passes' };
  }

  /** Writes what was to be recorded, in the same turn in which it was: if that fails, the call is denied. */
  written(pending: PendingCall, resolution: Resolution): Resolution {
    if (this.setup.log.commit(pending.since)) return resolution;
    const { verdict } = pending.open.call;
    const denied: Verdict = { ...verdict, decision: 'deny', reason: 'audit_unavailable', rule: -1 };
    return { kind: 'blocked', verdict: denied, unknown: pending.unknown };
  }

  /** The approval is used up all the same: it was for what was asked then. */
  private overruled(pending: PendingCall, verdict: Verdict, by: PassesBy): Resolution {
    const { unknown } = pending;
    const denied: Verdict = verdict.decision === 'deny' ? verdict : { ...verdict, decision: 'deny' };
    const record = this.add(pending, denied, by);
    const help = 'it was approved, but has become forbidden while it waited; make the call again to be asked anew';
    return { kind: 'blocked', verdict: denied, unknown, record, help };
  }

  private add(
    { open, unknown, past }: PendingCall,
    verdict: Verdict,
    by: { readonly approval?: string | undefined; readonly grant?: string },
  ): string {
    const { arrival, id, call } = open;
    return this.setup.calls.call({ arrival, id, call, verdict, unknown, past, ...by });
  }
}
