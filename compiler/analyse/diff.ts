import type { Decision, Environment } from '../../runtime/decide/types.js';
import type { RuleGroup } from '../emit/rule-sets.js';
import { isStricter } from '../ir/decision.js';
import type { Expression, Policy, Rule } from '../ir/policy.js';
import { DEFAULT_SECONDS, isSpent, within } from './budget.js';
import type { Witness } from './call.js';
import { CrossCheck } from './cross-check.js';
import { decisionAt, type LevelClass, levelClasses } from './level.js';
import { regionText } from './region-text.js';
import { Space } from './space.js';
import { changedMappings } from './tool-diff.js';
import { environmentOf } from './world.js';

/** Calls whose verdict changes in one way, for one reason. */
export interface VerdictChange {
  readonly from: Decision;
  readonly to: Decision;
  readonly capability: string;
  /** Which calls, for people. */
  readonly region: string;
  readonly witness: Witness;
  /** The rules that decide them; null: the default deny, or a request that is not judged. */
  readonly before: Rule | null;
  readonly after: Rule | null;
}

/** What a new policy changes. */
export interface PolicyDiff {
  readonly changes: readonly VerdictChange[];
  /** A setting that changes what is done with verdicts. */
  readonly settings: readonly {
    readonly setting: string;
    readonly from: string;
    readonly to: string;
    readonly widens: boolean;
  }[];
  /** What could not be told: then nothing is called equivalent. */
  readonly notAnalysed: readonly string[];
}

export interface ComparisonOptions {
  readonly environment?: Environment;
  readonly progress?: (step: string, done: number, total: number) => void;
  /** Seconds after which the analysis stops, and says so. Default: 60. */
  readonly budget?: number;
}

/** Every way in which calls are decided otherwise by the second policy. */
export function diffPolicies(before: Policy, after: Policy, options: ComparisonOptions = {}): PolicyDiff {
  const environment = environmentOf(options.environment ?? {});
  const crossChecks = { before: new CrossCheck(before, environment), after: new CrossCheck(after, environment) };
  const { budget = DEFAULT_SECONDS, progress = () => {} } = options;
  return within(budget, () => {
    const rules = ruleChanges(before, after, crossChecks, environment, progress);
    const mappings = changedMappings(before, after, crossChecks, environment);
    const open = [...rules.notAnalysed, ...mappings.notAnalysed];
    return {
      changes: [...rules.changes, ...mappings.changes],
      settings: changedSettings(before, after),
      notAnalysed: isSpent() ? [`what was left after ${budget} seconds`] : open,
    };
  });
}

function changedSettings(before: Policy, after: Policy): PolicyDiff['settings'] {
  const settings: PolicyDiff['settings'][number][] = [];
  if (before.mode !== after.mode) {
    const widens = after.mode === 'observe';
    settings.push({ setting: 'enforcement_mode', from: before.mode, to: after.mode, widens });
  }
  const [from, to] = [before, after].map(({ approvalTimeoutSeconds }) => approvalTimeoutSeconds) as [number, number];
  // What was approved may be used for longer.
  if (from !== to) {
    settings.push({ setting: 'approval_timeout_seconds', from: String(from), to: String(to), widens: to > from });
  }
  return settings;
}

export interface Judges {
  readonly before: CrossCheck;
  readonly after: CrossCheck;
}

type Part = Pick<PolicyDiff, 'changes' | 'notAnalysed'>;

function ruleChanges(
  before: Policy,
  after: Policy,
  crossChecks: Judges,
  environment: Environment,
  progress: NonNullable<ComparisonOptions['progress']>,
): Part {
  const space = new Space([before, after], environment);
  const classes = levelClasses([before, after]);
  const sameLevels =
    JSON.stringify(Object.entries(before.riskLevels).sort()) ===
    JSON.stringify(Object.entries(after.riskLevels).sort());
  const sameCase = before.pathCase === after.pathCase;
  const changes = new Map<string, VerdictChange>();
  const notAnalysed = new Set<string>();
  space.sets.forEach((set, i) => {
    progress('capabilities', i, space.sets.length);
    const own = set.rules.filter((index) => index < before.rules.length);
    const others = set.rules.filter((index) => index >= before.rules.length);
    const pairs = pairsThatDiffer(space, own, others, sameLevels && sameCase);
    for (const level of classes) {
      for (const pair of pairs) if (!isSpent()) tryPair(set, own, others, pair, level);
    }
  });
  return { changes: [...changes.values()], notAnalysed: [...notAnalysed] };

  /** Looks for calls that the one rule decides before and the other after; undefined: the default. */
  function tryPair(
    set: RuleGroup,
    own: readonly number[],
    others: readonly number[],
    [old, next]: Pair,
    level: LevelClass,
  ): void {
    const ruleBefore = old === undefined ? null : space.rule(old).rule;
    const ruleAfter = next === undefined ? null : space.rule(next).rule;
    const from = decisionAt(before, ruleBefore, level.level);
    const to = decisionAt(after, ruleAfter, level.level);
    const key = `${old} ${next} ${from} ${to}`;
    if (from === to || changes.has(key)) return;
    const matched = [old, next].filter((index) => index !== undefined);
    const unmatched = [
      ...own.filter((index) => old === undefined || index < old),
      ...others.filter((index) => next === undefined || index < next),
    ];
    const besides = level.condition ? [level.condition] : [];
    const found = space.find(set, { matched, unmatched, besides }, (witness) => {
      const was = crossChecks.before.decide(witness);
      const is = crossChecks.after.decide(witness);
      return was?.decision === from && is?.decision === to && was.rule === ruleBefore && is.rule === ruleAfter;
    });
    if (found === 'none') return;
    if (typeof found === 'string') {
      const names = [ruleBefore, ruleAfter].map((rule) => rule?.id ?? 'the default').join(' and ');
      notAnalysed.add(`whether calls of ${set.capability} change from ${from} to ${to} between ${names}`);
      return;
    }
    const exceptions = unmatched.filter(
      (index) => space.mayBe(set, { matched: [...matched, index], besides, singleKnown: true }) !== false,
    );
    changes.set(key, {
      from,
      to,
      capability: narrower(ruleBefore, ruleAfter) ?? set.capability,
      region: regionText(
        narrowest(space, set, matched).map((index) => space.rule(index).rule),
        exceptions.map((index) => space.rule(index).rule),
      ),
      witness: found.witness,
      before: ruleBefore,
      after: ruleAfter,
    });
  }
}

/** Of two rules that meet, the one that lies within the other says it all. */
function narrowest(space: Space, set: RuleGroup, rules: readonly number[]): readonly number[] {
  const [a, b] = rules;
  if (a === undefined || b === undefined) return rules;
  const isWithin = (inner: number, outer: number) =>
    space.mayBe(set, { matched: [inner], falsified: [outer], singleKnown: true }) === false;
  if (isWithin(b, a)) return [b];
  return isWithin(a, b) ? [a] : rules;
}

type Pair = readonly [old: number | undefined, next: number | undefined];

/**
 * The pairs of deciding rules between which a verdict can change. A call is only decided more loosely if the rule that
 * was the strictest to match is gone, and only more strictly if the one that now is has come: rules that stand in both
 * policies change nothing between them.
 *
 * @param sameReading Both policies read levels and paths alike.
 */
function pairsThatDiffer(
  space: Space,
  own: readonly number[],
  others: readonly number[],
  sameReading: boolean,
): Pair[] {
  const keys = (indices: readonly number[]) => new Set(indices.map((index) => meaning(space.rule(index).rule)));
  const kept = sameReading
    ? { own: keys(others), others: keys(own) }
    : { own: new Set<string>(), others: new Set<string>() };
  const gone = own.filter((index) => !kept.own.has(meaning(space.rule(index).rule)));
  const come = others.filter((index) => !kept.others.has(meaning(space.rule(index).rule)));
  const decision = (index: number | undefined) => (index === undefined ? 'deny' : space.rule(index).rule.decision);
  const pairs: Pair[] = [];
  for (const old of gone) {
    for (const next of [...others, undefined]) {
      const looser = isStricter(decision(old), decision(next));
      if (!sameReading || looser || (next === undefined && decision(old) !== 'deny')) pairs.push([old, next]);
    }
  }
  for (const next of come) {
    for (const old of [...own, undefined]) {
      const stricter = isStricter(decision(next), decision(old));
      if (!sameReading || stricter || (old === undefined && decision(next) !== 'deny')) pairs.push([old, next]);
    }
  }
  return [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
}

/** What a rule says, whatever it is called and wherever it stands. */
function meaning({ decision, capability, when }: Rule): string {
  return JSON.stringify([decision, capability.parts, normal(when)]);
}

function normal(expression: Expression): unknown {
  switch (expression.kind) {
    case 'atom':
      return [expression.atom.key, expression.atom.data];
    case 'not':
      return ['not', normal(expression.of)];
    default:
      return [expression.kind, ...expression.of.map((part) => JSON.stringify(normal(part))).sort()];
  }
}

/** The capabilities that both patterns match. */
function narrower(a: Rule | null, b: Rule | null): string | undefined {
  if (!a || !b) return (a ?? b)?.capability.text;
  const parts = a.capability.parts.map((part, i) => (part === '*' ? b.capability.parts[i] : part));
  return parts.join('.').replace(/(?:\.\*)+$/, '');
}
