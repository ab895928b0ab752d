import type { RuleGroup } from '../../emit/rule-sets.js';
import { literalsOf } from '../../ir/normal-form.js';
import type { Witness } from '../calls/call.js';
import { asRequests, reachesRequests } from '../calls/requests.js';
import type { Question } from '../calls/space.js';
import { isSpent } from '../regions/budget.js';
import type { MarkedSpace } from './marked-space.js';
import type { Move } from './trace-graph.js';

/** For each mark, so many calls. */
const MAX_MOVES = 8;

/** Calls that mark one of the labels, and that a rule lets pass in some past. */
export function markingCalls(of: MarkedSpace, labels: ReadonlySet<string>, passes: (call: Witness) => boolean): Move[] {
  const { space, policy, marksAt } = of;
  const found = new Map<string, Move>();
  for (const set of space.sets) {
    const marks = set.rules.map((index) => index - marksAt).filter((at) => policy.marks[at] !== undefined && at >= 0);
    const rules = set.rules.filter((index) => index < policy.rules.length);
    const denying = rules.filter((index) => policy.rules[index]?.decision === 'deny');
    // What passes by the least is found the soonest.
    const conditions = (index: number) => literalsOf(space.rule(index).formula).length;
    const passing = rules.filter((index) => !denying.includes(index)).sort((a, b) => conditions(a) - conditions(b));
    for (const at of marks) {
      if (!policy.marks[at]?.labels.some((label) => labels.has(label))) continue;
      const must = marksAt + policy.marks.length + at;
      const others = marks.filter((other) => other !== at).map((other) => marksAt + other);
      let moves = 0;
      for (const rule of policy.mode === 'observe' ? [undefined] : passing) {
        if (isSpent()) return [...found.values()];
        if (moves >= MAX_MOVES) break;
        const own = rule === undefined ? [] : [rule];
        const stricter = policy.mode === 'observe' ? [] : denying;
        // What it marks alone, and what it marks at all.
        for (const unmatched of others.length > 0 ? [[...stricter, ...others], stricter] : [stricter]) {
          for (const mark of [must, marksAt + at]) {
            const calls = callsThatPass(space, set, { matched: [...own, mark], unmatched }, passes);
            for (const { tool, capability, args, context } of calls) {
              const call = { ...(tool === undefined ? { capability } : { tool }), args, context };
              found.set(JSON.stringify(call), { of, call });
            }
            moves += calls.length;
            if (calls.length > 0) break;
          }
        }
      }
      for (const mark of reachesRequests(set) ? [must, marksAt + at] : []) {
        const answer = space.find(set, { matched: [mark], unmatched: rules }, () => true, { inAnyPast: true });
        for (const { method, args, context } of typeof answer === 'string'
          ? []
          : asRequests(answer.witness, set, space.tree)) {
          found.set(JSON.stringify([method, args]), { of, call: { method: method as string, args, context } });
        }
      }
    }
  }
  return [...found.values()];
}

/** Calls that answer and pass: one; of tools that do several things, some, as these may pass only together. */
function callsThatPass(
  space: MarkedSpace['space'],
  set: RuleGroup,
  question: Question,
  passes: (call: Witness) => boolean,
): Witness[] {
  const found: Witness[] = [];
  const wanted = space.shakenIn(set).size > 0 ? MAX_MOVES : 1;
  space.find(
    set,
    question,
    (call) => {
      if (passes(call)) found.push(call);
      return found.length >= wanted;
    },
    { inAnyPast: true },
  );
  return found;
}
