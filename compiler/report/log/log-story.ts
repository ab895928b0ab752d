import type { LogRecord } from '../../../runtime/audit/read.js';
import { shown } from '../../../runtime/text/escape.js';
import type { Style } from '../style.js';
import { visible } from '../visible.js';

/** The requests for approval of a log: what became of each, and which call asked first. */
export class ApprovalStories {
  private readonly steps = new Map<string, LogRecord[]>();
  private readonly calls = new Map<string, unknown>();

  /** @param records All that bear an approval's id, in the order of time. */
  constructor(records: Iterable<LogRecord>) {
    for (const record of records) {
      const { approval, kind, id } = record;
      if (typeof approval !== 'string') continue;
      if (kind === 'call' && !this.calls.has(approval)) this.calls.set(approval, id);
      if (kind === 'approval') this.steps.set(approval, [...(this.steps.get(approval) ?? []), record]);
    }
  }

  /** Is this record told with the call that asked? */
  isTold({ kind, approval }: LogRecord): boolean {
    return kind === 'approval' && this.calls.has(approval as string);
  }

  /** What became of the request that this call made; nothing for other records. */
  of({ kind, approval, id }: LogRecord): readonly LogRecord[] {
    if (kind !== 'call' || typeof approval !== 'string' || this.calls.get(approval) !== id) return [];
    return this.steps.get(approval) ?? [];
  }
}

/** One step of a request, below the call that asked. */
export function stepLine(record: LogRecord, isLast: boolean, style: Style): string {
  const text = (key: string) => (typeof record[key] === 'string' ? shown(record[key] as string) : '');
  const state = text('state') === 'pending' ? 'asked' : text('state');
  const what =
    state === 'asked'
      ? `${text('approval')}, expires ${text('expires').slice(11, 19)}`
      : `${text('grant') === '' ? '' : `${text('grant')} `}by ${text('by')}${typeof record['why'] === 'string' ? `: ${visible(record['why'])}` : ''}`;
  return `${style.dim(`    ${isLast ? '└' : '├'} ${text('time').slice(11, 23)}`)} ${style.blue(state.padEnd(10))} ${what}`;
}
