import type { CallEnd } from '../../history/entry.js';
import { sha256 } from '../../text/sha256.js';
import { isObject } from '../../wire/envelope.js';
import { measure, parsed } from '../../wire/json.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { ResultRecord } from '../record/call-log.js';
import type { ResultGuard } from '../results/result-guard.js';
import type { Treated } from '../results/treated-message.js';
import type { GatewayPast, OpenEntry } from './gateway-past.js';

/** Tasks that are not done. */
const MAX_TASKS = 1024;
/** Of more, what is said of them is treated by all rules. */
const MAX_TASK_GUARDS = 10_000;

/** What is told of a request's end. @internal */
export interface EndWatch {
  /**
   * The server answers.
   *
   * @param line Its JSON; undefined where it was too long to be held.
   * @param treated What became of it under result rules.
   */
  answered(line: Buffer | undefined, treated?: Treated): void;
  /** The client wants it no more; it stays open. */
  cancelled(): void;
  /** The server has ended before it answered. */
  lost(): void;
}

/** @internal */
export interface CallResultsSetup {
  /** null where the policy has no history. */
  readonly past: GatewayPast | null;
  readonly record: (result: ResultRecord) => void;
  /** Records the result of every call. */
  readonly recordsAll: boolean;
}

/** A call that is waited for. */
interface Watched {
  readonly call: EvaluatedCall;
  /** The id of its record. */
  readonly record: string;
  readonly started: number;
  readonly open: OpenEntry | undefined;
  readonly guard: ResultGuard | undefined;
}

/** Watches how calls end: those that mark, for the ledger; and for the records. @internal */
export class CallResults {
  /** Tasks that a server has made of open calls (MCP 2025-11-25), by id. */
  private readonly tasks = new Map<string, Watched>();

  constructor(private readonly setup: CallResultsSetup) {}

  /** @returns undefined where nobody needs to know how the call ends. */
  watch(call: EvaluatedCall, record: string, guard?: ResultGuard): EndWatch | undefined {
    const { past, recordsAll } = this.setup;
    const task = this.taskNamed(call.method, call.args);
    const open = past?.openEntry(call);
    const counted = past?.countedEntry(call);
    if (counted && !recordsAll && !guard) return this.watchCounted(call, counted);
    if (!open && !task && !recordsAll && !guard) return undefined;
    const watched: Watched = { call, record, started: performance.now(), open, guard };
    if (guard) this.last = watched;
    const only = counted && this.watchCounted(call, counted);
    let isCancelled = false;
    return {
      answered: (line, treated) => {
        only?.answered(line);
        this.answered(watched, line, treated);
        if (task) this.taskAnswered(task, call.method, line, treated);
      },
      cancelled: () => {
        isCancelled = true;
      },
      lost: () => this.ended(watched, isCancelled ? 'cancelled' : 'lost', false, undefined, undefined),
    };
  }

  /** A request that is not judged: it may be about a task. */
  watchRequest(method: string, params: unknown): EndWatch | undefined {
    const task = this.taskNamed(method, params);
    if (task === undefined) return undefined;
    return {
      answered: (line, treated) => this.taskAnswered(task, method, line, treated),
      cancelled: () => {},
      lost: () => {},
    };
  }

  /** What it is answered is only read where the server asks in turn. */
  private watchCounted(call: EvaluatedCall, entry: OpenEntry): EndWatch {
    const answered = (line: Buffer | undefined): void => {
      const isAsking = line?.includes('input_required') ?? false;
      const message = isAsking ? parsed((line as Buffer).toString()) : undefined;
      const result = resultIn(message);
      const state = result?.['requestState'];
      if (result?.['resultType'] === 'input_required')
        this.setup.past?.asksAbout(call, entry, typeof state === 'string' ? state : '');
      else this.setup.past?.forget(entry);
    };
    return { answered, cancelled: () => {}, lost: () => {} };
  }

  private answered(watched: Watched, line: Buffer | undefined, treated?: Treated): void {
    const message = line && parsed(line.toString());
    const result = resultIn(message);
    const { open, call } = watched;
    const state = result?.['requestState'];
    if (open && result?.['resultType'] === 'input_required') {
      // It is the same call that goes on.
      this.setup.past?.asksAbout(call, open, typeof state === 'string' ? state : '');
      this.recordEnd(watched, 'ok', line, { isOpen: true, treated });
      return;
    }
    const task = result && isObject(result['task']) ? result['task']['taskId'] : undefined;
    if ((open || watched.guard) && typeof task === 'string') {
      if (this.tasks.size >= MAX_TASKS) this.tasks.delete(this.tasks.keys().next().value as string);
      this.tasks.set(task, watched);
      if (watched.guard && this.taskGuards.size < MAX_TASK_GUARDS) this.taskGuards.set(task, watched.guard);
      this.recordEnd(watched, 'ok', line, { isOpen: true, treated });
      return;
    }
    const isError = result === undefined || result['isError'] === true;
    // Of what could not be held nobody knows what it says.
    const isKnown = line !== undefined;
    this.ended(
      watched,
      isError && isKnown ? 'error' : 'ok',
      isKnown && isCompleteResult(result),
      isTwofold(line, message, watched) ? undefined : result,
      line,
      treated,
    );
  }

  private ended(
    watched: Watched,
    how: CallEnd,
    complete: boolean,
    result: Record<string, unknown> | undefined,
    line: Buffer | undefined,
    treated?: Treated,
  ): void {
    const matched = watched.open && this.setup.past?.end(watched.open, how, complete, result);
    this.recordEnd(watched, how, line, {
      ...(matched && { matched }),
      ...(how === 'ok' && !complete && { isOpen: true }),
      treated,
    });
  }

  private recordEnd(
    { call, record, started, open }: Watched,
    status: CallEnd,
    line: Buffer | undefined,
    more: Pick<ResultRecord, 'matched' | 'isOpen' | 'treated'> = {},
  ): void {
    if (!open && !this.setup.recordsAll && !isWorthTelling(more.treated)) return;
    const micros = Math.round((performance.now() - started) * 1000);
    this.setup.record({
      call: record,
      tool: call.tool ?? call.method,
      status,
      micros,
      ...(line && { bytes: line.length, sha256: sha256(line), line }),
      ...more,
    });
  }

  /** The server says something beside a result. @param message Its method. */
  said(message: string, treated: Treated): void {
    if (!this.last || !isWorthTelling(treated)) return;
    const { record, call } = this.last;
    const tool = call.tool ?? call.method;
    this.setup.record({ call: record, tool, status: 'ok', micros: 0, isOpen: true, message, treated });
  }

  /** The last call that result rules concern. */
  private last: Watched | undefined;

  // --- tasks --------------------------------------------------------------------------------------------------------

  /** The task that a request is about. */
  private taskNamed(method: string, params: unknown): string | undefined {
    if (!method.startsWith('tasks/') || this.tasks.size === 0 || !isObject(params)) return undefined;
    const id = params['taskId'];
    return typeof id === 'string' && this.tasks.has(id) ? id : undefined;
  }

  /** The rules for what is said of tasks, by task: they can be asked about for as long as the server keeps them. */
  private readonly taskGuards = new Map<string, ResultGuard>();

  /** What is done about what a request about a task is answered; undefined: nobody knows whose task that is. */
  guardOfTask(params: unknown): ResultGuard | undefined {
    const id = isObject(params) ? params['taskId'] : undefined;
    return typeof id === 'string' ? this.taskGuards.get(id) : undefined;
  }

  /** What is said of a task belongs to the call that made it. */
  private taskAnswered(task: string, method: string, line: Buffer | undefined, treated: Treated | undefined): void {
    const watched = this.tasks.get(task);
    const message = line && parsed(line.toString());
    const result = resultIn(message);
    if (!watched || !result) return;
    const isOver = result['status'] === 'failed' || result['status'] === 'cancelled';
    if (method !== 'tasks/result' && !isOver) return;
    // Its server asks in turn: the task goes on.
    if (method === 'tasks/result' && result['resultType'] === 'input_required') return;
    this.tasks.delete(task);
    const isWhole = method === 'tasks/result' && isCompleteResult(result);
    const asked = method === 'tasks/result' && !isTwofold(line, message, watched) ? result : undefined;
    this.ended(watched, isWhole ? 'ok' : 'error', isWhole, asked, line, treated);
  }
}

/** Is a key given twice, where a mark asks what the result says? One reader has the first, another the last. */
function isTwofold(line: Buffer | undefined, message: unknown, { open }: Watched): boolean {
  if (!line || !open || open.effects.marks.length === 0) return false;
  return countMembers(message) !== measure(line.toString()).colons;
}

function countMembers(value: unknown, depth = 0): number {
  if (value === null || typeof value !== 'object' || depth > 128) return 0;
  const members = Object.values(value);
  const own = Array.isArray(value) ? 0 : members.length;
  return members.reduce((sum: number, member) => sum + countMembers(member, depth + 1), own);
}

/** Was something done about it, or could it not be looked at? */
function isWorthTelling(treated: Treated | undefined): boolean {
  if (!treated) return false;
  return treated.withheld !== undefined || treated.binary > 0 || Object.keys(treated.redacted).length > 0;
}

/** An answer that is an error as well is none. */
function resultIn(message: unknown): Record<string, unknown> | undefined {
  if (!isObject(message) || 'error' in message) return undefined;
  return isObject(message['result']) ? message['result'] : undefined;
}

/** A result that says that the call certainly happened. */
export function isCompleteResult(result: Record<string, unknown> | undefined): boolean {
  if (result === undefined || result['isError'] === true || 'task' in result) return false;
  const type = result['resultType'];
  return type === undefined || type === 'complete';
}
