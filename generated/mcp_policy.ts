// Decisions of the policy mcp_policy, compiled by capfence 0.1.0.
// from    policies/mcp_policy.yaml
// sha256  e968cf6807fde6fe124c9b3c2e0019ff5bb7a4e54270478ad528f0003dc7fc2b
// Do not edit: change the policy and run  capfence compile policies/mcp_policy.yaml

import type { Context, Decide, Environment, Facts, Manifest, RuleSet } from 'capfence/runtime';
import { MAY, MUST, PolicyBinding, always, noRules, prefixes, ruleSet, under } from 'capfence/runtime';

export const manifest: Manifest = {
  policy: 'mcp_policy',
  sha256: 'e968cf6807fde6fe124c9b3c2e0019ff5bb7a4e54270478ad528f0003dc7fc2b',
  sources: [
    { file: 'policies/mcp_policy.yaml', sha256: 'e968cf6807fde6fe124c9b3c2e0019ff5bb7a4e54270478ad528f0003dc7fc2b' },
  ],
  format: 3,
  compiler: '0.1.0',
  catalogue: 2,
  mode: 'enforce',
  approvalTimeoutSeconds: 3600,
  rules: [
    { id: 'deny[0]', decision: 'deny', capability: 'filesystem.delete', reason: 'destructive_operation', file: 'policies/mcp_policy.yaml', line: 2, column: 5 },
    { id: 'deny[1]', decision: 'deny', capability: 'filesystem.write', reason: 'policy_deny', file: 'policies/mcp_policy.yaml', line: 3, column: 5 },
    { id: 'deny[2]', decision: 'deny', capability: 'shell.execute', reason: 'policy_deny', file: 'policies/mcp_policy.yaml', line: 5, column: 5 },
    { id: 'require_approval[0]', decision: 'require_approval', capability: 'filesystem.write', reason: 'approval_required', file: 'policies/mcp_policy.yaml', line: 7, column: 5 },
    { id: 'allow[0]', decision: 'allow', capability: 'filesystem.read', reason: 'policy_allow', file: 'policies/mcp_policy.yaml', line: 10, column: 5 },
    { id: 'allow[1]', decision: 'allow', capability: 'filesystem.write', reason: 'policy_allow', file: 'policies/mcp_policy.yaml', line: 11, column: 5 },
  ],
  tools: [
    {},
  ],
  methods: [
    {},
  ],
  context: {},
};

/**
 * Fixes what does not change while a gateway runs; the result judges calls.
 *
 * A condition comes to a truth set: which of true, false and unknown its values make it. Of that a rule asks whether it MAY
 * hold (some value makes it true or unknown: enough to forbid) or MUST (all make it true: what permitting takes). Rules stand
 * in the order of precedence, and the first that holds decides; their numbers are those of manifest.rules.
 */
export function bind(context: Context, env: Environment = {}): Decide {
  const p = new PolicyBinding(manifest, context, env, { pathCase: 'platform', riskLevels: {} });
  const etc = prefixes(p, '/etc');
  const data_prod = prefixes(p, '/data/prod');
  const data_staging = prefixes(p, '/data/staging');
  const path_under_etc = (f: Facts) => under(f, etc);
  const path_under_data_prod = (f: Facts) => under(f, data_prod);
  const path_under_data_staging = (f: Facts) => under(f, data_staging);

  // filesystem.delete
  const filesystem_delete: RuleSet = always(0); // deny[0]  policies/mcp_policy.yaml:2

  // filesystem.write
  const filesystem_write: RuleSet = ruleSet({
    rules: [
      [1, 'c0'], // deny[1]
      [3, 'c1'], // require_approval[0]
      [5, 'c2'], // allow[1]
    ],
    conditions: [
      { fact: 'path', truthSet: path_under_etc }, // c0
      { fact: 'path', truthSet: path_under_data_prod }, // c1
      { fact: 'path', truthSet: path_under_data_staging }, // c2
    ],
    decide(f: Facts): number {
      const c0 = path_under_etc(f);
      const c1 = path_under_data_prod(f);
      const c2 = path_under_data_staging(f);
      const bits =
        ((MAY >> c0) & 1) | // deny[1]  policies/mcp_policy.yaml:3
        (((MAY >> c1) & 1) << 1) | // require_approval[0]  policies/mcp_policy.yaml:7
        (((MUST >> c2) & 1) << 2) | // allow[1]  policies/mcp_policy.yaml:11
        (1 << 3); // default deny
      return 31 - Math.clz32(bits & -bits); // the lowest bit: the first of these that holds
    },
  });

  // filesystem.read
  const filesystem_read: RuleSet = always(4); // allow[0]  policies/mcp_policy.yaml:10

  const nothing: RuleSet = noRules; // where no rule matches

  // shell.execute
  const shell_execute: RuleSet = always(2); // deny[2]  policies/mcp_policy.yaml:5

  // Which rules can match a capability.
  function rulesFor(resource: string, action: string): RuleSet {
    switch (resource) {
      case 'filesystem':
        switch (action) {
          case 'delete': return filesystem_delete;
          case 'write': return filesystem_write;
          case 'read': return filesystem_read;
        }
        return nothing;
      case 'shell':
        switch (action) {
          case 'execute': return shell_execute;
        }
        return nothing;
    }
    return nothing;
  }

  return p.decide({ rulesFor });
}
