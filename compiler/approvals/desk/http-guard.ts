import type { IncomingMessage, ServerResponse } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import type { DeskPlace } from '../../../runtime/approvals/desk-address.js';
import { placesOf } from '../../../runtime/approvals/running-desks.js';

/** Where a desk listens, and by which names it is reached. */
export interface Reach {
  readonly host: string;
  readonly port: number;
  /** Where people reach it, where a proxy stands before it. */
  readonly url: URL | undefined;
}

/** Does nobody else's machine reach this address? */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Every name and address of a desk, as `new URL` prints them. */
export function namesOf({ host, url }: Pick<Reach, 'host' | 'url'>): string[] {
  const isAny = host === '0.0.0.0' || host === '::';
  const own = isAny
    ? Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address.replace(/%.*/, '')))
    : [host];
  const loopback = isAny || isLoopbackHost(host) ? ['127.0.0.1', 'localhost', '::1'] : [];
  const names = [...own, ...loopback, ...(isLoopbackHost(host) ? [] : [hostname()])];
  return [
    ...new Set([...names.map((name) => new URL(`http://${bracketed(name)}`).hostname), ...(url ? [url.hostname] : [])]),
  ];
}

/** Where it answers, directly and through the proxy that stands before it. */
export function placesOfDesk({ host, port, url }: Reach): DeskPlace[] {
  return [...namesOf({ host, url: undefined }).map((name) => ({ host: name, port })), ...(url ? placesOf(url) : [])];
}

export function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * Refuses what another site's page could have sent: a name of another site that leads here (DNS rebinding), a request of
 * another origin. @returns why; undefined: it may go on.
 */
export class HttpGuard {
  private readonly hosts: ReadonlySet<string>;
  private readonly origins: ReadonlySet<string>;

  constructor(reach: Reach) {
    const { port, url } = reach;
    const hosts = namesOf(reach).map((name) => (port === 80 ? name : `${name}:${port}`));
    this.hosts = new Set([...hosts, ...(url ? [url.host] : [])]);
    this.origins = new Set([...hosts.map((host) => `http://${host}`), ...(url ? [url.origin] : [])]);
  }

  objection({ headers, method, rawHeaders }: IncomingMessage): string | undefined {
    const named = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    if (named !== 1 || !this.hosts.has((headers.host ?? '').toLowerCase())) return 'this page has another name';
    const { origin, 'sec-fetch-site': site, 'content-type': type } = headers;
    if (origin !== undefined && !this.origins.has(origin)) return 'another page asks for this';
    if (method === 'GET') return undefined;
    if (method !== 'POST') return 'GET and POST alone';
    if (origin === undefined) return 'no Origin says which page asks for this';
    if (site !== undefined && site !== 'same-origin') return 'another page asks for this';
    if (type?.split(';')[0]?.trim() !== 'application/json') return 'a body is application/json';
    return undefined;
  }
}

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** Answers, with what keeps browsers from anything else. */
export function answer(
  response: ServerResponse,
  status: number,
  type: 'text/html' | 'text/css' | 'text/javascript' | 'application/json' | 'text/event-stream',
  headers: Readonly<Record<string, string>> = {},
): ServerResponse {
  return response.writeHead(status, { ...HEADERS, 'content-type': `${type}; charset=utf-8`, ...headers });
}

const MAX_BODY = 16_384;

/** A request's JSON object; undefined where it is none, or too long. */
export async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown> | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
