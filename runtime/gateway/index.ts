/**
 * `capfence/gateway`: the gateway without the compiler. A policy comes as a compiled module.
 */
export type { Approval, ApprovalDraft, ApprovalState, ApprovalStep } from '../approvals/approval.js';
export type { ApprovalStore } from '../approvals/store.js';
export type { Args, Context, Decide, Decision, Environment, Manifest, Verdict } from '../types.js';
export { McpGatewayServer } from './gateway.js';
export { ActionGate, type PolicyModule } from './judge/gate.js';
export { ModuleRuntime as ActionRuntime } from './module-runtime.js';
export type { GatewayOptions } from './options/options.js';
export { GatewayStartError } from './options/start-error.js';
