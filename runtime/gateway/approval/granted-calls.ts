import { type ApprovalDraft, stateAt } from '../../approvals/approval.js';
import { covers, type Grant, grantState } from '../../approvals/grant.js';
import type { RequestId } from '../../wire/refusal.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { ApprovalSetup } from './pending-call.js';

/** A call beside what a person would be asked about it. @internal */
export interface AskedCall {
  readonly call: EvaluatedCall;
  readonly draft: ApprovalDraft;
}

/** By what a call passes: a request of its own that was approved, or a grant. @internal */
export type PassesBy = { readonly approval: string } | { readonly grant: string };

/** Lets calls pass that a person has granted with another. @internal */
export class GrantedCalls {
  constructor(private readonly setup: Pick<ApprovalSetup, 'store' | 'calls' | 'agent'>) {}

  /**
   * Uses a grant for the call, or the approval that it came from where the call is that one.
   *
   * @returns undefined where none is for it: then a person is asked.
   */
  async use(asked: AskedCall, id: RequestId): Promise<PassesBy | undefined> {
    const { store, calls, agent } = this.setup;
    for (const grant of await this.covering(asked)) {
      if (grant.digest === asked.draft.digest) {
        const approved = await store.move(grant.approval, 'used', agent);
        if (approved) {
          calls.approval(approved, id);
          return { approval: approved.id };
        }
      }
      if (await store.grants.use(grant.id, agent)) return { grant: grant.id };
    }
    return undefined;
  }

  /** May what went on by this go on? A grant that was taken back, or whose time is over, ends that too. */
  async stillStands(by: PassesBy): Promise<boolean> {
    if (!('grant' in by)) return true;
    const grant = (await this.setup.store.grants.list()).find(({ id }) => id === by.grant);
    const state = grant && grantState(grant, Date.now());
    return state === 'active' || state === 'used_up';
  }

  /** The grants that stand for this call. What a person has rejected is not granted by what else they allow. */
  async covering({ call, draft }: AskedCall): Promise<Grant[]> {
    const { store } = this.setup;
    const { grantable, digest } = draft;
    if (grantable === undefined) return [];
    const lies = (name: string, folder: string | null) =>
      folder === null
        ? !call.namesPath(name)
        : call.namesPath(name) && call.isPath(name) && call.liesUnder(name, folder);
    const now = Date.now();
    const grants = (await store.grants.list()).filter(
      (grant) => grantState(grant, now) === 'active' && covers(grant, grantable, lies),
    );
    if (grants.length === 0) return [];
    const isRejected = (await store.list()).some((one) => one.digest === digest && stateAt(one, now) === 'rejected');
    return isRejected ? [] : grants;
  }

  /** Is there a grant for each of these calls, with uses enough for all? */
  async coverAll(calls: readonly AskedCall[]): Promise<boolean> {
    const left = new Map<string, number>();
    for (const asked of calls) {
      const grants = await this.covering(asked);
      for (const { id, uses = Number.POSITIVE_INFINITY, used } of grants) if (!left.has(id)) left.set(id, uses - used);
      const one = grants.find(({ id }) => (left.get(id) ?? 0) > 0);
      if (!one) return false;
      left.set(one.id, (left.get(one.id) ?? 0) - 1);
    }
    return true;
  }
}
