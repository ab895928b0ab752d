import type { RecordBody, RecordTemplate } from '../../audit/record.js';
import type { AuditLog } from '../../audit/segment.js';

/**
 * The records of one turn of the event loop: they are written together, and what they are about happens only if that
 * succeeds. A person is told once when recording fails, and once when it works again.
 *
 * @internal
 */
export class GroupCommit {
  /** Counts attempts to write. What is appended is written, or lost, by the attempt of this number. */
  private attempt = 0;
  /** The last attempt in which something was lost. */
  private lost = -1;
  private failure: Error | null = null;
  private isDown = false;

  constructor(
    private readonly audit: AuditLog,
    private readonly tell: (line: string) => void,
  ) {}

  /** To be taken before the first record that `commit` is asked about. */
  get mark(): number {
    return this.attempt;
  }

  /** @returns the record's id; an empty one where the turn is already lost. */
  append(body: RecordBody, id?: string): string {
    return this.appendTo(this.audit.template(body, []), [], id);
  }

  /** As `AuditLog.newId`. */
  newId(): string {
    return this.audit.newId();
  }

  /** As `AuditLog.template`. */
  template(body: RecordBody, varying: readonly string[]): RecordTemplate {
    return this.audit.template(body, varying);
  }

  /** As `append`, with a template. */
  appendTo(template: RecordTemplate, values: readonly string[], id?: string): string {
    try {
      return this.audit.appendTo(template, values, false, id);
    } catch (error) {
      this.failure = error as Error;
      return '';
    }
  }

  /**
   * Writes what was appended.
   *
   * @param since The mark before the first record in question: others may have tried to write it meanwhile.
   * @returns false where any record since then could not be written.
   */
  commit(since: number): boolean {
    try {
      this.audit.flush();
    } catch (error) {
      this.failure ??= error as Error;
    }
    const { failure } = this;
    this.failure = null;
    if (failure) this.lost = this.attempt;
    this.attempt++;
    if (failure && !this.isDown) {
      this.tell(`the audit log can't be written (${failure.message}): calls are denied until it can`);
    }
    if (!failure && this.isDown) this.tell('the audit log can be written again');
    this.isDown = failure !== null;
    return this.lost < since;
  }
}
