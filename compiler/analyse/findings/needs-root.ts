import { CF208 } from '../../diagnostics/messages.js';
import { atomsOf, pathsOf } from '../../ir/atoms.js';
import { isRelative, needsRoot } from '../../ir/needs-root.js';
import { type Analysis, outcomeOf } from '../analysis.js';
import type { Witness } from '../calls/call.js';

/** Relative and absolute paths of rules that judge the same calls: without a root one is unknown to the other. */
export function needsRootNote(analysis: Analysis): void {
  if ((analysis.environment.roots ?? []).length > 0) return;
  markNeedsRoot(analysis);
  const pair = needsRoot(analysis.policy);
  if (!pair) return;
  const { relative, absolute } = pair;
  const index = analysis.rules.indexOf(absolute.rule);
  const found = analysis.findIn(
    index,
    () => ({ matched: [] }),
    () => true,
  );
  if (typeof found === 'string') return;
  const witness = { ...found.witness, args: { ...found.witness.args, path: relativeSample(relative.path) } };
  const judged = analysis.run(witness);
  if (!judged) return;
  analysis.report({
    kind: 'needs-root',
    message: CF208({ relative: relative.path, absolute: absolute.path }),
    rule: absolute.rule,
    place: absolute.rule.place,
    related: relative.rule === absolute.rule ? [] : [{ rule: relative.rule, note: 'names a relative path' }],
    witness,
    outcome: outcomeOf(judged),
  });
}

/** A mark with a path: without a root every relative path may lie there, and mark. */
function markNeedsRoot(analysis: Analysis): void {
  const { policy, marked } = analysis;
  for (const [i, mark] of policy.marks.entries()) {
    const path = atomsOf(mark.when)
      .flatMap(({ atom }) => pathsOf(atom))
      .find((one) => !isRelative(one) && !one.startsWith('**'));
    if (path === undefined) continue;
    const index = marked.marksAt + i;
    const isPerhaps = { matched: [index], unmatched: [index + policy.marks.length], inAnyPast: true };
    for (const set of marked.space.sets.filter(({ rules }) => rules.includes(index))) {
      // A call that goes nowhere marks nothing.
      const passes = (call: Witness) =>
        Object.values(call.args).some(isRelativePath) &&
        (policy.mode === 'observe' || (analysis.run(call)?.decision ?? 'deny') !== 'deny');
      const rules = set.rules.filter((one) => one < policy.rules.length);
      const found = rules
        .filter((one) => policy.rules[one]?.decision !== 'deny')
        .map((one) => ({ ...isPerhaps, matched: [index, one] }))
        .map((question) => marked.space.find(set, question, passes, { inAnyPast: true }))
        .find((answer) => typeof answer !== 'string');
      if (!found || typeof found === 'string') continue;
      const judged = analysis.run(found.witness);
      analysis.report({
        kind: 'needs-root',
        message: { ...CF208({ relative: 'a relative path', absolute: path }), severity: 'warning' },
        rule: null,
        place: mark.place,
        related: [],
        witness: found.witness,
        ...(judged && { outcome: `${outcomeOf(judged)}, and may be marked by ${mark.id}` }),
      });
      return;
    }
  }
}

function isRelativePath(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && isRelative(value);
}

function relativeSample(path: string): string {
  const folder = path
    .split('/')
    .filter((segment) => segment !== '.' && segment !== '')
    .map((segment) => (/[*?]/.test(segment) ? 'x' : segment));
  return [...folder, 'x'].join('/');
}
