import { readFileSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { type Approval, type ApprovalStep, stateAt } from '../../../runtime/approvals/approval.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { AuditLog } from '../../../runtime/audit/segment.js';
import { signerOf } from '../../../runtime/audit/sign.js';
import { defaultAuditDir } from '../../../runtime/gateway/options/places.js';
import { shownWhole } from '../../../runtime/text/escape.js';
import { maskSecrets } from '../../../runtime/text/mask-secrets.js';
import { CommandError, EXIT } from './failure.js';
import { openStore, whereStoreIs } from './open-store.js';

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
 * @returns the request in its new state, or the sentence that says why it was not moved.
 */
export async function decideRequest(
  store: ApprovalStore,
  id: string,
  to: 'approved' | 'rejected',
  options: DecideOptions,
): Promise<Approval | string> {
  const found = await store.find(id);
  if (!found) {
    return `there is no request ${JSON.stringify(id)} in ${whereStoreIs(options.approvals)}: --approvals names another place`;
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
    return moved;
  } finally {
    audit.close();
  }
}

/** `capfence approve` and `capfence reject`. */
export async function runDecision(id: string, to: 'approved' | 'rejected', options: DecideOptions): Promise<number> {
  const store = await openStore(options.approvals);
  try {
    const decided = await decideRequest(store, id, to, options);
    if (typeof decided === 'string') {
      process.stderr.write(`${decided}\n`);
      return EXIT.no;
    }
    const then = to === 'approved' ? `: this call may go through once, until ${decided.expires}` : '';
    process.stderr.write(`${to} ${id} (${shownWhole(decided.tool)})${then}\n`);
    return EXIT.done;
  } finally {
    await store.close();
  }
}

/** The log to record a decision in: without a flag that of the gateway that asked, where it is on this host. */
function openAudit(approval: Approval, { audit, sign }: DecideOptions): AuditLog {
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

function byWhom({ steps }: Approval): string {
  const { by, time } = steps.at(-1) ?? {};
  return by === undefined ? '' : ` (by ${shownWhole(by)}, ${time})`;
}
