import { createInterface } from 'node:readline';
import { Upstream } from '../../../runtime/gateway/process/upstream.js';
import { jsonText } from '../../../runtime/text/json-text.js';
import { isObject } from '../../../runtime/wire/envelope.js';
import { parseStrict } from '../../../runtime/wire/json.js';
import { Refusal } from '../../../runtime/wire/refusal.js';
import type { Snapshot, SnapshotTool } from '../../ir/tool-snapshot.js';
import { VERSION } from '../../package/version.js';
import { visible } from '../../report/visible.js';
import { CommandError } from './failure.js';

/** The newest revision that begins with a handshake; servers answer with the one they speak. */
const PROTOCOL = '2025-11-25';
/** Servers started by a package runner may have to be fetched first. */
const LIST_TIMEOUT_MS = 120_000;
const GRACE_SECONDS = 2;
/** Lists go on in pages; a server that never ends one is wrong. */
const MAX_PAGES = 1000;

/**
 * Starts a server, asks for its tools, and ends it.
 *
 * @param environment Variables beside this process's own.
 * @param isQuiet Keep to yourself what the server says beside: it may hold secrets.
 * @throws CommandError where it does not start, does not answer or answers something else.
 */
export async function listTools(
  command: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  isQuiet = false,
): Promise<Snapshot> {
  if (command.length === 0) throw new CommandError("the server's command is missing: put it behind --");
  const server = new Upstream(command, GRACE_SECONDS, environment);
  if (isQuiet) server.errors.resume();
  else server.errors.pipe(process.stderr, { end: false });
  const stop = (): void => server.closeInput();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  try {
    return await withTimeout(read(new Client(server)));
  } finally {
    server.closeInput();
    await server.ended;
    process.off('SIGINT', stop);
    process.off('SIGTERM', stop);
  }
}

async function read(client: Client): Promise<Snapshot> {
  const hello = await client.request('initialize', {
    protocolVersion: PROTOCOL,
    capabilities: {},
    clientInfo: { name: 'capfence-scan', version: VERSION },
  });
  client.notify('notifications/initialized');
  const info = (hello['serverInfo'] ?? {}) as Record<string, unknown>;
  const tools: SnapshotTool[] = [];
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const result = await client.request('tools/list', cursor === undefined ? {} : { cursor });
    if (!Array.isArray(result['tools']))
      throw new CommandError('the server answered tools/list without a list of tools');
    const page = result['tools'] as unknown[];
    if (!page.every(isTool)) throw new CommandError('the server lists something that is no tool');
    tools.push(...page);
    cursor = result['nextCursor'];
    if (cursor === undefined || cursor === null) {
      return { server: { name: String(info['name'] ?? ''), version: String(info['version'] ?? '') }, tools };
    }
  }
  throw new CommandError(`the server's list of tools has more than ${MAX_PAGES} pages`);
}

/** An entry with a name, that nests no deeper than a person reads. */
function isTool(value: unknown): value is SnapshotTool {
  return (
    isObject(value) &&
    typeof value['name'] === 'string' &&
    !(parseStrict(Buffer.from(jsonText(value) ?? '')) instanceof Refusal)
  );
}

/** As much of an MCP client as asking for the tools takes. */
class Client {
  private id = 0;
  private readonly waiting = new Map<
    number,
    { resolve: (result: Record<string, unknown>) => void; reject: (error: Error) => void }
  >();
  private problem: CommandError | undefined;

  constructor(private readonly server: Upstream) {
    createInterface({ input: server.output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
      this.receive(line),
    );
    void server.ended.then(({ code, problem }) => {
      this.problem = new CommandError(problem ?? `the server ended with ${code} before it listed its tools`);
      for (const { reject } of this.waiting.values()) reject(this.problem);
    });
  }

  request(method: string, params: object): Promise<Record<string, unknown>> {
    const id = ++this.id;
    return new Promise((resolve, reject) => {
      if (this.problem) reject(this.problem);
      this.waiting.set(id, { resolve, reject });
      this.send({ id, method, params });
    });
  }

  notify(method: string): void {
    this.send({ method });
  }

  private send(message: object): void {
    this.server.input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  private receive(line: string): void {
    let message: Record<string, unknown>;
    try {
      message = JSON.parse(line) as Record<string, unknown>;
    } catch {
      return; // Some servers greet on their standard output.
    }
    if (message === null || typeof message !== 'object') return;
    const { id, method, result, error } = message;
    if (typeof method === 'string') {
      if (id !== undefined) this.answer(id, method);
      return;
    }
    const waiting = this.waiting.get(id as number);
    this.waiting.delete(id as number);
    if (error !== undefined) {
      const { message: text } = error as { message?: unknown };
      waiting?.reject(new CommandError(`the server answered with an error: ${visible(String(text)).slice(0, 500)}`));
    } else waiting?.resolve((result ?? {}) as Record<string, unknown>);
  }

  private answer(id: unknown, method: string): void {
    this.send(method === 'ping' ? { id, result: {} } : { id, error: { code: -32601, message: 'Method not found' } });
  }
}

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new CommandError(`the server did not list its tools within ${LIST_TIMEOUT_MS / 1000} s`)),
      LIST_TIMEOUT_MS,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
