import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

/** The audit folder where no flag names one: `CAPFENCE_AUDIT_DIR`, else the state folder of the XDG specification. */
export function defaultAuditDir(env: NodeJS.ProcessEnv = process.env): string {
  const given = env['CAPFENCE_AUDIT_DIR'];
  if (given) return resolve(given);
  const state = env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state');
  return join(state, 'capfence', 'audit');
}

/** Approvals lie beside the default audit folder, so that gateways and commands agree on the place without a flag. */
export function defaultApprovalsDir(env: NodeJS.ProcessEnv = process.env): string {
  return join(dirname(defaultAuditDir(env)), 'approvals');
}
