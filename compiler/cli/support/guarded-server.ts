import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { parseGatewayFlags } from '../../../runtime/gateway/options/flags.js';
import { defaultAuditDir } from '../../../runtime/gateway/options/places.js';
import { loadPolicy } from '../../ir/load.js';
import { readSnapshot } from '../../ir/tool-snapshot.js';
import { toolChanges } from '../../report/tool-changes.js';
import { listTools } from './list-tools.js';
import { loadModule } from './load-module.js';

/** How a server of a client's configuration is guarded. */
export interface Guarding {
  /** The policy or compiled module. */
  readonly policy: string;
  /** undefined: any tools. */
  readonly lock: string | undefined;
  readonly audit: string;
  /** As `--approvals` takes it; undefined: the default place. */
  readonly approvals: string | undefined;
  readonly observes: boolean;
  /** What would keep it from starting, or is not as it was reviewed. */
  readonly problems: readonly string[];
}

/** Flags of `capfence run` alone, beside those of every gateway. */
const OWN = { policy: ['', 'text', 'FILE'], module: ['', 'text', 'FILE'] } as const;

/**
 * Reads how a command guards the server behind it, and looks at what it names.
 *
 * @param env What the client sets for it.
 * @param isStarted Start the server and compare its tools with the lock.
 */
export async function guardingOf(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  isStarted: boolean,
): Promise<Guarding> {
  const { own, options, database } = parseGatewayFlags(command.slice(command.indexOf('run') + 1), OWN, {
    ...process.env,
    ...env,
  });
  const policy = (own['policy'] ?? own['module']) as string;
  const { lock, auditDir, approvals, observe = false, upstreamCommand } = options;
  const problems = [
    ...(isAbsolute(policy) ? [] : [`${policy} is relative: where its client starts it decides what that is`]),
    ...(await problemOf(() => (own['policy'] ? loadPolicy(policy) : loadModule(policy, undefined)))),
    ...(lock === undefined ? [] : await problemOf(() => readSnapshot(lock))),
  ];
  if (lock !== undefined && isStarted && existsSync(lock)) {
    problems.push(...(await problemOf(() => sameTools(lock, upstreamCommand, env))));
  }
  return {
    policy,
    lock,
    audit: auditDir ?? env['CAPFENCE_AUDIT_DIR'] ?? defaultAuditDir(),
    approvals: database ?? (approvals as string | undefined),
    observes: observe,
    problems,
  };
}

async function sameTools(
  lock: string,
  server: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const changes = toolChanges(readSnapshot(lock).tools, (await listTools(server, env, true)).tools);
  if (changes.length === 0) return;
  const names = changes.map(
    ({ name, kind }) => `${name} ${kind === 'appeared' ? 'is new' : kind === 'gone' ? 'is gone' : 'changed'}`,
  );
  throw new Error(`its tools are not those of ${lock}: ${names.join(', ')}`);
}

/** What it says where it can't be done: none or one. */
async function problemOf(action: () => unknown): Promise<string[]> {
  try {
    await action();
    return [];
  } catch (error) {
    const { message, diagnostics } = error as Error & { diagnostics?: readonly { message: string }[] };
    return [diagnostics?.[0]?.message ?? message];
  }
}
