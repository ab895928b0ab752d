import type { Readable, Writable } from 'node:stream';
import type { ApprovalStore } from '../../approvals/store.js';
import type { OpenSink } from '../../audit/sink.js';
import type { Ledger } from '../../history/ledger.js';
import type { Context } from '../../types.js';
import type { PolicyGate } from '../judge/policy-module.js';

/** What a gateway needs to know. The flags of `capfence run` have the same names and defaults. */
export interface GatewayOptions {
  /** The server's command and its arguments; started without a shell. */
  readonly upstreamCommand: readonly string[];
  readonly gate: PolicyGate;
  /** Names the agent in the audit log and in approvals. Default: `CAPFENCE_AGENT`, else `mcp-agent`. */
  readonly agentId?: string;
  readonly context?: Context;
  /** Absolute folders against which the server may resolve relative paths. */
  readonly roots?: readonly string[];
  /** Also judge where the links of a path lead. */
  readonly resolveLinks?: boolean;
  /** Default: `CAPFENCE_AUDIT_DIR`, else `capfence/audit` in the user's state folder. */
  readonly auditDir?: string;
  /** The folder of the approval requests, or another store. Default: `approvals` beside the default audit folder. */
  readonly approvals?: string | ApprovalStore;
  /**
   * What a caller gets whose call needs approval: an error at once, and the same call made again after approval goes
   * through (`retry`); nothing until it is decided (`hold`); or a question to the person at the client (`elicit`).
   * Default: retry.
   */
  readonly approval?: 'retry' | 'hold' | 'elicit';
  /** Webhooks that are told of each new request for approval. */
  readonly notify?: readonly string[];
  /** Programs that are told likewise, on their standard input. */
  readonly notifyCommand?: readonly string[];
  /** Tell them the arguments too, masked as `redact` says. */
  readonly notifyArguments?: boolean;
  /** Where people decide on other machines: no call may lead there. Pages of this user on this one are found without it. */
  readonly approvalsPage?: readonly string[];
  /** Decide and record, but forward whatever the verdict. */
  readonly observe?: boolean;
  /** How a blocked call is answered: a JSON-RPC error, or a tool result with `isError`. Default: error. */
  readonly denyAs?: 'error' | 'result';
  /** Leave tools in `tools/list` that no call could get past the policy. */
  readonly listAll?: boolean;
  /** The most bytes a client's line may have. Default: 16 MiB. */
  readonly maxMessageBytes?: number;
  /** Seconds the server has to end once the client has gone. Default: 5. */
  readonly grace?: number;
  readonly fsync?: boolean;
  /** Where it is kept what happened before: a folder of a local disk, or another ledger. Default: `ledger` in the state folder. */
  readonly ledger?: string | Ledger;
  /** Names the session that labels without `within` last for. Default: `CAPFENCE_SESSION`, else the unnamed one. */
  readonly session?: string;
  /** The session ends once no gateway of the agent has run for so many seconds. Default: only a person ends it. */
  readonly sessionIdle?: number;
  /** Record how every call ends, not only those that mark. */
  readonly auditResults?: boolean;
  /** The most bytes of a result that result rules concern. Default: 64 MiB. */
  readonly maxResultBytes?: number;
  /** Record requests that pass unjudged as well. */
  readonly auditAll?: boolean;
  /** Keep each judged line in its record. */
  readonly auditPayloads?: boolean;
  /** As large as a segment of the audit log may grow, in bytes. Default: any size. */
  readonly auditMaxBytes?: number;
  /** Arguments that are masked wherever they are stored: names, or JSON Pointers. */
  readonly redact?: readonly string[];
  /** The file of an Ed25519 private key (PKCS#8 PEM) that signs the audit log. */
  readonly sign?: string;
  /** A file of tools as they were when somebody looked at them (`capfence scan --lock`): others are hidden and refused. */
  readonly lock?: string;
  /** Carries records on to somewhere else, such as `otlpSink` of `capfence/otlp`. */
  readonly sink?: OpenSink;
  /** Turn off the protection of the gateway's own files. */
  readonly noSelfProtect?: boolean;
  /** The policy, module, lock and key files in use, which an agent must not edit. */
  readonly ownFiles?: readonly string[];
  /** Where the client is. Default: this process's standard streams. */
  readonly streams?: { readonly input: Readable; readonly output: Writable; readonly error: Writable };
  /** The command line, for the audit header; secrets are masked. Default: this process's own. */
  readonly commandLine?: readonly string[];
}
