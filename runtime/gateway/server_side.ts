import type { Decide } from '../decide/types.js';
import { isObject } from '../wire/envelope.js';
import type { RequestId } from '../wire/refusal.js';
import { scanEnvelope } from '../wire/scan.js';
import type { InFlight } from './in_flight.js';

/** What becomes of one line of the server. */
export interface ServerOutcome {
  readonly forward?: Buffer;
  /** A line that is no message: for a person. */
  readonly banner?: Buffer;
}

export interface ServerSideSetup {
  readonly decide: Decide;
  readonly inFlight: InFlight;
  /** Leave tools in lists that no call could get past the policy. */
  readonly listAll: boolean;
  /** Told the protocol version that the server answers. */
  readonly onVersion: (version: string) => void;
}

/**
 * Reads what the server says. Bytes pass as they came; only answers to `tools/list` and `initialize` are parsed.
 */
export class ServerSide {
  constructor(private readonly setup: ServerSideSetup) {}

  handle(line: Buffer): ServerOutcome {
    const envelope = scanEnvelope(line);
    if (envelope === null) return this.handleOther(line);
    if (!envelope.hasMethod && envelope.isResponse && envelope.id != null) return this.answer(line, envelope.id);
    return { forward: line };
  }

  private answer(line: Buffer, id: RequestId): ServerOutcome {
    const method = this.setup.inFlight.take(id);
    if (method === 'initialize') this.readVersion(line);
    if (method === 'tools/list' && !this.setup.listAll) return { forward: this.withoutUnreachable(line) };
    return { forward: line };
  }

  /** An array is a batch of 2025-03-26; anything else was not meant for the client. */
  private handleOther(line: Buffer): ServerOutcome {
    const value = parse(line);
    if (!Array.isArray(value)) {
      return isObject(value) ? { forward: line } : { banner: line };
    }
    const answered = value.map((element) => {
      if (!isObject(element) || 'method' in element || !isId(element['id'])) return element;
      const method = this.setup.inFlight.take(element['id']);
      return method === 'tools/list' && !this.setup.listAll ? this.filter(element) : element;
    });
    const isSame = answered.every((element, i) => element === value[i]);
    return { forward: isSame ? line : Buffer.from(JSON.stringify(answered)) };
  }

  private readVersion(line: Buffer): void {
    const message = parse(line);
    const result = isObject(message) ? message['result'] : undefined;
    if (isObject(result) && typeof result['protocolVersion'] === 'string')
      this.setup.onVersion(result['protocolVersion']);
  }

  private withoutUnreachable(line: Buffer): Buffer {
    const message = parse(line);
    if (!isObject(message)) return line;
    const filtered = this.filter(message);
    return filtered === message ? line : Buffer.from(JSON.stringify(filtered));
  }

  private filter(message: Record<string, unknown>): Record<string, unknown> {
    const result = message['result'];
    if (!isObject(result) || !Array.isArray(result['tools'])) return message;
    const tools = result['tools'].filter(
      (tool) => !isObject(tool) || typeof tool['name'] !== 'string' || this.setup.decide.reachable(tool['name']),
    );
    return tools.length === result['tools'].length ? message : { ...message, result: { ...result, tools } };
  }
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || typeof id === 'number';
}
