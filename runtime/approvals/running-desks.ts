import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../wire/envelope.js';
import { parsed } from '../wire/json.js';
import { type DeskPlace, leadsToDesk } from './desk-address.js';

/** A page where people decide, as others find it. */
export interface Desk {
  /** Where it is, without a token. */
  readonly url: string;
  readonly places: readonly DeskPlace[];
}

/** A desk says so often that it is still there, in milliseconds; whoever has not for longer has ended. */
const BEAT_MS = 5_000;
const SILENT_MS = 30_000;
/** More of them, or longer ones, nobody wrote who means it. */
const MAX_DESKS = 64;
const MAX_FILE = 16_384;

/** Puts a desk where gateways of this user find it. @returns what takes it away again. */
export function announceDesk(folder: string, desk: Desk): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) {
    const stat = lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (stat?.isFile() && Date.now() - stat.mtimeMs > SILENT_MS) rmSync(join(folder, name), { force: true });
  }
  const file = join(folder, `${process.pid}-${desk.places[0]?.port ?? 0}.json`);
  writeFileSync(`${file}.draft`, JSON.stringify(desk), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  const timer = setInterval(() => {
    const now = new Date();
    try {
      utimesSync(file, now, now);
    } catch {
      // Somebody took it away: it is announced no longer, and calls that lead here are not stopped. Say it again.
      writeFileSync(file, JSON.stringify(desk), { mode: 0o600 });
    }
  }, BEAT_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    rmSync(file, { force: true });
  };
}

/** A page that began so short a time ago has been opened by nobody yet. */
const LOOK_MS = 250;

/** Where it can't be known what runs, every address of this machine may be one. */
const UNKNOWN: Desk = { url: '', places: [{ host: 'localhost', port: undefined }] };

/** The desks that run: where a browser tool must not go, since it could press Approve. */
export class RunningDesks {
  private known: readonly Desk[] = [];
  private looked = Number.NEGATIVE_INFINITY;

  /** @param elsewhere Where desks are that run on other machines, or as other users. */
  constructor(
    private readonly folder: string,
    private readonly elsewhere: readonly string[] = [],
  ) {}

  /** Where a person can be sent to; undefined: no desk is known to run. */
  get url(): string | undefined {
    return this.desks().find(({ url }) => url !== '')?.url;
  }

  /** Does something in these arguments lead to a desk, as browsers read it? */
  areReachedBy(args: unknown): boolean {
    const desks = this.desks();
    return (
      desks.length > 0 &&
      leadsToDesk(
        args,
        desks.flatMap(({ places }) => places),
      )
    );
  }

  private desks(): readonly Desk[] {
    const now = performance.now();
    if (now - this.looked >= LOOK_MS) {
      this.looked = now;
      this.known = [...this.elsewhere.map(deskAt), ...running(this.folder)];
    }
    return this.known;
  }
}

/** A desk by the address that people use. */
export function deskAt(url: string): Desk {
  return { url, places: placesOf(new URL(url)) };
}

/** Where an address leads; proxies send those who come without TLS on to where it is. @internal */
export function placesOf({ hostname, port, protocol }: URL): DeskPlace[] {
  if (port !== '') return [{ host: hostname, port: Number(port) }];
  return (protocol === 'http:' ? [80] : [443, 80]).map((one) => ({ host: hostname, port: one }));
}

function running(folder: string): Desk[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : [UNKNOWN];
  }
  const desks = names.slice(0, MAX_DESKS).flatMap((name) => readDesk(join(folder, name)) ?? []);
  return names.length > MAX_DESKS ? [...desks, UNKNOWN] : desks;
}

/** What a file says of a desk; undefined where that has ended. */
function readDesk(file: string): Desk | undefined {
  try {
    const stat = lstatSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MAX_FILE || Date.now() - stat.mtimeMs > SILENT_MS) return undefined;
    const said = parsed(readFileSync(file, 'utf8'));
    if (!isObject(said) || typeof said['url'] !== 'string' || !Array.isArray(said['places'])) return undefined;
    const places = said['places'].flatMap((place: unknown): DeskPlace[] => {
      if (!isObject(place) || typeof place['host'] !== 'string' || typeof place['port'] !== 'number') return [];
      return [{ host: place['host'], port: place['port'] }];
    });
    return { url: said['url'], places };
  } catch {
    return undefined; // It was taken away just now, or is not to be read by this user.
  }
}
