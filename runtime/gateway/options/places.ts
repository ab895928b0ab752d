import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The audit folder where no flag names one: `CAPFENCE_AUDIT_DIR`, else the state folder of the XDG specification. */
export function defaultAuditDir(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['CAPFENCE_AUDIT_DIR'];
  if (given) return resolve(given);
  return join(stateDir(env), 'audit');
}

/** Where CapFence keeps what it must remember: `capfence` in the state folder of the XDG specification. */
export function stateDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'capfence');
}

/** What `capfence wrap` did to clients' configurations, one file each. */
export function wrapsDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(stateDir(env), 'wraps');
}

/** Pages of `capfence approvals --web` that run, one file each. */
export function desksDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(stateDir(env), 'desks');
}

/** The ledger where no flag names one: in the state folder, wherever the audit log is. */
export function defaultLedgerDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(stateDir(env), 'ledger');
}

/** Approvals lie beside the default audit folder, so that gateways and commands agree on the place without a flag. */
export function defaultApprovalsDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(dirname(defaultAuditDir(env)), 'approvals');
}
