import { createHash } from 'node:crypto';
import { canonicalSpelling } from '../approvals/spelling.js';
import type { ApprovalFolder } from '../approvals/store.js';
import { CLIENT_NOTIFICATIONS, CLIENT_REQUESTS, URI_METHODS } from '../data/methods.js';
import type { Args, Decide, Guard, Manifest, Verdict } from '../decide/types.js';
import { idOf, isObject, readMessage, readToolCall, twinArguments } from '../wire/envelope.js';
import { parseStrict } from '../wire/json.js';
import type { Line } from '../wire/lines.js';
import { membersOf, memberText } from '../wire/members.js';
import { INVALID_PARAMS, INVALID_REQUEST, METHOD_NOT_FOUND, Refusal, type RequestId } from '../wire/refusal.js';
import { blockedAnswer, errorAnswer } from './errors.js';
import { quoted } from './escape.js';
import type { InFlight } from './in_flight.js';
import type { TurnLog } from './turn_log.js';

/** What becomes of one line: something for the server, or an answer for the client, or neither. */
export interface Outcome {
  readonly forward?: Buffer;
  readonly reply?: string;
  /** Whose place it takes where the record of it can't be written. Absent: nothing was to be recorded. */
  readonly unrecorded?: () => Outcome;
  /** The request that waits for the server's answer once this is forwarded. */
  readonly awaits?: readonly { readonly id: RequestId; readonly method: string }[];
}

/** What the client side of a gateway works with; all of it is fixed for the gateway's life. */
export interface ClientSideSetup {
  readonly decide: Decide;
  readonly manifest: Manifest;
  readonly log: TurnLog;
  readonly inFlight: InFlight;
  readonly approvals: ApprovalFolder;
  readonly guard: Guard | null;
  readonly observe: boolean;
  readonly denyAs: 'error' | 'result';
  readonly auditAll: boolean;
  readonly auditPayloads: boolean;
  readonly maxMessageBytes: number;
  readonly agent: string;
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly context: Readonly<Record<string, unknown>>;
  readonly roots: readonly string[];
}

/** A line with what its records say of it. */
interface Judged {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly started: number;
}

const NEWLINE = Buffer.from('\n');
/** The keys on the way to a URI in the methods that can name a file. */
const URI_KEYS = ['uri', 'ref', 'notifications', 'resourceSubscriptions'];

/** Judges every line of the client before a byte of it moves. */
export class ClientSide {
  /** Whether the server speaks 2025-03-26, the one revision with batches. */
  allowsBatches = false;
  /** A batch is being judged of which some element may not pass. */
  private batchRefused = false;

  constructor(private readonly setup: ClientSideSetup) {}

  /**
   * The requests of a line that goes on are in flight from here, so that the next line can't take their ids.
   *
   * @returns undefined for lines of nothing but spaces and tabs.
   */
  judge(line: Line): Outcome | undefined {
    const outcome = this.outcome(line);
    for (const { id, method } of outcome?.awaits ?? []) this.setup.inFlight.add(id, method);
    return outcome;
  }

  /** What to do in place of an outcome whose record could not be written. */
  unrecorded(outcome: Outcome): Outcome {
    if (!outcome.unrecorded) return outcome;
    for (const { id } of outcome.awaits ?? []) this.setup.inFlight.take(id);
    const instead = outcome.unrecorded();
    for (const { id, method } of instead.awaits ?? []) this.setup.inFlight.add(id, method);
    return instead;
  }

  private outcome(line: Line): Outcome | undefined {
    if (line.bytes === null) {
      const payload = { payload_sha256: line.sha256, payload_bytes: line.length };
      const limit = `longer than ${this.setup.maxMessageBytes} bytes`;
      return this.refuse({ payload, started: performance.now() }, null, new Refusal(INVALID_REQUEST, limit));
    }
    if (isBlank(line.bytes)) return undefined;
    const judged = { payload: this.payload(line.bytes), started: performance.now() };
    const json = parseStrict(line.bytes);
    if (json instanceof Refusal)
      return this.refuse(judged, json.text === undefined ? null : this.freeId(json.text), json);
    if (Array.isArray(json.value)) return this.batch(judged, json.value, json.text, json.bytes);
    return this.message(judged, json.value, json.text, json.bytes);
  }

  private message(judged: Judged, value: unknown, text: string, bytes: Buffer): Outcome {
    const { inFlight } = this.setup;
    const message = readMessage(value, text);
    if (message instanceof Refusal) return this.refuse(judged, this.freeId(text), message);
    const forward = Buffer.concat([bytes, NEWLINE]);
    if (message.kind === 'response') return { forward };
    const { method } = message;
    const id = message.kind === 'request' ? message.id : null;
    if (id !== null && inFlight.has(id)) {
      return this.refuse(
        judged,
        null,
        new Refusal(INVALID_REQUEST, 'a request with this id is still in flight'),
        method,
      );
    }
    const awaits = id === null ? {} : { awaits: [{ id, method }] };
    if (method === 'tools/call') return this.toolCall(judged, id, message.params, text, { forward, ...awaits });
    return this.otherMethod(judged, id, method, message.params, text, { forward, ...awaits });
  }

  private toolCall(judged: Judged, id: RequestId | null, params: unknown, text: string, pass: Outcome): Outcome {
    const { decide } = this.setup;
    const call = readToolCall(params);
    if (id === null) {
      // Nobody could be told of its outcome, and a server may run it all the same.
      const tool = call instanceof Refusal ? undefined : call.name;
      this.record({ kind: 'refused', method: 'tools/call', tool, decision: 'deny', reason: 'no_id' }, judged);
      return {};
    }
    if (call instanceof Refusal) return this.refuse(judged, id, call, 'tools/call');
    const { name, arguments: args } = call;
    const twins = twinArguments(args, (key) => decide.selects('tool', name, key));
    if (twins) return this.refuse(judged, id, new Refusal(INVALID_REQUEST, twins), 'tools/call', name);
    let verdict = decide(name, args);
    if (this.setup.guard && decide.touches('tool', name, args, this.setup.guard)) verdict = gatewayProtected(verdict);
    const facts = { decide: () => decide.unknown(name, args), args };
    return this.enforce(
      judged,
      id,
      'tools/call',
      name,
      verdict,
      facts,
      memberText(text, ['params', 'arguments']),
      pass,
    );
  }

  private otherMethod(
    judged: Judged,
    id: RequestId | null,
    method: string,
    params: unknown,
    text: string,
    pass: Outcome,
  ): Outcome {
    const { decide } = this.setup;
    const args = isObject(params) ? params : {};
    const twins = URI_METHODS.has(method)
      ? twinArguments(args, (key) => URI_KEYS.includes(key), URI_KEYS)
      : twinArguments(args, (key) => decide.selects('method', method, key));
    if (twins) return this.refuse(judged, id, new Refusal(INVALID_REQUEST, twins), method);
    let verdict = decide.method(method, args);
    if (verdict === null) {
      const known = CLIENT_REQUESTS.has(method) || CLIENT_NOTIFICATIONS.has(method) || decide.mapsMethod(method);
      if (known || (id === null && method.startsWith('notifications/'))) return this.unjudged(judged, id, method, pass);
      if (id !== null)
        return this.refuse(judged, id, new Refusal(METHOD_NOT_FOUND, `no such method: ${quoted(method)}`), method);
      this.record({ kind: 'refused', method, decision: 'deny', reason: 'unknown_method' }, judged);
      return {};
    }
    if (!isObject(params) && params !== undefined) {
      return this.refuse(judged, id, new Refusal(INVALID_PARAMS, 'params must be an object'), method);
    }
    if (this.setup.guard && decide.touches('method', method, args, this.setup.guard))
      verdict = gatewayProtected(verdict);
    const facts = { decide: () => decide.unknownMethod(method, args), args };
    return this.enforce(judged, id, method, undefined, verdict, facts, memberText(text, ['params']), pass);
  }

  private unjudged(judged: Judged, id: RequestId | null, method: string, pass: Outcome): Outcome {
    if (!this.setup.auditAll || id === null) return pass;
    this.record({ kind: 'call', method, request: id, decision: 'allow', reason: 'unjudged' }, judged);
    return { ...pass, unrecorded: () => pass };
  }

  private enforce(
    judged: Judged,
    id: RequestId | null,
    method: string,
    tool: string | undefined,
    verdict: Verdict,
    facts: { decide: () => string[]; args: Args },
    argumentsText: string | undefined,
    pass: Outcome,
  ): Outcome {
    const { manifest, observe, denyAs } = this.setup;
    const rule = manifest.rules[verdict.rule];
    const unknown = verdict.decision === 'allow' || verdict.decision === 'warn' ? [] : facts.decide();
    const mayPass = observe || verdict.decision === 'allow' || verdict.decision === 'warn';
    const passes = mayPass && !this.batchRefused;
    const approval =
      !mayPass && verdict.decision === 'require_approval' && id !== null
        ? this.ask(verdict, method, tool ?? method, argumentsText)
        : undefined;
    const denied = (reason: string): Verdict => ({ ...verdict, decision: 'deny', reason });
    const decided =
      approval === null ? denied('approval_unavailable') : mayPass && !passes ? denied('batch_refused') : verdict;
    const record = this.record(
      {
        kind: 'call',
        method,
        request: id ?? undefined,
        tool,
        capability: decided.capability,
        decision: decided.decision,
        reason: decided.reason,
        rule: rule?.id ?? null,
        place: rule && `${rule.file}:${rule.line}`,
        ...(unknown.length > 0 && { unknown }),
        ...(observe && { observed: true }),
        ...(approval && { approval: approval.id }),
      },
      judged,
    );
    const blocked = (final: Verdict): Outcome =>
      id === null
        ? {}
        : {
            reply: blockedAnswer(
              id,
              {
                verdict: final,
                tool: tool ?? method,
                manifest,
                record,
                unknown,
                relative: unknown.includes('path') && hasRelativePath(facts.args),
                ...(approval && { approval }),
              },
              method === 'tools/call' ? denyAs : 'error', // Only a tool has a result that can say so.
            ),
          };
    const unrecorded = () =>
      blocked({ decision: 'deny', reason: 'audit_unavailable', capability: verdict.capability, rule: -1 });
    if (mayPass && !passes) return { unrecorded }; // It stands in a batch that is refused for another call.
    return { ...(passes ? pass : blocked(decided)), unrecorded };
  }

  /** @returns null where the request can't be stored: then nobody could approve it. */
  private ask(
    verdict: Verdict,
    method: string,
    tool: string,
    argumentsText: string | undefined,
  ): { id: string; expires: string } | null {
    const { agent, upstream, cwd, context, roots, manifest, approvals } = this.setup;
    const text = canonicalSpelling(argumentsText ?? '{}');
    const subject = { agent, upstream, cwd, method, tool, arguments: text, policy: manifest.sha256, context, roots };
    const why = {
      capability: verdict.capability,
      rule: manifest.rules[verdict.rule]?.id ?? '',
      reason: verdict.reason,
    };
    try {
      const { request, isNew } = approvals.request(subject, why, manifest.approvalTimeoutSeconds);
      if (isNew) {
        this.record({ kind: 'approval', approval: request.id, state: 'pending', tool, expires: request.expires });
      }
      return { id: request.id, expires: request.expires };
    } catch {
      return null;
    }
  }

  /** A batch goes on whole or not at all. */
  private batch(judged: Judged, elements: readonly unknown[], text: string, bytes: Buffer): Outcome {
    if (!this.allowsBatches)
      return this.refuse(judged, null, new Refusal(INVALID_REQUEST, 'batches are not part of this protocol version'));
    const texts = membersOf(text).map(([, element]) => element);
    const ids = new Set<RequestId>();
    for (const [i, element] of elements.entries()) {
      const message = readMessage(element, texts[i] as string);
      const problem = message instanceof Refusal ? message.message : this.repeats(message, ids);
      if (problem)
        return this.refuse(judged, null, new Refusal(INVALID_REQUEST, `element ${i} of the batch: ${problem}`));
    }
    if (elements.length === 0) return this.refuse(judged, null, new Refusal(INVALID_REQUEST, 'an empty batch'));
    this.batchRefused = !elements.every((element) => this.mayPass(element));
    const outcomes = elements.map((element, i) => this.message(judged, element, texts[i] as string, Buffer.alloc(0)));
    this.batchRefused = false;
    const refusals = (pick: (outcome: Outcome) => Outcome): Outcome => {
      const answers = elements.flatMap((element, i) => {
        const id = idOf(texts[i] as string);
        if (id === null || !isObject(element) || !Object.hasOwn(element, 'method')) return [];
        return [
          pick(outcomes[i] as Outcome).reply ??
            errorAnswer(id, INVALID_REQUEST, 'another call of this batch may not pass'),
        ];
      });
      return answers.length > 0 ? { reply: `[${answers.join(',')}]` } : {};
    };
    const unrecorded = outcomes.some((outcome) => outcome.unrecorded)
      ? { unrecorded: () => refusals((outcome) => outcome.unrecorded?.() ?? outcome) }
      : {};
    if (outcomes.every((outcome) => outcome.forward)) {
      const awaits = outcomes.flatMap((outcome) => outcome.awaits ?? []);
      return { forward: Buffer.concat([bytes, NEWLINE]), awaits, ...unrecorded };
    }
    return { ...refusals((outcome) => outcome), ...unrecorded };
  }

  /** Would this element of a batch be forwarded? Nothing is recorded or asked. */
  private mayPass(element: unknown): boolean {
    const { method, params, id } = element as { method?: string; params?: unknown; id?: RequestId };
    const { decide, guard, observe } = this.setup;
    if (method === undefined) return true;
    const passes = (verdict: Verdict | null) =>
      observe || verdict === null || verdict.decision === 'allow' || verdict.decision === 'warn';
    if (method !== 'tools/call') {
      const args = isObject(params) ? params : {};
      const isKnown = CLIENT_REQUESTS.has(method) || CLIENT_NOTIFICATIONS.has(method) || decide.mapsMethod(method);
      const isFree = guard === null || !decide.touches('method', method, args, guard);
      return (
        isFree &&
        (isKnown || (id === undefined && method.startsWith('notifications/'))) &&
        passes(decide.method(method, args))
      );
    }
    const call = readToolCall(params);
    if (call instanceof Refusal || id === undefined) return false;
    const { name, arguments: args } = call;
    if (twinArguments(args, (key) => decide.selects('tool', name, key))) return false;
    return (guard === null || !decide.touches('tool', name, args, guard)) && passes(decide(name, args));
  }

  private repeats(message: { kind: string; id?: RequestId }, ids: Set<RequestId>): string | undefined {
    if (message.kind !== 'request' || message.id === undefined) return undefined;
    if (ids.has(message.id) || this.setup.inFlight.has(message.id)) return 'its id is in use';
    ids.add(message.id);
    return undefined;
  }

  private refuse(judged: Judged, id: RequestId | null, refusal: Refusal, method?: string, tool?: string): Outcome {
    this.record(
      {
        kind: 'refused',
        method,
        request: id ?? undefined,
        tool,
        decision: 'deny',
        reason: 'malformed',
        code: refusal.code,
        problem: refusal.message,
      },
      judged,
    );
    return { reply: errorAnswer(id, refusal.code, refusal.message) };
  }

  /** The id to answer to: not one that is in flight, whose answer this would seem to be. */
  private freeId(text: string): RequestId | null {
    const id = idOf(text);
    return id !== null && this.setup.inFlight.has(id) ? null : id;
  }

  private record(
    body: Readonly<Record<string, unknown>> & { kind: 'call' | 'refused' | 'approval' },
    judged?: Judged,
  ): string {
    return this.setup.log.append({
      ...body,
      ...judged?.payload,
      policy_sha256: this.setup.manifest.sha256,
      ...(judged && { micros: Math.round((performance.now() - judged.started) * 1000) }),
    });
  }

  private payload(bytes: Buffer): Judged['payload'] {
    const hash = { payload_sha256: createHash('sha256').update(bytes).digest('hex'), payload_bytes: bytes.length };
    if (!this.setup.auditPayloads) return hash;
    const text = bytes.toString('utf8');
    return Buffer.from(text).equals(bytes)
      ? { ...hash, payload: text }
      : { ...hash, payload_base64: bytes.toString('base64') };
  }
}

function gatewayProtected(verdict: Verdict): Verdict {
  return { decision: 'deny', reason: 'gateway_protected', capability: verdict.capability, rule: -1 };
}

/** Nothing but spaces and tabs, the one carriage return that may end a line aside. */
function isBlank(bytes: Buffer): boolean {
  const end = bytes.at(-1) === 0x0d ? bytes.length - 1 : bytes.length;
  for (let i = 0; i < end; i++) if (bytes[i] !== 0x20 && bytes[i] !== 0x09) return false;
  return true;
}

/** For the help text alone: does some string in the arguments look like a relative path? */
function hasRelativePath(args: Args): boolean {
  return Object.values(args)
    .flat()
    .some((value) => typeof value === 'string' && value !== '' && !/^[/~\\$%]|^[A-Za-z]+:/.test(value));
}
