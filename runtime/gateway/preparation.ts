import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { RunningDesks } from '../approvals/running-desks.js';
import type { ApprovalStore } from '../approvals/store.js';
import { Redactor } from '../audit/redact.js';
import { AuditLog } from '../audit/segment.js';
import { type Signer, signerOf } from '../audit/sign.js';
import type { Sink } from '../audit/sink.js';
import type { Ledger } from '../history/ledger.js';
import { LedgerFolder } from '../history/ledger-folder.js';
import { shown } from '../text/escape.js';
import { maskContext, maskSecrets } from '../text/mask-secrets.js';
import type { Context, Environment, Manifest } from '../types.js';
import { BoundPolicy } from './judge/bound-policy.js';
import { realPath, withRealPaths } from './judge/real-path.js';
import { ToolLock } from './judge/tool-lock.js';
import type { GatewayOptions } from './options/options.js';
import { ownFiles, workingFoldersOf } from './options/own-files.js';
import { defaultApprovalsDir, defaultAuditDir, defaultLedgerDir, desksDir } from './options/places.js';
import { startable } from './options/start-error.js';

/** Says something to the person beside: a line on standard error. */
export type Tell = (line: string) => void;

/** What a gateway has before its server is started: all that can keep it from starting has been tried. @internal */
export interface Preparation {
  readonly options: GatewayOptions;
  readonly tell: Tell;
  readonly agent: string;
  readonly context: Context;
  readonly manifest: Manifest;
  readonly auditDir: string;
  readonly audit: AuditLog;
  readonly lock: ToolLock | null;
  readonly policy: BoundPolicy;
  readonly approvals: string | ApprovalStore;
  /** Pages where people decide. */
  readonly desks: RunningDesks;
  /** null where the policy has no history. */
  readonly ledger: Ledger | null;
  readonly session: string;
  readonly redactor: Redactor | null;
  readonly observes: boolean;
}

/** @throws GatewayStartError */
export function prepare(options: GatewayOptions, tell: Tell, sink: Sink | undefined): Preparation {
  const agent = options.agentId ?? process.env['CAPFENCE_AGENT'] ?? 'mcp-agent';
  const context: Context = { agent, ...options.gate.context, ...options.context };
  const roots = withRealPaths(options.roots ?? options.gate.environment.roots ?? []);
  const { manifest } = options.gate.module;
  const { approvals = defaultApprovalsDir(), auditDir = defaultAuditDir(), lock: lockFile, redact = [] } = options;
  const audit = auditLog({ options, agent, context, roots, auditDir }, sink);
  const lock = lockFile === undefined ? null : startable(() => ToolLock.read(lockFile));
  const { ledger: past = defaultLedgerDir() } = options;
  const folders = [auditDir, approvals, past].filter((place) => typeof place === 'string');
  const session = options.session ?? process.env['CAPFENCE_SESSION'] ?? '';
  const desks = new RunningDesks(desksDir(), options.approvalsPage);
  const policy = startable(() => boundPolicy(options, context, roots, folders, desks));
  const redactor = redact.length > 0 ? startable(() => new Redactor(redact)) : null;
  startable(() => audit.open(), `the audit folder ${auditDir} can't be used: `);
  // A prebuilt gateway is bundled without ledgers where its policy asks nothing of the past (compiler/emit/bundle.ts).
  const ledger = globalThis.CAPFENCE_WITHOUT_HISTORY
    ? null
    : manifest.history
      ? startable(() => openLedger(past, options, tell), "the ledger can't be used: ")
      : null;
  const observes = options.observe ?? manifest.mode === 'observe';
  if (observes) tell('observing: nothing is blocked');
  if (manifest.needsRoot && roots.length === 0) {
    const { relative, absolute } = manifest.needsRoot;
    tell(`note: without --root, whether ${shown(relative)} lies under ${shown(absolute)} is unknown: see CF208`);
  }
  const own = { options, tell, agent, context, manifest, auditDir, audit, lock, policy, approvals, redactor, observes };
  return { ...own, desks, ledger, session };
}

function openLedger(place: string | Ledger, { fsync = false }: GatewayOptions, tell: Tell): Ledger {
  return typeof place === 'string' ? new LedgerFolder(place, { fsync, tell }) : place;
}

interface Run extends Pick<Preparation, 'options' | 'agent' | 'context' | 'auditDir'> {
  readonly roots: readonly string[];
}

function auditLog({ options, agent, context, roots, auditDir }: Run, sink: Sink | undefined): AuditLog {
  const { policy, sha256, compiler } = options.gate.module.manifest;
  const { sign } = options;
  return new AuditLog({
    dir: auditDir,
    agent,
    fsync: options.fsync ?? false,
    maxBytes: options.auditMaxBytes,
    onSegment: sink && ((file) => sink.opened(file)),
    signer: sign === undefined ? undefined : startable(() => keyOf(sign)),
    header: () => ({
      policy,
      policy_sha256: sha256,
      compiler,
      command: maskSecrets(options.commandLine ?? process.argv.slice(1)),
      cwd: process.cwd(),
      upstream: maskSecrets(options.upstreamCommand),
      context: maskContext(context),
      roots,
    }),
  });
}

/** @param folders Where the gateway keeps what it writes. @throws BindError */
function boundPolicy(
  options: GatewayOptions,
  context: Context,
  roots: readonly string[],
  folders: readonly string[],
  desks: RunningDesks,
): BoundPolicy {
  const { gate, resolveLinks, noSelfProtect, upstreamCommand, sign, lock, ownFiles: given = [] } = options;
  const environment: Environment = {
    home: homedir(),
    ...gate.environment,
    roots,
    ...(resolveLinks && { resolveLinks: realPath }),
  };
  const own = [...folders, ...(sign ? [sign] : []), ...(lock ? [lock] : []), ...given].map((file) => resolve(file));
  return new BoundPolicy(
    (world) => gate.module.bind(context, world),
    environment,
    noSelfProtect ? null : { files: () => ownFiles(own), leadsToDesk: (args) => desks.areReachedBy(args) },
    workingFoldersOf(upstreamCommand),
  );
}

function keyOf(file: string): Signer {
  try {
    return signerOf(readFileSync(file));
  } catch (error) {
    throw new Error(`the signing key ${file} can't be used: ${(error as Error).message}`, { cause: error });
  }
}
