import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NO_PREVIOUS, type RecordBody, recordHash } from './record.js';

export interface AuditOptions {
  readonly dir: string;
  readonly agent: string;
  /** Make each write durable against power loss. */
  readonly fsync: boolean;
  /** What the header of each segment says beside its place. */
  readonly header: Readonly<Record<string, unknown>>;
}

/** A record can't be written: what it is about must not happen. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';
}

/**
 * The audit log of one gateway process. Records are chained by hash and appended to a segment of its own, so writers
 * never meet; those of one turn share a write. After a failed write the next record begins a new segment, since
 * nobody knows how much of it arrived.
 */
export class AuditLog {
  private fd: number | null = null;
  private segment = '';
  private seq = 0;
  private prev = NO_PREVIOUS;
  private day = '';
  private readonly random = randomBytes(6).toString('hex');
  private opened = 0;
  private pending: string[] = [];

  constructor(private readonly options: AuditOptions) {}

  /** Opens the first segment. @throws AuditUnavailable */
  open(): void {
    this.attempt(() => this.begin(undefined));
  }

  /**
   * Adds a record; it is on record once `flush` has returned.
   *
   * @returns the record's id, which `capfence trace` takes.
   */
  append(body: RecordBody): string {
    const now = new Date();
    if (this.fd === null || now.toISOString().slice(0, 10) !== this.day) this.rotate();
    return this.add(body, now);
  }

  /** Writes what was appended. @throws AuditUnavailable where it can't be, and nothing of it counts as recorded. */
  flush(): void {
    if (this.pending.length === 0) return;
    this.attempt(() => this.write());
  }

  /** Ends the segment in order. */
  close(): void {
    if (this.fd === null) return;
    this.add({ kind: 'footer', records: this.seq + 1 }, new Date());
    this.attempt(() => {
      this.write();
      this.end();
    });
  }

  private rotate(): void {
    this.attempt(() => {
      if (this.fd === null) {
        this.begin(undefined);
        return;
      }
      const follows = { segment: this.segment, hash: '' };
      this.add({ kind: 'footer', records: this.seq + 1 }, new Date());
      this.write();
      follows.hash = this.prev;
      this.end();
      this.begin(follows);
    });
  }

  private begin(follows: { segment: string; hash: string } | undefined): void {
    const now = new Date();
    this.day = now.toISOString().slice(0, 10);
    const folder = join(this.options.dir, this.day);
    makeFolders(folder);
    const start = now.toISOString().replace(/[:.]/g, '-');
    const nth = this.opened++ === 0 ? '' : `-${this.opened}`;
    const name = `${start}-${fileNamePart(this.options.agent)}-${process.pid}-${this.random}${nth}.jsonl`;
    // Exclusive, so that no two writers can ever share a file.
    this.fd = openSync(join(folder, name), 'ax', 0o600);
    this.segment = `${this.day}/${name}`;
    this.seq = 0;
    this.prev = follows?.hash ?? NO_PREVIOUS;
    this.pending = [];
    this.add({ kind: 'header', ...this.options.header, ...(follows && { follows: follows.segment }) }, now);
    this.write();
  }

  private add(body: RecordBody, now: Date): string {
    const seq = this.seq++;
    const id = `${this.random}-${this.opened.toString(36)}-${seq.toString(36)}`;
    const { kind, ...rest } = body;
    const record: Record<string, unknown> = {
      v: 1,
      kind,
      id,
      segment: this.segment,
      seq,
      time: now.toISOString(),
      agent: this.options.agent,
      ...rest,
      prev: this.prev,
    };
    this.prev = recordHash(record);
    record['hash'] = this.prev;
    this.pending.push(JSON.stringify(record));
    return id;
  }

  private write(): void {
    const bytes = Buffer.from(`${this.pending.join('\n')}\n`);
    this.pending = [];
    const fd = this.fd as number;
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written);
    if (this.options.fsync) fsyncSync(fd);
  }

  private end(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.pending = [];
      try {
        this.end();
      } catch {
        this.fd = null;
      }
      throw new AuditUnavailable((error as Error).message, { cause: error });
    }
  }
}

/** As `mkdir -p`. Node's own recursive form never returns below a folder like /proc that refuses new entries. */
function makeFolders(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeFolders(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Names come from the command line; what is not plain becomes `_`. */
function fileNamePart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64) || '_';
}
