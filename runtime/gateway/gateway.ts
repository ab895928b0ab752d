import type { Sink } from '../audit/sink.js';
import { nodeCrypto } from '../text/sha256.js';
import { GatewayRun } from './history/gateway-run.js';
import type { GatewayOptions } from './options/options.js';
import { defaultAuditDir } from './options/places.js';
import { GatewayStartError, startable } from './options/start-error.js';
import { type Preparation, prepare, type Tell } from './preparation.js';
import { Upstream } from './process/upstream.js';
import { Relay } from './relay.js';
import { DEFAULT_MAX_MESSAGE_BYTES, Session } from './session.js';

const DEFAULT_GRACE_SECONDS = 5;

/**
 * A transparent proxy between one MCP client and one stdio MCP server. It judges every message of the client before a
 * byte of it moves, and records what it decided before it acts on it.
 */
export class McpGatewayServer {
  constructor(private readonly options: GatewayOptions) {}

  /**
   * Runs until the server has ended.
   *
   * @returns the server's exit code; 128 + n after signal n; 127 where it could not be started.
   * @throws GatewayStartError where the audit folder, the context or a root can't be used.
   */
  async run(): Promise<number> {
    const { upstreamCommand, streams, grace = DEFAULT_GRACE_SECONDS } = this.options;
    const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = this.options;
    if (upstreamCommand.length === 0) throw new GatewayStartError('no server command was given');
    const { input, output = process.stdout, error: errors = process.stderr } = streams ?? {};
    const tell: Tell = (line) => void errors.write(`capfence: ${line}\n`);
    const sink = await this.openSink(tell);
    const preparation = prepare(this.options, tell, sink);
    const run = globalThis.CAPFENCE_WITHOUT_HISTORY ? undefined : await beginRun(preparation);
    // Nothing stands in the way: while the server starts, the rest is made, and the audit log's header.
    const upstream = new Upstream(upstreamCommand, grace);
    const relay = new Relay({ upstream, input, output, errors, maxMessageBytes, grace, tell });
    const session = await startedWith(upstream, run, () => {
      const toClient = (line: string) => relay.line(line);
      const made = new Session(preparation, { deliver: (delivery) => relay.deliver(delivery), toClient }, run);
      startable(() => preparation.audit.flush(), "the audit folder can't be used: ");
      return made;
    });
    try {
      return await relay.run(session);
    } finally {
      await session.close();
      await sink?.close();
    }
  }

  private async openSink(tell: Tell): Promise<Sink | undefined> {
    const { sink, auditDir = defaultAuditDir() } = this.options;
    try {
      return await sink?.(auditDir, tell);
    } catch (error) {
      throw new GatewayStartError((error as Error).message, { cause: error });
    }
  }
}

/** @throws GatewayStartError */
async function beginRun({ ledger, agent, session, options }: Preparation): Promise<GatewayRun | undefined> {
  if (!ledger) return undefined;
  const gateway = nodeCrypto().randomBytes(8).toString('hex');
  const run = new GatewayRun({ ledger, whose: { agent, session }, gateway, idleSeconds: options.sessionIdle });
  try {
    await run.begin();
    return run;
  } catch (error) {
    throw new GatewayStartError(`the ledger can't be used: ${(error as Error).message}`, { cause: error });
  }
}

/** What goes wrong now, while the server starts, ends it before it was told anything. */
async function startedWith<T>(upstream: Upstream, run: GatewayRun | undefined, make: () => T): Promise<T> {
  try {
    return make();
  } catch (error) {
    await upstream.abort();
    await run?.end();
    throw error;
  }
}
