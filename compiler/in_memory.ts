import { blockedCapabilities } from './analyse/blocked.js';
import { type DecisionModule, evaluateModule } from './emit/evaluate.js';
import type { Policy } from './ir/policy.js';

/** The module that `capfence compile` would write, without writing and proving it: what `capfence run --policy` loads. */
export function compileInMemory(policy: Policy): DecisionModule {
  return evaluateModule(policy, {}, blockedCapabilities(policy));
}
