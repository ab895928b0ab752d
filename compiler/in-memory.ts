import type { Decide } from '../runtime/types.js';
import { blockedCapabilities } from './analyse/blocked.js';
import { within } from './analyse/regions/budget.js';
import { type DecisionModule, evaluateModule } from './emit/evaluate.js';
import type { Policy } from './ir/policy.js';

/** How long a list of tools may wait for what no call of them could get past. */
const SECONDS = 1;

/**
 * The module that `capfence compile` would write, without writing and proving it: what `capfence run --policy` loads. A
 * start analyses nothing: which tools no call can get past is worked out when a list of tools is first asked for.
 */
export function compileInMemory(policy: Policy): DecisionModule {
  const { manifest, bind } = evaluateModule(policy);
  return {
    manifest,
    bind: (context, environment) => {
      let analysed: Decide | undefined;
      const reachable = (tool: string): boolean => {
        analysed ??= evaluateModule(
          policy,
          {},
          within(SECONDS, () => blockedCapabilities(policy)),
        ).bind(context, environment);
        return analysed.reachable(tool);
      };
      return Object.assign(bind(context, environment), { reachable });
    },
  };
}
