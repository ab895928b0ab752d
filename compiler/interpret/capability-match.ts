import type { CapabilityPattern } from '../ir/policy.js';

/** Does a rule, a mark or a limit of this capability speak of a call's? */
export function capabilityMatches(pattern: CapabilityPattern, parts: readonly string[]): boolean {
  return pattern.parts.every((part, i) => part === '*' || part === parts[i]);
}
