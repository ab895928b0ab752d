import { type DecisionModule, evaluateModule } from './emit/evaluate.js';
import type { Policy } from './ir/policy.js';

/**
 * The module that `capfence compile` would write, without writing, proving and analysing it: what `capfence run --policy`
 * loads. A start analyses nothing.
 */
export function compileInMemory(policy: Policy): DecisionModule {
  return evaluateModule(policy);
}
