import { cut, shown, unseenEscaped } from '../text/escape.js';
import type { Manifest, Verdict } from '../types.js';
import { BLOCKED, type RequestId } from '../wire/refusal.js';
import type { PastReason } from './judge/pasts.js';

/** What a denied or undecided call is answered with. @internal */
export interface BlockedCall {
  readonly verdict: Verdict;
  readonly tool: string;
  readonly manifest: Manifest;
  readonly record: string;
  readonly unknown: readonly string[];
  readonly relative: boolean;
  /** What of the past the verdict rests on. */
  readonly past: PastReason;
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
    ...call.past,
    help: call.help ?? help(call),
  };
  const answer =
    as === 'error'
      ? { error: { code: BLOCKED, message, data } }
      : {
          result: {
            content: [{ type: 'text', text: `${message}\n${data.help}` }],
            isError: true,
            _meta: { 'capfence/blocked': data },
          },
        };
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
}

/** Which rule it was, and what would settle the unknown or let the call pass, in a sentence. */
function help(call: BlockedCall): string {
  const { approval } = call;
  if (approval) {
    const until = `until ${approval.expires}`;
    return `a person approves it with \`capfence approve ${approval.id}\`, ${until}; the same call made again then passes, once`;
  }
  const isLater = typeof call.past.limit?.room_at === 'string';
  return [ruleHelp(call), labelHelp(call), unknownHelp(call) ?? (isLater ? undefined : repeatHelp(call))]
    .filter((part) => part !== undefined)
    .join('; ');
}

/** A policy decides the same call alike each time, so an agent that tries again only fills the log. */
function repeatHelp({ verdict, manifest, record }: BlockedCall): string | undefined {
  const isPolicys = manifest.rules[verdict.rule] !== undefined || !(verdict.reason in OWN_REASONS);
  if (!isPolicys) return undefined;
  const trace = record ? ` (\`capfence trace ${record}\`)` : '';
  return `don't repeat it: do without, or ask the person who keeps the policy${trace}`;
}

/** @returns what stopped the call, and what its author says to do instead. */
function ruleHelp({ verdict, tool, manifest, past, unknown }: BlockedCall): string {
  const rule = manifest.rules[verdict.rule];
  if (past.limit) return limitHelp(past.limit, unknown);
  if (rule) {
    const place = `${rule.id} (${rule.file}:${rule.line})`;
    return rule.description === undefined ? `stopped by ${place}` : `stopped by ${place}: ${rule.description}`;
  }
  return OWN_REASONS[verdict.reason]?.(shown(tool)) ?? `no rule of the policy ${shown(manifest.policy)} lets it pass`;
}

/** How it stands with a limit, and when there is room again. */
function limitHelp({ id, total, max, room_at }: NonNullable<PastReason['limit']>, unknown: readonly string[]): string {
  if (room_at === null && unknown.some((fact) => fact !== 'history'))
    return `stopped by the limit ${id}, which can't count this call`;
  const room =
    room_at === null ? 'there is no room for this call' : `there is room for this call at ${room_at}: try again then`;
  return `stopped by the limit ${id}: ${total} of ${max} so far; ${room}`;
}

/** Which earlier call it rests on. */
function labelHelp({ past, unknown }: BlockedCall): string | undefined {
  if (!past.history) return undefined;
  const { label, tool, time, record } = past.history;
  const trace = record === null ? '' : ` (\`capfence trace ${record}\`)`;
  const comes = unknown.includes('history') ? 'may come' : 'comes';
  return `the label ${label} ${comes} from ${shown(tool)}, called at ${time}${trace}`;
}

/** Why the gateway itself stops a call. */
const OWN_REASONS: Readonly<Record<string, (tool: string) => string>> = {
  unmapped_tool: (tool) => `the policy knows no tool ${tool}, and no rule lets unknown tools pass`,
  gateway_protected: () =>
    "the call could change the gateway's own files (policy, records, program, configuration), or reach the page where people decide",
  tool_changed: (tool) =>
    `the tool ${tool} is not what was locked: a person looks at it with \`capfence scan --check\``,
  tool_not_locked: (tool) => `nobody has locked a tool ${tool}: it is new, or it doesn't exist`,
  audit_unavailable: () => 'it could not be recorded: the audit folder is full or can not be written',
  batch_refused: () => 'another call of its batch may not pass',
  ledger_unavailable: () => 'it depends on what happened before, and the ledger of that can not be read or written',
  approval_unavailable: () => 'it needs approval, and requests for approval can not be stored or read',
  approval_expired: () => 'nobody decided in time: the same call made again asks anew',
  policy_changed: () => 'it has become forbidden while it waited',
};

function unknownHelp({ unknown: all, relative }: BlockedCall): string | undefined {
  const unknown = all.filter((fact) => fact !== 'history');
  if (unknown.length === 0) return undefined;
  if (unknown.includes('path')) {
    return relative
      ? 'relative path: give an absolute one, or start the gateway with --root'
      : 'no path, no text, or read in several ways: give one plain absolute path';
  }
  if (unknown.includes('identifier')) return 'an identifier with `..`, `?`, `#` or an escape: give the plain name';
  const context = unknown.filter((fact) => CONTEXT.has(fact));
  if (context.length > 0)
    return `not given to the gateway: start it with ${context.map((key) => `--context ${key}=…`).join(' ')}`;
  return `missing or unreadable: ${unknown.join(', ')}`;
}

const CONTEXT = new Set(['environment', 'user_role', 'tenant', 'caller_depth', 'risk_level']);
