import { CLIENT_NOTIFICATIONS, CLIENT_REQUESTS, URI_METHODS } from '../../data/methods.js';
import { quoted } from '../../text/escape.js';
import type { Args, Effects, History, Verdict } from '../../types.js';
import { type ClientMessage, collidingArguments, isObject, readToolCall } from '../../wire/envelope.js';
import { memberText } from '../../wire/members.js';
import { INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Refusal } from '../../wire/refusal.js';
import type { BoundPolicy } from './bound-policy.js';
import { EvaluatedCall } from './evaluated-call.js';
import { type Evaluation, isPermitted } from './evaluation.js';
import type { Pasts } from './pasts.js';
import type { ToolLock } from './tool-lock.js';

const PASSES: Evaluation = { kind: 'passes' };
/** The keys on the way to a URI in the methods that can name a file. */
const URI_KEYS: ReadonlySet<string> = new Set(['uri', 'ref', 'notifications', 'resourceSubscriptions']);

/**
 * Judges single messages by policy, lock and the gateway's own files. Asks nobody and keeps nothing, so that it can be asked
 * again when a wait ends.
 *
 * @internal
 */
export class Authorizer {
  /** @param lock What the server's tools must still be; null where nothing was locked. */
  constructor(
    private readonly policy: BoundPolicy,
    private readonly lock: ToolLock | null,
    /** What came before; null where the policy doesn't ask. */
    private readonly pasts: Pasts | null = null,
  ) {}

  /**
   * @param text The message's JSON.
   * @param open Of a batch: what goes on before it leaves behind. Absent: the message is alone on its line.
   */
  evaluate(message: ClientMessage, text: string, open?: readonly Effects[]): Evaluation {
    if (message.kind === 'response') return PASSES;
    return message.method === 'tools/call' ? this.toolCall(message, text, open) : this.otherMethod(message, text, open);
  }

  /** How a call that waited is judged now; undefined where the approval that it got still answers it. */
  again(message: ClientMessage, text: string, asked: EvaluatedCall): Verdict | undefined {
    // What it was approved by is the tool as it was.
    if (asked.method === 'tools/call' && this.lock?.isAnnounced)
      return { ...asked.verdict, decision: 'deny', reason: 'tool_changed', rule: -1 };
    const now = this.evaluate(message, text);
    if (now.kind !== 'judged') return { ...asked.verdict, decision: 'deny', reason: 'policy_changed', rule: -1 };
    const { verdict } = now;
    if (isPermitted(verdict)) return undefined;
    const isSame = verdict.decision === asked.verdict.decision && verdict.rule === asked.verdict.rule;
    return isSame ? undefined : verdict;
  }

  private toolCall(message: ClientMessage & { params: unknown }, text: string, open?: readonly Effects[]): Evaluation {
    const { lock, policy } = this;
    const { decide } = policy;
    const call = readToolCall(message.params);
    const refused = call instanceof Refusal;
    if (message.kind === 'notification')
      return { kind: 'dropped', reason: 'no_id', ...(!refused && { tool: call.name }) };
    if (refused) return { kind: 'refused', refusal: call };
    const { name, arguments: args } = call;
    const colliding = collidingArguments(args, (key) => decide.selects('tool', name, key));
    if (colliding) return { kind: 'refused', refusal: new Refusal(INVALID_REQUEST, colliding), tool: name };
    const past = this.pastOf(message, text, name, open);
    const verdict = this.inPast(decide(name, args, past?.history));
    const changed = lock?.objection(name);
    const decided =
      changed === 'tool_changed' || (changed !== undefined && verdict.decision !== 'deny')
        ? denied(verdict, changed)
        : this.guarded('tool', name, args, verdict);
    return new EvaluatedCall({ method: 'tools/call', tool: name, args, verdict: decided, text, decide, past });
  }

  /** The past that a call is judged in. A retry that its server has asked for is the call that is open. */
  private pastOf(
    { params }: { readonly params: unknown },
    text: string,
    tool: string,
    open: readonly Effects[] | undefined,
  ): { readonly history: History; readonly pasts: Pasts; readonly continues: string | undefined } | undefined {
    const { pasts } = this;
    if (pasts === null) return undefined;
    // In a batch one question could be answered many times over.
    if (open !== undefined || !pasts.hasContinued)
      return { history: pasts.next(open ?? []), pasts, continues: undefined };
    const isRetry = isObject(params) && ('requestState' in params || 'inputResponses' in params);
    const state = isRetry && typeof params['requestState'] === 'string' ? params['requestState'] : undefined;
    const own = isRetry ? (memberText(text, ['params', 'arguments']) ?? '{}') : '';
    const continues = pasts.continued(isRetry, state, tool, own);
    return { history: pasts.next([], continues), pasts, continues };
  }

  /** What can't be read is not guessed. */
  private inPast(verdict: Verdict): Verdict {
    return this.pasts?.isUnavailable ? denied(verdict, 'ledger_unavailable') : verdict;
  }

  /** What the verdict is worth where the call names the gateway's own files. */
  private guarded(kind: 'tool' | 'method', name: string, args: Args, verdict: Verdict): Verdict {
    const touched = this.policy.touches(kind, name, args);
    // What is denied anyway is denied for the reason that the policy gives, unless there is no doubt.
    const isOwn = touched === 'yes' || (touched === 'maybe' && verdict.decision !== 'deny');
    return isOwn ? denied(verdict, 'gateway_protected') : verdict;
  }

  private otherMethod(
    message: ClientMessage & { method: string; params: unknown },
    text: string,
    open?: readonly Effects[],
  ): Evaluation {
    const { decide } = this.policy;
    const { method, params } = message;
    if (!isObject(params) && params !== undefined && URI_METHODS.has(method)) {
      return { kind: 'refused', refusal: new Refusal(INVALID_PARAMS, 'params must be an object') };
    }
    const args = isObject(params) ? params : {};
    const colliding = URI_METHODS.has(method)
      ? collidingArguments(args, (key) => URI_KEYS.has(key), URI_KEYS)
      : collidingArguments(args, (key) => decide.selects('method', method, key));
    if (colliding) return { kind: 'refused', refusal: new Refusal(INVALID_REQUEST, colliding) };
    const past = this.pastOf(message, text, method, open);
    const judged = decide.method(method, args, past?.history);
    const verdict = judged && this.inPast(judged);
    if (verdict === null) {
      if (CLIENT_REQUESTS.has(method) || CLIENT_NOTIFICATIONS.has(method) || decide.mapsMethod(method)) return PASSES;
      if (message.kind === 'request') {
        return { kind: 'refused', refusal: new Refusal(METHOD_NOT_FOUND, `no such method: ${quoted(method)}`) };
      }
      return method.startsWith('notifications/') ? PASSES : { kind: 'dropped', reason: 'unknown_method' };
    }
    if (!isObject(params) && params !== undefined) {
      return { kind: 'refused', refusal: new Refusal(INVALID_PARAMS, 'params must be an object') };
    }
    return new EvaluatedCall({
      method,
      args,
      verdict: this.guarded('method', method, args, verdict),
      text,
      decide,
      past,
    });
  }
}

/** Denied by the gateway itself, whatever the policy says. */
function denied({ capability }: Verdict, reason: string): Verdict {
  return { decision: 'deny', reason, capability, rule: -1 };
}
