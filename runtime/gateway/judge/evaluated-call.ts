import type { Args, Decide, Verdict } from '../../types.js';
import { memberText, withMembers } from '../../wire/members.js';

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
}

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

  constructor({ method, tool, args, verdict, text, decide }: JudgedCall) {
    this.method = method;
    this.tool = tool;
    this.args = args;
    this.verdict = verdict;
    this.text = text;
    this.decide = decide;
  }

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
