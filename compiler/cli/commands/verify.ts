import { readFileSync } from 'node:fs';
import { readHead, writeHead } from '../../../runtime/audit/head.js';
import { verifierOf } from '../../../runtime/audit/sign.js';
import { verify } from '../../../runtime/audit/verify.js';
import { styleFor } from '../../report/style.js';
import { safe } from '../../report/text.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly audit?: string;
  readonly head?: string;
  readonly key?: string;
  readonly crashesOk?: boolean;
  readonly json?: boolean;
}

/** `capfence verify`: exit 1 where something of the audit log is not as it was written. */
export async function run(_args: string[], options: Options): Promise<number> {
  const dir = auditFolder(options.audit);
  const { head: headFile, key } = options;
  const before = headFile === undefined ? undefined : usable(headFile, () => readHead(headFile));
  const isSignature = key === undefined ? undefined : usable(key, () => verifierOf(readFileSync(key)));
  const { head, ...found } = verify(dir, { head: before, isSignature });
  const problems = options.crashesOk
    ? found.problems.filter(({ kind }) => kind !== 'torn' && kind !== 'unfinished')
    : found.problems;
  const result = { ...found, ok: problems.length === 0, problems };
  if (result.ok && headFile !== undefined) usable(headFile, () => writeHead(headFile, head));
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const style = styleFor(process.stdout);
    for (const { segment, seq, kind, message } of problems) {
      const where = seq === null ? segment : `${segment} record ${seq}`;
      process.stdout.write(`${style.red(kind)}  ${safe(where)}: ${safe(message)}\n`);
    }
    const count = `${counted(result.segments, 'segment')}, ${counted(result.records, 'record')}`;
    const word = result.ok ? style.green('ok') : style.red(counted(problems.length, 'problem'));
    process.stdout.write(`${word}: ${count}\n`);
  }
  return result.ok ? EXIT.done : EXIT.no;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function usable<T>(file: string, use: () => T): T {
  try {
    return use();
  } catch (error) {
    throw new CommandError(`${file} can't be used: ${(error as Error).message}`);
  }
}
