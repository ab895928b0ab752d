import { resolve } from 'node:path';
import { shown } from '../../../runtime/text/escape.js';
import { loadPolicy } from '../../ir/load.js';
import { replay } from '../../replay.js';
import { styleFor } from '../../report/style.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';
import { clockOf } from '../support/now.js';

interface Options {
  readonly policy?: string;
  readonly audit?: string;
  readonly root?: string[];
  readonly now?: string;
  readonly json?: boolean;
}

/** `capfence replay`: recorded calls, decided again; exit 1 where a verdict changes. */
export async function run(_args: string[], options: Options): Promise<number> {
  if (options.policy === undefined) throw new CommandError('give the policy to decide by: --policy FILE');
  const dir = auditFolder(options.audit);
  const { policy } = await loadPolicy(options.policy);
  const result = replay(dir, policy, {
    ...(options.root && { roots: options.root.map((root) => resolve(root)) }),
    ...clockOf(options.now),
  });
  if (result.calls === 0) {
    throw new CommandError(
      result.withoutPayload > 0
        ? `none of ${result.withoutPayload} recorded calls has its message: run the gateway with --audit-payloads`
        : `no calls are on record in ${dir}`,
    );
  }
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const style = styleFor(process.stdout);
    for (const { id, time, tool, from, to, before, after } of result.changed) {
      const place = ({ rule, place: at }: typeof before) => (rule ? `${shown(rule)} ${shown(at ?? '')}` : 'no rule');
      process.stdout.write(
        `${shown(time)}  ${shown(tool)}  ${shown(from)} → ${style.bold(to)}\n    was ${place(before)}, would be ${place(after)}; capfence trace ${shown(id)}\n`,
      );
    }
    const judged = `${result.calls} recorded calls, ${result.changed.length} with another verdict`;
    const left = result.withoutPayload > 0 ? `; ${result.withoutPayload} without their message left out` : '';
    const lost = result.withoutHeader > 0 ? `; ${result.withoutHeader} whose header is lost left out` : '';
    const masked = result.redacted > 0 ? `; ${result.redacted} with masked arguments` : '';
    process.stdout.write(`${judged}${left}${lost}${masked}\n`);
  }
  return result.changed.length > 0 ? EXIT.no : EXIT.done;
}
