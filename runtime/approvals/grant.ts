import { sha256 } from '../text/sha256.js';
import type { ApprovalSubject } from './approval-subject.js';

/** What a grant of calls like one is bound to, as the gateway that asks knows it. */
export interface GrantBasis {
  /** SHA-256 of agent, server, policy, tool, the rule that asks and the surroundings, hexadecimal. */
  readonly base: string;
  /** SHA-256 of each argument as it was spelled, by its name. */
  readonly members: Readonly<Record<string, string>>;
  /** The arguments that are one path each. */
  readonly paths: readonly string[];
  /** The arguments that hold paths in some other way, and can't vary: lists, objects, what can't be read. */
  readonly fixed: readonly string[];
  /** Paths are judged also as what their links lead to. */
  readonly followsLinks?: boolean;
  /** Names the session of the ledger; absent where the gateway keeps none. */
  readonly session?: string;
}

/** What a person grants, before the store has given it an id and a time. */
export interface GrantDraft extends Omit<GrantBasis, 'paths' | 'fixed' | 'followsLinks'> {
  /** The request that it came from, and its digest. */
  readonly approval: string;
  readonly digest: string;
  readonly agent: string;
  readonly tool: string;
  readonly capability: string;
  readonly rule: string;
  /** As a person was shown them. */
  readonly arguments: string;
  /** Secrets masked. */
  readonly upstream: readonly string[];
  readonly policy: string;
  readonly policy_sha256: string;
  /** The audit folder of the gateway that asked, and the host it is on. */
  readonly audit: string;
  readonly host: string;
  readonly by: string;
  /** Arguments that may vary: a path only under its folder, the others (null) freely. */
  readonly vary: Readonly<Record<string, string | null>>;
  /** For as long as that session lasts; else it has a time. */
  readonly isForSession: boolean;
  /** For how many calls, the approved one among them; absent: any number. */
  readonly uses?: number;
}

/** A grant: calls like an approved one need not be asked about. */
export interface Grant extends GrantDraft {
  readonly id: string;
  /** UTC. */
  readonly created: string;
  /** UTC; absent: the session ends it. */
  readonly expires?: string;
  /** How many calls it has let through, the approved one among them; counted only where `uses` limits them. */
  readonly used: number;
  /** Who took it back. */
  readonly revoked?: { readonly time: string; readonly by: string };
}

/** More arguments than any tool has. */
const MAX_MEMBERS = 256;

/**
 * What a grant of calls like this one would be bound to; undefined where it has too many arguments.
 *
 * @param members Each argument's text as it was spelled, its numbers too.
 */
export function basisOf(
  subject: ApprovalSubject,
  rule: string,
  members: ReadonlyMap<string, string>,
  more: Omit<GrantBasis, 'base' | 'members'>,
): GrantBasis | undefined {
  if (members.size > MAX_MEMBERS) return undefined;
  const { agent, cwd, method, params, policy, roots, tool, upstream } = subject;
  const context = Object.entries(subject.context).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    base: sha256(JSON.stringify([agent, upstream, cwd, method, tool, params ?? null, policy, context, roots, rule])),
    members: Object.fromEntries([...members].map(([name, text]) => [name, memberDigest(name, text)])),
    ...more,
  };
}

/** @param text As it was spelled, keys sorted. */
export function memberDigest(name: string, text: string): string {
  return sha256(JSON.stringify([name, text]));
}

/** What has become of a grant. */
export type GrantState = 'active' | 'expired' | 'used_up' | 'revoked';

export function grantState({ expires, uses, used, revoked }: Grant, now: number): GrantState {
  if (revoked) return 'revoked';
  if (expires !== undefined && now >= Date.parse(expires)) return 'expired';
  return uses !== undefined && used >= uses ? 'used_up' : 'active';
}

/**
 * Is this call one of those that the grant is for? Whether it still stands is another question (`grantState`).
 *
 * @param lies Whether what an argument names lies under a folder, by all readings; with null: whether it names no path.
 */
export function covers(
  grant: Pick<GrantDraft, 'base' | 'members' | 'vary' | 'isForSession' | 'session'>,
  call: GrantBasis,
  lies: (name: string, folder: string | null) => boolean,
): boolean {
  if (grant.base !== call.base || (grant.isForSession && grant.session !== call.session)) return false;
  const names = Object.keys(grant.members);
  if (names.length !== Object.keys(call.members).length) return false;
  return names.every((name) => {
    if (!Object.hasOwn(call.members, name)) return false;
    if (!Object.hasOwn(grant.vary, name)) return call.members[name] === grant.members[name];
    return lies(name, grant.vary[name] as string | null);
  });
}
