import { CF225, CF226, CF227 } from '../../diagnostics/messages.js';
import type { Place } from '../../diagnostics/source.js';
import { didYouMean } from '../../diagnostics/suggest.js';
import { asksOf } from '../../ir/asks.js';
import { forbids } from '../../ir/decision.js';
import type { Expression, Policy, Rule } from '../../ir/policy.js';
import type { Analysis } from '../analysis.js';
import { isSpent } from '../regions/budget.js';

/** Rules, marks and promises that need a past which no calls lead to. */
export function unreachableHistory(analysis: Analysis): void {
  const { marked, policy, rules } = analysis;
  const subjects = [
    ...rules.map((rule, index) => ({ index, rule, name: `\`${rule.id}\``, ...rule })),
    ...policy.promises.map((one, i) => ({ ...one, index: rules.length + i, rule: null, name: `\`${one.id}\`` })),
    ...policy.marks.map((one, i) => ({ ...one, index: marked.marksAt + i, rule: null, name: `\`${one.id}\`` })),
  ];
  for (const { index, rule, name, when, place } of subjects) {
    if (isSpent()) return;
    if (asksOf(when).length === 0) continue;
    // What is broken speaks of something.
    const promise = analysis.promises[index - rules.length];
    if (!rule && promise && promise.state !== 'kept') continue;
    const state = stateOf(analysis, index);
    if (state === 'reachable') continue;
    if (rule) analysis.historical.add(index);
    if (rule && (state === 'never' || !forbids(rule.decision))) analysis.idle.add(index);
    const still = rule && forbids(rule.decision) && state === 'unknown' ? '; it acts on what is unknown alone' : '';
    analysis.report({
      kind: 'unreachable-history',
      message: CF225({
        subject: name,
        what: `${reasonFor(analysis, when, state)}${still}`,
        hint: 'let the calls pass that set what it asks for, or remove it',
      }),
      rule,
      place,
      related: [],
      witness: null,
    });
  }
}

/** `unknown`: what it asks for is only ever unknown. */
type State = 'reachable' | 'unknown' | 'never';

function stateOf({ marked }: Analysis, index: number): State {
  const { space } = marked;
  const rule = space.rule(index);
  const sets = space.sets.filter((set) => set.rules.includes(index));
  const isNone = (question: Parameters<typeof space.mayBe>[1]) =>
    sets.every((set) => space.mayBe(set, question) === false);
  // That no call matches it in any past is another finding.
  if (isNone({ matched: [index], inAnyPast: true })) return 'reachable';
  const isCertain = { matched: [index], singleKnown: true };
  if (isNone({ matched: [index] }))
    return isNone({ matched: [], besides: [{ ...rule, protects: true }] }) ? 'never' : 'unknown';
  return isNone(isCertain) && !isNone({ ...isCertain, inAnyPast: true }) ? 'unknown' : 'reachable';
}

/** Which of the labels it is, as far as it is one. */
function reasonFor({ pasts, policy, companions }: Analysis, when: Expression, state: State): string {
  const labels = [...new Set(asksOf(when).flatMap(({ asked }) => asked.labels))];
  const marks = [policy, ...companions].flatMap((one) => one.marks);
  const setters = (label: string) => marks.filter((mark) => !mark.clears && mark.labels.includes(label));
  for (const label of labels) {
    if (setters(label).length === 0) return `no policy sets \`${label}\``;
    if (pasts.isNeverSet(label)) return `no call that passes sets \`${label}\``;
  }
  return state === 'unknown' ? 'what it asks for is only ever unknown' : 'what it asks for never comes out so';
}

/** Marks whose labels nothing asks for. */
export function unusedLabel(analysis: Analysis): void {
  const asked = new Set([analysis.policy, ...analysis.companions].flatMap(asksOfPolicy));
  for (const { id, labels, clears, place } of analysis.policy.marks) {
    for (const label of labels) {
      if (asked.has(label)) continue;
      const plain = 'ask for it with `after`, or remove it';
      const hint =
        analysis.companions.length > 0
          ? didYouMean(label, [...asked]) || plain
          : `${plain}; where another policy asks for it, check both with --together`;
      const names = { label, mark: `\`${id}\``, does: clears ? 'clears' : 'sets', hint };
      analysis.report({ kind: 'unused-label', message: CF226(names), rule: null, place, related: [], witness: null });
    }
  }
}

function asksOfPolicy({ rules, marks, limits, promises }: Policy): string[] {
  return [...rules, ...marks, ...limits, ...promises].flatMap(({ when }) =>
    asksOf(when).flatMap(({ asked }) => asked.labels),
  );
}

/** Labels that forbid, and that last for the session once they are set. */
export function neverCleared(analysis: Analysis): void {
  const policies = [analysis.policy, ...analysis.companions];
  const cleared = new Set(policies.flatMap(({ marks }) => marks.flatMap((mark) => (mark.clears ? mark.labels : []))));
  // Who sets it elsewhere may clear it there.
  const declared = analysis.companions.length > 0 ? [] : analysis.policy.labels;
  const found = new Map<string, { readonly rule: Rule; readonly place: Place; readonly others: Rule[] }>();
  for (const [index, rule] of analysis.rules.entries()) {
    if (!forbids(rule.decision) || analysis.idle.has(index)) continue;
    for (const { asked, place, negated } of asksOf(rule.when)) {
      if (negated || asked.within !== undefined) continue;
      for (const label of asked.labels) {
        if (cleared.has(label) || declared.includes(label) || analysis.pasts.isNeverSet(label)) continue;
        const first = found.get(label);
        if (!first) found.set(label, { rule, place, others: [] });
        else if (first.rule !== rule) first.others.push(rule);
      }
    }
  }
  for (const [label, { rule, place, others }] of found) {
    analysis.report({
      kind: 'never-cleared',
      message: CF227({ label, rule: `\`${rule.id}\`` }),
      rule,
      place,
      related: others.map((other) => ({ rule: other, note: 'forbids then, too' })),
      witness: null,
    });
  }
}
