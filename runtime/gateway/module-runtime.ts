import { homedir } from 'node:os';
import type { Context, Environment } from '../types.js';
import { ActionGate, type GatePast } from './action-gate.js';
import type { PolicyModule } from './judge/policy-module.js';

/** What a gate is bound to. */
export interface GateOptions extends GatePast {
  readonly context?: Context;
  readonly environment?: Environment;
}

/** Makes gates from policies that are compiled already. */
export const ModuleRuntime = {
  /**
   * @param module What a generated module exports: `import * as policy from './generated/NAME.js'`.
   * @throws BindError where the context is not the one it was compiled for, or a root is relative.
   */
  fromModule(module: PolicyModule, options: GateOptions = {}): ActionGate {
    const { context = {}, environment = { home: homedir() }, ...past } = options;
    return new ActionGate(module, context, environment, past);
  },
};
