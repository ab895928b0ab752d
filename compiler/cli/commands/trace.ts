import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { allRecords, type LogRecord, recordAt, segments } from '../../../runtime/audit/read.js';
import { jsonLine } from '../../report/log/json-line.js';
import { renderTrace } from '../../report/log/trace.js';
import { styleFor } from '../../report/style.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly audit?: string;
  readonly json?: boolean;
}

/** `capfence trace`: one record, with the line of the rule that decided it. */
export async function run([id = '']: string[], options: Options): Promise<number> {
  const dir = auditFolder(options.audit);
  const record = find(dir, id);
  if (!record) throw new CommandError(`no record ${JSON.stringify(id)} in ${dir}`);
  if (options.json) process.stdout.write(`${jsonLine(record)}\n`);
  else {
    const place = placeFromHere(dir, record);
    process.stdout.write(renderTrace(record, place, sourceLine(place), styleFor(process.stdout)));
  }
  return EXIT.done;
}

/** An id says which gateway wrote the record, and where: `<gateway>-<segment>-<number>`. */
function find(dir: string, id: string): LogRecord | undefined {
  const [, gateway, seq] = /^([0-9a-f]{8})-[0-9a-z]+-([0-9a-z]+)$/.exec(id) ?? [];
  if (gateway !== undefined && seq !== undefined) {
    for (const file of segments(dir).filter(({ segment }) => segment.includes(`-${gateway}`))) {
      const record = recordAt(file.path, Number.parseInt(seq, 36));
      if (record?.['id'] === id) return record;
    }
  }
  // A damaged segment may still hold it.
  const needle = `"id":${JSON.stringify(id)}`;
  for (const record of allRecords(dir, (line) => line.includes(needle))) if (record['id'] === id) return record;
  return undefined;
}

/** A record's place is relative to the folder that its gateway was started in, which the header tells. */
function placeFromHere(dir: string, { place, segment }: LogRecord): string | undefined {
  if (typeof place !== 'string') return undefined;
  const file = segments(dir).find((one) => one.segment === segment);
  const cwd = file && recordAt(file.path, 0)?.['cwd'];
  return typeof cwd === 'string' ? resolve(cwd, place) : place;
}

const MAX_POLICY_BYTES = 8 * 1024 * 1024;

/** The line of the policy that a place names, as the file has it today. */
function sourceLine(place: string | undefined): string | undefined {
  // A record may name any file: only what can be a policy is opened.
  const [, file, line] = /^(.*\.(?:ya?ml|capfence)):(\d+)$/.exec(place ?? '') ?? [];
  if (file === undefined) return undefined;
  try {
    const stat = statSync(file);
    if (!stat.isFile() || stat.size > MAX_POLICY_BYTES) return undefined;
    return readFileSync(file, 'utf8').split('\n')[Number(line) - 1];
  } catch {
    return undefined;
  }
}
