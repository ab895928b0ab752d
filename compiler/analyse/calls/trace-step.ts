/** A call that comes before another, and how it ended (`capfence explain --trace`). */
export interface TraceStep {
  readonly tool?: string;
  /** Instead of a tool: another request of the protocol. */
  readonly method?: string;
  /** Where there is neither. */
  readonly capability?: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly context?: Readonly<Record<string, string>>;
  readonly result: 'ok' | 'error' | 'open';
  /** Seconds since the trace began. */
  readonly at: number;
  /** So many such calls. Absent: one. */
  readonly times?: number;
  /** A person was asked, and approved it. */
  readonly approved?: true;
  /** Labels that it set, perhaps or for certain, and took away. */
  readonly sets?: readonly string[];
  readonly clears?: readonly string[];
  /** The file of the policy that judges it, where there are several. */
  readonly policy?: string;
}
