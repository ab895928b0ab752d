import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';
import type { LedgerEntry } from './entry.js';
import { entryText, readEntry, UnreadableEntry } from './entry-text.js';
import { type Entered, type Ledger, LedgerUnavailable } from './ledger.js';
import { LedgerState, MAX_AGE_MS, type SavedState } from './ledger-state.js';
import { Presence } from './presence.js';

/** The version of the format (docs/history.md, The ledger's files). */
const VERSION = 1;
/** A segment that has grown beyond this is followed by the next. */
const MAX_SEGMENT_BYTES = 4 * 1024 * 1024;
/** Segments before the current one. */
const MAX_OLD_SEGMENTS = 64;
const CHUNK_BYTES = 64 * 1024;
/** How often it is looked whether the file is still where it was, at most, in milliseconds. */
const LOOK_MS = 10;
/** So often an entry may come too late for a segment. */
const MAX_TRIES = 100;
const NEWLINE = 0x0a;
const GONE = 'its file is gone while a gateway runs that has it open: try again in a while';

/** What a ledger in a folder may be told. */
export interface LedgerFolderOptions {
  /** Make each entry durable against power loss. */
  readonly fsync?: boolean;
  readonly maxSegmentBytes?: number;
  readonly clock?: () => number;
  /** How long a gateway whose file in `running/` is gone is still taken to run. */
  readonly graceMs?: number;
  /** Told what a person should know. */
  readonly tell?: (line: string) => void;
}

/**
 * A ledger in a folder of a local disk, shared without a lock: entries are appended by single writes, which the system
 * puts one after the other, and whoever wrote one reads on until it comes to it. A segment begins with all that the ones
 * before come to; the entry `next` closes it, and whoever reads that makes the next segment, which is the same whoever
 * makes it.
 */
export class LedgerFolder implements Ledger {
  readonly isRemote = false;
  state = new LedgerState();
  private fd: number | undefined;
  private number = 0;
  private path = '';
  private offset = 0;
  private headBytes = 0;
  /** The beginning of a line that is not there as a whole yet. */
  private partial: Buffer = Buffer.alloc(0);
  private readonly chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  private looked = 0;
  private hasToldTorn = false;
  private isBroken: LedgerUnavailable | undefined;

  private readonly presence: Presence;
  private readonly maxBytes: number;
  private readonly clock: () => number;

  /** @throws LedgerUnavailable */
  constructor(
    private readonly folder: string,
    private readonly options: LedgerFolderOptions = {},
  ) {
    this.maxBytes = options.maxSegmentBytes ?? MAX_SEGMENT_BYTES;
    this.clock = options.clock ?? Date.now;
    this.presence = new Presence(join(folder, 'running'), options.graceMs);
    this.attempt(() => {
      makeFolders(folder);
      const last = this.segments().at(-1);
      if (last === undefined) {
        // Who has the file open still knows what it held, and goes on in a new one.
        if (this.presence.someoneRuns()) throw Object.assign(new Error(GONE), { code: 'ENOENT' });
        this.create(1, this.state);
      }
      this.open(last ?? 1);
      this.read();
    });
  }

  now(): number {
    return this.clock();
  }

  refresh(): void {
    this.attempt(() => {
      this.look();
      this.read();
    });
  }

  enter(entry: LedgerEntry, stands?: () => boolean): Entered {
    return this.attempt(() => {
      this.look();
      // Time is the ledger's.
      const timed = entry.t < this.state.time ? { ...entry, t: this.state.time } : entry;
      const entered = this.append(timed, stands);
      if (this.offset - this.headBytes > this.maxBytes) this.goOn();
      return entered;
    });
  }

  begin(gateway: string): void {
    // Also while nothing is called: whoever comes then must find it all.
    this.attempt(() => this.presence.begin(gateway, () => this.tryRefresh()));
  }

  private tryRefresh(): void {
    try {
      if (this.fd !== undefined) this.refresh();
    } catch {
      // The next call that needs it says so.
    }
  }

  end(gateway: string): void {
    this.presence.end(gateway);
  }

  endedAt(gateway: string): number | undefined {
    return this.presence.endedAt(gateway);
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = undefined;
  }

  // --- writing ------------------------------------------------------------------------------------------------------

  /** Writes an entry and reads on until it comes. In a segment that was closed before, it does not count. */
  private append(entry: LedgerEntry, stands?: () => boolean): Entered {
    const text = entryText(entry);
    const bytes = Buffer.from(text);
    const own = text.slice(1, -1);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const { number } = this;
      this.write(bytes);
      let isChanged = false;
      let isFound = false;
      let isTaken = true;
      this.read((line, isOther) => {
        if (isFound || line !== own || this.number !== number) return true;
        isFound = true;
        if (isOther && stands && !stands()) isChanged = true;
        isTaken = this.state.apply(entry);
        return false;
      });
      if (isFound) return this.outcome(entry, isChanged, isTaken);
    }
    throw Object.assign(new Error('other gateways were always quicker'), { code: 'EAGAIN' });
  }

  private outcome(entry: LedgerEntry, isChanged: boolean, isTaken: boolean): Entered {
    if (!isTaken) return 'refused';
    if (!isChanged || entry.k !== 'call') return 'entered';
    this.append({ k: 'void', t: this.state.time, id: entry.id });
    return 'changed';
  }

  /** Closes the segment, unless somebody else has, and goes on in the next. */
  private goOn(): void {
    this.write(Buffer.from(entryText({ k: 'next', t: this.state.time })));
    this.read();
  }

  /** One write, so that the system appends it as a whole. */
  private write(bytes: Buffer): void {
    const fd = this.fd as number;
    const count = writeSync(fd, bytes);
    // What is left of it is no entry, and the next begins on a line of its own.
    if (count < bytes.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
    if (this.options.fsync) fsyncSync(fd);
  }

  // --- reading ------------------------------------------------------------------------------------------------------

  /**
   * Reads what was entered since.
   *
   * @param take Given each line, and whether others were read before it; false: it is dealt with.
   */
  private read(take: (line: string, isOther: boolean) => boolean = () => true): void {
    let isOther = false;
    for (;;) {
      const count = readSync(this.fd as number, this.chunk, 0, CHUNK_BYTES, this.offset);
      if (count === 0) return;
      this.offset += count;
      const bytes =
        this.partial.length > 0
          ? Buffer.concat([this.partial, this.chunk.subarray(0, count)])
          : this.chunk.subarray(0, count);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        const line = bytes.toString('utf8', start, end);
        start = end + 1;
        if (line === '') continue;
        if (take(line, isOther) && this.take(line)) {
          // A closed segment: what comes after counts no more.
          this.follow();
          isOther = true;
          start = -1;
          break;
        } else isOther = true;
      }
      if (start >= 0) this.partial = Buffer.from(bytes.subarray(start));
    }
  }

  /** @returns whether the segment ends here. */
  private take(line: string): boolean {
    const entry = readEntry(line);
    if (entry === undefined) this.tellTorn();
    else if (entry.k === 'next') return true;
    else this.state.apply(entry);
    return false;
  }

  private tellTorn(): void {
    if (this.hasToldTorn) return;
    this.hasToldTorn = true;
    this.options.tell?.(
      `the ledger ${this.path} has what a crash or a full disk left of an entry: its call never went on`,
    );
  }

  // --- segments -----------------------------------------------------------------------------------------------------

  /** Goes on in the next segment, which is there or is made. */
  private follow(): void {
    const next = this.number + 1;
    this.create(next, this.state);
    this.open(next);
  }

  /** Makes a segment, unless somebody else has. */
  private create(number: number, state: LedgerState): void {
    const head = { k: 'state', v: VERSION, segment: number, state: state.saved() };
    const draft = join(this.folder, `draft-${process.pid}-${Math.random().toString(36).slice(2)}`);
    writeFileSync(draft, `${JSON.stringify(head)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    try {
      linkSync(draft, this.file(number)); // Fails where it is there, unlike a rename.
      this.removeOld(number);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }

  private open(number: number): void {
    const path = this.file(number);
    const fd = openSync(path, 'a+', 0o600);
    if (this.fd !== undefined) closeSync(this.fd);
    this.fd = fd;
    this.number = number;
    this.path = path;
    const head = this.readHead(fd);
    this.offset = head.length;
    this.headBytes = head.length;
    this.partial = Buffer.alloc(0);
    const { k, v, state } = JSON.parse(head.toString()) as { k: unknown; v: unknown; state: SavedState };
    if (k !== 'state' || v !== VERSION) throw new UnreadableEntry(`${path} is not of version ${VERSION}`);
    this.state = LedgerState.restored(state);
  }

  private readHead(fd: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = 0; ; ) {
      const count = readSync(fd, this.chunk, 0, CHUNK_BYTES, at);
      if (count === 0) throw new UnreadableEntry(`${this.path} has no beginning`);
      const end = this.chunk.subarray(0, count).indexOf(NEWLINE);
      parts.push(Buffer.from(this.chunk.subarray(0, end < 0 ? count : end + 1)));
      if (end >= 0) return Buffer.concat(parts);
      at += count;
    }
  }

  /** Whether the file is still where it was, and nobody has gone on without it. */
  private look(): void {
    const now = performance.now();
    if (now - this.looked < LOOK_MS) return;
    this.lookCloser();
    // What was found wrong is looked for again each time.
    this.looked = now;
  }

  private lookCloser(): void {
    const there = statSync(this.path, { throwIfNoEntry: false });
    if (there?.ino === fstatSync(this.fd as number).ino) {
      if (there.size < this.offset) throw new UnreadableEntry(`${this.path} has become shorter`);
      this.lookAhead();
      return;
    }
    this.options.tell?.(`the ledger ${this.path} was moved or removed: it goes on in a new file, and nothing is lost`);
    makeFolders(this.folder);
    // Those that have it open as well read that it ends here.
    this.goOn();
  }

  /** Somebody who did not know of this segment's end can't have made the next. */
  private lookAhead(): void {
    if (!statSync(this.file(this.number + 1), { throwIfNoEntry: false })) return;
    const { number } = this;
    this.read();
    if (this.number === number)
      throw new UnreadableEntry(`${this.path} does not end, and yet there is another after it`);
  }

  private removeOld(current: number): void {
    const now = Date.now();
    for (const number of this.segments()) {
      if (number >= current) continue;
      const age = now - (statSync(this.file(number), { throwIfNoEntry: false })?.mtimeMs ?? now);
      if (age > MAX_AGE_MS || number < current - MAX_OLD_SEGMENTS) rmSync(this.file(number), { force: true });
    }
  }

  private segments(): number[] {
    return readdirSync(this.folder)
      .flatMap((name) => /^ledger-(\d{8})\.jsonl$/.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  }

  private file(number: number): string {
    return join(this.folder, `ledger-${String(number).padStart(8, '0')}.jsonl`);
  }

  /** What can't be read stays so: to go on with less than all of it would be to forget. */
  private attempt<T>(action: () => T): T {
    if (this.isBroken) throw this.isBroken;
    try {
      return action();
    } catch (error) {
      const unavailable = new LedgerUnavailable((error as Error).message, { cause: error });
      // What is no fault of the system's is one of what was read.
      if (error instanceof UnreadableEntry || (error as NodeJS.ErrnoException).code === undefined)
        this.isBroken = unavailable;
      throw unavailable;
    }
  }
}
