import { hostname } from 'node:os';
import type { ApprovalDraft } from '../../approvals/approval.js';
import { type ApprovalSubject, subjectDigest } from '../../approvals/approval-subject.js';
import { basisOf, type GrantBasis } from '../../approvals/grant.js';
import type { Redactor } from '../../audit/redact.js';
import { maskContext, maskSecrets } from '../../text/mask-secrets.js';
import type { Manifest } from '../../types.js';
import { membersOf } from '../../wire/members.js';
import { canonicalSpelling } from '../../wire/spelling.js';
import type { EvaluatedCall } from '../judge/evaluated-call.js';

/** What a gateway is, as far as approvals are bound to it. @internal */
export interface AskingGateway {
  readonly manifest: Manifest;
  readonly redactor: Redactor | null;
  readonly agent: string;
  readonly upstream: readonly string[];
  readonly cwd: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** The folders that relative paths are resolved against now. */
  readonly roots: readonly string[];
  /** Paths are judged also as what their links lead to. */
  readonly followsLinks: boolean;
  /** The audit folder, for commands that add to this gateway's records. */
  readonly audit: string;
}

/** Writes out what an approval of a call is bound to, and what a person is shown of it. @internal */
export class ApprovalForm {
  constructor(private readonly gateway: AskingGateway) {}

  /** @param isWhole With what the call brings along beside its arguments. */
  subject(call: EvaluatedCall, isWhole: boolean): ApprovalSubject {
    const { agent, upstream, cwd, context, roots, manifest } = this.gateway;
    const { method, tool = method } = call;
    const params = isWhole ? call.paramsText : undefined;
    return {
      agent,
      upstream,
      cwd,
      method,
      tool,
      arguments: canonicalSpelling(call.argumentsText),
      params: params && canonicalSpelling(params),
      policy: manifest.sha256,
      context,
      roots,
    };
  }

  /** @param session Names the session of the ledger. */
  basis(call: EvaluatedCall, session: string | undefined): GrantBasis | undefined {
    // What a limit asks for is approved, call by call; and a grant answers one rule.
    const rule = this.gateway.manifest.rules[call.verdict.rule];
    if (rule === undefined || call.isBeyondLimit || call.asking.join() !== String(call.verdict.rule)) return undefined;
    const subject = this.subject(call, true);
    const members = new Map(membersOf(subject.arguments).map(([name, text]) => [name, text]));
    const named = [...members.keys()].filter((name) => call.namesPath(name));
    const paths = named.filter((name) => call.isPath(name));
    const fixed = named.filter((name) => !paths.includes(name));
    const { followsLinks } = this.gateway;
    return basisOf(subject, rule.id, members, {
      paths,
      fixed,
      ...(followsLinks && { followsLinks }),
      ...(session !== undefined && { session }),
    });
  }

  /** What a person is asked. */
  draft(call: EvaluatedCall, unknown: readonly string[] = [], grantable?: GrantBasis): ApprovalDraft {
    const { upstream, cwd, context, roots, manifest, redactor, audit } = this.gateway;
    const { verdict } = call;
    const subject = this.subject(call, true);
    const { agent, method, tool, arguments: text, params } = subject;
    const rule = manifest.rules[verdict.rule];
    return {
      digest: subjectDigest(subject),
      agent,
      tool,
      method,
      capability: verdict.capability,
      arguments: redactor?.arguments(text) ?? text,
      ...(params !== undefined && { params: redactor?.arguments(params) ?? params }),
      rule: rule?.id ?? '',
      place: rule && `${rule.file}:${rule.line}`,
      reason: verdict.reason,
      unknown,
      upstream: maskSecrets(upstream),
      cwd,
      context: maskContext(context),
      roots,
      policy: manifest.policy,
      policy_sha256: manifest.sha256,
      audit,
      host: hostname(),
      ...(grantable && { grantable }),
    };
  }
}
