import type { CommandPattern } from '../../conditions/command-pattern.js';
import type { Atom } from '../../conditions/condition.js';
import { atomsOf } from '../../ir/atoms.js';
import type { Rule } from '../../ir/policy.js';
import type { Analysis } from '../analysis.js';
import type { Witness } from '../calls/call.js';

/** A `command` of a rule, or one of an argument, that is not negated. */
export interface CommandAtom {
  readonly atom: Atom;
  readonly patterns: readonly CommandPattern[];
}

export function commandAtoms(rule: Rule): CommandAtom[] {
  return atomsOf(rule.when).flatMap(({ atom, negated }) => {
    if (negated) return [];
    if (atom.key === 'command') return [{ atom, patterns: atom.data as readonly CommandPattern[] }];
    const { op, value } = (atom.key === 'args' ? atom.data : {}) as { readonly op?: string; readonly value?: unknown };
    return op === 'command' ? [{ atom, patterns: value as readonly CommandPattern[] }] : [];
  });
}

/** The words of a pattern without those that stand for any. */
export function plainWords({ run }: CommandPattern): string[] {
  return run
    .split(' ')
    .filter((word) => word !== '...' && word !== '**')
    .map((word) => word.replaceAll('*', 'x').replaceAll('?', 'x'));
}

/** A call with this command that the rule lets pass; undefined: none was found. */
export function passingCommand(analysis: Analysis, index: number, command: string): Witness | undefined {
  const rule = analysis.rule(index);
  let shown: Witness | undefined;
  for (const set of analysis.setsWith(index)) {
    const earlier = set.rules.filter((other) => other < index);
    analysis.space.find(set, { matched: [index], unmatched: earlier }, (witness) => {
      for (const [key, value] of Object.entries(witness.args)) {
        if (typeof value !== 'string') continue;
        const other = { ...witness, args: { ...witness.args, [key]: command } };
        if (analysis.run(other)?.rule !== rule) continue;
        // The argument is one that the rule looks at.
        const strange = analysis.run({ ...witness, args: { ...witness.args, [key]: `${command} $(x)` } });
        if (strange?.rule === rule) continue;
        shown = other;
        return true;
      }
      return false;
    });
    if (shown) return shown;
  }
  return undefined;
}
