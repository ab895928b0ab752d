import type { Context, Decide, Environment, Manifest } from '../../types.js';

/** A compiled policy: what a generated module exports. */
export interface PolicyModule {
  readonly manifest: Manifest;
  readonly bind: (context: Context, env?: Environment) => Decide;
}

/** A policy with what it is to be bound to. */
export interface PolicyGate {
  readonly module: PolicyModule;
  readonly context: Context;
  readonly environment: Environment;
}
