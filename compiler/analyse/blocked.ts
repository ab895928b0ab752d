import { atomsOf, pathsOf } from '../ir/atoms.js';
import type { Policy } from '../ir/policy.js';
import { Space } from './calls/space.js';

/** The module may run on any of these. */
const PLATFORMS = ['linux', 'darwin', 'win32'];

/** A gateway asks before it starts: larger policies are not looked at, and their tools stay listed. */
const MAX_RULES = 1000;

/**
 * The capabilities, as their rule sets name them, of which no call can pass or ask, wherever the module runs: each rule
 * that would let one is shadowed by denials. What can't be told is left out, and so is what a root or a home decides.
 */
export function blockedCapabilities(policy: Policy): ReadonlySet<string> {
  if (policy.rules.length > MAX_RULES || !policy.rules.some(({ decision }) => decision === 'deny')) return new Set();
  const everywhere = PLATFORMS.map((platform) => blockedOn(policy, platform));
  const [first = new Set<string>(), ...others] = everywhere;
  return new Set([...first].filter((capability) => others.every((blocked) => blocked.has(capability))));
}

function blockedOn(policy: Policy, platform: string): Set<string> {
  const space = new Space([policy], { platform, home: '/home/someone' });
  const blocked = new Set<string>();
  for (const set of space.sets) {
    const rules = set.rules.map((index) => ({ index, rule: space.rule(index).rule }));
    const paths = rules.flatMap(({ rule }) => atomsOf(rule.when).flatMap(({ atom }) => pathsOf(atom)));
    if (paths.some((path) => !/^(?:\/|\*\*)/.test(path))) continue;
    const denials = rules.filter(({ rule }) => rule.decision === 'deny').map(({ index }) => index);
    const passes = set.rules
      .slice(denials.length)
      .some((index) => space.mayBe(set, { matched: [index], unmatched: denials }) !== false);
    if (!passes) for (const capability of set.capabilities) blocked.add(capability);
  }
  return blocked;
}
