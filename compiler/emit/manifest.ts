import { CATALOGUE_VERSION } from '../../runtime/data/catalogue.js';
import { DETECTORS_VERSION } from '../../runtime/data/detectors.js';
import { MODULE_FORMAT } from '../../runtime/data/module-format.js';
import type { Context, Manifest, ManifestResultRule, ManifestRule, RulePlace } from '../../runtime/types.js';
import type { After } from '../conditions/condition.js';
import { needsRoot } from '../ir/needs-root.js';
import type { Policy } from '../ir/policy.js';
import { secretsAsked } from '../ir/secrets.js';
import { VERSION } from '../package/version.js';
import { type Code, code } from './code/code.js';
import type { ModuleScope } from './scope.js';

/** What a compiled policy says of itself. */
/** @param afters What its conditions ask of the past: the distinct ones, in the order of their numbers. */
export function manifestOf(policy: Policy, context: Context = {}, afters: readonly After[] = []): Manifest {
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
    ...historyOf(policy, afters),
    ...resultsOf(policy),
    ...needsRootOf(policy),
    context,
  };
}

function historyOf({ marks, limits }: Policy, afters: readonly After[]): Pick<Manifest, 'history'> {
  if (marks.length === 0 && limits.length === 0 && afters.length === 0) return {};
  return {
    history: {
      afters,
      marks: marks.map(({ id, labels, clears, by, result, secret, capability, place }) => ({
        id,
        labels,
        ...(clears && { clears }),
        ...(by !== undefined && { by }),
        ...((result || secret) && { result: true as const }),
        ...(secret && { isDated: true as const }),
        capability: capability.text,
        ...placeOf(place),
      })),
      limits: limits.map(({ id, key, capability, max, per, of, by, isShared, over, reason, description, place }) => ({
        id,
        key,
        capability: capability.text,
        max,
        per,
        ...(of !== undefined && { of }),
        ...(by !== undefined && { by }),
        ...(isShared && { isShared }),
        over,
        reason,
        ...(description !== undefined && { description }),
        ...placeOf(place),
      })),
    },
  };
}

function resultsOf(policy: Policy): Pick<Manifest, 'results' | 'detectors'> {
  const results = policy.results.map(
    ({ id, capability, redact, withhold, maxBytes, reason, description, place }): ManifestResultRule => ({
      id,
      capability: capability.text,
      ...(redact && {
        redact: {
          ...(redact.secret && { secret: redact.secret.names }),
          ...(redact.at && { at: redact.at }),
        },
      }),
      ...(withhold && { withhold: withhold.names }),
      ...(maxBytes !== undefined && { maxBytes }),
      ...(reason !== undefined && { reason }),
      ...(description !== undefined && { description }),
      ...placeOf(place),
    }),
  );
  return {
    ...(results.length > 0 && { results }),
    ...(secretsAsked(policy).length > 0 && { detectors: DETECTORS_VERSION }),
  };
}

function placeOf({ source, line, column }: Policy['marks'][0]['place']): RulePlace {
  return { file: source.file, line, column };
}

function needsRootOf(policy: Policy): Pick<Manifest, 'needsRoot'> {
  const pair = needsRoot(policy);
  return pair ? { needsRoot: { relative: pair.relative.path, absolute: pair.absolute.path } } : {};
}

/** What is kept of the past, one line an item. */
function historyTables(history: object, scope: ModuleScope): Code {
  const tables = Object.entries(history).map(([key, items]) => {
    const lines = (items as readonly unknown[]).map((item) => code`${item},`);
    return code`\n    ${code.identifier(key)}: ${scope.list(lines, '      ', 'unknown')},`;
  });
  return code`{${code.join(tables, '')}\n  }`;
}

/** The manifest as a literal: one line a member, one line a rule. */
export function emitManifest(manifest: Manifest, scope: ModuleScope): Code {
  const members = Object.entries(manifest).map(([key, value]) => {
    if (key === 'history') return code`\n  ${code.identifier(key)}: ${historyTables(value, scope)},`;
    const isTable = Array.isArray(value) && value.length > 0;
    if (!isTable) return code`\n  ${code.identifier(key)}: ${value},`;
    const items = value.map((item) => code`${item},`);
    return code`\n  ${code.identifier(key)}: ${scope.list(items, '    ', 'ManifestRule')},`;
  });
  return code`{${code.join(members, '')}\n}`;
}
