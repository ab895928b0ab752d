import { join } from 'node:path';
import { evaluateModule } from '../../compiler/emit/evaluate.js';
import { loadPolicyText } from '../../compiler/ir/load.js';
import { allRecords } from '../../runtime/audit/read.js';
import type { GatewayOptions } from '../../runtime/gateway/options/options.js';
import { type Preparation, prepare } from '../../runtime/gateway/preparation.js';
import { Session } from '../../runtime/gateway/session.js';
import { LineSplitter } from '../../runtime/wire/lines.js';
import { temporaryFolder } from './folder.js';
import type { Reply } from './gateway.js';
import { MemoryStore } from './memory-store.js';

/** A session in this process: no server, no streams. What it sends is kept. */
export interface TestSession {
  readonly session: Session;
  readonly preparation: Preparation;
  readonly store: MemoryStore;
  /** Lines that went on to the server. */
  readonly forwarded: string[];
  /** What the client got. */
  readonly replies: Reply[];
  readonly told: string[];
  /** One turn: these messages, a line each. */
  send(...messages: unknown[]): void;
  /** What the server says. */
  answer(message: unknown): void;
  records(): Record<string, unknown>[];
  /** The next reply, or the next forwarded line, once there is one that was not taken yet. */
  settled(): Promise<void>;
}

/** @param policy Its text. */
export function openSession(policy: string, options: Partial<GatewayOptions> = {}): TestSession {
  const folder = temporaryFolder();
  const store = new MemoryStore();
  const told: string[] = [];
  const module = evaluateModule(loadPolicyText(policy).policy);
  const auditDir = join(folder, 'audit');
  const environment = { platform: 'linux', home: '/home/ann' };
  const preparation = prepare(
    { upstreamCommand: ['server'], gate: { module, context: {}, environment }, auditDir, approvals: store, ...options },
    (line) => told.push(line),
    undefined,
  );
  const forwarded: string[] = [];
  const replies: Reply[] = [];
  const reply = (text: string) => replies.push(JSON.parse(text) as Reply);
  const session = new Session(preparation, {
    deliver: (delivery) => {
      if (delivery.forward) forwarded.push(delivery.forward.toString().trimEnd());
      if (delivery.reply !== undefined) reply(delivery.reply);
    },
    toClient: reply,
  });
  const lines = new LineSplitter(1 << 20);
  const serverLines = new LineSplitter(1 << 20);
  return {
    session,
    preparation,
    store,
    forwarded,
    replies,
    told,
    send: (...messages) => {
      const text = messages.map((one) => `${typeof one === 'string' ? one : JSON.stringify(one)}\n`).join('');
      session.client.receive(lines.push(Buffer.from(text)));
    },
    answer: (message) => {
      for (const line of serverLines.push(Buffer.from(`${JSON.stringify(message)}\n`))) {
        if (line.bytes !== null) session.server.handle(line);
      }
    },
    records: () => [...allRecords(auditDir)],
    settled: async () => {
      const before = forwarded.length + replies.length;
      while (forwarded.length + replies.length === before) await new Promise((resolve) => setTimeout(resolve, 1));
    },
  };
}
