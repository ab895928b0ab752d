import type { Decision, Mapping } from '../../../runtime/types.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import type { CapabilityUse } from '../../interpret/capability-uses.js';
import { pathWorld } from '../../interpret/interpret.js';
import { isStricter } from '../../ir/decision.js';
import type { Policy, Rule, SqlSettings } from '../../ir/policy.js';
import { analysedRule, type Matcher, RegionCache } from '../regions/formula.js';
import { decisionAt } from '../regions/level.js';
import { Regions } from '../regions/regions.js';
import type { MappingFacts } from './mapping-facts.js';
import type { PolicyPair } from './policy-pair.js';

/** One way a call comes to its verdict: by which rules of which mappings, and which do not match. */
export interface Route {
  readonly decision: Decision;
  readonly rule: Rule | null;
  readonly capability: string;
  readonly matched: readonly Matcher[];
  readonly unmatched: readonly Matcher[];
}

/** More combinations of rules than this are not looked at. */
export const MAX_ROUTES = 3000;

/** The ways in which one of the two policies comes to its verdicts on a call. */
export class Router {
  constructor(
    private readonly policy: Policy,
    private readonly environment: PolicyPair['environment'],
    private readonly facts: MappingFacts,
  ) {}

  /**
   * Every way to a verdict: the strictest of what the mappings come to, the first of equals.
   *
   * @param uses null where the call is not judged.
   * @param level The risk level that the context gives.
   */
  routes(uses: readonly CapabilityUse[] | null, level: string | undefined): Route[] {
    if (!uses) return [{ decision: 'allow', rule: null, capability: '', matched: [], unmatched: [] }];
    let combined: Route[] = [];
    uses.forEach(({ mapping, parts }, i) => {
      const own = this.ownRoutes(mapping, parts, level);
      const all = i === 0 ? own : combined.flatMap((first) => own.map((second) => together(first, second)));
      combined = all.slice(0, MAX_ROUTES + 1);
    });
    return combined;
  }

  private ownRoutes(mapping: Mapping, parts: CapabilityUse['parts'], level: string | undefined): Route[] {
    const { policy } = this;
    const regions = new RegionCache(
      new Regions(pathWorld(policy, this.environment), mapping.tree ?? false, sqlOf(policy, mapping.dialect)),
    );
    const place = this.facts.placeOf(mapping);
    const rules = policy.rules
      .filter((rule) => capabilityMatches(rule.capability, parts))
      .map((rule) => analysedRule(rule, regions, place));
    return [...rules, undefined].map((hit, i) => ({
      // A mapping's own risk comes before the context's.
      decision: decisionAt(policy, hit?.rule ?? null, mapping.risk ?? level),
      rule: hit?.rule ?? null,
      capability: mapping.capability,
      matched: hit ? [hit] : [],
      unmatched: rules.slice(0, i),
    }));
  }
}

function together(first: Route, second: Route): Route {
  const { decision, rule, capability } = isStricter(second.decision, first.decision) ? second : first;
  return {
    decision,
    rule,
    capability,
    matched: [...first.matched, ...second.matched],
    unmatched: [...first.unmatched, ...second.unmatched],
  };
}

/** How the SQL of one mapping is read. */
function sqlOf({ sql }: Policy, dialects: Mapping['dialect']): SqlSettings | undefined {
  return dialects ? { dialects, functions: sql?.functions ?? [] } : sql;
}
