import { resolve } from 'node:path';
import { gatewayHelp, parseGatewayFlags } from '../../../runtime/gateway/flags.js';
import type { PolicyModule } from '../../../runtime/gateway/gate.js';
import { McpGatewayServer } from '../../../runtime/gateway/gateway.js';
import { EXIT, reportFailure } from '../failure.js';
import { loadModule } from '../load_module.js';

/** `capfence run`: the gateway, its policy compiled in memory or given as a module. */
export async function run(argv: readonly string[]): Promise<number> {
  try {
    const { help, policy, module, options } = parseGatewayFlags(argv, false);
    if (help) {
      process.stdout.write(gatewayHelp('capfence run', false));
      return EXIT.done;
    }
    const loaded = policy !== undefined ? await compileInMemory(policy) : await fromModule(module as string);
    const gate = { module: loaded.module, context: {}, environment: {} };
    return await new McpGatewayServer({ ...options, gate, ownFiles: loaded.files }).run();
  } catch (error) {
    return reportFailure(error);
  }
}

interface LoadedModule {
  readonly module: PolicyModule;
  readonly files: readonly string[];
}

/** Without ts-morph or esbuild: what the module would prove is proved when it is compiled to a file. */
async function compileInMemory(path: string): Promise<LoadedModule> {
  const [{ loadPolicy }, { compileInMemory: compiled }] = await Promise.all([
    import('../../ir/load.js'),
    import('../../in_memory.js'),
  ]);
  const { policy } = await loadPolicy(path);
  return { module: compiled(policy), files: policy.sources.map(({ file }) => resolve(file)) };
}

async function fromModule(path: string): Promise<LoadedModule> {
  return { module: await loadModule(path), files: [resolve(path)] };
}
