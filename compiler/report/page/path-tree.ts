import type { Decide, Verdict } from '../../../runtime/types.js';
import { atomsOf, pathsOf } from '../../ir/atoms.js';
import type { Policy } from '../../ir/policy.js';

/** A prefix that some rule names, and what becomes of a path below it that lies under none of its children. */
export interface PathNode {
  readonly prefix: string;
  readonly verdict: Verdict;
  readonly children: readonly PathNode[];
}

/** A capability whose rules look at paths. */
export interface PathTree {
  readonly capability: string;
  readonly nodes: readonly PathNode[];
}

/** @param decide The policy's own module, which decides a path below each prefix. */
export function pathTrees(policy: Policy, decide: Decide): PathTree[] {
  const prefixes = new Map<string, Set<string>>();
  for (const { capability, when } of policy.rules) {
    const paths = atomsOf(when)
      .filter(({ atom }) => atom.key === 'path_prefix')
      .flatMap(({ atom }) => pathsOf(atom));
    if (paths.length === 0 || capability.parts.slice(0, 2).includes('*')) continue;
    const found = prefixes.get(capability.text) ?? new Set(['/']);
    for (const path of paths) found.add(path);
    prefixes.set(capability.text, found);
  }
  return [...prefixes].map(([capability, found]) => {
    const all = [...found].sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
    const parent = (path: string) => all.filter((other) => other !== path && isUnder(path, other)).at(-1);
    const nodesUnder = (folder: string | undefined): PathNode[] =>
      all
        .filter((path) => parent(path) === folder)
        .map((prefix) => {
          const path = `${prefix.replace(/\/+$/, '')}/example`;
          return { prefix, verdict: decide.capability(capability, { path }), children: nodesUnder(prefix) };
        });
    return { capability, nodes: nodesUnder(undefined) };
  });
}

function isUnder(path: string, folder: string): boolean {
  if (folder === '/') return path.startsWith('/');
  return path.startsWith(`${folder.replace(/\/+$/, '')}/`);
}
