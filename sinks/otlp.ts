import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { OTLPLogExporter as JsonExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { type LogRecord, readPart, recordOf, type SegmentFile, segments, textOf } from '../runtime/audit/read.js';
import { isBeingWritten } from '../runtime/audit/running.js';
import type { OpenSink, Sink } from '../runtime/audit/sink.js';
import { LineSplitter } from '../runtime/wire/lines.js';

/** How often new records are looked for; after a failure twice as long each time, up to the most. Milliseconds. */
const EVERY_MS = 500;
const MAX_MS = 30_000;
/** As much of a segment as is sent at once. */
const BATCH_BYTES = 256 * 1024;
/** What a gateway that ends gives the collector to take the rest. */
const CLOSE_TIMEOUT_MS = 1000;

const NEWLINE = 0x0a;

type Exporter = JsonExporter | ProtobufExporter;
type Exported = Parameters<JsonExporter['export']>[0][number];

/** OpenTelemetry's severity numbers (Logs Data Model). */
const SEVERITY: Readonly<Record<string, readonly [number: number, text: string]>> = {
  allow: [9, 'INFO'],
  warn: [13, 'WARN'],
  require_approval: [13, 'WARN'],
  deny: [13, 'WARN'],
};
const INFO = [9, 'INFO'] as const;

const SCOPE = { name: 'capfence' };

/**
 * Sends each record as a log record over OTLP (HTTP), at least once; `capfence.id` tells a record that came twice.
 *
 * @param url The collector's base address, to which `/v1/logs` is added. Default: as the OTEL_EXPORTER_OTLP_* variables say.
 */
export function otlpSink(url?: string): OpenSink {
  return async (dir, tell) => new OtlpSink(dir, exporterFor(url), tell);
}

function exporterFor(url: string | undefined): Exporter {
  const { env } = process;
  const protocol = env['OTEL_EXPORTER_OTLP_LOGS_PROTOCOL'] || env['OTEL_EXPORTER_OTLP_PROTOCOL'] || 'http/protobuf';
  const config = url === undefined ? {} : { url: logsAddress(url) };
  if (protocol === 'http/json') return new JsonExporter(config);
  if (protocol === 'http/protobuf') return new ProtobufExporter(config);
  throw new Error(`OTLP over ${protocol} is not supported: OTEL_EXPORTER_OTLP_PROTOCOL is http/protobuf or http/json`);
}

/** @throws where it is no address. */
function logsAddress(url: string): string {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address?.protocol !== 'http:' && address?.protocol !== 'https:') {
    throw new Error(`--otlp takes an address such as http://127.0.0.1:4318, not ${JSON.stringify(url)}`);
  }
  if (!address.pathname.endsWith('/v1/logs')) address.pathname = `${address.pathname.replace(/\/$/, '')}/v1/logs`;
  return address.href;
}

class OtlpSink implements Sink {
  /** How far each segment has been sent is kept beside the segments, so that another gateway can go on from there. */
  private readonly marks: string;
  private readonly sending = new Map<string, { readonly file: SegmentFile; offset: number }>();
  private readonly resource = resourceFromAttributes({
    'service.name': process.env['OTEL_SERVICE_NAME'] || 'capfence',
  });
  private readonly loop: Promise<void>;
  private readonly stop = new AbortController();
  private hasFailed = false;

  constructor(
    private readonly dir: string,
    private readonly exporter: Exporter,
    private readonly tell: (line: string) => void,
  ) {
    this.marks = join(dir, 'otlp');
    this.loop = this.run().catch((error) =>
      tell(`records are not sent over OTLP any more: ${(error as Error).message}`),
    );
  }

  opened(file: SegmentFile): void {
    this.sending.set(file.segment, { file, offset: 0 });
    try {
      this.mark(file, 0);
    } catch {
      // Records are what matters; this one's are sent as long as this gateway lives.
    }
  }

  async close(): Promise<void> {
    this.stop.abort();
    await Promise.race([this.loop.then(() => this.round()), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
    // Not waited for: it may be in the middle of a collector's silence.
    this.exporter.shutdown().catch(() => {});
  }

  private async run(): Promise<void> {
    const { signal } = this.stop;
    for (let pause = EVERY_MS; !signal.aborted; ) {
      await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
      if (signal.aborted) return;
      this.adopt();
      pause = (await this.round()) ? EVERY_MS : Math.min(MAX_MS, 2 * pause);
    }
  }

  /** Takes over what gateways that are gone have left unsent. */
  private adopt(): void {
    try {
      const known = new Map(segments(this.dir).map((file) => [basename(file.segment), file]));
      for (const name of readdirSync(this.marks)) {
        const file = known.get(name);
        if (file === undefined || this.sending.has(file.segment) || isBeingWritten(file)) continue;
        const offset = Number(readFileSync(join(this.marks, name), 'utf8'));
        this.sending.set(file.segment, { file, offset: Number.isSafeInteger(offset) ? offset : 0 });
      }
    } catch {
      // The folder is not there, or not now.
    }
  }

  /** Sends what is there. @returns false where the collector did not take it. */
  private async round(): Promise<boolean> {
    for (const [segment, state] of this.sending) {
      for (;;) {
        const read = this.read(state.file, state.offset);
        if (read === undefined) break;
        const error = await this.export(read.records);
        if (error !== undefined) {
          if (!this.hasFailed) this.tell(`the OTLP collector did not take the records: ${error}; they are sent later`);
          this.hasFailed = true;
          return false;
        }
        if (this.hasFailed) this.tell('the OTLP collector takes records again');
        this.hasFailed = false;
        state.offset = read.end;
        this.done(state.file, read);
        if (read.isFinished) this.sending.delete(segment);
      }
      if (!this.stop.signal.aborted && this.isOver(state.file, state.offset)) {
        this.sending.delete(segment);
        rmSync(this.markOf(state.file), { force: true });
      }
    }
    return true;
  }

  /** Whole lines from here on, as far as one batch goes; undefined where there are none. */
  private read(file: SegmentFile, offset: number): Batch | undefined {
    try {
      for (let size = BATCH_BYTES; ; size *= 2) {
        const chunk = readPart(file.path, offset, size);
        const end = chunk.lastIndexOf(NEWLINE) + 1;
        if (end === 0 && chunk.length === size) continue; // A record larger than a batch.
        if (end === 0) return undefined;
        const lines = new LineSplitter(Number.MAX_SAFE_INTEGER).push(chunk.subarray(0, end));
        const records = lines
          .map(({ bytes }) => (bytes ? recordOf(bytes) : undefined))
          .filter((record) => record !== undefined);
        return { records, end: offset + end, isFinished: records.at(-1)?.['kind'] === 'footer' };
      }
    } catch {
      return undefined; // It is gone.
    }
  }

  /** Has a gateway that died left nothing more here? */
  private isOver(file: SegmentFile, offset: number): boolean {
    try {
      return statSync(file.path).size === offset && !isBeingWritten(file);
    } catch {
      return true;
    }
  }

  private done(file: SegmentFile, { end, isFinished }: Batch): void {
    try {
      if (isFinished) rmSync(this.markOf(file), { force: true });
      else this.mark(file, end);
    } catch {
      // At worst they are sent again.
    }
  }

  private mark(file: SegmentFile, offset: number): void {
    mkdirSync(this.marks, { recursive: true, mode: 0o700 });
    const path = this.markOf(file);
    writeFileSync(`${path}.new`, String(offset), { mode: 0o600 });
    renameSync(`${path}.new`, path);
  }

  private markOf(file: SegmentFile): string {
    return join(this.marks, basename(file.segment));
  }

  /**
   * What a collector will never take is left out, record by record, so that the rest gets through.
   *
   * @returns why it failed, where trying again may help.
   */
  private async export(records: readonly LogRecord[]): Promise<string | undefined> {
    const error = await this.exportOnce(records);
    if (error === undefined || !isFinal(error)) return error?.message;
    const half = records.length >> 1;
    if (half > 0) return (await this.export(records.slice(0, half))) ?? (await this.export(records.slice(half)));
    this.tell(`the OTLP collector refuses the record ${JSON.stringify(records[0]?.['id'])}: ${error.message}`);
    return undefined;
  }

  private exportOnce(records: readonly LogRecord[]): Promise<Error | undefined> {
    return new Promise((resolve) => {
      this.exporter.export(
        records.map((record) => this.exported(record)),
        ({ code, error }) => resolve(code === 0 ? undefined : (error ?? new Error('it said no more'))),
      );
    });
  }

  private exported(record: LogRecord): Exported {
    const time = Date.parse(textOf(record['time'])) || 0;
    const hrTime: [number, number] = [Math.floor(time / 1000), (time % 1000) * 1e6];
    const [severityNumber, severityText] = SEVERITY[textOf(record['decision'])] ?? INFO;
    const attributes: Record<string, string | number | boolean | string[]> = {};
    for (const [name, value] of Object.entries(record)) {
      if (value !== null) attributes[`capfence.${name}`] = attributeOf(value);
    }
    return {
      hrTime,
      hrTimeObserved: hrTime,
      severityNumber,
      severityText,
      eventName: `capfence.${textOf(record['kind'])}`,
      body: [record['kind'], record['decision'], record['tool'] ?? record['method'], record['reason']]
        .map(textOf)
        .filter(Boolean)
        .join(' '),
      attributes,
      resource: this.resource,
      instrumentationScope: SCOPE,
      droppedAttributesCount: 0,
    };
  }
}

interface Batch {
  readonly records: readonly LogRecord[];
  /** The offset behind them. */
  readonly end: number;
  /** The segment ends with them. */
  readonly isFinished: boolean;
}

/** These say that the request itself is wrong (OTLP/HTTP), as `code` of the exporter's error tells. */
function isFinal(error: Error): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'number' && [400, 413, 415, 422].includes(code);
}

function attributeOf(value: unknown): string | number | boolean | string[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value) && value.every((element) => typeof element === 'string')) return value;
  return JSON.stringify(value);
}
