/**
 * `capfence/gateway`: the gateway without the compiler. A policy comes as a compiled module.
 */
export type { Approval, ApprovalDraft, ApprovalState, ApprovalStep } from '../approvals/approval.js';
export type { ApprovalStore } from '../approvals/store.js';
export type { Ledger } from '../history/ledger.js';
export { LedgerFolder } from '../history/ledger-folder.js';
export type { Args, Context, Decide, Decision, Effects, Environment, History, Manifest, Verdict } from '../types.js';
export { ActionGate, type BegunCall, type GatePast } from './action-gate.js';
export { McpGatewayServer } from './gateway.js';
export type { PolicyModule } from './judge/policy-module.js';
export { ModuleRuntime as ActionRuntime } from './module-runtime.js';
export type { GatewayOptions } from './options/options.js';
export { GatewayStartError } from './options/start-error.js';
