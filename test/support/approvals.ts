import type { ApprovalDraft } from '../../runtime/approvals/approval.js';
import type { GrantDraft } from '../../runtime/approvals/grant.js';
import { sha256 } from '../../runtime/text/sha256.js';

/** A request as a gateway makes it. @param name Requests of different names are for different calls. */
export function draft(name: string, more: Partial<ApprovalDraft> = {}): ApprovalDraft {
  return {
    digest: sha256(name),
    agent: 'a',
    tool: 'write_file',
    method: 'tools/call',
    capability: 'filesystem.write',
    arguments: `{"n":9007199254740993,"path":"/data/prod/${name}"}`,
    rule: 'require_approval[0]',
    place: 'policy.yaml:3',
    reason: 'approval_required',
    unknown: [],
    upstream: ['node', 'server.js'],
    cwd: '/srv',
    context: {},
    roots: [],
    policy: 'p',
    policy_sha256: '0'.repeat(64),
    audit: '/nowhere',
    host: 'h',
    ...more,
  };
}

/** A grant as a person gives it. */
export function grantDraft(name: string, more: Partial<GrantDraft> = {}): GrantDraft {
  const {
    digest,
    agent,
    tool,
    capability,
    rule,
    arguments: args,
    upstream,
    policy,
    policy_sha256,
    audit,
    host,
  } = draft(name);
  return {
    ...{ digest, agent, tool, capability, rule, arguments: args, upstream, policy, policy_sha256, audit, host },
    approval: '0',
    by: 'ann',
    base: 'b',
    members: {},
    vary: { path: '/data' },
    isForSession: false,
    ...more,
  };
}
