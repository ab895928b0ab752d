import type { Decision } from '../../../runtime/types.js';
import { CF215, CF216 } from '../../diagnostics/messages.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import { toolUses } from '../../interpret/capability-uses.js';
import type { Interpretation } from '../../interpret/interpret.js';
import { asksOf } from '../../ir/asks.js';
import { isStricter } from '../../ir/decision.js';
import type { PolicyPromise, Rule } from '../../ir/policy.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import type { Witness } from '../calls/call.js';
import type { CrossCheck } from '../calls/cross-check.js';
import { asRequests, reachesRequests } from '../calls/requests.js';
import type { Question, Space } from '../calls/space.js';
import { shownPromise } from '../promise-text.js';
import { isSpent } from '../regions/budget.js';
import { decisionAt, type LevelClass, levelClasses } from '../regions/level.js';

/** Whether the rules keep what the policy promises, each with a call that breaks it, or said to be undecided. */
export function promises(analysis: Analysis): void {
  const { policy } = analysis;
  if (policy.promises.length === 0) return;
  const { rules, space } = analysis.marked;
  // One use by itself, no limit exceeded: that is what `always` speaks of.
  const unlimited = analysis.judgeOf({ ...policy, limits: [] });
  for (const [i, promise] of policy.promises.entries()) {
    const claim = policy.rules.length + i;
    // Whether a call is one that it speaks of, in the past that it is judged in.
    const spoken = analysis.judgeOf({ ...policy, rules: [rules[claim] as Rule], limits: [], riskLevels: {} });
    const outcome = decide({ analysis, space, unlimited, spoken, rules, promise, claim });
    const witness = typeof outcome === 'object' && 'witness' in outcome ? outcome.witness : null;
    const judged = witness && analysis.run(witness);
    analysis.promises.push({
      promise,
      state: outcome === 'kept' ? 'kept' : witness ? 'broken' : 'unproved',
      witness,
      ...(judged && { outcome: outcomeOf(judged) }),
      ...(outcome === 'kept' && isVacuous(space, claim) && { isVacuous: true as const }),
    });
    if (outcome !== 'kept') report(analysis, promise, outcome);
  }
}

/** Is there no call that the promise speaks of? */
function isVacuous(space: Space, claim: number): boolean {
  const sets = space.sets.filter(({ rules }) => rules.includes(claim));
  return sets.every((set) => space.mayBe(set, { matched: [claim] }) === false);
}

interface Asked {
  readonly analysis: Analysis;
  readonly space: Space;
  readonly unlimited: CrossCheck;
  readonly spoken: CrossCheck;
  readonly rules: readonly Rule[];
  readonly promise: PolicyPromise;
  /** The promise's place among the rules: it matches the calls that it speaks of. */
  readonly claim: number;
}

type Outcome = 'kept' | 'unproved' | { readonly needsPast: Witness } | { readonly witness: Witness };

function decide(asked: Asked): Outcome {
  const { analysis, space, claim } = asked;
  let outcome: Outcome = 'kept';
  const all = space.sets
    .filter(({ rules }) => rules.includes(claim))
    .flatMap((set) =>
      levelClasses([analysis.policy]).flatMap((level) =>
        [...questions(asked, set, level)].map((question) => ({ set, question })),
      ),
    );
  // A call with nothing before it shows it best.
  for (const { set, question } of all) {
    if (isSpent()) return 'unproved';
    const besides = [...(question.besides ?? []), ...space.nothingBefore(set)];
    const found = space.find(set, { ...question, besides }, (witness) => breaking(asked, set, witness) !== undefined);
    if (typeof found !== 'string') return { witness: breaking(asked, set, found.witness) ?? found.witness };
  }
  let shortest: Witness | undefined;
  for (const { set, question } of all) {
    if (isSpent()) break;
    let needsPast: Witness | undefined;
    const found = space.find(set, question, (witness) => {
      const isBroken = breaking(asked, set, witness) !== undefined;
      if (isBroken && witness.history !== undefined) needsPast = witness;
      return isBroken;
    });
    if (typeof found !== 'string') {
      if (callsOf(found.witness) < callsOf(shortest)) shortest = breaking(asked, set, found.witness);
      if (callsOf(shortest) <= 1) break;
    } else if (needsPast) outcome = { needsPast };
    else if (found !== 'none' && outcome === 'kept') outcome = 'unproved';
  }
  if (shortest) return { witness: shortest };
  return isSpent() ? 'unproved' : outcome;
}

/** How many calls come before it. */
function callsOf(witness: Witness | undefined): number {
  return witness ? (witness.trace?.length ?? 0) : Number.POSITIVE_INFINITY;
}

/** The call, or the same as a request that nothing maps, if it breaks the promise. */
function breaking(asked: Asked, set: RuleGroup, witness: Witness): Witness | undefined {
  return [witness, ...asRequests(witness, set, asked.space.tree)].find((one) => breaks(asked, one));
}

/** Calls that would break it: together they are all that could. */
function* questions({ analysis, rules, promise, claim }: Asked, set: RuleGroup, level: LevelClass): Iterable<Question> {
  const { policy, marked } = analysis;
  const bound = boundOf(promise);
  const besides = level.condition ? { besides: [level.condition] } : {};
  const own = set.rules.filter((index) => index < policy.rules.length);
  const isLoose = (index: number) => !isStricter(decisionAt(policy, rules[index] as Rule, level.level), bound);
  const [loose, strict] = [own.filter(isLoose), own.filter((index) => !isLoose(index))];
  if (promise.kind === 'always') {
    for (const index of strict) yield { matched: [claim, index], ...besides };
    yield { matched: [claim], unmatched: loose, ...besides };
    return;
  }
  const ceilings = set.rules.filter(
    (index) =>
      index >= marked.ceilingsAt && index < marked.marksAt && isStricter((rules[index] as Rule).decision, bound),
  );
  for (const index of loose) yield { matched: [claim, index], unmatched: [...strict, ...ceilings], ...besides };
  // Requests other than calls of tools pass where nothing speaks of them.
  if (reachesRequests(set)) yield { matched: [claim], unmatched: own, ...besides };
}

/** The strictest decision that counts as what the promise names: to allow is to pass without a person. */
function boundOf({ kind, decision }: PolicyPromise): Decision {
  return kind === 'never' && decision === 'allow' ? 'warn' : decision;
}

/** Is this a call that the promise speaks of, decided as it must not be? */
function breaks({ analysis, unlimited, spoken, promise, rules, claim }: Asked, witness: Witness): boolean {
  const { policy } = analysis;
  const isNever = promise.kind === 'never';
  if (!isNever && witness.tool !== undefined && toolUses(policy, witness.tool).length !== 1) return false;
  const judged = (isNever ? analysis.run(witness) : unlimited.decide(witness)) ?? unjudged(witness);
  if (!judged || isStricter(judged.decision, boundOf(promise)) === isNever) return false;
  return spoken.decide(witness)?.rule === rules[claim];
}

/** A request that nothing speaks of passes. */
function unjudged({ method }: Witness): Pick<Interpretation, 'decision'> | undefined {
  return method === undefined ? undefined : { decision: 'allow' };
}

function report(analysis: Analysis, promise: PolicyPromise, outcome: Exclude<Outcome, 'kept'>): void {
  const name = `\`${promise.id}\``;
  const witness = typeof outcome === 'object' && 'witness' in outcome ? outcome.witness : null;
  const judged = witness && (analysis.run(witness) ?? null);
  const said = promise.description === undefined ? '' : ` (${promise.description})`;
  const wanted = `${shownPromise(promise)}${said}`;
  const what = witness
    ? `it says ${wanted}, and such a call is ${judged ? SAID[judged.decision] : 'passed on, as nothing speaks of it'}`
    : typeof outcome === 'object'
      ? `it says ${wanted}; a past that would break it may be there, and no calls that lead to it were found${inPast(outcome)}`
      : `it says ${wanted}; it could not be decided whether a call breaks it`;
  analysis.report({
    kind: witness ? 'broken-promise' : 'unproved',
    message: witness
      ? CF215({ promise: name, what, hint: 'change the rules that decide it, or the promise' })
      : CF216({ promise: name, what, hint: hintFor(analysis, promise) }),
    rule: null,
    place: promise.place,
    related: judged?.rule ? [{ rule: judged.rule, note: 'decides it' }] : [],
    witness,
    ...(judged && { outcome: outcomeOf(judged) }),
  });
}

/** The call that would, and the past it needs. */
function inPast(outcome: Outcome): string {
  if (typeof outcome !== 'object' || !('needsPast' in outcome)) return '';
  const { tool, method, capability, args, history } = outcome.needsPast;
  return `: ${tool ?? method ?? capability} ${JSON.stringify(args)} after ${JSON.stringify(history)}`;
}

function hintFor({ policy, companions }: Analysis, { when }: PolicyPromise): string {
  const declared = asksOf(when)
    .flatMap(({ asked }) => asked.labels)
    .find((label) => policy.labels.includes(label));
  return declared === undefined || companions.length > 0
    ? 'narrow what it speaks of, or deny it without a condition on the past'
    : `check it with the policies that set \`${declared}\`: capfence check A B --together`;
}

const SAID: Readonly<Record<Decision, string>> = {
  allow: 'allowed',
  warn: 'let through with a warning',
  require_approval: 'asked for',
  deny: 'denied',
};
