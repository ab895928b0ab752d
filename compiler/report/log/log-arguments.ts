import { memberText } from '../../../runtime/wire/members.js';
import { renderArguments } from '../arguments.js';
import type { Style } from '../style.js';

/** Does this record speak of a call with arguments? */
export function isCall({ kind }: Record<string, unknown>): boolean {
  return kind === 'call';
}

/** What a call asked for, below its line: as it is stored, where it is. */
export function argumentLines(record: Record<string, unknown>, style: Style): string[] {
  const { payload, payload_base64: base64, payload_withheld: withheld, redacted } = record;
  if (typeof payload !== 'string') {
    const why =
      withheld === true
        ? 'withheld: it may hold a secret anywhere'
        : typeof base64 === 'string'
          ? 'not UTF-8: capfence logs --json has it in base64'
          : 'not stored: the gateway ran without --audit-payloads';
    return [style.dim(`    ${why}`)];
  }
  const text = memberText(payload, ['params', 'arguments']) ?? memberText(payload, ['params']);
  const lines = text === undefined ? [payload] : renderArguments(text, style);
  return [...lines, ...(redacted === true ? [style.dim('masked where --redact says')] : [])].map(
    (line) => `    ${line}`,
  );
}
