import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isObject } from '../wire/envelope.js';
import { parsed } from '../wire/json.js';

/** A page where people decide, as others find it. */
export interface Desk {
  /** Where it is, without a token. */
  readonly url: string;
  /** Other names and addresses of the same, as `new URL` prints them. */
  readonly hosts: readonly string[];
  readonly port: number;
  /** Of its process; absent: it runs elsewhere. */
  readonly pid?: number;
}

/** Puts a desk where gateways of this user find it. @returns what takes it away again. */
export function announceDesk(folder: string, desk: Desk): () => void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(folder)) if (readDesk(join(folder, name)) === undefined) rmSync(join(folder, name));
  const file = join(folder, `${process.pid}-${desk.port}.json`);
  writeFileSync(file, JSON.stringify({ ...desk, pid: process.pid }), { mode: 0o600 });
  return () => rmSync(file, { force: true });
}

/** A page that began so short a time ago has been opened by nobody yet. */
const LOOK_MS = 250;
const MAX_DEPTH = 128;

/** The desks that run: where a browser tool must not go, since it could press Approve. */
export class RunningDesks {
  private known: readonly Desk[] = [];
  private looked = Number.NEGATIVE_INFINITY;

  /** @param elsewhere Where desks are that run on other machines. */
  constructor(
    private readonly folder: string,
    private readonly elsewhere: readonly string[] = [],
  ) {}

  /** Where a person can be sent to; undefined: no desk runs. */
  get url(): string | undefined {
    return this.desks()[0]?.url;
  }

  /** Does something in these arguments lead to a desk, as browsers read it? */
  areReachedBy(args: unknown): boolean {
    const desks = this.desks();
    return desks.length > 0 && someText(args, 0, (text) => desks.some((desk) => leadsTo(text, desk)));
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

function deskAt(url: string): Desk {
  const { hostname } = new URL(url);
  return { url, hosts: [hostname], port: portOf(new URL(url)) };
}

function running(folder: string): Desk[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder).flatMap((name) => readDesk(join(folder, name)) ?? []);
}

/** What a file says of a desk; undefined where its process has ended. */
function readDesk(file: string): Desk | undefined {
  let said: unknown;
  try {
    said = parsed(readFileSync(file, 'utf8'));
  } catch {
    return undefined; // It was taken away just now.
  }
  if (!isObject(said)) return undefined;
  const { url, hosts, port, pid } = said;
  if (typeof url !== 'string' || typeof port !== 'number' || typeof pid !== 'number' || !Array.isArray(hosts))
    return undefined;
  return isAlive(pid) ? { url, hosts: hosts.map(String), port, pid } : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function someText(value: unknown, depth: number, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (typeof value !== 'object' || value === null) return false;
  if (depth > MAX_DEPTH) return true;
  return Object.entries(value).some(([key, inner]) => test(key) || someText(inner, depth + 1, test));
}

/** What stands for a URL in a text: with slashes, or a host and a port. The URL Standard drops tabs and line breaks. */
const WITH_SLASHES = /(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}[^\s"'`<>]+/gi;
const WITH_PORT = /[^\s"'`<>/\\@=,;(){}|]+:[0-9]+/g;
const MAX_DECODED = 3;

function leadsTo(text: string, desk: Desk): boolean {
  let read = text.replace(/[\t\r\n]/g, '');
  for (let round = 0; round < MAX_DECODED; round++) {
    // Without its port in it no text leads to a port of its own.
    if (isDefault(desk.port) || read.includes(String(desk.port))) {
      const candidates = [read, ...(read.match(WITH_SLASHES) ?? []), ...(read.match(WITH_PORT) ?? [])];
      if (
        candidates.some((one) => isDesk(one, desk) || isDesk(`http://${one}`, desk) || isDesk(`https://${one}`, desk))
      )
        return true;
    }
    // One that sends on to it may have it as a parameter.
    const decoded = percentDecoded(read);
    if (decoded === read) return false;
    read = decoded;
  }
  return false;
}

function isDesk(text: string, desk: Desk): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (portOf(url) !== desk.port) return false;
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return desk.hosts.some((one) => one.replace(/^\[|\]$/g, '') === host) || (desk.pid !== undefined && isLoopback(host));
}

/** @param host As `new URL` prints it: addresses in one form. */
function isLoopback(host: string): boolean {
  return /^(?:(?:.+\.)?localhost|127\.[\d.]+|0\.0\.0\.0|::1?|::ffff:(?:7f[0-9a-f]{2}:[0-9a-f]+|0:0))$/.test(host);
}

function portOf({ port, protocol }: URL): number {
  return port === '' ? (DEFAULT_PORTS[protocol] ?? Number.NaN) : Number(port);
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443, 'ws:': 80, 'wss:': 443 };

function isDefault(port: number): boolean {
  return port === 80 || port === 443;
}

function percentDecoded(text: string): string {
  return text.replace(/%[0-7][0-9a-f]/gi, (spelled) => String.fromCharCode(Number.parseInt(spelled.slice(1), 16)));
}
