import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto } from '../text/sha256.js';
import { type Approval, type ApprovalDraft, type ApprovalStep, isOpen, MOVES } from './approval.js';
import type { ApprovalStore } from './store.js';

/** Others may come and go in between; what stays in the way after so many attempts is no request. */
const MAX_ATTEMPTS = 20;
/** A draft that is older belongs to a process that died, in milliseconds. */
const STALE_DRAFT_MS = 60 * 60 * 1000;

/** `<digest>.<n>.<step>.json`: step 0 is the nth request for a subject, the others are what became of it. */
const NAME = /^([0-9a-f]{64}\.\d+)\.(\d+)\.json$/;

/**
 * Approval requests in a folder.
 *
 * A request is a file that is never changed, and each change of its state is one more file, numbered. Every file is
 * written whole under a name of its own and then linked to its place, which fails where the place is taken: of all
 * processes that want to make the same step exactly one succeeds, and one that dies in between leaves the state as it was
 * before or after, and a draft that is swept away later. No name is ever used twice, so what a process has read can't be
 * replaced by something else before it acts on it.
 *
 * @internal
 */
export class ApprovalFolder implements ApprovalStore {
  readonly pollMs = 100;
  /** Where each request that this process has seen lies. */
  private readonly keys = new Map<string, string>();

  constructor(private readonly dir: string) {}

  async ask(draft: ApprovalDraft, seconds: number): Promise<{ approval: Approval; isNew: boolean }> {
    mkdirSync(this.dir, { recursive: true, mode: 0o700 });
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
      if (this.create(`${key}.0.json`, request)) {
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
      if (this.create(`${this.keys.get(id)}.${steps.length}.json`, step)) return { ...approval, state: to, steps };
      // Somebody was quicker: look where it stands now.
    }
    return undefined;
  }

  async prune(before: number): Promise<void> {
    for (const name of this.names()) {
      const path = join(this.dir, name);
      const isDraft = name.startsWith('draft-');
      if (!isDraft && !NAME.test(name)) continue;
      const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
      if (modified !== undefined && isDraft && modified < Date.now() - STALE_DRAFT_MS) rmSync(path, { force: true });
    }
    for (const approval of this.readable()) {
      if (Date.parse(approval.expires) >= before || MOVES.expired.from.includes(approval.state)) continue;
      const key = this.keys.get(approval.id);
      // The request last: without its steps it has expired, and a step without its request would be another's.
      for (let step = approval.steps.length; step >= 0; step--)
        rmSync(join(this.dir, `${key}.${step}.json`), { force: true });
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
    const request = this.parse<Omit<Approval, 'state' | 'steps'>>(`${key}.0.json`);
    if (!request) return undefined;
    this.keys.set(request.id, key);
    const steps: ApprovalStep[] = [];
    for (;;) {
      const step = this.parse<ApprovalStep>(`${key}.${steps.length + 1}.json`);
      if (!step) return { ...request, state: steps.at(-1)?.state ?? 'pending', steps };
      steps.push(step);
    }
  }

  private parse<T>(name: string): T | undefined {
    const path = join(this.dir, name);
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
    }
  }

  /** The keys of requests whose names begin so. */
  private entries(start: string): string[] {
    return this.names()
      .filter((name) => name.startsWith(start) && name.endsWith('.0.json'))
      .map((name) => NAME.exec(name)?.[1])
      .filter((key) => key !== undefined);
  }

  private names(): string[] {
    try {
      return readdirSync(this.dir);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw error;
    }
  }

  /** Creates a file that is there whole or not at all. @returns false where another process was first. */
  private create(name: string, content: object): boolean {
    const draft = join(this.dir, `draft-${process.pid}-${nodeCrypto().randomBytes(8).toString('hex')}`);
    writeFileSync(draft, JSON.stringify(content), { mode: 0o600, flag: 'wx', flush: true });
    try {
      linkSync(draft, join(this.dir, name)); // Fails where the name is taken, unlike a rename.
      this.sync();
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  /** After a power loss a step must not be undone. Not every system syncs folders. */
  private sync(): void {
    try {
      const fd = openSync(this.dir, 'r');
      fsyncSync(fd);
      closeSync(fd);
    } catch {
      // Then the file system sees to it by itself.
    }
  }
}
