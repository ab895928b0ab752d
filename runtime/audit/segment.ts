import { closeSync, fstatSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import { sha256 } from '../text/sha256.js';
import type { SegmentFile } from './read.js';
import { NO_PREVIOUS, type RecordBody, RecordTemplate } from './record.js';
import { SIGNED_EVERY, type Signer } from './sign.js';

/** @internal */
export interface AuditOptions {
  readonly dir: string;
  readonly agent: string;
  /** Make each write durable against power loss. */
  readonly fsync: boolean;
  /** As large as a segment may grow, in bytes; the one record of a segment may be larger. Default: any size. */
  readonly maxBytes?: number | undefined;
  /** Signs headers, footers and every thousandth record. */
  readonly signer?: Signer | undefined;
  /** Told of each segment that is begun. */
  readonly onSegment?: ((file: SegmentFile) => void) | undefined;
  /** What the header of each segment says beside its place. */
  readonly header: () => Readonly<Record<string, unknown>>;
}

/** What the log itself says in each record. */
const PLACE = ['id', 'prev', 'segment', 'seq', 'time'];

/** The lines of one turn are made in a buffer of this size, which grows for a turn that needs more. */
const BATCH_BYTES = 64 * 1024;
const ROOM_FOR_HASH = 200;
/** The members that the log itself adds, and a whole footer, agent and signature included: at most. */
const ROOM_FOR_PLACE = 600;
const ROOM_FOR_FOOTER = 1200;
/** How often a log looks whether its file is still where it was, at most, in milliseconds. */
const LOOK_MS = 10;

/** A record can't be written: what it is about must not happen. */
export class AuditUnavailable extends Error {
  override readonly name = 'AuditUnavailable';
}

/**
 * The audit log of one gateway process. Records are chained by hash and appended to a segment of its own, so writers
 * never meet; those of one turn share a write. After a failed write the next record begins a new segment, since
 * nobody knows how much of it arrived.
 *
 * @internal
 */
export class AuditLog {
  private fd: number | null = null;
  private segment = '';
  private seq = 0;
  private prev = NO_PREVIOUS;
  private day = '';
  /** Only to tell gateways apart that start in one millisecond: nothing rests on its being secret. */
  private readonly random = Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, '0');
  private opened = 0;
  /** Ids given out beforehand. */
  private named = 0;
  private path = '';
  /** Bytes of this segment that are on disk. */
  private written = 0;
  private looked = 0;
  /** The segment that this one continues. */
  private follows: string | undefined;
  /** Lines that are not written yet, in the first `length` bytes. */
  private pending = Buffer.allocUnsafe(BATCH_BYTES);
  private length = 0;

  constructor(private readonly settings: AuditOptions) {}

  /** Opens the first segment; its header is written with the first `flush`. @throws AuditUnavailable */
  open(): void {
    this.attempt(() => this.begin());
  }

  /**
   * Adds a record; it is on record once `flush` has returned.
   *
   * @returns the record's id, which `capfence trace` takes.
   */
  append(body: RecordBody, id?: string): string {
    return this.appendTo(this.template(body, []), [], false, id);
  }

  /** An id for a record that is still to be appended: what must name it before can. */
  newId(): string {
    return `${this.random}-${this.opened.toString(36)}-x${(this.named++).toString(36)}`;
  }

  /** As `append`, with a signature of its own where the log is signed. */
  appendSigned(body: RecordBody): string {
    return this.appendTo(this.template(body, []), [], true);
  }

  /** Records of which only some members vary, for `appendTo`. */
  template(body: RecordBody, varying: readonly string[]): RecordTemplate {
    return new RecordTemplate({ v: 1, agent: this.settings.agent, ...body }, [...PLACE, ...varying]);
  }

  /** As `append`. @param values The JSON of the members that vary, in the order in which the template names them. */
  appendTo(template: RecordTemplate, values: readonly string[], isSigned = false, id?: string): string {
    const today = isoTime(Date.now());
    if (this.fd === null || !today.startsWith(this.day) || this.isFull(template, values)) this.rotate();
    if (this.seq === 0) this.addHeader();
    return this.add(template, values, isoTime(Date.now()), isSigned, id); // Not before the header's.
  }

  /** Writes what was appended, the header before it. @throws AuditUnavailable where it can't be, and nothing of it counts as recorded. */
  flush(): void {
    if (this.fd !== null && this.seq === 0) this.addHeader();
    if (this.length > 0) this.attempt(() => this.write());
  }

  /** Ends the segment in order. */
  close(): void {
    if (this.fd !== null) this.attempt(() => this.finish());
  }

  private rotate(): void {
    this.attempt(() => {
      if (this.fd === null) {
        this.begin();
        return;
      }
      this.finish();
      const { prev } = this;
      this.begin(this.segment);
      this.prev = prev;
    });
  }

  private finish(): void {
    if (this.seq === 0) this.addHeader();
    this.add(this.template({ kind: 'footer', records: this.seq + 1 }, []), [], isoTime(Date.now()), true);
    this.write();
    this.end();
  }

  private begin(follows?: string): void {
    const now = isoTime(Date.now());
    this.day = now.slice(0, 10);
    const folder = join(this.settings.dir, this.day);
    makeFolders(folder);
    const start = now.replace(/[:.]/g, '-');
    // With its number, so that those of one millisecond are in order.
    const random = this.random + (++this.opened).toString(16).padStart(4, '0');
    const name = `${start}-${fileNamePart(this.settings.agent)}-${process.pid}-${random}.jsonl`;
    // Exclusive, so that no two writers can ever share a file.
    this.path = join(folder, name);
    this.fd = openSync(this.path, 'ax', 0o600);
    this.segment = `${this.day}/${name}`;
    this.settings.onSegment?.({ segment: this.segment, path: this.path });
    this.follows = follows;
    this.seq = 0;
    this.written = 0;
    this.prev = NO_PREVIOUS;
    this.forget();
  }

  private addHeader(): void {
    const { follows } = this;
    const header = { kind: 'header' as const, ...this.settings.header(), ...(follows !== undefined && { follows }) };
    this.add(this.template(header, []), [], isoTime(Date.now()));
  }

  /** Would this record, and a footer behind it, go beyond the size? The first record of a segment never does. */
  private isFull(template: RecordTemplate, values: readonly string[]): boolean {
    const { maxBytes } = this.settings;
    if (maxBytes === undefined || this.seq < 2) return false;
    const next = template.bytes + Buffer.byteLength(values.join('')) + ROOM_FOR_PLACE + ROOM_FOR_FOOTER;
    return this.written + this.length + next > maxBytes;
  }

  private add(
    template: RecordTemplate,
    values: readonly string[],
    time: string,
    mustSign = false,
    given?: string,
  ): string {
    const seq = this.seq++;
    const id = given ?? `${this.random}-${this.opened.toString(36)}-${seq.toString(36)}`;
    // None of these needs an escape: names of segments are plain.
    const place = [`"${id}"`, `"${this.prev}"`, `"${this.segment}"`, String(seq), `"${time}"`];
    const text = template.fill(place.concat(values));
    const start = this.length;
    this.reserve(3 * text.length + ROOM_FOR_HASH);
    const end = start + this.pending.write(text, start);
    this.prev = sha256(this.pending.subarray(start, end));
    // The line is the canonical text with the hash behind it.
    this.length = end - 1;
    const { signer } = this.settings;
    const isSigned = signer !== undefined && (mustSign || seq % SIGNED_EVERY === 0);
    const signature = isSigned ? `,"sig":"${signer.sign(this.prev)}"` : '';
    this.length += this.pending.write(`,"hash":"${this.prev}"${signature}}\n`, this.length, 'latin1');
    return id;
  }

  private write(): void {
    const { length, pending } = this;
    const fd = this.fd as number;
    this.look(fd);
    for (let at = 0; at < length; ) {
      const count = writeSync(fd, pending, at, length - at);
      this.written += count;
      at += count;
    }
    this.forget();
    if (this.settings.fsync) fsyncSync(fd);
  }

  /** A file that was removed or moved takes every write, and nobody will find it. */
  private look(fd: number): void {
    const now = performance.now();
    if (now - this.looked < LOOK_MS) return;
    this.looked = now;
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (there?.ino !== fstatSync(fd).ino) throw new Error(`${this.path} is gone`);
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.pending.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + bytes));
    this.pending.copy(larger, 0, 0, this.length);
    this.pending = larger;
  }

  private forget(): void {
    this.length = 0;
    if (this.pending.length > BATCH_BYTES) this.pending = Buffer.allocUnsafe(BATCH_BYTES);
  }

  private end(): void {
    if (this.fd !== null) closeSync(this.fd);
    this.fd = null;
  }

  private attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.forget();
      const isEmpty = this.fd !== null && this.written === 0;
      quietly(() => this.end());
      this.fd = null;
      if (isEmpty) quietly(() => rmSync(this.path)); // A full disk would else gather empty segments.
      throw new AuditUnavailable((error as Error).message, { cause: error });
    }
  }
}

function quietly(action: () => void): void {
  try {
    action();
  } catch {
    // What went wrong first is what a person is told.
  }
}

/** Names come from the command line; what is not plain becomes `_`. */
function fileNamePart(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64) || '_';
}

let second = -1;
let upToSecond = '';

/** As `Date.toISOString`, which takes apart a whole date each time. @param now Milliseconds since 1970. */
function isoTime(now: number): string {
  const current = Math.floor(now / 1000);
  if (current !== second) {
    second = current;
    upToSecond = new Date(current * 1000).toISOString().slice(0, 20);
  }
  return `${upToSecond}${String(now % 1000).padStart(3, '0')}Z`;
}
