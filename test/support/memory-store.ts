import {
  type Approval,
  type ApprovalDraft,
  type ApprovalStep,
  isOpen,
  MOVES,
} from '../../runtime/approvals/approval.js';
import { type Grant, type GrantDraft, grantState } from '../../runtime/approvals/grant.js';
import type { ApprovalStore, GrantStore } from '../../runtime/approvals/store.js';

/** Requests for approval in this process's memory. `problem` is thrown by every operation while it is set. */
export class MemoryStore implements ApprovalStore {
  readonly pollMs = 2;
  readonly grants: GrantStore = new MemoryGrants(() => this.check());
  problem: Error | undefined;
  private readonly kept = new Map<string, Approval>();
  private count = 0;

  async ask(draft: ApprovalDraft, seconds: number): Promise<{ approval: Approval; isNew: boolean }> {
    this.check();
    const now = Date.now();
    const open = [...this.kept.values()].find((one) => one.digest === draft.digest && isOpen(one, now));
    if (open) return { approval: open, isNew: false };
    const approval: Approval = {
      ...draft,
      id: (++this.count).toString(16).padStart(16, '0'),
      created: new Date(now).toISOString(),
      expires: new Date(now + seconds * 1000).toISOString(),
      state: 'pending',
      steps: [],
    };
    this.kept.set(approval.id, approval);
    return { approval, isNew: true };
  }

  async find(id: string): Promise<Approval | undefined> {
    this.check();
    return this.kept.get(id);
  }

  async list(): Promise<Approval[]> {
    this.check();
    return [...this.kept.values()];
  }

  async move(id: string, to: ApprovalStep['state'], by: string, why?: string): Promise<Approval | undefined> {
    this.check();
    const found = this.kept.get(id);
    const { from, isInTime } = MOVES[to];
    if (!found || !from.includes(found.state)) return undefined;
    if (isInTime !== null && isInTime !== Date.now() < Date.parse(found.expires)) return undefined;
    const step = { state: to, time: new Date().toISOString(), by, ...(why !== undefined && { why }) };
    const moved: Approval = { ...found, state: to, steps: [...found.steps, step] };
    this.kept.set(id, moved);
    return moved;
  }

  async prune(): Promise<void> {}

  async close(): Promise<void> {}

  private check(): void {
    if (this.problem) throw this.problem;
  }
}

class MemoryGrants implements GrantStore {
  private readonly kept = new Map<string, Grant>();

  constructor(private readonly check: () => void) {}

  async add(draft: GrantDraft, seconds: number | undefined): Promise<Grant> {
    this.check();
    const now = Date.now();
    const grant: Grant = {
      ...draft,
      id: `a${this.kept.size}`,
      created: new Date(now).toISOString(),
      ...(seconds !== undefined && { expires: new Date(now + seconds * 1000).toISOString() }),
      used: 1,
    };
    this.kept.set(grant.id, grant);
    return grant;
  }

  async list(): Promise<Grant[]> {
    this.check();
    return [...this.kept.values()];
  }

  async use(id: string): Promise<Grant | undefined> {
    return this.change(id, ({ used }) => ({ used: used + 1 }));
  }

  async revoke(id: string, by: string): Promise<Grant | undefined> {
    return this.change(id, () => ({ revoked: { time: new Date().toISOString(), by } }));
  }

  private change(id: string, to: (grant: Grant) => Partial<Grant>): Grant | undefined {
    this.check();
    const found = this.kept.get(id);
    if (!found || grantState(found, Date.now()) !== 'active') return undefined;
    const changed = { ...found, ...to(found) };
    this.kept.set(id, changed);
    return changed;
  }
}
