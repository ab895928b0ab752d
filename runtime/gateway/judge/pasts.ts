import type { AskedLabel, CountEffect, Effects, History, Verdict } from '../../types.js';

/** What a refused caller is told of the past: the call that set a label, how it stands with a limit. */
export interface PastReason {
  readonly history?: {
    readonly label: string;
    readonly record: string | null;
    readonly tool: string;
    /** RFC 3339. */
    readonly time: string;
  };
  readonly limit?: {
    readonly id: string;
    readonly total: string;
    readonly max: number;
    /** From when on there is room again, RFC 3339; null: not as things are. */
    readonly room_at: string | null;
  };
}

/** The past that calls are judged in. @internal */
export interface Pasts {
  /**
   * The past of the next call to be judged.
   *
   * @param open Calls that go on together with it, and before it.
   * @param except A call that is open and goes on with this one.
   */
  next(open: readonly Effects[], except?: string): History;
  /** Whether the last past could not be read when it was asked. */
  readonly isUnavailable: boolean;
  /** Is there an open call that its server has asked about? */
  readonly hasContinued: boolean;
  /** The open call that this one goes on with: a retry that its server has asked for. */
  continued(isRetry: boolean, state: string | undefined, tool: string, argumentsText: string): string | undefined;
  /** What the limit that decided could not read: its selectors. */
  unread(exceeded: readonly CountEffect[], verdict: Verdict): string[];
  /** Why a call was refused. */
  reason(asked: readonly AskedLabel[], exceeded: readonly CountEffect[], verdict: Verdict): PastReason;
}
