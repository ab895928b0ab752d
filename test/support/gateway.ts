import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { allRecords, hasAudit } from '../../runtime/audit/read.js';
import { CLI } from './capfence.js';
import { temporaryFolder } from './folder.js';

const RECORDER = fileURLToPath(new URL('./recorder.mjs', import.meta.url));

export interface Started {
  /** The folder of this run: the audit, the policy, what the server got. */
  readonly folder: string;
  readonly child: ChildProcess;
  /** Sends raw text or bytes. */
  send(data: string | Buffer): void;
  /** Sends a message, and a newline. */
  message(message: unknown): void;
  /** The next message for which `wanted` holds, looking at those that came before too. */
  next(wanted: (message: Reply) => boolean): Promise<Reply>;
  readonly replies: Reply[];
  /** As they came. */
  readonly lines: string[];
  errors(): string;
  /** What came behind the last newline. */
  rest(): string;
  /** What the server was sent so far. */
  received(): Buffer;
  records(): Record<string, unknown>[];
  /** Closes the input and waits. @returns the exit code. */
  close(): Promise<number>;
  readonly exited: Promise<number>;
}

export interface Reply {
  readonly id?: string | number | null;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: Record<string, unknown> };
  readonly [member: string]: unknown;
}

/** Runs a gateway before the recorder (or another server), for the length of a test. */
export async function withGateway(
  options: { policy: string; flags?: string[]; server?: string[]; env?: Record<string, string> },
  use: (gateway: Started) => Promise<void>,
): Promise<void> {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'policy.yaml'), options.policy);
  const gateway = start(folder, options);
  try {
    await use(gateway);
  } finally {
    if (gateway.child.exitCode === null) gateway.child.kill('SIGKILL');
    await gateway.exited;
  }
}

function start(
  folder: string,
  { flags = [], server, env = {} }: { flags?: string[]; server?: string[]; env?: Record<string, string> },
): Started {
  const record = join(folder, 'received');
  const child = spawn(
    process.execPath,
    [
      CLI,
      'run',
      '--policy',
      join(folder, 'policy.yaml'),
      '--audit',
      join(folder, 'audit'),
      '--approvals',
      join(folder, 'approvals'),
      '--ledger',
      join(folder, 'ledger'),
      ...flags,
      '--',
      ...(server ?? [process.execPath, RECORDER]),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'], cwd: folder, env: { ...process.env, ...env, RECORD: record } },
  );
  const replies: Reply[] = [];
  const whole: string[] = [];
  const waiting: { wanted: (message: Reply) => boolean; resolve: (message: Reply) => void }[] = [];
  let errors = '';
  let rest = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdout.on('data', (chunk: Buffer) => {
    rest += chunk;
    const lines = rest.split('\n');
    rest = lines.pop() as string;
    for (const line of lines) {
      const message = JSON.parse(line) as Reply;
      replies.push(message);
      whole.push(line);
      for (const waiter of waiting.filter(({ wanted }) => wanted(message))) {
        waiting.splice(waiting.indexOf(waiter), 1);
        waiter.resolve(message);
      }
    }
  });
  const exited = new Promise<number>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? (signal ? -1 : 0)));
  });
  return {
    folder,
    child,
    replies,
    lines: whole,
    exited,
    send: (data) => void child.stdin.write(data),
    message: (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    next: (wanted) => {
      const known = replies.find(wanted);
      if (known) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        const fail = () => reject(new Error(`no such answer; stderr: ${errors}`));
        const timer = setTimeout(fail, 15_000);
        void exited.then(fail);
        waiting.push({
          wanted,
          resolve: (message) => {
            clearTimeout(timer);
            resolve(message);
          },
        });
      });
    },
    errors: () => errors,
    rest: () => rest,
    received: () => {
      try {
        return readFileSync(record);
      } catch {
        return Buffer.alloc(0);
      }
    },
    records: () => readRecords(join(folder, 'audit')),
    close: () => {
      child.stdin.end();
      return exited;
    },
  };
}

function readRecords(audit: string): Record<string, unknown>[] {
  return hasAudit(audit) ? [...allRecords(audit)] : [];
}

/** A `tools/call`. */
export function toolCall(id: string | number, name: string, args: unknown = {}): Record<string, unknown> {
  return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args } };
}

export const withId = (id: unknown) => (message: Reply) => message.id === id;
