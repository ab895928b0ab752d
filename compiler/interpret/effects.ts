import type { CountEffect, Effects, MarkEffect } from '../../runtime/types.js';
import type { CallFacts, Truth } from '../conditions/condition.js';
import { plainNumber } from '../conditions/number.js';
import { detectorsOf } from '../conditions/secret.js';
import { secretsInResult } from '../conditions/secrets-in-text.js';
import { asWritten } from '../ir/implied.js';
import type { Expression, Limit, Mark, Policy, Rule } from '../ir/policy.js';
import { capabilityMatches } from './capability-match.js';
import type { CapabilityUse } from './capability-uses.js';
import { Consideration } from './consideration.js';
import { sumOfDecimals } from './histories/decimals.js';
import { besideOpenCalls } from './histories/open-calls.js';
import type { Past } from './histories/past.js';
import { keysAt, valuesAt } from './keys.js';

/** A capability use of a call, with its facts in any past. */
export interface UseInPast {
  readonly use: CapabilityUse;
  readonly args: unknown;
  readonly past: Past;
  readonly facts: (past?: Past) => CallFacts;
}

export const NOTHING_LEFT: Effects = { marks: [], counts: [], results: [] };

/**
 * What each use leaves behind. Where a mark asks for a label that another use may set, that is open; more that is open only
 * makes more possible, until nothing is added any more.
 */
export function effectsOfUses(policy: Policy, uses: readonly UseInPast[]): readonly Effects[] {
  let found: readonly Effects[] = uses.map(() => NOTHING_LEFT);
  for (let round = 0; round <= policy.marks.length + 1; round++) {
    const before = found;
    found = uses.map((one, i) => {
      const others = before.filter((_, other) => other !== i);
      return effectsOfUse(policy, one, one.facts(besideOpenCalls(one.past, policy, others)));
    });
  }
  return found;
}

function effectsOfUse(policy: Policy, { use, args }: UseInPast, facts: CallFacts): Effects {
  const marks = policy.marks.flatMap((mark, i) => markEffect(mark, i, use, args, facts));
  const counts = policy.limits.flatMap((limit, i) => countEffect(limit, i, use, args, facts));
  const results = policy.results.flatMap(({ capability, when }, i) =>
    capabilityMatches(capability, use.parts) && holds(when, 'deny', facts) ? [i] : [],
  );
  return { marks, counts, results };
}

/** Asked both ways: as a deny rule asks, it may; as an allow rule does, it must. */
function markEffect(mark: Mark, index: number, use: CapabilityUse, args: unknown, facts: CallFacts): MarkEffect[] {
  if (!capabilityMatches(mark.capability, use.parts) || !holds(mark.when, 'deny', facts)) return [];
  const must = holds(mark.when, 'allow', facts);
  if (mark.by === undefined) return [{ mark: index, must }];
  const keys = keysAt(args, mark.by);
  return keys.length > 0 ? [{ mark: index, must, keys }] : [];
}

function countEffect(limit: Limit, index: number, use: CapabilityUse, args: unknown, facts: CallFacts): CountEffect[] {
  if (!capabilityMatches(limit.capability, use.parts) || !holds(limit.when, 'deny', facts)) return [];
  const amount = amountOf(limit, use, args, facts);
  if (limit.by === undefined) return [{ limit: index, amount }];
  const keys = keysAt(args, limit.by);
  return keys.length > 0 ? [{ limit: index, amount, keys }] : [];
}

/** A rule's text for one that only asks. */
const ASKING = { id: '', reason: '', capability: { text: '*', parts: ['*', '*', '*'] as const } };

const rules = new WeakMap<Expression, Map<Rule['decision'], Rule>>();

/** Would a rule of this decision match, if these were its conditions? */
export function holds(when: Expression, decision: 'deny' | 'allow', facts: CallFacts): boolean {
  const known = rules.get(when) ?? new Map<Rule['decision'], Rule>();
  rules.set(when, known);
  const rule = known.get(decision) ?? { ...ASKING, decision, when, place: undefined as never };
  known.set(decision, rule);
  return new Consideration(rule, facts).matches;
}

/** Is a result what a mark asks for? @param whole All of it. */
export function resultTruth({ result, secret }: Mark, answer: CallFacts, whole: unknown): Truth {
  if (secret) return secretsInResult(whole, detectorsOf(secret)).length > 0 ? 'true' : 'false';
  if (!result) return 'true';
  const asks = (decision: 'deny' | 'allow') =>
    new Consideration(asWritten({ ...ASKING, decision, when: result, place: undefined as never }), answer).matches;
  return asks('allow') ? 'true' : asks('deny') ? 'unknown' : 'false';
}

function amountOf({ of }: Limit, { mapping }: CapabilityUse, args: unknown, facts: CallFacts): string | null {
  if (of === undefined) return '1';
  // The mapping must say which they are.
  if (of === 'amount' && mapping.amounts === undefined) return null;
  const numbers =
    of === 'amount'
      ? facts.amounts()
      : valuesAt(args, of).map((found) => (found === undefined ? null : plainNumber(found.value)));
  if (numbers.includes(null)) return null;
  // One below zero adds nothing.
  return sumOfDecimals((numbers as readonly number[]).filter((number) => number > 0).map(String));
}

/** What the uses of a call leave behind together: it counts once, and only amounts that mappings name are each use's own. */
export function mergedEffects({ limits }: Policy, all: readonly Effects[]): Effects {
  const counts = all.flatMap((effects) => effects.counts);
  const distinct = [...new Set(counts.map(({ limit }) => limit))];
  return {
    marks: all.flatMap(({ marks }) => marks),
    counts: distinct.map((limit) => {
      const own = counts.filter((count) => count.limit === limit);
      const [first] = own as [CountEffect];
      if (limits[limit]?.of !== 'amount') return first;
      const amounts = own.map(({ amount }) => amount);
      return { ...first, amount: amounts.includes(null) ? null : sumOfDecimals(amounts as readonly string[]) };
    }),
    results: [...new Set(all.flatMap(({ results }) => results))],
  };
}

/** Would a call that adds so much go beyond the limit, of any of its keys? */
export function isBeyond({ limits }: Policy, { limit, amount, keys }: CountEffect, past: Past): boolean {
  if (amount === null) return true;
  const own = limits[limit] as Limit;
  if (keys === undefined) return past.exceeds(own, amount, undefined);
  return keys.some((key) => key === null || past.exceeds(own, amount, key));
}
