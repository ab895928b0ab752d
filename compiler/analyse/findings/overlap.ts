import { CF205, CF206 } from '../../diagnostics/messages.js';
import type { RuleSet } from '../../emit/rule_sets.js';
import type { CapabilityPattern, Rule } from '../../ir/policy.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import type { Witness } from '../call.js';
import { listed } from './wording.js';

/** Pairs of different effect that meet: exceptions, and conflicts where neither contains the other. */
export function overlap(analysis: Analysis): void {
  const { rules } = analysis;
  rules.forEach((rule, index) => {
    analysis.progress('overlapping rules', index, rules.length);
    if (analysis.idle.has(index)) return;
    const conflicts: number[] = [];
    const exceptions: number[] = [];
    for (const other of looserPartners(analysis, index)) {
      if (conflicts.length >= MOST_RELATED) break;
      const relation = relate(analysis, index, other);
      if (relation === 'conflict') conflicts.push(other);
      else if (relation === 'exception') exceptions.push(other);
    }
    reportPairs(analysis, rule, index, conflicts, 'conflict');
    reportPairs(analysis, rule, index, exceptions, 'generalization');
  });
}

/** Rules of looser effect that some capability shares. */
function looserPartners(analysis: Analysis, index: number): number[] {
  const { decision } = analysis.rule(index);
  const partners = new Set<number>();
  for (const set of analysis.setsWith(index)) {
    for (const other of analysis.space.meeting(set, index)) {
      if (other > index && !analysis.idle.has(other) && analysis.rule(other).decision !== decision) partners.add(other);
    }
  }
  return [...partners].sort((a, b) => a - b);
}

function relate(analysis: Analysis, index: number, other: number): 'conflict' | 'exception' | undefined {
  const common = analysis.setsWith(index).filter((set) => set.rules.includes(other));
  const meets = some(analysis, common, { matched: [index, other] });
  if (meets === 'budget') analysis.giveUp(index, `whether it meets ${analysis.rule(other).id}`);
  if (meets !== true) return undefined;
  const [inner, outer] = [analysis.rule(index), analysis.rule(other)];
  if (isWithin(inner.capability, outer.capability)) {
    const beyond = some(analysis, common, { matched: [index], falsified: [other] });
    if (beyond === false) return 'exception';
    if (beyond === 'budget') {
      analysis.giveUp(index, `whether ${outer.id} contains it`);
      return undefined;
    }
  }
  if (isWithin(outer.capability, inner.capability)) {
    const beyond = some(analysis, common, { matched: [other], falsified: [index] });
    // The looser one lies inside: what is left of it rests on what is unknown.
    if (beyond !== true) return undefined;
  }
  return 'conflict';
}

function some(
  analysis: Analysis,
  sets: readonly RuleSet[],
  question: { readonly matched: readonly number[]; readonly falsified?: readonly number[] },
): boolean | 'budget' {
  let spent = false;
  for (const set of sets) {
    const answer = analysis.space.mayBe(set, { ...question, singleKnown: true });
    if (answer === 'budget') spent = true;
    else if (answer) return true;
  }
  return spent ? 'budget' : false;
}

/** Does the second pattern match whatever the first does? */
function isWithin(inner: CapabilityPattern, outer: CapabilityPattern): boolean {
  return outer.parts.every((part, i) => part === '*' || part === inner.parts[i]);
}

function reportPairs(
  analysis: Analysis,
  rule: Rule,
  index: number,
  others: readonly number[],
  kind: 'conflict' | 'generalization',
): void {
  for (const first of others) {
    const found = meeting(analysis, index, first);
    if (!found) continue;
    const { witness, winner, outcome } = found;
    const related = [first, ...others.filter((other) => other !== first)].map((other) => analysis.rule(other));
    const names = { rule: rule.id, others: listed(related) };
    analysis.report({
      kind,
      message: kind === 'conflict' ? CF205({ ...names, winner: `\`${winner}\`` }) : CF206(names),
      rule,
      place: rule.place,
      related: related
        .slice(0, MOST_RELATED)
        .map((other) => ({ rule: other, note: kind === 'conflict' ? 'meets it here' : 'the broader rule' })),
      witness,
      outcome,
    });
    return;
  }
}

const MOST_RELATED = 10;

/** A call that both match for certain; if there is one, of which the stricter decides. */
function meeting(
  analysis: Analysis,
  index: number,
  other: number,
): { witness: Witness; winner: string; outcome: string } | undefined {
  const both = [analysis.rule(index), analysis.rule(other)];
  for (const wants of [analysis.rule(index), undefined]) {
    for (const set of analysis.setsWith(index)) {
      if (!set.rules.includes(other)) continue;
      const stricter = wants ? set.rules.filter((one) => one < index) : [];
      const found = analysis.space.find(
        set,
        { matched: [index, other], unmatched: stricter, singleKnown: true },
        (witness) => {
          const judged = analysis.run(witness);
          if (!judged || (wants && judged.rule !== wants)) return false;
          return both.every((rule) => judged.considered.some((one) => one.rule === rule && one.truth === 'true'));
        },
      );
      if (typeof found === 'string') continue;
      const judged = analysis.run(found.witness);
      if (judged)
        return { witness: found.witness, winner: judged.rule?.id ?? 'the default', outcome: outcomeOf(judged) };
    }
  }
  return undefined;
}
