import { hasAudit } from '../../../runtime/audit/read.js';
import { verify } from '../../../runtime/audit/verify.js';
import { defaultAuditDir } from '../../../runtime/gateway/places.js';
import { styleFor } from '../../report/style.js';
import { safe } from '../../report/text.js';
import { CommandError, EXIT } from '../failure.js';

interface Options {
  readonly audit?: string;
  readonly crashesOk?: boolean;
  readonly json?: boolean;
}

/** `capfence verify`: exit 1 where something of the audit log is not as it was written. */
export async function run(_args: string[], options: Options): Promise<number> {
  const dir = options.audit ?? defaultAuditDir();
  if (!hasAudit(dir)) throw new CommandError(`there is no audit folder ${dir}`);
  const found = verify(dir);
  const problems = options.crashesOk
    ? found.problems.filter(({ kind }) => kind !== 'torn' && kind !== 'unfinished')
    : found.problems;
  const result = { ...found, ok: problems.length === 0, problems };
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const style = styleFor(process.stdout);
    for (const { segment, seq, kind, message } of problems) {
      const where = seq === null ? segment : `${segment} record ${seq}`;
      process.stdout.write(`${style.red(kind)}  ${safe(where)}: ${safe(message)}\n`);
    }
    const count = `${result.segments} segments, ${result.records} records`;
    const word = result.ok ? style.green('ok') : style.red(`${problems.length} problems`);
    process.stdout.write(`${word}: ${count}\n`);
  }
  return result.ok ? EXIT.done : EXIT.no;
}
