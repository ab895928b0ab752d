import { homedir } from 'node:os';
import type { Environment } from '../runtime/types.js';
import { type ExplainedCall, type Explanation, explainCall } from './interpret/explain-call.js';
import { loadSource } from './ir/load.js';

/**
 * Explains a call of a policy, given as its path or text.
 *
 * @throws PolicyError where the policy does not load.
 */
export async function explain(
  source: string,
  call: ExplainedCall,
  environment: Environment = { home: homedir() },
): Promise<Explanation> {
  return explainCall((await loadSource(source)).policy, call, environment);
}
