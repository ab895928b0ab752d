import { subjectDigest } from '../../approvals/approval-subject.js';
import { sha256 } from '../../text/sha256.js';
import { parsed } from '../../wire/json.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { ApprovalForm } from './approval-form.js';
import type { PassesBy } from './granted-calls.js';

/** Calls that a server has asked about in turn, and whose retries are still to come. */
const MAX_CONTINUED = 1024;

/**
 * Approved calls that the server answered with `input_required` (MCP 2026-07-28): the retry with the server's state is the
 * same call going on, once.
 *
 * @internal
 */
export class Continuations {
  private readonly open = new Map<string, { readonly until: number; readonly by: PassesBy }>();

  /** @param seconds How long a retry may take. */
  constructor(
    private readonly form: ApprovalForm,
    private readonly seconds: number,
  ) {}

  /** The server has asked in turn. @param state Its `requestState`; empty where it gave none. */
  add(call: EvaluatedCall, state: string, by: PassesBy): void {
    if (this.open.size >= MAX_CONTINUED) this.open.delete(this.open.keys().next().value as string);
    this.open.set(this.keyOf(call, state), { until: Date.now() + this.seconds * 1000, by });
  }

  /** @returns by what this call goes on; undefined where it is a new one. */
  take(call: EvaluatedCall): PassesBy | undefined {
    if (!call.isRetry || this.open.size === 0) return undefined;
    const state = parsed(call.param('requestState') ?? '""');
    if (typeof state !== 'string') return undefined;
    const key = this.keyOf(call, state);
    const found = this.open.get(key);
    this.open.delete(key);
    return found && Date.now() < found.until ? found.by : undefined;
  }

  /** The same call, whatever it brings along: that is what the server asked for. */
  private keyOf(call: EvaluatedCall, state: string): string {
    return sha256(JSON.stringify([subjectDigest(this.form.subject(call, false)), state]));
  }
}
