import type { RecordBody, RecordTemplate } from '../audit/record.js';
import type { AuditLog } from '../audit/segment.js';

/**
 * The records of one turn of the event loop: they are written together, and what they are about happens only if that
 * succeeds. A person is told once when recording fails, and once when it works again.
 *
 * @internal
 */
export class TurnLog {
  private failure: Error | null = null;
  private isDown = false;

  constructor(
    private readonly audit: AuditLog,
    private readonly tell: (line: string) => void,
  ) {}

  /** @returns the record's id; an empty one where the turn is already lost. */
  append(body: RecordBody): string {
    return this.appendTo(this.audit.template(body, []), []);
  }

  /** As `AuditLog.template`. */
  template(body: RecordBody, varying: readonly string[]): RecordTemplate {
    return this.audit.template(body, varying);
  }

  /** As `append`, with a template. */
  appendTo(template: RecordTemplate, values: readonly string[]): string {
    try {
      return this.audit.appendTo(template, values);
    } catch (error) {
      this.failure = error as Error;
      return '';
    }
  }

  /** Writes the turn's records. @returns false where any of them could not be written. */
  commit(): boolean {
    try {
      this.audit.flush();
    } catch (error) {
      this.failure ??= error as Error;
    }
    const { failure } = this;
    this.failure = null;
    if (failure && !this.isDown) {
      this.tell(`the audit log can't be written (${failure.message}): calls are denied until it can`);
    }
    if (!failure && this.isDown) this.tell('the audit log can be written again');
    this.isDown = failure !== null;
    return failure === null;
  }
}
