import { nodeCrypto } from '../text/sha256.js';
import { type Approval, type ApprovalDraft, type ApprovalStep, isOpen, MOVES } from './approval.js';
import { GrantFolder } from './grant-folder.js';
import { StepFiles } from './step-files.js';
import type { ApprovalStore } from './store.js';

/** Others may come and go in between; what stays in the way after so many attempts is no request. */
const MAX_ATTEMPTS = 20;

/** `<digest>.<n>.<step>.json`: step 0 is the nth request for a subject, the others are what became of it. */
const NAME = /^([0-9a-f]{64}\.\d+)\.(\d+)\.json$/;

/**
 * Approval requests in a folder.
 *
 * A request is a file that is never changed, and each change of its state is one more file, numbered: of all processes that
 * want to make the same step exactly one succeeds (StepFiles). No name is ever used twice, so what a process has read can't
 * be replaced by something else before it acts on it.
 *
 * @internal
 */
export class ApprovalFolder implements ApprovalStore {
  readonly pollMs = 100;
  /** Where each request that this process has seen lies. */
  private readonly keys = new Map<string, string>();

  readonly grants: GrantFolder;
  private readonly files: StepFiles;

  constructor(private readonly dir: string) {
    this.files = new StepFiles(dir);
    this.grants = new GrantFolder(this.files);
  }

  async ask(draft: ApprovalDraft, seconds: number): Promise<{ approval: Approval; isNew: boolean }> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const numbers = this.entries(`${draft.digest}.`).map((key) => Number(key.split('.')[1]));
      const last = Math.max(0, ...numbers);
      const latest = last > 0 ? this.read(`${draft.digest}.${last}`) : undefined;
      const now = Date.now();
      if (latest && isOpen(latest, now)) return { approval: latest, isNew: false };
      const request = {
        v: 1,
        id: nodeCrypto().randomBytes(8).toString('hex'),
        ...draft,
        created: new Date(now).toISOString(),
        expires: new Date(now + seconds * 1000).toISOString(),
      };
      const key = `${draft.digest}.${last + 1}`;
      if (this.files.create(`${key}.0.json`, request)) {
        this.keys.set(request.id, key);
        return { approval: { ...request, state: 'pending', steps: [] }, isNew: true };
      }
    }
    throw new Error(`${this.dir}: something that is no request is in the way of ${draft.digest}`);
  }

  async find(id: string): Promise<Approval | undefined> {
    const known = this.keys.get(id);
    const approval = known === undefined ? undefined : this.read(known);
    // What was over long ago is removed, and its name is free for another.
    if (approval?.id === id) return approval;
    return this.readable().find((approval) => approval.id === id);
  }

  async list(): Promise<Approval[]> {
    return this.readable().sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
  }

  async move(id: string, to: ApprovalStep['state'], by: string, why?: string): Promise<Approval | undefined> {
    for (let approval = await this.find(id); approval; approval = await this.find(id)) {
      const { from, isInTime } = MOVES[to];
      const now = Date.now();
      const isExpired = now >= Date.parse(approval.expires);
      if (!from.includes(approval.state) || isInTime === isExpired) return undefined;
      const step: ApprovalStep = {
        state: to,
        time: new Date(now).toISOString(),
        by,
        ...(why !== undefined && { why }),
      };
      const steps = [...approval.steps, step];
      if (this.files.create(`${this.keys.get(id)}.${steps.length}.json`, step))
        return { ...approval, state: to, steps };
      // Somebody was quicker: look where it stands now.
    }
    return undefined;
  }

  async prune(before: number): Promise<void> {
    this.files.sweep();
    await this.grants.prune(before);
    for (const approval of this.readable()) {
      if (Date.parse(approval.expires) >= before || MOVES.expired.from.includes(approval.state)) continue;
      const key = this.keys.get(approval.id);
      // The request last: without its steps it has expired, and a step without its request would be another's.
      for (let step = approval.steps.length; step >= 0; step--) this.files.remove(`${key}.${step}.json`);
    }
  }

  async close(): Promise<void> {}

  /** All requests, but for what is no request or can't be read: that lets nothing through. */
  private readable(): Approval[] {
    return this.entries('').flatMap((key) => {
      try {
        return this.read(key) ?? [];
      } catch {
        return [];
      }
    });
  }

  /** What lies at a key; undefined where it is not, or is gone by now. @throws where it can't be read. */
  private read(key: string): Approval | undefined {
    const request = this.files.read<Omit<Approval, 'state' | 'steps'>>(`${key}.0.json`);
    if (!request) return undefined;
    this.keys.set(request.id, key);
    const steps: ApprovalStep[] = [];
    for (;;) {
      const step = this.files.read<ApprovalStep>(`${key}.${steps.length + 1}.json`);
      if (!step) return { ...request, state: steps.at(-1)?.state ?? 'pending', steps };
      steps.push(step);
    }
  }

  /** The keys of requests whose names begin so. */
  private entries(start: string): string[] {
    return this.files
      .names()
      .filter((name) => name.startsWith(start) && name.endsWith('.0.json'))
      .map((name) => NAME.exec(name)?.[1])
      .filter((key) => key !== undefined);
  }
}
