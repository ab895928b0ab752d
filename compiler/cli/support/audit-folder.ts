import { hasAudit } from '../../../runtime/audit/read.js';
import { defaultAuditDir } from '../../../runtime/gateway/options/places.js';
import { CommandError } from './failure.js';

/** The audit folder that `--audit` names, else the default one. @throws CommandError where there is none. */
export function auditFolder(given: string | undefined): string {
  const dir = given ?? defaultAuditDir();
  if (!hasAudit(dir)) throw new CommandError(`there is no audit folder ${dir}`);
  return dir;
}
