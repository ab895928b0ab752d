import { sha256 as sha256Of } from '../data/sha256.js';

/** What a record says of the line it is about. */
export interface Payload {
  /** SHA-256, hexadecimal, over the line exactly as it came, without its newline. */
  readonly sha256: string;
  readonly bytes: number;
  /** The line itself, where it is to be kept. */
  readonly stored?: { readonly payload: string } | { readonly payload_base64: string };
}

/** @param keep Keep the line as well as its hash. */
export function payloadOf(line: Buffer, keep: boolean): Payload {
  const sha256 = sha256Of(line);
  return keep ? { sha256, bytes: line.length, stored: stored(line) } : { sha256, bytes: line.length };
}

function stored(line: Buffer): NonNullable<Payload['stored']> {
  const text = line.toString('utf8');
  return Buffer.from(text).equals(line) ? { payload: text } : { payload_base64: line.toString('base64') };
}
