import { readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { type Approval, type ApprovalStep, stateAt } from '../../runtime/approvals/approval.js';
import type { Grant } from '../../runtime/approvals/grant.js';
import type { ApprovalStore } from '../../runtime/approvals/store.js';
import { AuditLog } from '../../runtime/audit/segment.js';
import { signerOf } from '../../runtime/audit/sign.js';
import { defaultAuditDir } from '../../runtime/gateway/options/places.js';
import { shownWhole } from '../../runtime/text/escape.js';
import { maskSecrets } from '../../runtime/text/mask-secrets.js';
import { CommandError } from '../cli/support/failure.js';
import type { GrantTerms } from './grant-terms.js';
import { whereStoreIs } from './open-store.js';

/** The flags of the commands that decide. */
export interface DecideOptions {
  readonly approvals?: string;
  readonly audit?: string;
  readonly sign?: string;
  readonly by?: string;
  /** What the caller is told. */
  readonly why?: string | undefined;
}

/** Who decides, where no flag says it. */
export function whoDecides(by: string | undefined): string {
  return by ?? userInfo().username;
}

/**
 * Decides a request, and puts that on record beside the gateway's own records.
 *
 * @param terms What is granted with it.
 * @returns the request in its new state, or the sentence that says why it was not moved.
 */
export async function decideRequest(
  store: ApprovalStore,
  id: string,
  to: 'approved' | 'rejected',
  options: DecideOptions,
  terms?: GrantTerms,
): Promise<(Approval & { readonly grant?: Grant }) | string> {
  const found = await store.find(id);
  if (!found) {
    return `there is no request ${JSON.stringify(id)} in ${whereStoreIs(options.approvals)}: capfence approvals --all lists them, --approvals names another place`;
  }
  const state = stateAt(found, Date.now());
  if (state !== 'pending') return `request ${id} can't be ${to}: it is ${state}${byWhom(found)}`;
  // Opened before anything is decided: what can't be recorded does not happen.
  const audit = openAudit(found, options);
  try {
    const moved = await store.move(id, to, whoDecides(options.by), options.why);
    const now = moved ?? (await store.find(id));
    if (!moved) return `request ${id} can't be ${to}: it is ${now ? stateAt(now, Date.now()) : 'gone'}`;
    recordStep(audit, moved);
    if (!terms) return moved;
    const grant = await store.grants.add(terms.draft, terms.seconds);
    recordGrant(audit, grant, 'granted', grant.by);
    return { ...moved, grant };
  } finally {
    audit.close();
  }
}

/** Takes a grant back, and the approval that it came with where that was not used. @returns why it was not, else undefined. */
export async function revokeGrant(
  store: ApprovalStore,
  id: string,
  options: DecideOptions,
): Promise<string | undefined> {
  const found = (await store.grants.list()).find((grant) => grant.id === id);
  if (!found)
    return `there is no grant ${JSON.stringify(id)} in ${whereStoreIs(options.approvals)}: capfence grants shows them`;
  const by = whoDecides(options.by);
  const audit = openAudit({ ...found, context: {}, roots: [] }, options);
  try {
    const revoked = await store.grants.revoke(id, by);
    if (!revoked) return `grant ${id} is over already`;
    recordGrant(audit, revoked, 'revoked', by);
    const withdrawn = await store.move(found.approval, 'withdrawn', by);
    if (withdrawn) recordStep(audit, withdrawn);
    return undefined;
  } finally {
    audit.close();
  }
}

/** The log to record a decision in: without a flag that of the gateway that asked, where it is on this host. */
function openAudit(
  approval: Pick<Approval, 'host' | 'audit' | 'agent' | 'policy' | 'policy_sha256' | 'upstream' | 'context' | 'roots'>,
  { audit, sign }: DecideOptions,
): AuditLog {
  const isHere = approval.host === hostname() && statSync(approval.audit, { throwIfNoEntry: false })?.isDirectory();
  const dir = audit ?? (isHere ? approval.audit : defaultAuditDir());
  const { agent, policy, policy_sha256, upstream, context, roots } = approval;
  const command = maskSecrets(process.argv.slice(1));
  const log = new AuditLog({
    dir,
    agent,
    fsync: true,
    signer: sign === undefined ? undefined : signerOf(readFileSync(sign)),
    header: () => ({ policy, policy_sha256, command, upstream, context, roots }),
  });
  try {
    log.open();
    log.flush();
  } catch (error) {
    throw new CommandError(`the decision can't be recorded in ${dir}: ${(error as Error).message}`);
  }
  return log;
}

function recordStep(audit: AuditLog, approval: Approval): void {
  const { id, tool, state, expires, policy_sha256 } = approval;
  const { by, why } = approval.steps.at(-1) as ApprovalStep;
  audit.append({ kind: 'approval', approval: id, tool, state, by, why, expires, policy_sha256 });
  audit.flush();
}

function recordGrant(audit: AuditLog, grant: Grant, state: 'granted' | 'revoked', by: string): void {
  const { id, approval, tool, rule, vary, uses, expires, isForSession, policy_sha256 } = grant;
  const terms = { vary, ...(uses !== undefined && { uses }), ...(isForSession && { for: 'session' }) };
  audit.append({ kind: 'approval', approval, grant: id, tool, state, by, rule, ...terms, expires, policy_sha256 });
  audit.flush();
}

function byWhom({ steps }: Approval): string {
  const { by, time } = steps.at(-1) ?? {};
  return by === undefined ? '' : ` (by ${shownWhole(by)}, ${time})`;
}
