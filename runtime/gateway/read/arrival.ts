import { sha256 } from '../../text/sha256.js';
import type { Line } from '../../wire/lines.js';

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

/** A line with what its records say of it. @internal */
export interface Arrival {
  readonly payload: Payload;
  /** As `performance.now`. */
  readonly started: number;
}

/** @param keep Keep the line as well as its hash. */
export function arrivalOf(line: Line, keep: boolean): Arrival {
  const { bytes } = line;
  const payload =
    bytes === null
      ? { hash: line.sha256, size: line.length, line: undefined, plain: undefined }
      : { hash: sha256(bytes), size: bytes.length, line: keep ? bytes : undefined, plain: undefined };
  return { payload, started: performance.now() };
}
