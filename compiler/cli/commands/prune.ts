import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { prune } from '../../../runtime/audit/prune.js';
import { AuditUnavailable } from '../../../runtime/audit/segment.js';
import { signerOf, verifierOf } from '../../../runtime/audit/sign.js';
import { maskSecrets } from '../../../runtime/text/mask-secrets.js';
import { whoDecides } from '../../approvals/decide-request.js';
import { durationSeconds } from '../../conditions/duration.js';
import { safe } from '../../report/text.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly olderThan: string;
  readonly why: string;
  readonly archive?: string;
  readonly by?: string;
  readonly audit?: string;
  readonly head?: string;
  readonly sign?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `capfence prune`: retention, on record. */
export async function run(_args: string[], options: Options): Promise<number> {
  const dir = auditFolder(options.audit);
  const age = durationSeconds(options.olderThan);
  if (age === undefined)
    throw new CommandError(`--older-than takes an age such as 90d or 12h, not ${JSON.stringify(options.olderThan)}`);
  if (options.why.trim() === '') throw new CommandError('--why says why, for the record: it is empty');
  const { archive, head, sign } = options;
  if (archive !== undefined && isSame(archive, dir)) throw new CommandError('--archive is the audit folder itself');
  if (head !== undefined && !statSync(head, { throwIfNoEntry: false }))
    throw new CommandError(`there is no head file ${head}: capfence verify --head writes it`);
  const keys = sign === undefined ? {} : keysOf(sign);
  const result = attempt(() =>
    prune(dir, {
      before: Date.now() - age * 1000,
      why: options.why,
      by: whoDecides(options.by),
      command: maskSecrets(process.argv.slice(1)),
      archive: archive === undefined ? undefined : resolve(archive),
      head,
      dryRun: options.dryRun,
      ...keys,
    }),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const verb = archive === undefined ? 'removed' : 'moved';
    const what = options.dryRun ? `would be ${verb}` : verb;
    for (const { segment, count } of result.pruned)
      process.stdout.write(`${what}  ${safe(segment)} (${counted(count, 'record')})\n`);
    for (const { segment, why } of result.kept) process.stdout.write(`kept  ${safe(segment)}: ${safe(why)}\n`);
    const record = result.record === null ? '' : `: record ${result.record}`;
    process.stdout.write(`${counted(result.pruned.length, 'segment')} ${what}${record}\n`);
  }
  return EXIT.done;
}

function keysOf(file: string) {
  try {
    const pem = readFileSync(file);
    const signer = signerOf(pem);
    const own = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'pem' });
    return { signer, isSignature: verifierOf(own) };
  } catch (error) {
    throw new CommandError(`${file} can't be used: ${(error as Error).message}`);
  }
}

function isSame(a: string, b: string): boolean {
  const [one, other] = [a, b].map((path) => statSync(path, { throwIfNoEntry: false }));
  return resolve(a) === resolve(b) || (one !== undefined && one.ino === other?.ino && one.dev === other.dev);
}

function attempt<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof AuditUnavailable)
      throw new CommandError(`the record can't be written, so nothing was taken away: ${error.message}`);
    throw new CommandError(`what was to be pruned can't be: ${(error as Error).message}`);
  }
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
