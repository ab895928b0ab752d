import { isAlways } from '../../ir/atoms.js';
import type { Policy, ResultRule } from '../../ir/policy.js';
import { describeResultRule } from '../../ir/result-text.js';
import { describeExpression } from '../regions/region-text.js';
import { meaningOf } from './meaning.js';
import type { PolicyDiff } from './policy-pair.js';

type Changes = PolicyDiff['settings'][number][];

/**
 * What changes in what is done about results. A rule more takes more out; one less, another one, or a pattern that finds
 * something else may let more through.
 */
export function resultChanges(before: Policy, after: Policy): Changes {
  const texts = (policy: Policy) => new Map(policy.results.map((rule) => [meaningOf(rule), rule]));
  const [old, next] = [texts(before), texts(after)];
  const gone = [...old].filter(([text]) => !next.has(text));
  const added = [...next].filter(([text]) => !old.has(text));
  return [
    ...gone.map(([, rule]) => ({ setting: nameOf(rule), from: 'there', to: 'gone', widens: true })),
    ...added.map(([, rule]) => ({ setting: nameOf(rule), from: 'none', to: 'new', widens: false })),
    ...patternChanges(before.patterns, after.patterns),
  ];
}

function patternChanges(before: Policy['patterns'], after: Policy['patterns']): Changes {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name): Changes => {
    const [from, to] = [before[name], after[name]];
    if (from === to) return [];
    return [{ setting: `pattern ${name}`, from: from ?? 'none', to: to ?? 'gone', widens: from !== undefined }];
  });
}

function nameOf(rule: ResultRule): string {
  const { id, capability, when } = rule;
  const where = isAlways(when) ? '' : ` where ${describeExpression(when)}`;
  return `${id} (${describeResultRule(rule)} on ${capability.text}${where})`;
}
