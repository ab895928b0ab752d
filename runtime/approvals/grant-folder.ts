import { nodeCrypto } from '../text/sha256.js';
import { type Grant, type GrantDraft, grantState } from './grant.js';
import type { StepFiles } from './step-files.js';
import type { GrantStore } from './store.js';

/** `grant-<id>.<n>.json`: step 0 is the grant, the others are its uses, where they are counted, and its end. */
const NAME = /^grant-([0-9a-f]{16})\.0\.json$/;

/** One step of a grant: a use of it, or its end. */
interface Step {
  readonly kind: 'use' | 'revoked';
  readonly time: string;
  readonly by: string;
}

/** Grants beside the requests of a folder, each use of a limited one a file: two processes can't make the same. @internal */
export class GrantFolder implements GrantStore {
  constructor(private readonly files: StepFiles) {}

  async add(draft: GrantDraft, seconds: number | undefined): Promise<Grant> {
    const now = Date.now();
    const kept = {
      id: nodeCrypto().randomBytes(8).toString('hex'),
      ...draft,
      created: new Date(now).toISOString(),
      ...(seconds !== undefined && { expires: new Date(now + seconds * 1000).toISOString() }),
    };
    if (!this.files.create(nameOf(kept.id, 0), kept)) throw new Error(`there is a grant ${kept.id} already`);
    return { ...kept, used: 1 };
  }

  async list(): Promise<Grant[]> {
    const ids = this.files.names().flatMap((name) => NAME.exec(name)?.[1] ?? []);
    const grants = ids.flatMap((id) => {
      try {
        return this.read(id) ?? [];
      } catch {
        return []; // What can't be read lets nothing through.
      }
    });
    return grants.sort((a, b) => (a.created < b.created ? -1 : a.created > b.created ? 1 : 0));
  }

  async use(id: string, by: string): Promise<Grant | undefined> {
    return this.step(id, 'use', by);
  }

  async revoke(id: string, by: string): Promise<Grant | undefined> {
    return this.step(id, 'revoked', by);
  }

  async prune(before: number): Promise<void> {
    for (const grant of await this.list()) {
      const { id, created, expires = created } = grant;
      if (grantState(grant, Date.now()) === 'active' || Date.parse(expires) >= before) continue;
      // The grant first: without it, what is left of its steps is nothing.
      for (let step = 0; step <= stepsOf(grant); step++) this.files.remove(nameOf(id, step));
    }
  }

  private async step(id: string, kind: Step['kind'], by: string): Promise<Grant | undefined> {
    for (let grant = this.read(id); grant; grant = this.read(id)) {
      if (grantState(grant, Date.now()) !== 'active') return undefined;
      if (kind === 'use' && grant.uses === undefined) return grant; // Nobody counts.
      const step: Step = { kind, time: new Date().toISOString(), by };
      if (this.files.create(nameOf(id, stepsOf(grant) + 1), step)) return withStep(grant, step);
      // Somebody was quicker: look how it stands now.
    }
    return undefined;
  }

  /** @throws where it can't be read. */
  private read(id: string): Grant | undefined {
    if (!/^[0-9a-f]{16}$/.test(id)) return undefined;
    const kept = this.files.read<Omit<Grant, 'used'>>(nameOf(id, 0));
    if (!kept) return undefined;
    let grant: Grant = { ...kept, used: 1 };
    for (;;) {
      const step = this.files.read<Step>(nameOf(id, stepsOf(grant) + 1));
      if (!step) return grant;
      grant = withStep(grant, step);
    }
  }
}

const nameOf = (id: string, step: number) => `grant-${id}.${step}.json`;

/** How many files there are beside the grant's own. */
function stepsOf({ used, revoked }: Grant): number {
  return used - 1 + (revoked ? 1 : 0);
}

function withStep(grant: Grant, { kind, time, by }: Step): Grant {
  return kind === 'use' ? { ...grant, used: grant.used + 1 } : { ...grant, revoked: { time, by } };
}
