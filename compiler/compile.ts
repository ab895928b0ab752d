import type { Context, Manifest } from '../runtime/types.js';
import { blockedCapabilities } from './analyse/blocked.js';
import { validateModule } from './analyse/validate.js';
import type { Diagnostic } from './diagnostics/diagnostic.js';
import type { Progress } from './diagnostics/progress.js';
import { manifestOf } from './emit/manifest.js';
import { emitModule } from './emit/module.js';
import { loadSource } from './ir/load.js';
import type { Policy } from './ir/policy.js';
import { type Snapshot, withTools } from './ir/tool-snapshot.js';

export interface CompileOptions {
  /** Names a policy that is given as text, in messages; by its ending it is YAML or the DSL. */
  readonly name?: string;
  /** Context that is fixed now; a gateway run with another ends with 2. */
  readonly context?: Context;
  /** Tools of a server: an argument that their schemas don't know makes the default facts unknown. */
  readonly tools?: Snapshot;
  /** Called as the proof goes on. */
  readonly progress?: Progress;
}

/** What a policy compiles to. */
export interface CompiledPolicy {
  readonly policy: Policy;
  readonly manifest: Manifest;
  /** The decision module in TypeScript. */
  readonly ts: string;
  /** The same with its types erased. */
  readonly js: string;
  /** Notes and warnings of loading. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Compiles a policy: parse, lower, emit, prove.
 *
 * @param source A path, or the text itself: what holds a line break, or has a name in the options.
 * @throws PolicyError with every problem found, where the policy does not load.
 * @throws DisagreementError where the module decides a call otherwise than the interpreter: nothing is to be written.
 */
export async function compile(source: string, options: CompileOptions = {}): Promise<CompiledPolicy> {
  const { policy: own, diagnostics } = await loadSource(source, options.name);
  const policy = options.tools ? withTools(own, options.tools) : own;
  const context = options.context ?? {};
  const blocked = blockedCapabilities(policy);
  const ts = emitModule(policy, 'ts', context, blocked);
  const { proveModule } = await import('./emit/prove.js');
  proveModule(ts);
  validateModule(policy, context, options.progress);
  return {
    policy,
    diagnostics,
    manifest: manifestOf(policy, context),
    ts,
    js: emitModule(policy, 'js', context, blocked),
  };
}
