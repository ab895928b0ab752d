import type { Manifest, Verdict } from '../decide/types.js';
import { BLOCKED, type RequestId } from '../wire/refusal.js';
import { cut, shown, unseenEscaped } from './escape.js';

/** What a denied or undecided call is answered with. @internal */
export interface BlockedCall {
  readonly verdict: Verdict;
  readonly tool: string;
  readonly manifest: Manifest;
  readonly record: string;
  readonly unknown: readonly string[];
  readonly relative: boolean;
  readonly approval?: { readonly id: string; readonly expires: string } | undefined;
  /** What a person can do, where that is known better than from what is unknown. */
  readonly help?: string | undefined;
}

/** The answer to a call that policy stops: a JSON-RPC error, or a tool result that a model gets to see. */
export function blockedAnswer(id: RequestId, call: BlockedCall, as: 'error' | 'result'): string {
  const { verdict, manifest } = call;
  const word = verdict.decision === 'deny' ? 'denied' : 'approval_required';
  const message = `AgentActionBlocked: capability=${shown(verdict.capability)} decision=${word} reason=${shown(verdict.reason)}`;
  const data = {
    decision: verdict.decision,
    reason: verdict.reason,
    capability: cut(verdict.capability),
    tool: cut(call.tool),
    rule: manifest.rules[verdict.rule]?.id ?? null,
    policy: manifest.policy,
    record: call.record || null,
    ...(call.approval && { approval: call.approval.id, expires: call.approval.expires }),
    ...(call.unknown.length > 0 && { unknown: call.unknown }),
    help: call.help ?? help(call),
  };
  const answer =
    as === 'error'
      ? { error: { code: BLOCKED, message, data } }
      : { result: { content: [{ type: 'text', text: message }], isError: true, _meta: { 'capfence/blocked': data } } };
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
}

/** An error of JSON-RPC itself. */
export function errorAnswer(id: RequestId | null, code: number, message: string): string {
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, error: { code, message } }));
}

/** What would settle the unknown, or let the call pass, in a sentence. */
function help({ unknown, relative, approval }: BlockedCall): string | undefined {
  if (unknown.length === 0) return approval && `capfence approve ${approval.id}, then make the same call again`;
  if (unknown.includes('path')) {
    return relative
      ? 'relative path: give an absolute one, or start the gateway with --root'
      : 'no path, no text, or read in several ways: give one plain absolute path';
  }
  const context = unknown.filter((fact) => CONTEXT.has(fact));
  if (context.length > 0)
    return `not given to the gateway: start it with ${context.map((key) => `--context ${key}=…`).join(' ')}`;
  return `missing or unreadable: ${unknown.join(', ')}`;
}

const CONTEXT = new Set(['environment', 'user_role', 'tenant', 'caller_depth', 'risk_level']);
