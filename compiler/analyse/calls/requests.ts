import { CLIENT_REQUESTS } from '../../../runtime/data/methods.js';
import { type CapabilityTree, type RuleGroup, ruleSetOf } from '../../emit/rule-sets.js';
import type { Witness } from './call.js';

/* Requests other than calls of tools are uses of `mcp.METHOD`, and pass where no rule speaks of them. */

/** May uses of these capabilities be such requests? */
export function reachesRequests({ capabilities }: Pick<RuleGroup, 'capabilities'>): boolean {
  return capabilities.some((capability) => {
    const [resource, action] = capability.split('.');
    return (resource === 'mcp' || resource === '*') && action !== 'tool';
  });
}

/** The same use as a request, of each method that leads to a set of rules. */
export function asRequests(witness: Witness, set: RuleGroup, tree: CapabilityTree | RuleGroup): Witness[] {
  const { tool, method: _, ...rest } = witness;
  if (tool !== undefined || !reachesRequests(set)) return [];
  const methods = [...CLIENT_REQUESTS].filter((method) => {
    const [action = '', scope = ''] = method.split('/');
    return method !== 'tools/call' && ruleSetOf(tree, ['mcp', action, scope]) === set;
  });
  return methods.map((method) => ({ ...rest, method, capability: `mcp.${method.replaceAll('/', '.')}` }));
}
