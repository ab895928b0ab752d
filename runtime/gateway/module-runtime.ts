import { homedir } from 'node:os';
import type { Context, Environment } from '../types.js';
import { ActionGate, type PolicyModule } from './judge/gate.js';

/** What a gate is bound to. */
export interface GateOptions {
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
    return new ActionGate(module, options.context ?? {}, options.environment ?? { home: homedir() });
  },
};
