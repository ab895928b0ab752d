import type { Context, Decision, Effects, Environment } from '../../runtime/types.js';
import type { CallFacts, Truth } from '../conditions/condition.js';
import { forbids, isStricter } from '../ir/decision.js';
import type { Limit, Policy, Rule } from '../ir/policy.js';
import { capabilityMatches } from './capability-match.js';
import { type CapabilityUse, methodUses, toolUses, useOf } from './capability-uses.js';
import { Consideration, type Considered } from './consideration.js';
import { effectsOfUses, isBeyond, mergedEffects, resultTruth } from './effects.js';
import { factsOf } from './facts.js';
import { besideOpenCalls } from './histories/open-calls.js';
import { NO_PAST, type Past } from './histories/past.js';
import type { PathWorld } from './paths.js';
import { ANY_SQL } from './statements.js';

/*
 * The reference interpreter: what a policy means, written to be read. It is the oracle for the generated code and
 * shares no function with it.
 */

export interface World {
  readonly context: Context;
  readonly environment: Environment;
  /** What came before the call; absent: nobody knows. */
  readonly past?: Past;
}

/** How one capability use is decided. `rule` is null for the default deny. */
export interface Interpretation {
  readonly decision: Decision;
  readonly reason: string;
  readonly capability: string;
  readonly rule: Rule | null;
  /** The limit that tightened what the rule decides. */
  readonly limit: Limit | null;
  readonly considered: readonly Considered[];
  /** Facts that the decision rests on without knowing them. */
  readonly unknown: readonly string[];
}

/** How a tool call is decided: the strictest of what its capability uses come to, the first of equals. */
export function interpretTool(policy: Policy, tool: string, args: unknown, world: World): Interpretation {
  return interpretUses(policy, usesOfTool(policy, tool, args), tool, world);
}

/** How another request is decided; null where the policy has nothing to say of it, and it leaves nothing behind. */
export function interpretMethod(policy: Policy, method: string, params: unknown, world: World): Interpretation | null {
  const uses = methodUses(policy, method, params);
  if (!uses) return null;
  const interpretation = interpretUses(policy, uses, undefined, world);
  const isUnjudged = interpretation.reason === 'unjudged';
  return isUnjudged && isNothing(effectsOfUses(policy, factsIn(policy, uses, undefined, world)))
    ? null
    : interpretation;
}

/** How a capability is decided as such, with the default facts. */
export function interpretCapability(policy: Policy, capability: string, args: unknown, world: World): Interpretation {
  return interpretUses(policy, [{ use: useOf({ capability }), args }], undefined, world);
}

/** What a tool call leaves behind once it goes on. */
export function interpretEffects(policy: Policy, tool: string, args: unknown, world: World): Effects {
  return mergedEffects(policy, effectsOfUses(policy, factsIn(policy, usesOfTool(policy, tool, args), tool, world)));
}

/** The same for another request. */
export function interpretMethodEffects(policy: Policy, method: string, params: unknown, world: World): Effects {
  const uses = methodUses(policy, method, params) ?? [];
  return mergedEffects(policy, effectsOfUses(policy, factsIn(policy, uses, undefined, world)));
}

/** The same for a capability as such. */
export function interpretCapabilityEffects(policy: Policy, capability: string, args: unknown, world: World): Effects {
  const uses = [{ use: useOf({ capability }), args }];
  return mergedEffects(policy, effectsOfUses(policy, factsIn(policy, uses, undefined, world)));
}

/** Is a result what a mark asks for? A result has nothing but arguments. */
export function interpretResult(policy: Policy, mark: number, result: unknown, { environment }: World): Truth {
  const facts = factsOf(
    { mapping: OF_A_RESULT },
    result,
    undefined,
    {},
    {
      paths: pathWorld(policy, environment),
      sql: policy.sql ?? ANY_SQL,
      now: environment.now?.() ?? Date.now(),
      past: NO_PAST,
    },
  );
  return resultTruth(policy.marks[mark] as Policy['marks'][0], facts, result);
}

const OF_A_RESULT = {
  capability: '',
  paths: [],
  amounts: [],
  text: [],
  urls: [],
  commands: [],
  sql: [],
  recipients: [],
};

/** A capability use, and what it is judged on. */
interface JudgedUse {
  readonly use: CapabilityUse;
  readonly args: unknown;
}

function usesOfTool(policy: Policy, tool: string, args: unknown): JudgedUse[] {
  return toolUses(policy, tool).map((use) => ({ use, args }));
}

/** The facts of each use, in whatever past it is asked about. */
function factsIn(policy: Policy, uses: readonly JudgedUse[], tool: string | undefined, world: World) {
  const { environment, context, past = NO_PAST } = world;
  const now = environment.now?.() ?? Date.now();
  return uses.map(({ use, args }) => ({
    use,
    args,
    past,
    facts: (own: Past = past) =>
      factsOf(use, args, tool, context, {
        paths: pathWorld(policy, environment),
        sql: policy.sql ?? ANY_SQL,
        now,
        past: own,
      }),
  }));
}

function isNothing(effects: readonly Effects[]): boolean {
  return effects.every(({ marks, counts, results }) => marks.length + counts.length + results.length === 0);
}

function interpretUses(
  policy: Policy,
  uses: readonly JudgedUse[],
  tool: string | undefined,
  world: World,
): Interpretation {
  const { past = NO_PAST } = world;
  const all = factsIn(policy, uses, tool, world);
  const effects = effectsOfUses(policy, all);
  const counts = mergedEffects(policy, effects).counts;
  return strictest(
    all.map(({ use, facts }, i) => {
      // What the other uses of the call may mark is open.
      const others = effects.filter((_, other) => other !== i);
      const own = facts(besideOpenCalls(past, policy, others));
      const limits = counts.filter(({ limit }) => effects[i]?.counts.some((count) => count.limit === limit));
      return interpretUse(policy, use, own, world, limits);
    }),
  );
}

function strictest(interpretations: readonly Interpretation[]): Interpretation {
  const [first, ...others] = interpretations as [Interpretation, ...Interpretation[]];
  return others.reduce((best, next) => (isStricter(next.decision, best.decision) ? next : best), first);
}

function interpretUse(
  policy: Policy,
  use: CapabilityUse,
  facts: CallFacts,
  { context, past = NO_PAST }: World,
  counts: Effects['counts'],
): Interpretation {
  const considered = rulesFor(policy, use.parts).map((rule) => new Consideration(rule, facts));
  const capability = use.mapping.capability;
  const hit = considered.find((candidate) => candidate.matches);
  const verdict = hit ? tighten(policy, hit.rule, use, context) : byDefault(use);
  return {
    limit: null,
    ...limited(policy, verdict, counts, past),
    capability,
    rule: hit?.rule ?? null,
    considered,
    /** For the default deny: what kept the rules from matching that would have let the call pass. */
    get unknown() {
      const resting = hit ? [hit] : considered.filter(({ rule }) => !forbids(rule.decision));
      return unknownFacts(resting.filter(({ truth }) => truth === 'unknown'));
    },
  };
}

interface Judgment {
  readonly decision: Decision;
  readonly reason: string;
  readonly limit?: Limit | null;
}

/** Where no rule matches. */
function byDefault({ unmapped, isRequest }: CapabilityUse): Judgment {
  if (isRequest) return { decision: 'allow', reason: 'unjudged' };
  return { decision: 'deny', reason: unmapped ? 'unmapped_tool' : 'policy_default_deny' };
}

/** A limit that is exceeded tightens what rules other than a denial decide, the strictest first, the first of equals. */
function limited(policy: Policy, verdict: Judgment, counts: Effects['counts'], past: Past): Judgment {
  const exceeded = counts
    .filter((count) => isBeyond(policy, count, past))
    .map(({ limit }) => policy.limits[limit] as Policy['limits'][0]);
  return exceeded.reduce(
    (best: Judgment, limit) =>
      isStricter(limit.over, best.decision) ? { decision: limit.over, reason: limit.reason, limit } : best,
    verdict,
  );
}

function unknownFacts(considered: readonly Considered[]): string[] {
  const facts = considered.flatMap(({ conditions }) => conditions.filter(({ value }) => value === 'unknown'));
  return [...new Set(facts.map(({ fact }) => fact))];
}

/** A risk level may only tighten or mark what a rule other than a deny decides. */
function tighten(policy: Policy, rule: Rule, use: CapabilityUse, context: Context): Judgment {
  const given = context['risk_level'];
  const level = use.mapping.risk ?? (given === undefined ? 'unrated' : String(given));
  const action = Object.entries(policy.riskLevels).find(([name]) => name === level)?.[1];
  return action && isStricter(action, rule.decision)
    ? { decision: action, reason: `risk_level_${level}` }
    : { decision: rule.decision, reason: rule.reason };
}

const byCapability = new WeakMap<Policy, Map<string, readonly Rule[]>>();
const MAX_CAPABILITIES = 1000;

/** The rules that speak of a capability, in the order of precedence. */
function rulesFor(policy: Policy, parts: CapabilityUse['parts']): readonly Rule[] {
  const known = byCapability.get(policy) ?? new Map<string, readonly Rule[]>();
  byCapability.set(policy, known);
  const key = JSON.stringify(parts);
  const rules = known.get(key) ?? policy.rules.filter((rule) => capabilityMatches(rule.capability, parts));
  if (known.size < MAX_CAPABILITIES) known.set(key, rules);
  return rules;
}

const worlds = new WeakMap<Environment, Map<Policy['pathCase'], PathWorld>>();

/** How paths are read under a policy on a machine: the same object for the same machine. */
export function pathWorld({ pathCase }: Pick<Policy, 'pathCase'>, environment: Environment): PathWorld {
  const known = worlds.get(environment) ?? new Map<Policy['pathCase'], PathWorld>();
  worlds.set(environment, known);
  const platform = environment.platform ?? process.platform;
  const platformFolds = platform === 'win32' || platform === 'darwin';
  const world = known.get(pathCase) ?? {
    roots: environment.roots ?? [],
    home: environment.home,
    windows: platform === 'win32',
    mac: platform === 'darwin',
    hasUnknownRoots: environment.hasUnknownRoots ?? false,
    foldCase: pathCase === 'platform' ? platformFolds : pathCase === 'insensitive',
  };
  known.set(pathCase, world);
  return world;
}
