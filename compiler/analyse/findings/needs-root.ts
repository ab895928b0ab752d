import { CF208 } from '../../diagnostics/messages.js';
import { needsRoot } from '../../ir/needs-root.js';
import { type Analysis, outcomeOf } from '../analysis.js';

/** Relative and absolute paths of rules that judge the same calls: without a root one is unknown to the other. */
export function needsRootNote(analysis: Analysis): void {
  if ((analysis.environment.roots ?? []).length > 0) return;
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

function relativeSample(path: string): string {
  const folder = path
    .split('/')
    .filter((segment) => segment !== '.' && segment !== '')
    .map((segment) => (/[*?]/.test(segment) ? 'x' : segment));
  return [...folder, 'x'].join('/');
}
