import { type ApprovalStore, expireDue } from '../../approvals/store.js';
import type { CallLog } from '../record/call-log.js';
import type { GroupCommit } from '../record/group-commit.js';

/** Requests of one gateway that nobody has decided, and new ones in a minute: a person can't look through more. */
const MAX_PENDING = 256;
const EXPIRY_MS = 1000;
const SWEEP_AFTER_MS = 1000;
/** What is over is kept for a person to read. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** The requests that one gateway has open: how many, and until when. @internal */
export class OpenRequests {
  static readonly tooMany =
    `this gateway has asked for too much: ${MAX_PENDING} undecided requests, or as many within a minute`;
  /** Requests that this gateway waits for or has told a client of: for what, and when they expire. */
  private readonly pending = new Map<string, { readonly digest: string; readonly expires: number }>();
  /** When this gateway made its latest requests, in milliseconds since 1970. */
  private readonly asked: number[] = [];
  /** Calls that are asking at this moment: each may become a request. */
  private asking = 0;
  private readonly timers: NodeJS.Timeout[];
  private isClosed = false;

  constructor(
    private readonly setup: { readonly store: ApprovalStore; readonly calls: CallLog; readonly log: GroupCommit },
  ) {
    const sweep = setTimeout(() => void this.sweep(), SWEEP_AFTER_MS);
    const expire = setInterval(() => void this.expire(), EXPIRY_MS);
    this.timers = [sweep, expire];
    for (const timer of this.timers) timer.unref();
  }

  /** Would a new request be one too many? What is asked already is none. */
  isFullFor(digest: string): boolean {
    if ([...this.pending.values()].some((one) => one.digest === digest)) return false;
    const minute = Date.now() - 60_000;
    while (this.asked[0] !== undefined && this.asked[0] < minute) this.asked.shift();
    return Math.max(this.pending.size, this.asked.length) + this.asking >= MAX_PENDING;
  }

  /** @param ask Makes a request, or finds the one that is there. */
  async open(ask: () => ReturnType<ApprovalStore['ask']>): ReturnType<ApprovalStore['ask']> {
    this.asking++;
    try {
      const found = await ask();
      const { id, digest, state, expires } = found.approval;
      if (state === 'pending') this.pending.set(id, { digest, expires: Date.parse(expires) });
      if (found.isNew) this.asked.push(Date.now());
      return found;
    } finally {
      this.asking--;
    }
  }

  closed(id: string): void {
    this.pending.delete(id);
  }

  close(): void {
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  /** Marks this gateway's own requests once they have expired. */
  private async expire(): Promise<void> {
    for (const [id, { expires }] of this.pending) if (Date.now() >= expires) await this.markExpired(id).catch(() => {});
  }

  async markExpired(id: string): Promise<void> {
    this.pending.delete(id);
    const { store, calls, log } = this.setup;
    const expired = await store.move(id, 'expired', 'capfence');
    if (!expired || this.isClosed) return;
    calls.approval(expired);
    log.commit(log.mark);
  }

  /** Marks what expired while no gateway ran, and forgets what was over long ago. */
  private async sweep(): Promise<void> {
    const { store, calls, log } = this.setup;
    try {
      for (const expired of await expireDue(store, Date.now())) calls.approval(expired);
      if (!this.isClosed) log.commit(log.mark);
      await store.prune(Date.now() - KEPT_MS);
    } catch {
      // Whoever asks for approval is told that the store can't be used.
    }
  }
}
