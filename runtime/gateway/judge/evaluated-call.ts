import type { Args, CountEffect, Decide, Effects, History, Verdict } from '../../types.js';
import { memberText, withMembers } from '../../wire/members.js';
import type { PastReason, Pasts } from './pasts.js';

/** What a call brings along for what its server has asked (MCP 2026-07-28). */
const CARRIED: ReadonlySet<string> = new Set(['inputResponses', 'requestState']);
/** Members of a tool call's `params` that are shown and bound by themselves; `_meta` says only where it comes from. */
const OF_A_TOOL_CALL: ReadonlySet<string> = new Set(['name', 'arguments', '_meta']);

/** What a call with its verdict is made of. */
interface JudgedCall {
  readonly method: string;
  readonly tool?: string | undefined;
  readonly args: Args;
  readonly verdict: Verdict;
  /** The message's JSON. */
  readonly text: string;
  /** What judged it. */
  readonly decide: Decide;
  /** The past that it was judged in; absent where the policy looks at none. */
  readonly past?:
    | { readonly history: History; readonly pasts: Pasts; readonly continues: string | undefined }
    | undefined;
}

/** A call's entry in the ledger, and the id of its record. */
export interface CallEntered {
  readonly id: string;
  readonly record: string | undefined;
}

const NOTHING: Effects = { marks: [], counts: [], results: [] };

/** A call with its verdict. @internal */
export class EvaluatedCall {
  readonly kind = 'judged';
  /** Told the `requestState` where the server answers that it needs input (MCP 2026-07-28). */
  onInputRequired?: (state: string) => void;

  readonly method: string;
  /** Absent for methods other than `tools/call`. */
  readonly tool: string | undefined;
  readonly args: Args;
  readonly verdict: Verdict;
  private readonly text: string;
  private readonly decide: Decide;
  private readonly past: JudgedCall['past'];
  /** What it leaves behind once it goes on. */
  effects: Effects;
  /** Its entry in the ledger, once it has one. */
  entered: CallEntered | undefined;
  /** The id of its record, once it goes on. */
  record: string | undefined;

  constructor({ method, tool, args, verdict, text, decide, past }: JudgedCall) {
    this.method = method;
    this.tool = tool;
    this.args = args;
    this.verdict = verdict;
    this.text = text;
    this.decide = decide;
    this.past = past;
    const leaves = past !== undefined || decide.hasResultRules;
    this.effects = leaves ? this.effectsIn(past?.history) : NOTHING;
  }

  /** The same call, otherwise decided. */
  decided(verdict: Verdict): EvaluatedCall {
    const { method, tool, args, text, decide, past } = this;
    return new EvaluatedCall({ method, tool, args, verdict, text, decide, past });
  }

  /** It has waited: what it leaves behind may have changed. */
  reread(): void {
    if (this.past !== undefined) this.effects = this.effectsIn(this.past.history);
  }

  /** The open call that it goes on with. */
  get continues(): string | undefined {
    return this.past?.continues;
  }

  private effectsIn(history: History | undefined): Effects {
    return this.tool === undefined
      ? this.decide.methodEffects(this.method, this.args, history)
      : this.decide.effects(this.tool, this.args, history);
  }

  /** Which facts the verdict rests on without knowing them. */
  unknown(): string[] {
    const history = this.past?.history;
    const facts =
      this.tool === undefined
        ? this.decide.unknownMethod(this.method, this.args, history)
        : this.decide.unknown(this.tool, this.args, history);
    if (!this.past) return facts;
    return [...new Set([...facts, ...this.past.pasts.unread(this.exceeded(), this.verdict)])];
  }

  /** What of the past the verdict rests on. */
  pastReason(): PastReason {
    if (this.past === undefined) return {};
    const { history, pasts } = this.past;
    const asked = this.decide.asked(...this.named, this.args, history);
    return pasts.reason(asked, this.exceeded(), this.verdict);
  }

  /** Does it go beyond a limit, whatever else is asked of it? */
  get isBeyondLimit(): boolean {
    return this.past !== undefined && this.exceeded().length > 0;
  }

  private exceeded(): readonly CountEffect[] {
    return this.decide.exceeded(...this.named, this.args, this.past?.history);
  }

  /** The rules that ask for approval of it, whichever decides. */
  get asking(): readonly number[] {
    return this.decide.asking(...this.named, this.args, this.past?.history);
  }

  /** Is this argument one string, and nothing but a path? */
  isPath(key: string): boolean {
    return this.decide.isPath(...this.named, this.args, key);
  }

  /** Does it name a path in this argument? */
  namesPath(key: string): boolean {
    return this.decide.namesPath(...this.named, this.args, key);
  }

  /** Does all that it names there lie under the folder, by all readings? */
  liesUnder(key: string, folder: string): boolean {
    return this.decide.liesUnder(...this.named, this.args, key, folder);
  }

  private get named(): ['tool' | 'method', string] {
    return this.tool === undefined ? ['method', this.method] : ['tool', this.tool];
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
