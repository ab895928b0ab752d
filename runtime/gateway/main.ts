import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ApprovalStore } from '../approvals/store.js';
import type { OpenSink } from '../audit/sink.js';
import { BindError } from '../bind-error.js';
import type { Ledger } from '../history/ledger.js';
import { McpGatewayServer } from './gateway.js';
import type { PolicyModule } from './judge/policy-module.js';
import { gatewayHelp, parseGatewayFlags, UsageError } from './options/flags.js';
import { checkSignature, SignatureError, signatureFile } from './options/signature.js';
import { GatewayStartError } from './options/start-error.js';

/** What `capfence compile` builds in only where it is asked to. */
export interface BuiltIn {
  /** `--otlp` */
  readonly otlpSink?: (url: string) => OpenSink;
  /** `--postgres` */
  readonly postgresStore?: (url: string) => ApprovalStore;
  readonly postgresLedger?: (url: string) => Ledger;
}

/**
 * The command line of a prebuilt gateway: `node gateway.mjs [flags] -- COMMAND [ARG…]`.
 *
 * @param self The URL of the gateway's file.
 * @returns its exit code.
 */
export async function main(
  module: PolicyModule,
  argv: readonly string[],
  self: string,
  { otlpSink, postgresStore, postgresLedger }: BuiltIn = {},
): Promise<number> {
  try {
    const { help, otlp, database, ledgerDatabase, requireSignature, options } = parseGatewayFlags(argv);
    if (help) {
      process.stdout.write(gatewayHelp('node gateway.mjs'));
      return 0;
    }
    const file = fileURLToPath(self);
    if (requireSignature !== undefined) checkSignature(readFileSync(file, 'utf8'), file, requireSignature);
    const gate = { module, context: {}, environment: {} };
    if (otlp !== undefined && !otlpSink) {
      throw new UsageError('this gateway was compiled without --otlp');
    }
    const isInDatabase = database !== undefined || ledgerDatabase !== undefined;
    if (isInDatabase && !(postgresStore && postgresLedger)) {
      throw new UsageError('this gateway was compiled without --postgres');
    }
    const sink = otlp === undefined ? undefined : otlpSink?.(otlp);
    const approvals = database === undefined ? undefined : postgresStore?.(database);
    const ledger = ledgerDatabase === undefined ? undefined : postgresLedger?.(ledgerDatabase);
    const own = {
      gate,
      ownFiles: [file, signatureFile(file), ...(requireSignature ? [requireSignature.keyFile] : [])],
      ...(sink && { sink }),
      ...(approvals && { approvals }),
      ...(ledger && { ledger }),
    };
    return await new McpGatewayServer({ ...options, ...own }).run();
  } catch (error) {
    return failed(error);
  }
}

const START_PROBLEMS = [UsageError, GatewayStartError, BindError, SignatureError];

/** What a person is told when a gateway does not start. */
export function failed(error: unknown): number {
  if (!START_PROBLEMS.some((type) => error instanceof type)) throw error;
  process.stderr.write(`capfence: ${(error as Error).message}\n`);
  return 2;
}
