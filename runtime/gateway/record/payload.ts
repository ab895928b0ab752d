import type { Redactor } from '../../audit/redact.js';
import { sha256 } from '../../text/sha256.js';

/** What a record says of the line it is about. @internal */
export interface Payload {
  /** SHA-256, hexadecimal, over the line exactly as it came, without its newline. */
  readonly hash: string;
  readonly size: number;
  /** The line itself, where it is to be kept. */
  readonly line: Buffer | undefined;
  /** Its text, once it is known to mean the same to every reader: what is not, or is refused, may hide a secret anywhere. */
  plain: string | undefined;
}

/** @param keep Keep the line as well as its hash. */
export function payloadOf(line: Buffer, keep: boolean): Payload {
  return { hash: sha256(line), size: line.length, line: keep ? line : undefined, plain: undefined };
}

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
