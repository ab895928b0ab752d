import type { CapabilityPattern, Expression } from '../../ir/policy.js';

/** A mark, a limit or a promise. */
interface Said {
  readonly capability: CapabilityPattern;
  readonly when: Expression;
}

/** What it says, whatever it is called and wherever it stands. */
export function meaningOf<T extends Said>(one: T): string {
  const { id, key, description, ...said } = one as Said & Readonly<Record<string, unknown>>;
  const { parts } = one.capability;
  return JSON.stringify({ ...said, capability: parts }, (name, value) => (name === 'place' ? undefined : value));
}
