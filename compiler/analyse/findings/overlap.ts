import type { Message } from '../../diagnostics/diagnostic.js';
import { CF205, CF206 } from '../../diagnostics/messages.js';
import type { RuleGroup } from '../../emit/rule-sets.js';
import { capabilityMatches } from '../../interpret/capability-match.js';
import { forbids } from '../../ir/decision.js';
import type { Rule } from '../../ir/policy.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import type { Witness } from '../calls/call.js';
import { listed } from './wording.js';

/** Pairs of different effect that meet: exceptions, and conflicts where neither contains the other. */
export function overlap(analysis: Analysis): void {
  const { rules } = analysis;
  for (const [index, rule] of analysis.eachRule()) {
    analysis.progress('overlapping rules', index, rules.length);
    if (analysis.idle.has(index)) continue;
    const conflicts: number[] = [];
    const exceptions: number[] = [];
    for (const other of looserPartners(analysis, index)) {
      if (conflicts.length >= MAX_RELATED) break;
      const relation = relate(analysis, index, other);
      if (relation === 'conflict') conflicts.push(other);
      else if (relation === 'exception') exceptions.push(other);
    }
    reportPairs(analysis, rule, index, conflicts, 'conflict');
    reportPairs(analysis, rule, index, exceptions, 'generalization');
  }
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
  const common = analysis.setsWith(index).filter((set) => analysis.isIn(set, other));
  const meeting: RuleGroup[] = [];
  for (const set of common) {
    const meets = known(analysis, set, [index, other], []);
    if (meets === 'budget') analysis.giveUp(index, `whether it meets ${analysis.rule(other).id}`);
    if (meets === true) meeting.push(set);
  }
  if (meeting.length === 0) return undefined;
  const isWithin = (inner: number, outer: number) =>
    meeting.every((set) => known(analysis, set, [inner], [outer]) === false);
  const [inner, outer] = [analysis.rule(index), analysis.rule(other)];
  const inside = isWithin(index, other);
  const around = isWithin(other, index);
  // Where they meet the one takes a part of the other; what else it covers, the other says nothing of.
  if (inside && (!around || capabilityMatches(outer.capability, inner.capability.parts))) return 'exception';
  // The looser one lies inside: what is left of it rests on what is unknown.
  if (around && capabilityMatches(inner.capability, outer.capability.parts)) return undefined;
  return meeting.every((set) => sharesBroader(analysis, set, index, other)) ? undefined : 'conflict';
}

/** Two exceptions to one broader rule are read as such; which of them wins is no surprise. */
function sharesBroader(analysis: Analysis, set: RuleGroup, index: number, other: number): boolean {
  const { decision } = analysis.rule(other);
  const models = [index, other].map((one) => analysis.space.mayBe(set, { matched: [one], singleKnown: true }));
  return set.rules.some(
    (broader) =>
      broader > other &&
      analysis.rule(broader).decision !== decision &&
      !analysis.idle.has(broader) &&
      // What contains a rule matches whatever it matches: one call leaves few to look at.
      models.every((model) => typeof model === 'object' && model.mayMatch(broader)) &&
      [index, other].every((exception) => known(analysis, set, [exception], [broader]) === false),
  );
}

/** May there be calls of one known value of each fact of which these are true and those false? */
function known(
  analysis: Analysis,
  set: RuleGroup,
  matched: readonly number[],
  falsified: readonly number[],
): boolean | 'budget' {
  const answer = analysis.space.mayBe(set, { matched, falsified, singleKnown: true });
  return answer === 'budget' ? answer : answer !== false;
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
      message:
        kind === 'conflict' ? conflictMessage(rule, related, { ...names, winner: `\`${winner}\`` }) : CF206(names),
      rule,
      place: rule.place,
      related: related
        .slice(0, MAX_RELATED)
        .map((other) => ({ rule: other, note: kind === 'conflict' ? 'meets it here' : 'the broader rule' })),
      witness,
      outcome,
    });
    return;
  }
}

/**
 * That a denial or an approval cuts across what is allowed is how policies are written: a note. Two exceptions, of which
 * one asks and the other denies, are a warning.
 */
function conflictMessage(rule: Rule, others: readonly Rule[], names: Parameters<typeof CF205>[0]): Message {
  const message = CF205(names);
  const isBetweenExceptions = forbids(rule.decision) && others.some((other) => forbids(other.decision));
  return isBetweenExceptions ? message : { ...message, severity: 'note' };
}

const MAX_RELATED = 10;

/** A call that both match for certain; if there is one, of which the stricter decides. */
function meeting(
  analysis: Analysis,
  index: number,
  other: number,
): { witness: Witness; winner: string; outcome: string } | undefined {
  const both = [analysis.rule(index), analysis.rule(other)];
  for (const wants of [analysis.rule(index), undefined]) {
    for (const set of analysis.setsWith(index)) {
      if (!analysis.isIn(set, other)) continue;
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
