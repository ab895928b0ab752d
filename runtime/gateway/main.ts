import { fileURLToPath } from 'node:url';
import { BindError } from '../decide/bind_error.js';
import { gatewayHelp, parseGatewayFlags, UsageError } from './flags.js';
import type { PolicyModule } from './gate.js';
import { GatewayStartError, McpGatewayServer } from './gateway.js';

/** The command line of a prebuilt gateway: `node gateway.mjs [flags] -- COMMAND [ARG…]`. @returns its exit code. */
export async function main(module: PolicyModule, argv: readonly string[], self: string): Promise<number> {
  try {
    const { help, options } = parseGatewayFlags(argv, true);
    if (help) {
      process.stdout.write(gatewayHelp('node gateway.mjs', true));
      return 0;
    }
    const gate = { module, context: {}, environment: {} };
    return await new McpGatewayServer({ ...options, gate, ownFiles: [fileURLToPath(self)] }).run();
  } catch (error) {
    return failed(error);
  }
}

/** What a person is told when a gateway does not start. */
export function failed(error: unknown): number {
  if (!(error instanceof UsageError || error instanceof GatewayStartError || error instanceof BindError)) throw error;
  process.stderr.write(`capfence: ${error.message}\n`);
  return 2;
}
