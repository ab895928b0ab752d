import { CATALOGUE_VERSION } from '../../runtime/data/catalogue.js';
import { MODULE_FORMAT } from '../../runtime/data/module-format.js';
import type { Context, Manifest, ManifestRule } from '../../runtime/types.js';
import { needsRoot } from '../ir/needs-root.js';
import type { Policy } from '../ir/policy.js';
import { VERSION } from '../package/version.js';
import { type Code, code } from './code/code.js';
import type { ModuleScope } from './scope.js';

/** What a compiled policy says of itself. */
export function manifestOf(policy: Policy, context: Context = {}): Manifest {
  return {
    policy: policy.name,
    sha256: policy.sha256,
    sources: policy.sources,
    format: MODULE_FORMAT,
    compiler: VERSION,
    catalogue: CATALOGUE_VERSION,
    mode: policy.mode,
    approvalTimeoutSeconds: policy.approvalTimeoutSeconds,
    rules: policy.rules.map(
      ({ id, decision, capability, reason, description, place }): ManifestRule => ({
        id,
        decision,
        capability: capability.text,
        reason,
        ...(description !== undefined && { description }),
        file: place.source.file,
        line: place.line,
        column: place.column,
      }),
    ),
    tools: policy.layers.map((layer) => layer.tools),
    methods: policy.layers.map((layer) => layer.methods),
    ...(policy.arguments && { arguments: policy.arguments }),
    ...(policy.hints && Object.keys(policy.hints).length > 0 && { hints: policy.hints }),
    ...needsRootOf(policy),
    context,
  };
}

function needsRootOf(policy: Policy): Pick<Manifest, 'needsRoot'> {
  const pair = needsRoot(policy);
  return pair ? { needsRoot: { relative: pair.relative.path, absolute: pair.absolute.path } } : {};
}

/** The manifest as a literal: one line a member, one line a rule. */
export function emitManifest(manifest: Manifest, scope: ModuleScope): Code {
  const members = Object.entries(manifest).map(([key, value]) => {
    const isTable = Array.isArray(value) && value.length > 0;
    if (!isTable) return code`\n  ${code.identifier(key)}: ${value},`;
    const items = value.map((item) => code`${item},`);
    return code`\n  ${code.identifier(key)}: ${scope.list(items, '    ', 'ManifestRule')},`;
  });
  return code`{${code.join(members, '')}\n}`;
}
