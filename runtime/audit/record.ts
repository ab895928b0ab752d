import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical.js';

/** The parts of a record that its kind decides. All members are JSON; absent ones are not written. */
export type RecordBody = Readonly<Record<string, unknown>> & {
  readonly kind: 'header' | 'call' | 'refused' | 'approval' | 'footer';
};

/** A record as it stands in a segment. */
export interface AuditRecord {
  readonly v: 1;
  readonly kind: RecordBody['kind'];
  readonly id: string;
  readonly segment: string;
  /** Counts from 0 (the header). */
  readonly seq: number;
  /** UTC, milliseconds. */
  readonly time: string;
  readonly agent: string;
  /** Hash of the record before; 64 zeros, or the last hash of the segment that this one follows. */
  readonly prev: string;
  readonly hash: string;
  readonly [member: string]: unknown;
}

export const NO_PREVIOUS = '0'.repeat(64);

/** SHA-256, hexadecimal, over the record's canonical JSON without `hash` and `sig`. */
export function recordHash(record: Readonly<Record<string, unknown>>): string {
  const { hash: _hash, sig: _sig, ...content } = record;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
