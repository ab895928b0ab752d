import type { Context, Decision, Environment } from '../../runtime/types.js';
import type { CallFacts, Truth } from '../conditions/condition.js';
import { conditionOf } from '../conditions/index.js';
import { and, not, or } from '../conditions/truth.js';
import { forbids, isStricter, modeOf } from '../ir/decision.js';
import { conditionsOf } from '../ir/implied.js';
import type { CapabilityPattern, Expression, Policy, Rule } from '../ir/policy.js';
import { type CapabilityUse, methodUses, toolUses, useOf } from './capability-uses.js';
import { factsOf } from './facts.js';
import type { PathWorld } from './paths.js';
import { ANY_SQL } from './statements.js';

/*
 * The reference interpreter: what a policy means, written to be read. It is the oracle for the generated code and
 * shares no function with it.
 */

export interface World {
  readonly context: Context;
  readonly environment: Environment;
}

/** A rule whose capability matches the capability use, and how it fared. */
export interface Considered {
  readonly rule: Rule;
  readonly truth: Truth;
  readonly matches: boolean;
  readonly conditions: readonly ConsideredCondition[];
}

export interface ConsideredCondition {
  readonly key: string;
  readonly fact: string;
  readonly text: string;
  readonly value: Truth;
  /** The values it ranged over, as a person would write them. */
  readonly observed: readonly string[];
}

/** How one capability use is decided. `rule` is null for the default deny. */
export interface Interpretation {
  readonly decision: Decision;
  readonly reason: string;
  readonly capability: string;
  readonly rule: Rule | null;
  readonly considered: readonly Considered[];
  /** Facts that the decision rests on without knowing them. */
  readonly unknown: readonly string[];
}

/** How a tool call is decided: the strictest of what its capability uses come to, the first of equals. */
export function interpretTool(policy: Policy, tool: string, args: unknown, world: World): Interpretation {
  return strictest(toolUses(policy, tool).map((use) => interpretUse(policy, use, tool, args, world)));
}

/** How another request is decided; null where the policy has nothing to say of it. */
export function interpretMethod(policy: Policy, method: string, params: unknown, world: World): Interpretation | null {
  const call = methodUses(policy, method, params);
  return call && strictest(call.uses.map((use) => interpretUse(policy, use, undefined, call.args, world)));
}

/** How a capability is decided as such, with the default facts. */
export function interpretCapability(policy: Policy, capability: string, args: unknown, world: World): Interpretation {
  return interpretUse(policy, useOf({ capability }), undefined, args, world);
}

function strictest(interpretations: readonly Interpretation[]): Interpretation {
  const [first, ...others] = interpretations as [Interpretation, ...Interpretation[]];
  return others.reduce((best, next) => (isStricter(next.decision, best.decision) ? next : best), first);
}

function interpretUse(
  policy: Policy,
  use: CapabilityUse,
  tool: string | undefined,
  args: unknown,
  world: World,
): Interpretation {
  const { environment } = world;
  const facts = factsOf(use, args, tool, world.context, {
    paths: pathWorld(policy, environment),
    sql: policy.sql ?? ANY_SQL,
    now: environment.now?.() ?? Date.now(),
  });
  const considered = rulesFor(policy, use.parts).map((rule) => new Consideration(rule, facts));
  const capability = use.mapping.capability;
  const hit = considered.find((candidate) => candidate.matches);
  const verdict = hit
    ? tighten(policy, hit.rule, use, world.context)
    : ({ decision: 'deny', reason: use.unmapped ? 'unmapped_tool' : 'policy_default_deny' } as const);
  return {
    ...verdict,
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

function unknownFacts(considered: readonly Considered[]): string[] {
  const facts = considered.flatMap(({ conditions }) => conditions.filter(({ value }) => value === 'unknown'));
  return [...new Set(facts.map(({ fact }) => fact))];
}

/** A risk level may only tighten or mark what a rule other than a deny decides. */
function tighten(
  policy: Policy,
  rule: Rule,
  use: CapabilityUse,
  context: Context,
): { decision: Decision; reason: string } {
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

/** Does a rule of this capability speak of a call's? */
export function capabilityMatches(pattern: CapabilityPattern, parts: readonly string[]): boolean {
  return pattern.parts.every((part, i) => part === '*' || part === parts[i]);
}

/** How one rule fares with the facts of a capability use. */
class Consideration implements Considered {
  readonly truth: Truth;
  readonly matches: boolean;

  constructor(
    readonly rule: Rule,
    private readonly facts: CallFacts,
  ) {
    this.truth = this.evaluate(conditionsOf(rule), false);
    this.matches = forbids(rule.decision) ? this.truth !== 'false' : this.truth === 'true';
  }

  /** Worked out when somebody asks why. */
  get conditions(): ConsideredCondition[] {
    return this.atoms(conditionsOf(this.rule), false);
  }

  /** Negation is pushed down to each condition before that ranges over its values. */
  private evaluate(expression: Expression, negated: boolean): Truth {
    switch (expression.kind) {
      case 'not':
        return this.evaluate(expression.of, !negated);
      case 'all':
      case 'any': {
        const truths = expression.of.map((part) => this.evaluate(part, negated));
        return (expression.kind === 'all') === negated ? or(truths) : and(truths);
      }
      case 'atom': {
        const { key, data } = expression.atom;
        const condition = conditionOf(key);
        const perValue = condition.evaluate(data, this.facts, modeOf(condition, this.rule.decision, negated));
        return this.overValues(negated ? perValue.map(not) : perValue);
      }
    }
  }

  private atoms(expression: Expression, negated: boolean): ConsideredCondition[] {
    if (expression.kind === 'not') return this.atoms(expression.of, !negated);
    if (expression.kind !== 'atom') return expression.of.flatMap((part) => this.atoms(part, negated));
    const { key, data } = expression.atom;
    const condition = conditionOf(key);
    return [
      {
        key,
        fact: condition.fact(data),
        text: `${negated ? 'not ' : ''}${condition.describe(data)}`,
        value: this.evaluate(expression, negated),
        observed: condition.observe(data, this.facts, modeOf(condition, this.rule.decision, negated)),
      },
    ];
  }

  /** Any forbids, all permits. Without a value a condition is false, negated or not. */
  private overValues(truths: readonly Truth[]): Truth {
    if (truths.length === 0) return 'false';
    return forbids(this.rule.decision) ? or(truths) : and(truths);
  }
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
