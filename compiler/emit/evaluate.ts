import * as runtime from '../../runtime/decide/index.js';
import type { Context, Decide, Environment, Manifest } from '../../runtime/types.js';
import type { Policy } from '../ir/policy.js';
import { emitModule } from './module.js';

/** What a decision module exports. */
export interface DecisionModule {
  readonly manifest: Manifest;
  readonly bind: (context: Context, env?: Environment) => Decide;
}

/** Compiles a policy in memory: the very code that `capfence compile` writes, without its types. */
export function evaluateModule(
  policy: Policy,
  context: Context = {},
  blocked: ReadonlySet<string> = new Set(),
): DecisionModule {
  const body = emitModule(policy, 'function', context, blocked);
  return new Function('runtime', `'use strict';\n${body}`)(runtime) as DecisionModule;
}
