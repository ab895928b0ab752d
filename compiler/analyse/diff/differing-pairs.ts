import { isStricter } from '../../ir/decision.js';
import type { Expression, Rule } from '../../ir/policy.js';
import type { Space } from '../calls/space.js';

/** The rules that decide before and after, by their index in the space; undefined: the default deny. */
export type Pair = readonly [old: number | undefined, next: number | undefined];

/**
 * The pairs of deciding rules between which a verdict can change. A call is only decided more loosely if the rule that
 * was the strictest to match is gone, and only more strictly if the one that now is has come: rules that stand in both
 * policies change nothing between them.
 *
 * @param sameReading Both policies read levels and paths alike.
 */
export function differingPairs(
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
