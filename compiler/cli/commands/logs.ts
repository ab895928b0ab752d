import { allRecords, hasAudit } from '../../../runtime/audit/read.js';
import { defaultAuditDir } from '../../../runtime/gateway/places.js';
import { logLine } from '../../report/log_line.js';
import { styleFor } from '../../report/style.js';
import { CommandError, EXIT } from '../failure.js';

interface Options {
  readonly agent?: string;
  readonly decision?: string;
  readonly tool?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly json?: boolean;
  readonly audit?: string;
}

type LogRecord = Record<string, unknown>;

/** `capfence logs`: the records of all segments in time order, streaming. */
export async function run(_args: string[], options: Options): Promise<number> {
  const dir = options.audit ?? defaultAuditDir();
  if (!hasAudit(dir)) throw new CommandError(`there is no audit folder ${dir}`);
  const limit = options.limit === undefined ? undefined : wholeNumber(options.limit);
  const wanted = filter(options);
  const style = styleFor(process.stdout);
  const print = (record: LogRecord): void =>
    void process.stdout.write(
      `${options.json ? JSON.stringify(record) : logLine(record, style, process.stdout.columns)}\n`,
    );
  const last: LogRecord[] = []; // With a limit, a window over the stream; never all of it.
  for (const record of allRecords(dir)) {
    if (!wanted(record)) continue;
    if (limit === undefined) print(record);
    else {
      last.push(record);
      if (last.length > limit) last.shift();
    }
  }
  for (const record of last) print(record);
  return EXIT.done;
}

/** Headers and footers are for `verify`, and for programs. */
function filter({ agent, decision, tool, since, json }: Options): (record: LogRecord) => boolean {
  const from = since === undefined ? undefined : parseTime(since);
  return (record) =>
    (json === true || (record['kind'] !== 'header' && record['kind'] !== 'footer')) &&
    (agent === undefined || record['agent'] === agent) &&
    (decision === undefined || record['decision'] === decision) &&
    (tool === undefined || record['tool'] === tool) &&
    (from === undefined || Date.parse(String(record['time'])) >= from);
}

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

function parseTime(text: string): number {
  const ago = /^(\d+)([smhd])$/.exec(text);
  const time = ago ? Date.now() - Number(ago[1]) * (UNITS[ago[2] as string] as number) * 1000 : Date.parse(text);
  if (Number.isNaN(time))
    throw new CommandError(`--since takes a time such as 2026-01-31T12:00:00Z or 15m, not ${JSON.stringify(text)}`);
  return time;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new CommandError(`--limit takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}
