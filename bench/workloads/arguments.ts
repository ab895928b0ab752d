import { Random } from './random.js';
import type { Ask, Workload, WorkloadCall, WorkloadRule } from './workload.js';

/* What tools of services are asked: an owner, a state, a branch, a number of items. Twelve capabilities. */

const CAPABILITIES = 12;
const capability = (group: number) => `service${group % 4}.verb${Math.floor(group / 4)}`;
const OWNERS = Array.from({ length: 200 }, (_, i) => `owner-${i}`);
const STATES = ['open', 'closed', 'merged', 'draft'];

export const argumentsOnly: Workload = {
  name: 'arguments',
  tools: Object.fromEntries(
    Array.from({ length: CAPABILITIES }, (_, group) => [
      `tool_${group}`,
      { capability: capability(group), paths: [], amounts: [], text: [] },
    ]),
  ),
  capabilityOf: (tool) => capability(Number(tool.slice('tool_'.length))),

  rulesOf(count): WorkloadRule[] {
    const random = new Random(count);
    return Array.from({ length: count }, (_, i) => {
      const asks: Ask[] = [];
      const kind = i % 4;
      if (kind === 0)
        asks.push({ kind: 'argument', name: 'owner', values: [random.pick(OWNERS), random.pick(OWNERS)] });
      else if (kind === 1) asks.push({ kind: 'prefix', name: 'branch', prefix: `feature-${random.below(count)}` });
      else if (kind === 2)
        asks.push({ kind: 'number', name: 'count', comparison: 'gt', bound: 20 + random.below(200) });
      else
        asks.push(
          { kind: 'argument', name: 'owner', values: [random.pick(OWNERS)] },
          { kind: 'argument', name: 'state', values: [random.pick(STATES)] },
        );
      return { effect: i % 3 === 0 ? 'deny' : 'allow', capability: capability(random.below(CAPABILITIES)), asks };
    });
  },

  callsOf(rules, count): WorkloadCall[] {
    const random = new Random(rules.length + 1);
    return Array.from({ length: count }, (_, i) => ({
      tool: `tool_${random.below(CAPABILITIES)}`,
      args: {
        owner: random.pick(OWNERS),
        branch: `${random.pick(['feature', 'release'])}-${random.below(rules.length)}-${i}`,
        state: random.pick(STATES),
        count: random.below(300),
      },
    }));
  },
};
