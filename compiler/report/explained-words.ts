import type { Standing } from '../interpret/histories/standing.js';

/* What an explanation says, in words: on a terminal, on a page and in an editor. */

const MAX_VALUES = 4;
const WIDEST = 60;

/** The first few of the values that a condition was found on, each cut where it is long. */
export function foundText(observed: readonly string[]): string {
  if (observed.length === 0) return 'found no value';
  const shown = observed
    .slice(0, MAX_VALUES)
    .map((value) => (value.length > WIDEST ? `${value.slice(0, WIDEST)}…` : value));
  const more = observed.length - shown.length;
  return `found ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Which labels hold, and how far limits are used up. */
export function standingText({ labels, limits }: Standing): string {
  const of = (key: string | undefined) => (key === undefined ? '' : ` of ${key}`);
  const all = [
    ...labels.map(({ label, key, holds }) => `${label}${of(key)}${holds === 'unknown' ? ' perhaps' : ''}`),
    ...limits.map(({ limit, key, total, max }) => `${limit}${of(key)} ${total} of ${max}`),
  ];
  return all.join(', ') || 'nothing';
}
