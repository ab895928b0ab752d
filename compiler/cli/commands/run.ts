import { resolve } from 'node:path';
import type { OpenSink } from '../../../runtime/audit/sink.js';
import { McpGatewayServer } from '../../../runtime/gateway/gateway.js';
import type { PolicyModule } from '../../../runtime/gateway/judge/policy-module.js';
import { type Flags, flagNames, gatewayHelp, parseGatewayFlags } from '../../../runtime/gateway/options/flags.js';
import { type Expected, signatureFile } from '../../../runtime/gateway/options/signature.js';
import { openDatabase } from '../../approvals/open-store.js';
import { PACKAGE_ROOT } from '../../package/built.js';
import { CommandError, EXIT, reportFailure } from '../support/failure.js';
import { loadModule } from '../support/load-module.js';
import { openLedgerDatabase } from '../support/open-ledger.js';

/** What a prebuilt gateway has built in. */
const OWN: Flags = {
  policy: ['the policy to enforce, compiled in memory', 'text', 'FILE'],
  module: ['a compiled policy (generated/NAME.js) instead', 'text', 'FILE'],
};

/** The flags of `capfence run`, for shells that complete them. */
export const runFlags: readonly string[] = flagNames(OWN);

/** `capfence run`: the gateway, its policy compiled in memory or given as a module. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    const { help, own, otlp, database, ledgerDatabase, requireSignature, options } = parseGatewayFlags(argv, OWN);
    if (help) {
      process.stdout.write(gatewayHelp('capfence run (--policy FILE | --module FILE)', OWN));
      return EXIT.done;
    }
    const { policy, module } = own;
    if ((policy === undefined) === (module === undefined)) {
      throw new CommandError('give either --policy FILE or --module FILE');
    }
    if (policy !== undefined && requireSignature !== undefined) {
      throw new CommandError('--require-signature needs --module: only what was compiled to a file is signed');
    }
    const loaded =
      policy !== undefined
        ? await compileInMemory(policy, options.lock)
        : await fromModule(module as string, requireSignature);
    const gate = { module: loaded.module, context: {}, environment: {} };
    const sink = await otlpSink(otlp);
    const approvals = database === undefined ? undefined : await openDatabase(database);
    const ledger = ledgerDatabase === undefined ? undefined : await openLedgerDatabase(ledgerDatabase);
    const beside = { ...(sink && { sink }), ...(approvals && { approvals }), ...(ledger && { ledger }) };
    return await new McpGatewayServer({ ...options, gate, ownFiles: [...loaded.files, PACKAGE_ROOT], ...beside }).run();
  } catch (error) {
    return reportFailure(error);
  }
}

/** Loaded only where a collector is named; the packages that speak to it are installed by those who want them. */
async function otlpSink(url: string | undefined): Promise<OpenSink | undefined> {
  const isNamed = process.env['OTEL_EXPORTER_OTLP_LOGS_ENDPOINT'] || process.env['OTEL_EXPORTER_OTLP_ENDPOINT'];
  if (url === undefined && !isNamed) return undefined;
  try {
    return (await import('../../../sinks/otlp.js')).otlpSink(url);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new CommandError(`sending records over OTLP needs packages that are not installed: npm i ${OTLP_PACKAGES}`);
  }
}

const OTLP_PACKAGES = ['exporter-logs-otlp-http', 'exporter-logs-otlp-proto', 'resources']
  .map((name) => `@opentelemetry/${name}`)
  .join(' ');

interface LoadedModule {
  readonly module: PolicyModule;
  readonly files: readonly string[];
}

/** Without ts-morph or esbuild: what the module would prove is proved when it is compiled to a file. */
async function compileInMemory(path: string, lock: string | undefined): Promise<LoadedModule> {
  const [{ loadPolicy }, { compileInMemory: compiled }] = await Promise.all([
    import('../../ir/load.js'),
    import('../../in-memory.js'),
  ]);
  const { policy: own } = await loadPolicy(path);
  // Where the server's schemas are known, arguments that they lack are unknown.
  const tools = lock === undefined ? undefined : await import('../../ir/tool-snapshot.js');
  const policy = tools ? tools.withTools(own, tools.readSnapshot(lock as string)) : own;
  return { module: compiled(policy), files: policy.sources.map(({ file }) => resolve(file)) };
}

async function fromModule(path: string, expected: Expected | undefined): Promise<LoadedModule> {
  const files = [path, signatureFile(path), ...(expected ? [expected.keyFile] : [])];
  return { module: await loadModule(path, expected), files: files.map((file) => resolve(file)) };
}
