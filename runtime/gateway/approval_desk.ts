import { hostname } from 'node:os';
import {
  type Approval,
  type ApprovalDraft,
  type ApprovalSubject,
  stateAt,
  subjectDigest,
} from '../approvals/approval.js';
import { canonicalSpelling } from '../approvals/spelling.js';
import { type ApprovalStore, expireDue } from '../approvals/store.js';
import type { Redactor } from '../audit/redact.js';
import { sha256 } from '../data/sha256.js';
import type { Manifest, Verdict } from '../decide/types.js';
import { parsed } from '../wire/json.js';
import type { RequestId } from '../wire/refusal.js';
import type { Arrival, CallLog } from './call_log.js';
import { type ClientAnswer, Elicitation, type FormAction } from './elicitation.js';
import type { JudgedCall } from './judge.js';
import { maskContext, maskSecrets } from './masking.js';
import type { TurnLog } from './turn_log.js';

/** @internal */
export interface DeskSetup {
  readonly store: ApprovalStore;
  readonly mode: 'retry' | 'hold' | 'elicit';
  readonly manifest: Manifest;
  readonly redactor: Redactor | null;
  readonly calls: CallLog;
  readonly log: TurnLog;
  readonly agent: string;
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
  /** The audit folder, for commands that add to this gateway's records. */
  readonly audit: string;
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

/** Requests of one gateway that nobody has decided, and new ones in a minute: a person can't look through more. */
const MOST_PENDING = 256;
const TOO_MANY = `this gateway has asked for too much: ${MOST_PENDING} undecided requests, or as many within a minute`;
/** Calls that may wait at once, and their bytes. */
const MOST_WAITING = 64;
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
/** Calls that a server has asked about in turn, and whose retries are still to come. */
const MOST_CONTINUED = 1024;
const PROGRESS_MS = 5000;
const EXPIRY_MS = 1000;
const SWEEP_AFTER_MS = 1000;
/** What is over is kept for a person to read. */
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;
/** Identical calls that wait together are approved one by one; this many lost races are something else. */
const MOST_ROUNDS = 100;

/** Takes the calls that need approval to the store and brings back what a person decided. @internal */
export class ApprovalDesk {
  private readonly visits = new Map<RequestId, Visit>();
  /** Requests that this gateway waits for or has told a client of, and when they expire. */
  private readonly pending = new Map<string, number>();
  /** Approved calls that the server answered with `input_required`, by digest and state: when, and by which approval. */
  private readonly continued = new Map<string, { readonly until: number; readonly approval: string }>();
  private readonly timers: NodeJS.Timeout[] = [];
  /** When this gateway made its latest requests, in milliseconds since 1970. */
  private readonly asked: number[] = [];
  private waitingBytes = 0;
  private waiting = 0;
  private isClosed = false;
  private isLeft = false;
  readonly elicitation: Elicitation;

  constructor(private readonly setup: DeskSetup) {
    const { agent, upstream, cwd } = setup;
    this.elicitation = new Elicitation(setup.toClient, [agent, upstream, cwd]);
    const sweep = setTimeout(() => void this.sweep(), SWEEP_AFTER_MS);
    const expire = setInterval(() => void this.expire(), EXPIRY_MS);
    this.timers.push(sweep, expire);
    for (const timer of this.timers) timer.unref();
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
    this.isClosed = true;
    for (const timer of this.timers) clearTimeout(timer);
    this.cancelAll();
    while (this.visits.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await this.setup.store.close();
  }

  private async decide(visit: Visit, mayWait: boolean): Promise<Settled> {
    const { store, mode, calls, agent } = this.setup;
    const { call, id } = visit.open;
    const draft = this.draft(call, visit.unknown);
    const continued = this.takeContinued(call);
    if (continued !== undefined) return this.passes(visit, continued);
    const answer = visit.open.answer?.digest === draft.digest ? visit.open.answer : undefined;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      if (visit.isCancelled) return this.cancelled(visit);
      if (this.isFull()) return this.blocked(visit, 'approval_unavailable', TOO_MANY);
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
          this.pending.delete(current.id);
          return this.rejected(visit, current);
        case 'expired':
          await this.markExpired(current.id);
          if (visit.record === undefined) continue; // It expired between two calls.
          return this.blocked(visit, 'approval_expired');
        case 'approved': {
          const used = await store.move(current.id, 'used', agent);
          if (!used) continue;
          this.pending.delete(current.id);
          calls.approval(used, id);
          if (visit.isCancelled) return this.cancelled(visit); // It is used up all the same.
          return this.passes(visit, used.id);
        }
        default: // An identical call used it, or another client withdrew it: this one asks for itself.
          this.pending.delete(current.id);
      }
    }
    return this.blocked(visit, 'approval_unavailable', 'other calls were always quicker');
  }

  private isFull(): boolean {
    const minute = Date.now() - 60_000;
    while (this.asked[0] !== undefined && this.asked[0] < minute) this.asked.shift();
    return this.pending.size >= MOST_PENDING || this.asked.length >= MOST_PENDING;
  }

  /** @returns the request for a call; undefined where a new one could not be recorded. */
  private async ask(visit: Visit, draft: ApprovalDraft): Promise<Approval | undefined> {
    const { store, manifest, calls, log } = this.setup;
    const { approval, isNew } = await store.ask(draft, manifest.approvalTimeoutSeconds);
    visit.approval = approval;
    if (approval.state === 'pending') this.pending.set(approval.id, Date.parse(approval.expires));
    if (!isNew) return approval;
    this.asked.push(Date.now());
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
      if (this.isFull()) return this.recorded(visit, this.blocked(visit, 'approval_unavailable', TOO_MANY));
      const approval = await this.ask(visit, this.draft(open.call, visit.unknown));
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
      const digests = new Set(calls.map(({ call }) => this.draft(call).digest));
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
    open.call.onInputRequired = (state) => this.continue(open.call, state, approval);
    if (record === undefined) {
      const verdict: Verdict = { ...open.call.verdict, decision: 'allow', reason: 'approved' };
      this.setup.calls.call(open.arrival, open.id, open.call, verdict, visit.unknown, approval);
    }
    return { kind: 'passes' };
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
        this.pending.delete(approval.id);
        this.setup.calls.approval(withdrawn, open.id);
      }
    }
    visit.record ??= this.record(visit);
    return { kind: 'cancelled' };
  }

  /** The server has asked in turn: the answer to it is no new call. */
  private continue(call: JudgedCall, state: string, approval: string): void {
    if (this.continued.size >= MOST_CONTINUED) this.continued.delete(this.continued.keys().next().value as string);
    const until = Date.now() + this.setup.manifest.approvalTimeoutSeconds * 1000;
    this.continued.set(this.continuation(call, state), { until, approval });
  }

  private takeContinued(call: JudgedCall): string | undefined {
    if (!call.isRetry || this.continued.size === 0) return undefined;
    const state = parsed(call.param('requestState') ?? '""');
    if (typeof state !== 'string') return undefined;
    const key = this.continuation(call, state);
    const found = this.continued.get(key);
    this.continued.delete(key);
    return found && Date.now() < found.until ? found.approval : undefined;
  }

  /** The same call, whatever it brings along: that is what the server asked for. */
  private continuation(call: JudgedCall, state: string): string {
    return sha256(JSON.stringify([subjectDigest(this.subject(call, false)), state]));
  }

  private subject(call: JudgedCall, isWhole: boolean): ApprovalSubject {
    const { agent, upstream, cwd, context, roots, manifest } = this.setup;
    const { method, tool = method } = call;
    const params = isWhole ? call.paramsText : undefined;
    return {
      agent,
      upstream,
      cwd,
      method,
      tool,
      arguments: canonicalSpelling(call.argumentsText),
      params: params && canonicalSpelling(params),
      policy: manifest.sha256,
      context,
      roots,
    };
  }

  private draft(call: JudgedCall, unknown: readonly string[] = []): ApprovalDraft {
    const { upstream, cwd, context, roots, manifest, redactor, audit } = this.setup;
    const { verdict } = call;
    const subject = this.subject(call, true);
    const { agent, method, tool, arguments: text, params } = subject;
    const rule = manifest.rules[verdict.rule];
    return {
      digest: subjectDigest(subject),
      agent,
      tool,
      method,
      capability: verdict.capability,
      arguments: redactor?.arguments(text) ?? text,
      ...(params !== undefined && { params: redactor?.arguments(params) ?? params }),
      rule: rule?.id ?? '',
      place: rule && `${rule.file}:${rule.line}`,
      reason: verdict.reason,
      unknown,
      upstream: maskSecrets(upstream),
      cwd,
      context: maskContext(context),
      roots,
      policy: manifest.policy,
      policy_sha256: manifest.sha256,
      audit,
      host: hostname(),
    };
  }

  /** Marks this gateway's own requests once they have expired. */
  private async expire(): Promise<void> {
    for (const [id, expires] of this.pending) if (Date.now() >= expires) await this.markExpired(id).catch(() => {});
  }

  private async markExpired(id: string): Promise<void> {
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

/** Tells a client that asked for it that its call still waits. */
class Progress {
  private readonly token: string | undefined;
  private told = 0;
  private next = 0;

  constructor(
    call: JudgedCall,
    private readonly approval: string,
    private readonly toClient: (line: string) => void,
  ) {
    this.token = call.param('_meta', 'progressToken');
  }

  tell(): void {
    const now = performance.now();
    if (this.token === undefined || now < this.next) return;
    this.next = now + PROGRESS_MS;
    // It must grow with each notification, and the server's own, which come later, must be greater still.
    const progress = ++this.told * 1e-9;
    const message = JSON.stringify(`waiting for approval ${this.approval}`);
    const params = `{"progressToken":${this.token},"progress":${progress},"message":${message}}`;
    this.toClient(`{"jsonrpc":"2.0","method":"notifications/progress","params":${params}}`);
  }
}
