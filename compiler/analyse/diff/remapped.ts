import { URI_METHODS } from '../../../runtime/data/methods.js';
import { methodUses, toolUses } from '../../interpret/capability-uses.js';
import type { Policy } from '../../ir/policy.js';
import { fileParams, type Remapped } from '../calls/likely-calls.js';
import { namedMethods, namedTools } from '../regions/tool-names.js';

/** Names that the two map otherwise. */
export function remappedNames(
  before: Policy,
  after: Policy,
): {
  remapped: Remapped[];
  isComplete: boolean;
} {
  const policies = [before, after];
  const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
  // Tools that change alike are one change.
  const seen = new Set<string>();
  const remapped: Remapped[] = [];
  const tools = namedTools(policies);
  const methods = namedMethods(policies);
  for (const { sample: tool } of tools.names) {
    const one = { tool, before: toolUses(before, tool), after: toolUses(after, tool) };
    const key = JSON.stringify([one.before, one.after]);
    if (same(one.before, one.after) || seen.has(key)) continue;
    seen.add(key);
    remapped.push(one);
  }
  for (const method of new Set([...methods.names.map(({ sample }) => sample), ...URI_METHODS.keys()])) {
    // What an unmapped method does depends on its parameters: a file's URI is a path.
    const params = fileParams(method, '/x');
    const uses = (policy: Policy) => methodUses(policy, method, params)?.map(({ use }) => use) ?? null;
    const one = { method, before: uses(before), after: uses(after) };
    if (!same(one.before, one.after)) remapped.push(one);
  }
  return { remapped, isComplete: tools.isComplete && methods.isComplete };
}
