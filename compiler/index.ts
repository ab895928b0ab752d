/** `capfence/compiler`: what the command line does, for programs. */
export type { Manifest } from '../runtime/types.js';
export { type CheckOptions, type CheckReport, check } from './check.js';
export { type CompiledPolicy, type CompileOptions, compile } from './compile.js';
export { type Diagnostic, PolicyError } from './diagnostics/diagnostic.js';
export { type DiffOptions, type DiffReport, diff } from './diff.js';
export { bundleGateway } from './emit/bundle.js';
export { explain } from './explain.js';
export type { ExplainedCall, Explanation } from './interpret/explain-call.js';
export { policyJsonSchema } from './ir/json-schema.js';
export { type Loaded, loadPolicy, loadSource } from './ir/load.js';
export type { Policy } from './ir/policy.js';
export type { Snapshot } from './ir/tool-snapshot.js';
