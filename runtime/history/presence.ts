import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { makeFolders } from '../files/make-folders.js';

/** How often a gateway shows that it runs. */
const BEAT_MS = 15_000;
/** One of another machine that has not shown itself for so long is gone. */
const MAX_SILENCE_MS = 120_000;

/** What tells a process from all others. */
interface Process {
  readonly pid: number;
  /** When it was started, as the system counts; null where that can't be found out. */
  readonly started: string | null;
  /** The machine, and on Linux the name space of its process numbers. */
  readonly place: string;
}

/**
 * Shows others that a gateway runs: a file for each, whose time is when it was seen last. Who is killed can't take it away,
 * but its process is gone then.
 *
 * @internal
 */
export class Presence {
  private beat: NodeJS.Timeout | undefined;

  /** Files that are not there, since when that was seen. */
  private readonly missing = new Map<string, number>();

  constructor(
    private readonly folder: string,
    /** One whose file is gone may only have lost it: it has so long to put it back, in milliseconds. */
    private readonly grace = 4 * BEAT_MS,
  ) {}

  /** @param beat Called as often as it shows itself. @throws where the file can't be made. */
  begin(gateway: string, beat: () => void = () => {}): void {
    this.make(gateway);
    this.beat = setInterval(() => {
      this.show(gateway);
      beat();
    }, BEAT_MS);
    this.beat.unref();
  }

  end(gateway: string): void {
    clearInterval(this.beat);
    rmSync(this.path(gateway), { force: true });
  }

  /**
   * When another gateway was seen last, if it has ended without saying so.
   *
   * @returns milliseconds since the epoch; undefined: it runs, or may.
   */
  endedAt(gateway: string): number | undefined {
    const path = this.path(gateway);
    try {
      const { mtimeMs } = statSync(path);
      const found = JSON.parse(readFileSync(path, 'utf8')) as Process;
      if (!isGone(found, mtimeMs)) return undefined;
      rmSync(path, { force: true });
      return mtimeMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') return undefined;
      const now = performance.now();
      const since = this.missing.get(gateway) ?? now;
      this.missing.set(gateway, since);
      return now - since >= this.grace ? 0 : undefined;
    }
  }

  /** Does any gateway run? */
  someoneRuns(): boolean {
    try {
      const names = readdirSync(this.folder).flatMap((name) => /^(.+)\.json$/.exec(name)?.[1] ?? []);
      return names.some((gateway) => this.endedAt(gateway) === undefined);
    } catch {
      return false;
    }
  }

  private make(gateway: string): void {
    makeFolders(this.folder);
    const fd = openSync(this.path(gateway), 'wx', 0o600);
    writeSync(fd, JSON.stringify(thisProcess()));
    closeSync(fd);
  }

  private show(gateway: string): void {
    try {
      const now = new Date();
      utimesSync(this.path(gateway), now, now);
    } catch {
      this.makeAgain(gateway);
    }
  }

  /** Somebody has taken it away. */
  private makeAgain(gateway: string): void {
    try {
      this.make(gateway);
    } catch {
      // Others may come to think that it has ended; then it says that it has not.
    }
  }

  private path(gateway: string): string {
    return join(this.folder, `${gateway}.json`);
  }
}

function thisProcess(): Process {
  return { pid: process.pid, started: startOf(process.pid), place: placeOf() };
}

function isGone({ pid, started, place }: Process, seen: number): boolean {
  if (place !== placeOf()) return Date.now() - seen > MAX_SILENCE_MS;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return true;
  }
  // The number may be another's by now.
  return started !== null && startOf(pid) !== started;
}

/** The start time of a process, in clock ticks since the machine was started (proc(5), field 22 of stat). */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

let here: string | undefined;

function placeOf(): string {
  here ??= [hostname(), readOr(() => readlinkSync('/proc/self/ns/pid')), readOr(() => bootId())].join(' ');
  return here;
}

/** After a restart of the machine all numbers are others'. */
function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
}

function readOr(read: () => string): string {
  try {
    return read();
  } catch {
    return '-';
  }
}
