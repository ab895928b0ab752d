import type { ServerResponse } from 'node:http';
import { type Approval, stateAt } from '../../../runtime/approvals/approval.js';
import { grantState } from '../../../runtime/approvals/grant.js';
import type { ApprovalStore } from '../../../runtime/approvals/store.js';
import { shownWhole as shown } from '../../../runtime/text/escape.js';
import { visible } from '../../report/visible.js';
import { answer } from './http-guard.js';
import { grantView, waitingLine } from './request-view.js';

const LOOK_MS = 500;
/** Proxies end what is silent for longer. */
const BEAT_MS = 15_000;
/** Of what is over, pages that have shown it are told what became of it. */
const MAX_ENDED = 200;
const MAX_VIEWERS = 32;
const MAX_UNREAD = 4 * 2 ** 20;

/** Tells every open page what the store holds, whenever that has changed (server-sent events). */
export class Feed {
  /** Each with whether it may still see what there is. */
  private readonly viewers = new Map<ServerResponse, () => boolean>();
  private last = '';
  private isLooking = false;
  private next = 0;
  private readonly timers: readonly NodeJS.Timeout[];

  constructor(private readonly store: ApprovalStore) {
    this.timers = [
      setInterval(() => {
        // A store that takes long is not asked all the time.
        if (performance.now() >= this.next) void this.look();
      }, LOOK_MS),
      setInterval(() => this.send(': still here\n\n'), BEAT_MS),
    ];
  }

  /** @param isAllowed May it still see this? Asked before each event. @returns false: there are too many. */
  join(response: ServerResponse, isAllowed: () => boolean): boolean {
    if (this.viewers.size >= MAX_VIEWERS) return false;
    answer(response, 200, 'text/event-stream').flushHeaders();
    this.viewers.set(response, isAllowed);
    response.on('close', () => this.viewers.delete(response));
    if (this.last !== '') response.write(this.last);
    void this.look();
    return true;
  }

  /** Looks at once, where something was decided here. */
  async look(): Promise<void> {
    if (this.isLooking || this.viewers.size === 0) {
      if (this.viewers.size === 0) this.last = '';
      return;
    }
    this.isLooking = true;
    const began = performance.now();
    let event: string;
    try {
      event = `event: state\ndata: ${JSON.stringify(await this.state())}\n\n`;
    } catch (error) {
      event = `event: trouble\ndata: ${JSON.stringify(`The requests can't be read: ${visible((error as Error).message)}`)}\n\n`;
    }
    this.isLooking = false;
    this.next = performance.now() + 10 * (performance.now() - began);
    if (event === this.last) return;
    this.last = event;
    this.send(event);
  }

  private send(text: string): void {
    for (const [viewer, isAllowed] of this.viewers) {
      if (!isAllowed()) viewer.end();
      // Who doesn't read is not waited for.
      else if (viewer.writableLength > MAX_UNREAD) viewer.destroy();
      else viewer.write(text);
    }
  }

  private async state() {
    const now = Date.now();
    const all = await this.store.list();
    const isWaiting = (approval: Approval) => stateAt(approval, now) === 'pending';
    const ended = all.filter((approval) => !isWaiting(approval));
    const grants = (await this.store.grants.list()).filter((grant) => grantState(grant, now) === 'active');
    return {
      waiting: all
        .filter(isWaiting)
        .map((approval) => ({ id: approval.id, expires: approval.expires, line: waitingLine(approval).text })),
      ended: Object.fromEntries(ended.slice(-MAX_ENDED).map((approval) => [approval.id, outcome(approval, now)])),
      grants: grants.map((grant) => grantView(grant, now).text).join(''),
      decided: `${ended.length} ${ended.map(({ steps }) => steps.length).reduce((sum, count) => sum + count, 0)}`,
    };
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const viewer of this.viewers.keys()) viewer.end();
  }
}

/** What became of a request, in a sentence. */
export function outcome(approval: Approval, now: number): string {
  const state = stateAt(approval, now);
  const last = approval.steps.at(-1);
  const who = last === undefined || state === 'expired' ? '' : ` by ${shown(last.by)}`;
  const why = last?.why === undefined ? '' : `: ${visible(last.why)}`;
  return `${state[0]?.toUpperCase()}${state.slice(1)}${who}${why}`;
}
