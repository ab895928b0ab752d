import { homedir } from 'node:os';
import { allRecords, type LogRecord, type MayMatch, textOf } from '../runtime/audit/read.js';
import type { Context, Effects, Environment } from '../runtime/types.js';
import { isObject, readMessage, readToolCall } from '../runtime/wire/envelope.js';
import { parseStrict } from '../runtime/wire/json.js';
import { Refusal } from '../runtime/wire/refusal.js';
import {
  type Interpretation,
  interpretEffects,
  interpretMethod,
  interpretMethodEffects,
  interpretTool,
  type World,
} from './interpret/interpret.js';
import type { Policy } from './ir/policy.js';
import { ReplayPast } from './replay-past.js';

/** Reasons of what became of a call that the policy had a person decide. */
const AFTER_ASKING: ReadonlySet<unknown> = new Set([
  'approved',
  'approval_rejected',
  'approval_expired',
  'approval_unavailable',
]);

/** A recorded call that another policy decides otherwise. */
export interface Drift {
  /** The audit record's id. */
  readonly id: string;
  readonly time: string;
  readonly tool: string;
  readonly from: string;
  readonly to: string;
  readonly before: { readonly rule: string | null; readonly place: string | null };
  readonly after: { readonly rule: string | null; readonly place: string | null };
}

/** The shape of `capfence replay --json`. */
export interface Replay {
  /** Calls that were judged again. */
  readonly calls: number;
  /** Calls on record without their message: nothing can be said of them. */
  readonly withoutPayload: number;
  /** Calls of a segment whose header can't be read: their context and roots are not known. */
  readonly withoutHeader: number;
  /** Of those judged again, whose arguments were masked in part: their verdicts may differ for that alone. */
  readonly redacted: number;
  readonly changed: readonly Drift[];
}

/** These were the gateway's doing, whatever the policy. */
const NOT_OF_A_POLICY = new Set([
  'gateway_protected',
  'batch_refused',
  'unjudged',
  'tool_changed',
  'tool_not_locked',
  'audit_unavailable',
  'ledger_unavailable',
]);

/**
 * Decides recorded calls again: what would this policy have done? Each is judged in the context and with the roots of the
 * gateway that recorded it.
 *
 * @param instead Of what is recorded: roots, and when calls were made.
 */
export function replay(
  dir: string,
  policy: Policy,
  instead: Pick<Environment, 'roots' | 'now'> = {},
  mayMatch?: MayMatch,
): Replay {
  const headers = new Map<string, LogRecord>();
  const changed: Drift[] = [];
  const count = { calls: 0, withoutPayload: 0, withoutHeader: 0, redacted: 0 };
  const past = new ReplayPast(policy);
  for (const record of allRecords(dir, mayMatch)) {
    // A message before its result ends no call.
    if (record['kind'] === 'result' && record['message'] === undefined) past.ended(record);
    if (record['kind'] === 'history') past.decided(record);
    if (record['kind'] === 'header') headers.set(textOf(record['segment']), record);
    if (record['kind'] !== 'call' || NOT_OF_A_POLICY.has(textOf(record['reason']))) continue;
    if (typeof record['payload'] !== 'string') {
      count.withoutPayload++;
      continue;
    }
    const header = headers.get(textOf(record['segment']));
    if (header === undefined) {
      count.withoutHeader++;
      continue;
    }
    const agent = textOf(record['agent']);
    const own = atTime(worldOf(header, instead.roots), record, instead.now);
    const world = { ...own, past: past.of(agent, Date.parse(textOf(record['time']))) };
    const interpretation = judgeAgain(record, policy, world);
    // What went on then is what happened, whatever this policy says of it.
    if (wentOn(record)) past.wentOn(record, effectsOf(record, policy, world));
    if (!interpretation) continue;
    count.calls++;
    if (record['redacted'] === true) count.redacted++;
    const from = AFTER_ASKING.has(record['reason']) ? 'require_approval' : textOf(record['decision']);
    if (interpretation.decision === from) continue;
    const { rule } = interpretation;
    changed.push({
      id: textOf(record['id']),
      time: textOf(record['time']),
      tool: textOf(record['tool'] ?? record['method']),
      from,
      to: interpretation.decision,
      before: { rule: textOf(record['rule']) || null, place: textOf(record['place']) || null },
      after: { rule: rule?.id ?? null, place: rule ? `${rule.place.source.file}:${rule.place.line}` : null },
    });
  }
  return { ...count, changed };
}

/** Calls are judged when they were made. */
function atTime(
  world: ReturnType<typeof worldOf>,
  record: LogRecord,
  now: Environment['now'],
): ReturnType<typeof worldOf> {
  const made = Date.parse(textOf(record['time']));
  const clock = now ?? (Number.isNaN(made) ? undefined : () => made);
  return clock === undefined ? world : { ...world, environment: { ...world.environment, now: clock } };
}

/** The context and the roots of a segment. */
export function worldOf(header: LogRecord, roots: readonly string[] | undefined) {
  const context = isObject(header['context']) ? (header['context'] as Context) : {};
  const recorded = Array.isArray(header['roots']) ? (header['roots'] as string[]) : [];
  const environment: Environment = { home: homedir(), roots: [...(roots ?? recorded)] };
  return { context, environment };
}

/** The request that a record keeps; a call of a batch is found by its id. */
export function requestOf(record: LogRecord): { readonly method: string; readonly params: unknown } | undefined {
  if (typeof record['payload'] !== 'string') return undefined;
  const json = parseStrict(Buffer.from(record['payload']));
  if (json instanceof Refusal) return undefined;
  const found = [json.value]
    .flat()
    .find((value) => isObject(value) && value['id'] === record['request'] && value['method'] === record['method']);
  const message = found === undefined ? undefined : readMessage(found, JSON.stringify(found), true);
  return !message || message instanceof Refusal || message.kind === 'response' ? undefined : message;
}

/** It was forwarded: it passed, or nothing was enforced. */
function wentOn({ decision, observed }: LogRecord): boolean {
  return decision === 'allow' || decision === 'warn' || observed === true;
}

function effectsOf(record: LogRecord, policy: Policy, world: World): Effects {
  const message = requestOf(record);
  if (!message) return { marks: [], counts: [], results: [] };
  const params = isObject(message.params) ? message.params : {};
  if (message.method !== 'tools/call') return interpretMethodEffects(policy, message.method, params, world);
  const call = readToolCall(message.params);
  return call instanceof Refusal
    ? { marks: [], counts: [], results: [] }
    : interpretEffects(policy, call.name, call.arguments, world);
}

function judgeAgain(record: LogRecord, policy: Policy, world: World): Interpretation | undefined {
  const message = requestOf(record);
  if (!message) return undefined;
  if (message.method !== 'tools/call') {
    return interpretMethod(policy, message.method, isObject(message.params) ? message.params : {}, world) ?? undefined;
  }
  const call = readToolCall(message.params);
  return call instanceof Refusal ? undefined : interpretTool(policy, call.name, call.arguments, world);
}
