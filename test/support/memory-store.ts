import {
  type Approval,
  type ApprovalDraft,
  type ApprovalStep,
  isOpen,
  MOVES,
} from '../../runtime/approvals/approval.js';
import type { ApprovalStore } from '../../runtime/approvals/store.js';

/** Requests for approval in this process's memory. `problem` is thrown by every operation while it is set. */
export class MemoryStore implements ApprovalStore {
  readonly pollMs = 2;
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
