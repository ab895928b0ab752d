import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeCrypto, sha256 } from '../data/sha256.js';

/** What an approval is bound to: a change in any of it asks again. */
export interface ApprovalSubject {
  readonly agent: string;
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly method: string;
  readonly tool: string;
  /** Canonical text of the arguments, numbers as they were spelled. */
  readonly arguments: string;
  readonly policy: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
}

/** A request for a person's decision. */
export interface ApprovalRequest extends ApprovalSubject {
  readonly id: string;
  /** SHA-256 of the subject, hexadecimal. */
  readonly digest: string;
  readonly capability: string;
  readonly rule: string;
  readonly reason: string;
  /** UTC. */
  readonly created: string;
  readonly expires: string;
}

/** One hash for everything an approval is bound to. The members have a fixed order. */
export function subjectDigest(subject: ApprovalSubject): string {
  const { agent, upstream, cwd, method, tool, policy, context, roots } = subject;
  const sorted = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  const bound = JSON.stringify([agent, upstream, cwd, method, tool, subject.arguments, policy, sorted, roots]);
  return sha256(bound);
}

/** Others may come and go in between; something that stays and can't be read is no request. */
const MOST_ATTEMPTS = 10;

/**
 * The approval requests in a folder: one file a pending subject, named by its digest, so that identical calls meet in
 * one request whichever process makes them.
 *
 * @internal
 */
export class ApprovalFolder {
  constructor(private readonly dir: string) {}

  /**
   * The pending request for this subject: a new one, or the one that an identical call made before.
   *
   * @param shown The arguments as they may be stored and shown: those of the subject, secrets masked.
   * @throws where the folder can't be used.
   */
  request(
    subject: ApprovalSubject,
    why: { readonly capability: string; readonly rule: string; readonly reason: string },
    timeoutSeconds: number,
    shown: string,
  ): { readonly request: ApprovalRequest; readonly isNew: boolean } {
    const pending = join(this.dir, 'pending');
    mkdirSync(pending, { recursive: true, mode: 0o700 });
    const digest = subjectDigest(subject);
    const path = join(pending, `${digest}.json`);
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const existing = readRequest(path);
      if (existing && Date.parse(existing.expires) > Date.now()) return { request: existing, isNew: false };
      if (existing) this.retire(path, existing);
      const now = Date.now();
      const request: ApprovalRequest = {
        id: nodeCrypto().randomBytes(8).toString('hex'),
        digest,
        ...why,
        created: new Date(now).toISOString(),
        expires: new Date(now + timeoutSeconds * 1000).toISOString(),
        ...subject,
        arguments: shown,
      };
      if (createWhole(path, JSON.stringify(request))) return { request, isNew: true };
    }
    throw new Error(`${path} is in the way`);
  }

  /** Moves an expired request out of the way of a new one. Whoever renames it first did it. */
  private retire(path: string, request: ApprovalRequest): void {
    const expired = join(this.dir, 'expired');
    mkdirSync(expired, { recursive: true, mode: 0o700 });
    try {
      renameSync(path, join(expired, `${request.id}.json`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/** Creates a file that is there whole or not at all; false where another process was first. */
function createWhole(path: string, text: string): boolean {
  const draft = `${path}.${process.pid}.${nodeCrypto().randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(draft, path); // Fails where the name is taken, unlike a rename.
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readRequest(path: string): ApprovalRequest | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return JSON.parse(text) as ApprovalRequest;
}
