import { CLIENT_NOTIFICATIONS, CLIENT_REQUESTS, URI_METHODS } from '../../data/methods.js';
import { quoted } from '../../text/escape.js';
import type { Args, Decide, Verdict } from '../../types.js';
import { type ClientMessage, collidingArguments, isObject, readToolCall } from '../../wire/envelope.js';
import { memberText, withMembers } from '../../wire/members.js';
import { INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Refusal } from '../../wire/refusal.js';
import type { BoundPolicy } from './bound-policy.js';
import type { ToolLock } from './tool-lock.js';

/** What policy and protocol say of one message, before anything is recorded, asked or sent. */
export type Evaluation =
  | { readonly kind: 'passes' }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly tool?: string }
  /** Nobody could be told of its outcome, and a server may act on it all the same. */
  | { readonly kind: 'dropped'; readonly reason: 'no_id' | 'unknown_method'; readonly tool?: string }
  | EvaluatedCall;

/** What a call brings along for what its server has asked (MCP 2026-07-28). */
const CARRIED: ReadonlySet<string> = new Set(['inputResponses', 'requestState']);
/** Members of a tool call's `params` that are shown and bound by themselves; `_meta` says only where it comes from. */
const OF_A_TOOL_CALL: ReadonlySet<string> = new Set(['name', 'arguments', '_meta']);

/** A call with its verdict. @internal */
export class EvaluatedCall {
  readonly kind = 'judged';
  /** Told the `requestState` where the server answers that it needs input (MCP 2026-07-28). */
  onInputRequired?: (state: string) => void;

  constructor(
    readonly method: string,
    /** Absent for methods other than `tools/call`. */
    readonly tool: string | undefined,
    readonly args: Args,
    readonly verdict: Verdict,
    private readonly text: string,
    private readonly decide: Decide,
  ) {}

  /** Which facts the verdict rests on without knowing them. */
  unknown(): string[] {
    return this.tool === undefined
      ? this.decide.unknownMethod(this.method, this.args)
      : this.decide.unknown(this.tool, this.args);
  }

  /** The arguments as they were spelled. */
  get argumentsText(): string {
    if (this.tool !== undefined) return memberText(this.text, ['params', 'arguments']) ?? '{}';
    return withMembers(this.param() ?? '{}', (key) => key !== '_meta' && !CARRIED.has(key));
  }

  /** What it brings along beside that, `_meta` aside; undefined where there is nothing. */
  get paramsText(): string | undefined {
    const isBeside = (key: string) => (this.tool === undefined ? CARRIED.has(key) : !OF_A_TOOL_CALL.has(key));
    const rest = withMembers(this.param() ?? '{}', isBeside);
    return rest === '{}' ? undefined : rest;
  }

  /** Does it answer what a server has asked (MCP 2026-07-28)? */
  get isRetry(): boolean {
    return this.param('requestState') !== undefined || this.param('inputResponses') !== undefined;
  }

  /** What stands at a path of keys below `params`, as it was spelled. */
  param(...path: readonly string[]): string | undefined {
    return memberText(this.text, ['params', ...path]);
  }
}

const PASSES: Evaluation = { kind: 'passes' };
/** The keys on the way to a URI in the methods that can name a file. */
const URI_KEYS: ReadonlySet<string> = new Set(['uri', 'ref', 'notifications', 'resourceSubscriptions']);

/** Judges single messages by a policy. Asks nobody and keeps nothing. @internal */
export class Authorizer {
  /** @param lock What the server's tools must still be; null where nothing was locked. */
  constructor(
    private readonly policy: BoundPolicy,
    private readonly lock: ToolLock | null,
  ) {}

  /** @param text The message's JSON. */
  evaluate(message: ClientMessage, text: string): Evaluation {
    if (message.kind === 'response') return PASSES;
    return message.method === 'tools/call' ? this.toolCall(message, text) : this.otherMethod(message, text);
  }

  private toolCall(message: ClientMessage & { params: unknown }, text: string): Evaluation {
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
    const verdict = decide(name, args);
    const changed = lock?.objection(name);
    const decided =
      changed === 'tool_changed' || (changed !== undefined && verdict.decision !== 'deny')
        ? denied(verdict, changed)
        : this.guarded('tool', name, args, verdict);
    return new EvaluatedCall('tools/call', name, args, decided, text, decide);
  }

  /** What the verdict is worth where the call names the gateway's own files. */
  private guarded(kind: 'tool' | 'method', name: string, args: Args, verdict: Verdict): Verdict {
    const touched = this.policy.touches(kind, name, args);
    // What is denied anyway is denied for the reason that the policy gives, unless there is no doubt.
    const isOwn = touched === 'yes' || (touched === 'maybe' && verdict.decision !== 'deny');
    return isOwn ? denied(verdict, 'gateway_protected') : verdict;
  }

  private otherMethod(message: ClientMessage & { method: string; params: unknown }, text: string): Evaluation {
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
    const verdict = decide.method(method, args);
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
    return new EvaluatedCall(method, undefined, args, this.guarded('method', method, args, verdict), text, decide);
  }
}

/** Denied by the gateway itself, whatever the policy says. */
function denied({ capability }: Verdict, reason: string): Verdict {
  return { decision: 'deny', reason, capability, rule: -1 };
}
