import type { Approval } from '../../approvals/approval.js';
import { Sealer } from '../../approvals/seal.js';
import { shownWhole as shown, unseenEscaped } from '../../text/escape.js';
import { nodeCrypto, sha256 } from '../../text/sha256.js';
import { isObject } from '../../wire/envelope.js';
import { parsed } from '../../wire/json.js';
import { memberText, withMembers } from '../../wire/members.js';
import type { RequestId } from '../../wire/refusal.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';
import type { ClientAnswer, FormAction, OwnMessages } from '../read/client-line.js';

/** A form, in one of the two ways in which a client can be given one. @internal */
export type Form =
  | {
      readonly kind: 'dialog';
      /** @returns what takes the form back; undefined where the person is being asked already. */
      readonly open: (onAnswer: (action: FormAction) => void) => (() => void) | undefined;
    }
  | { readonly kind: 'input_required'; readonly reply: (id: RequestId) => string };

/** A call whose arguments are longer is decided where all of them can be read. Characters of their JSON. */
const MAX_SHOWN = 16 * 1024;
/** The requests that may be answered with `input_required` (MCP 2026-07-28). */
const RETRIED: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** The key of our form among `inputRequests`. */
const KEY = 'capfence';
const FORM = { type: 'object', properties: {} };

/** Asks the person at the client by a form without fields: to accept it is to approve. @internal */
export class Elicitation implements OwnMessages {
  /** Made when it is first needed: most gateways never ask, and all of them start fast. */
  private sealer: Sealer | undefined;
  private ownPrefix: string | undefined;
  private readonly dialogs = new Map<RequestId, (action: FormAction) => void>();
  private readonly asking = new Set<string>();
  /** Whether the client's `initialize` says that it shows forms. */
  private showsForms = false;

  /** @param gateway What this gateway is, in every process of it. */
  constructor(
    private readonly toClient: (line: string) => void,
    private readonly gateway: readonly unknown[],
  ) {}

  /** The client says what it can do. @param params Those of `initialize`. */
  initialized(params: unknown): void {
    this.showsForms = isObject(params) && canShowForms(params['capabilities']);
  }

  /** Is this the id of a request of this gateway? */
  isOwn(id: unknown): boolean {
    return typeof id === 'string' && id.startsWith('capfence-') && id.startsWith(this.prefix);
  }

  /** Is this message for the gateway, and not for the server? */
  isOurs(message: unknown): boolean {
    if (!isObject(message)) return false;
    const { params } = message;
    if (isObject(params) && this.isOwn(params['requestState'])) return true;
    return !('method' in message) && this.isOwn(message['id']);
  }

  /** Begins this gateway's ids and states: those of another one, between it and the server, are that one's. */
  private get prefix(): string {
    this.ownPrefix ??= `capfence-${sha256(JSON.stringify(this.gateway)).slice(0, 16)}.`;
    return this.ownPrefix;
  }

  /** Is a form open at the client? */
  get isAsking(): boolean {
    return this.dialogs.size > 0;
  }

  /** The client answers a request of the gateway. */
  answered(message: unknown): void {
    if (!isObject(message)) return;
    const action = isObject(message['result']) ? message['result']['action'] : undefined;
    this.dialogs.get(message['id'] as RequestId)?.(actionOf(action));
  }

  /** @returns undefined where this client can't be asked about this call. */
  formFor(call: EvaluatedCall, digest: string, approval: Approval): Form | undefined {
    if (approval.arguments.length + (approval.params?.length ?? 0) > MAX_SHOWN) return undefined;
    const params = { message: question(approval), requestedSchema: FORM };
    const meta = parsed(call.param('_meta') ?? '{}');
    if (isObject(meta) && `${META}protocolVersion` in meta) {
      if (!RETRIED.has(call.method) || !canShowForms(meta[`${META}clientCapabilities`])) return undefined;
      const carried = this.carry(call, digest, approval);
      return { kind: 'input_required', reply: (id) => inputRequired(id, params, carried) };
    }
    return this.showsForms
      ? { kind: 'dialog', open: (onAnswer) => this.open(params, approval.id, onAnswer) }
      : undefined;
  }

  /** What the server had asked for before stands in the place of the gateway's own state again. */
  takeOut(params: unknown, text: string): { readonly text: string; readonly answer?: ClientAnswer } | undefined {
    const state = isObject(params) ? params['requestState'] : undefined;
    if (typeof state !== 'string' || !this.isOwn(state)) return undefined;
    // One that an earlier process made can't be opened, and is none of the server's either.
    const opened = parsed(this.sealer?.open(state.slice(this.prefix.length)) ?? '') as Sealed | undefined;
    const isNotOurs = (key: string) => key !== 'requestState' && key !== 'inputResponses';
    const own = withMembers(memberText(text, ['params']) as string, isNotOurs, opened?.around);
    const rewritten = withMembers(text, (key) => key !== 'params', [`"params":${own}`]);
    if (!opened || Date.now() >= opened.until) return { text: rewritten };
    const responses = (params as Record<string, unknown>)['inputResponses'];
    const response = isObject(responses) ? responses[KEY] : undefined;
    const action = actionOf(isObject(response) ? response['action'] : undefined);
    return { text: rewritten, answer: { approval: opened.approval, digest: opened.digest, action } };
  }

  /** What the client is to bring back, sealed. */
  private carry(call: EvaluatedCall, digest: string, approval: Approval): string {
    const around = ['requestState', 'inputResponses']
      .map((name) => [name, call.param(name)])
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `"${name}":${value}`);
    this.sealer ??= new Sealer();
    const sealed: Sealed = { approval: approval.id, digest, until: Date.parse(approval.expires), around };
    return this.prefix + this.sealer.seal(JSON.stringify(sealed));
  }

  private open(params: object, approval: string, onAnswer: (action: FormAction) => void): (() => void) | undefined {
    // One person need not be asked twice at once: identical calls see what becomes of the request.
    if (this.asking.has(approval)) return undefined;
    // Nobody can guess it: a server could else ask something else under it.
    const id = this.prefix + nodeCrypto().randomBytes(16).toString('hex');
    this.asking.add(approval);
    this.dialogs.set(id, (action) => {
      this.dialogs.delete(id);
      onAnswer(action);
    });
    this.toClient(unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, method: 'elicitation/create', params })));
    return () => {
      this.asking.delete(approval);
      if (!this.dialogs.delete(id)) return;
      const cancelled = { requestId: id, reason: 'decided elsewhere, or no longer wanted' };
      this.toClient(JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled }));
    };
  }
}

/** The answer that asks the client for input (MCP 2026-07-28). @param state What it is to bring back. */
function inputRequired(id: RequestId, params: object, state: string): string {
  const result = {
    resultType: 'input_required',
    inputRequests: { [KEY]: { method: 'elicitation/create', params } },
    requestState: state,
  };
  return unseenEscaped(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

/** What a client carries for us between two tries of a call. */
interface Sealed {
  readonly approval: string;
  readonly digest: string;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** The server's own state and the answers to it: the texts of their members. */
  readonly around: readonly string[];
}

/** The keys of a request's `_meta` in 2026-07-28. */
const META = 'io.modelcontextprotocol/';

/** An empty object means forms, as in the revisions that knew nothing else. */
function canShowForms(capabilities: unknown): boolean {
  const elicitation = isObject(capabilities) ? capabilities['elicitation'] : undefined;
  return isObject(elicitation) && (isObject(elicitation['form']) || Object.keys(elicitation).length === 0);
}

function actionOf(action: unknown): FormAction {
  return action === 'accept' || action === 'decline' ? action : 'dismissed';
}

function question({
  agent,
  tool,
  capability,
  rule,
  place,
  unknown,
  expires,
  params,
  arguments: args,
}: Approval): string {
  return [
    `${shown(agent)} wants to call ${shown(tool)} (${shown(capability)}). Policy asks a person first: ${rule} ${place ?? ''}`.trim(),
    ...(unknown.length > 0 ? [`Unknown: ${unknown.join(', ')}.`] : []),
    `Arguments: ${unseenEscaped(args)}`,
    ...(params === undefined ? [] : [`With it: ${unseenEscaped(params)}`]),
    `To accept lets exactly this call through, once, until ${expires}.`,
  ].join('\n');
}
