import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.js';

/** The parts of a record that its kind decides. All members are JSON; absent ones are not written. */
export type RecordBody = Readonly<Record<string, unknown>> & {
  readonly kind: 'header' | 'call' | 'refused' | 'approval' | 'footer';
};

export const NO_PREVIOUS = '0'.repeat(64);

/** SHA-256, hexadecimal, over the record's canonical JSON without `hash` and `sig`. */
export function recordHash(record: Readonly<Record<string, unknown>>): string {
  const { hash: _hash, sig: _sig, ...content } = record;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
