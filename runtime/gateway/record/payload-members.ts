import type { Redactor } from '../../audit/redact.js';
import type { Payload } from '../read/arrival.js';

/** The members of a record that say what came. */
export function payloadMembers({ hash, size, line, plain }: Payload, redactor: Redactor | null, isRefused: boolean) {
  const members = { payload_sha256: hash, payload_bytes: size };
  if (line === undefined) return members;
  if (redactor !== null) {
    if (plain === undefined || isRefused) return { ...members, payload_withheld: true };
    const masked = redactor.message(plain);
    return { ...members, payload: masked, ...(masked !== plain && { redacted: true }) };
  }
  const text = line.toString('utf8');
  return Buffer.from(text).equals(line)
    ? { ...members, payload: text }
    : { ...members, payload_base64: line.toString('base64') };
}
