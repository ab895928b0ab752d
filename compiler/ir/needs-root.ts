import { atomsOf, pathsOf } from './atoms.js';
import type { Policy, Rule } from './policy.js';

/** A path of a rule, as it is written. */
interface RulePath {
  readonly rule: Rule;
  readonly path: string;
}

/**
 * A relative and an absolute path of rules that can judge the same call: without a root, the one is unknown to the
 * other.
 */
export function needsRoot(policy: Policy): { readonly relative: RulePath; readonly absolute: RulePath } | undefined {
  const paths = policy.rules.flatMap((rule) =>
    atomsOf(rule.when).flatMap(({ atom }) => pathsOf(atom).map((path) => ({ rule, path }))),
  );
  const relative = paths.filter(({ path }) => isRelative(path));
  const absolute = paths.filter(({ path }) => !isRelative(path) && !path.startsWith('**'));
  for (const one of relative) {
    const other = absolute.find(({ rule }) => meets(rule, one.rule));
    if (other) return { relative: one, absolute: other };
  }
  return undefined;
}

/** Is it a path from wherever a server is started? */
export function isRelative(path: string): boolean {
  return !/^(?:[/~]|\*\*|[A-Za-z]:|\\\\)/.test(path);
}

function meets(a: Rule, b: Rule): boolean {
  return a.capability.parts.every((part, i) => {
    const other = b.capability.parts[i];
    return part === '*' || other === '*' || part === other;
  });
}
