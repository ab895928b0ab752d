import { homedir } from 'node:os';
import type { Args, Context, Decide, Environment, Manifest, Verdict } from '../../types.js';

/** A compiled policy: what a generated module exports. */
export interface PolicyModule {
  readonly manifest: Manifest;
  readonly bind: (context: Context, env?: Environment) => Decide;
}

/** Judges actions by a compiled policy, behind MCP or not. */
export class ActionGate {
  /** The decision function itself, with all it can be asked. */
  readonly bound: Decide;

  /** @throws BindError where the context is not the one the policy was compiled for, or a root is relative. */
  constructor(
    readonly module: PolicyModule,
    readonly context: Context = {},
    readonly environment: Environment = { home: homedir() },
  ) {
    this.bound = module.bind(context, environment);
  }

  get manifest(): Manifest {
    return this.module.manifest;
  }

  /** How a call of this tool is decided. Nothing is recorded and nothing is asked. */
  decide(tool: string, args: Args = {}): Verdict {
    return this.bound(tool, args);
  }

  /** The same for a capability without a tool, with the default facts. */
  decideCapability(capability: string, args: Args = {}): Verdict {
    return this.bound.capability(capability, args);
  }
}
