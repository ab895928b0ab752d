import { posix, win32 } from 'node:path';
import type { Approval } from '../../runtime/approvals/approval.js';
import { type GrantBasis, type GrantDraft, memberDigest } from '../../runtime/approvals/grant.js';
import { spanSeconds } from '../../runtime/gateway/options/flags.js';
import { shownWhole } from '../../runtime/text/escape.js';
import { membersOf } from '../../runtime/wire/members.js';
import { CommandError } from '../cli/support/failure.js';

/** What the flags of `approve` say of a grant. */
export interface GrantFlags {
  readonly for?: string;
  readonly uses?: string;
  readonly vary?: readonly string[];
  readonly under?: string;
}

/** What a person grants with a call that is approved. */
export interface GrantTerms {
  readonly draft: GrantDraft;
  readonly basis: GrantBasis;
  /** undefined: as long as the session lasts. */
  readonly seconds: number | undefined;
}

/** A grant for longer belongs in the policy. */
const MAX_SECONDS = 31 * 86_400;
const MAX_USES = 1000;

/**
 * @returns undefined where no flag asks for a grant.
 * @throws CommandError where what is asked for can't be granted.
 */
export function grantTerms(approval: Approval, by: string, flags: GrantFlags): GrantTerms | undefined {
  const { for: span, uses, vary = [], under } = flags;
  if (span === undefined) {
    const [stray] = (['uses', 'vary', 'under'] as const).filter((flag) => flags[flag] !== undefined);
    if (stray !== undefined) throw new CommandError(`--${stray} says of a grant what it covers: it needs --for`);
    return undefined;
  }
  const { grantable: basis } = approval;
  if (!basis)
    throw new CommandError(
      `${approval.id} can be approved, but not granted: a limit asks, or more than one rule, and such calls are decided one by one`,
    );
  const isForSession = span === 'session';
  if (isForSession && basis.session === undefined)
    throw new CommandError(
      'this gateway keeps no ledger, so it has no session: --for takes a span such as 10m (docs/history.md)',
    );
  const count = usesOf(uses);
  const { id, digest, agent, tool, capability, rule, policy, policy_sha256, audit, host, upstream } = approval;
  const draft: GrantDraft = {
    approval: id,
    digest,
    agent,
    tool,
    capability,
    rule,
    arguments: approval.arguments,
    upstream,
    policy,
    policy_sha256,
    audit,
    host,
    by,
    base: basis.base,
    members: basis.members,
    ...(basis.session !== undefined && { session: basis.session }),
    vary: varied(approval, basis, vary, under),
    isForSession,
    ...(count !== undefined && { uses: count }),
  };
  return { draft, basis, seconds: isForSession ? undefined : seconds(span) };
}

function seconds(span: string): number {
  const found = spanSeconds('--for', span);
  if (found === 0 || found > MAX_SECONDS) throw new CommandError('--for takes a span from 1s to 31d, or session');
  return found;
}

function usesOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const uses = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (uses < 2 || uses > MAX_USES)
    throw new CommandError(
      `--uses counts the approved call too: it takes a number from 2 to ${MAX_USES}, not ${JSON.stringify(text)}`,
    );
  return uses;
}

/** The arguments that may vary, each with the folder that its paths stay under. */
function varied(
  approval: Approval,
  basis: GrantBasis,
  names: readonly string[],
  under: string | undefined,
): Record<string, string | null> {
  const known = Object.keys(basis.members);
  for (const name of names) {
    if (!known.includes(name)) {
      const there = known.length === 0 ? 'it has none' : `it has ${known.map((one) => shownWhole(one)).join(', ')}`;
      throw new CommandError(`the call has no argument ${JSON.stringify(name)} that could vary: ${there}`);
    }
  }
  for (const name of names) {
    if (basis.fixed.includes(name))
      throw new CommandError(
        `${JSON.stringify(name)} holds paths and is not one path alone, so nobody can say under what it stays: it can't vary`,
      );
  }
  if (under !== undefined && !names.some((name) => basis.paths.includes(name)))
    throw new CommandError(
      basis.paths.length === 0
        ? '--under is for an argument that names a path: this call has none'
        : `--under needs an argument that varies and names a path: --vary ${basis.paths[0]}`,
    );
  return Object.fromEntries(
    names.map((name) => [name, basis.paths.includes(name) ? folderFor(approval, basis, name, under) : null]),
  );
}

function folderFor(approval: Approval, basis: GrantBasis, name: string, under: string | undefined): string {
  const path = approvedText(approval, name);
  if (path === undefined || memberDigest(name, JSON.stringify(path)) !== basis.members[name])
    throw new CommandError(
      `${JSON.stringify(name)} is masked here, so nobody can see what would be granted: it can't vary`,
    );
  const folder = under === undefined ? parentOf(path, approval.roots) : absolute(under);
  if (folder === undefined)
    throw new CommandError(
      under === undefined
        ? `nobody can tell the folder of ${JSON.stringify(name)}: --under names the one it must stay in`
        : `--under takes an absolute folder, not ${JSON.stringify(under)}`,
    );
  return folder;
}

/** What the approved call says there; undefined where that is no string. */
function approvedText({ arguments: text }: Pick<Approval, 'arguments'>, name: string): string | undefined {
  const value: unknown = JSON.parse(membersOf(text).find(([key]) => key === name)?.[1] ?? 'null');
  return typeof value === 'string' ? value : undefined;
}

function absolute(folder: string): string | undefined {
  if (win32.isAbsolute(folder) && !folder.startsWith('/')) return win32.normalize(folder);
  return posix.isAbsolute(folder) ? trimmed(posix.normalize(folder)) : undefined;
}

const trimmed = (folder: string) => (folder.length > 1 ? folder.replace(/\/+$/, '') : folder);

/** The folder of a path; a relative one is read from the only root there is. */
function parentOf(path: string, roots: readonly string[]): string | undefined {
  if (win32.isAbsolute(path) && !path.startsWith('/')) return win32.dirname(path);
  const whole = !posix.isAbsolute(path) && roots.length === 1 ? posix.join(roots[0] as string, path) : path;
  return posix.isAbsolute(whole) ? posix.dirname(posix.normalize(whole)) : undefined;
}
