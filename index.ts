/**
 * CapFence: policies for the tool calls of agents, compiled, and enforced in front of any stdio MCP server.
 */

import type { ActionGate } from './runtime/gateway/action-gate.js';
import type { GateOptions } from './runtime/gateway/module-runtime.js';
import { ModuleRuntime } from './runtime/gateway/module-runtime.js';

export type { Approval, ApprovalDraft, ApprovalState, ApprovalStep } from './runtime/approvals/approval.js';
export type { ApprovalStore } from './runtime/approvals/store.js';
export { ActionGate, type BegunCall, type GatePast } from './runtime/gateway/action-gate.js';
export { McpGatewayServer } from './runtime/gateway/gateway.js';
export type { PolicyModule } from './runtime/gateway/judge/policy-module.js';
export type { GatewayOptions } from './runtime/gateway/options/options.js';
export { GatewayStartError } from './runtime/gateway/options/start-error.js';
export type { Ledger } from './runtime/history/ledger.js';
export { LedgerFolder } from './runtime/history/ledger-folder.js';
export type {
  Args,
  Context,
  Decide,
  Decision,
  Effects,
  Environment,
  History,
  Manifest,
  Verdict,
} from './runtime/types.js';

/** Makes gates from policies: from a file, compiled in memory, or from a compiled module. */
export const ActionRuntime = {
  ...ModuleRuntime,

  /**
   * Compiles a policy file in memory.
   *
   * @throws PolicyError with every problem found, where the policy does not load.
   */
  async fromPolicy(path: string, options: GateOptions = {}): Promise<ActionGate> {
    const [{ loadPolicy }, { compileInMemory }] = await Promise.all([
      import('./compiler/ir/load.js'),
      import('./compiler/in-memory.js'),
    ]);
    return ModuleRuntime.fromModule(compileInMemory((await loadPolicy(path)).policy), options);
  },
};
