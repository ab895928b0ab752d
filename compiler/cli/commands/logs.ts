import { setTimeout as sleep } from 'node:timers/promises';
import { Follower } from '../../../runtime/audit/follow.js';
import { allRecords, type LogRecord, type MayMatch, newestRecords } from '../../../runtime/audit/read.js';
import { durationSeconds } from '../../conditions/duration.js';
import { similarWord } from '../../diagnostics/suggest.js';
import { jsonLine } from '../../report/log/json-line.js';
import { argumentLines, isCall } from '../../report/log/log-arguments.js';
import { logLine } from '../../report/log/log-line.js';
import { ApprovalStories, stepLine } from '../../report/log/log-story.js';
import { styleFor } from '../../report/style.js';
import { auditFolder } from '../support/audit-folder.js';
import { CommandError, EXIT } from '../support/failure.js';

interface Options {
  readonly agent?: string;
  readonly decision?: string;
  readonly tool?: string;
  readonly since?: string;
  readonly limit?: string;
  readonly follow?: boolean;
  readonly arguments?: boolean;
  readonly json?: boolean;
  readonly audit?: string;
}

const DECISIONS = ['allow', 'warn', 'require_approval', 'deny'];
/** How often new records are looked for, in milliseconds. */
const FOLLOW_MS = 200;
/** How many of the past a person who follows sees first. */
const FOLLOW_FIRST = 10;

/** `capfence logs`: the records of all segments in time order, streaming. */
export async function run(_args: string[], options: Options): Promise<number> {
  const dir = auditFolder(options.audit);
  const { decision } = options;
  if (decision !== undefined && !DECISIONS.includes(decision)) {
    const close = similarWord(decision, DECISIONS);
    throw new CommandError(
      `--decision takes ${DECISIONS.join(', ')}, not ${JSON.stringify(decision)}${close === undefined ? '' : `: did you mean ${close}?`}`,
    );
  }
  const limit = options.limit === undefined ? undefined : wholeNumber(options.limit);
  const { wanted: isAsked, mayMatch } = filter(options);
  const wanted = (record: LogRecord): boolean => isAsked(record) && !stories.isTold(record);
  const style = styleFor(process.stdout);
  // What became of a request for approval is told with the call that asked; who follows sees it as it comes.
  const isTold = !options.json && !options.follow;
  const stories = new ApprovalStories(isTold ? allRecords(dir, (line) => line.includes('"approval":"')) : []);
  const print = async (record: LogRecord): Promise<void> => {
    const lines = [options.json ? jsonLine(record) : logLine(record, style, process.stdout.columns)];
    if (options.arguments && !options.json && isCall(record)) lines.push(...argumentLines(record, style));
    const steps = stories.of(record);
    for (const [i, step] of steps.entries()) lines.push(stepLine(step, i === steps.length - 1, style));
    const text = `${lines.join('\n')}\n`;
    if (!process.stdout.write(text)) await new Promise((resolve) => process.stdout.once('drain', resolve));
  };
  const shownAlready = new Set<unknown>();
  // What comes while the past is shown is not missed, and not shown twice.
  const follower = options.follow ? new Follower(dir) : undefined;
  const last = limit ?? (options.follow ? FOLLOW_FIRST : undefined);
  if (last === undefined) {
    for (const record of allRecords(dir, mayMatch)) if (wanted(record)) await print(record);
  } else {
    const found: LogRecord[] = [];
    if (last > 0) {
      for (const record of newestRecords(dir, mayMatch)) {
        if (wanted(record) && found.push(record) === last) break;
      }
    }
    for (const record of found.toReversed()) await print(record);
    for (const { id } of found) shownAlready.add(id);
  }
  while (follower) {
    for (const record of follower.poll()) if (wanted(record) && !shownAlready.has(record['id'])) await print(record);
    await sleep(FOLLOW_MS);
  }
  return EXIT.done;
}

/** Headers and footers are for `verify`, and for programs. */
function filter({ agent, decision, tool, since, json }: Options): {
  wanted: (record: LogRecord) => boolean;
  mayMatch: MayMatch;
} {
  const from = since === undefined ? undefined : new Date(parseTime(since)).toISOString();
  const members = Object.entries({ agent, decision, tool }).filter(([, value]) => value !== undefined);
  // A million records are read in a second and parsed in five, so those that can't match are told by their text. It
  // is the gateway's own spelling that is looked for.
  const needles = members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  const mayMatch: MayMatch = (line) => {
    if (from !== undefined) {
      const at = line.lastIndexOf('"time":"'); // The record's own: a context may have one too.
      if (at >= 0 && line.toString('latin1', at + 8, at + 32) < from) return false;
    }
    return needles.every((needle) => line.includes(needle));
  };
  return {
    mayMatch,
    wanted: (record) =>
      (json === true || (record['kind'] !== 'header' && record['kind'] !== 'footer')) &&
      members.every(([name, value]) => record[name] === value) &&
      (from === undefined || (typeof record['time'] === 'string' && record['time'] >= from)),
  };
}

function parseTime(text: string): number {
  const age = durationSeconds(text);
  const time = age === undefined ? Date.parse(text) : Date.now() - age * 1000;
  if (Number.isNaN(time))
    throw new CommandError(`--since takes a time such as 2026-01-31T12:00:00Z or 15m, not ${JSON.stringify(text)}`);
  return time;
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new CommandError(`--limit takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}
