import { MAX_URL, MAX_WIDE_URL, SCHEME_PORTS } from '../../data/url-names.js';
import { type Address, embeddedAddress, parseAddress } from './address.js';
import { hostForms } from './host-form.js';

/** One way to understand a URL. @internal */
export interface UrlReading {
  /** In lower case. */
  readonly scheme: string;
  /** undefined: it has none, as `mailto:x`. */
  readonly host: string | undefined;
  /** Where the host is an address. */
  readonly address: Address | undefined;
  /** Its own or its scheme's; NaN: unknown. */
  readonly port: number;
  /** As it is written, with `/` before it; undefined: it has none. */
  readonly path: string | undefined;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;
const NAME_AND_PORT = /^[^/?#:]*:[0-9]+(?:[/?#]|$)/;
const STRIPPED = /^[\s\p{Cc}]+/u;
const FILE = /^file:/i;

/** Does a string begin as a URL does, whatever it stands under? */
export function beginsAsUrl(text: string): boolean {
  // Most texts have no colon near their beginning; parsers of URLs pass over tabs and line breaks.
  if (text.indexOf(':') < 0) return false;
  const start = text
    .slice(0, MAX_SCHEME)
    .replace(STRIPPED, '')
    .replace(/[\t\r\n]/g, '');
  return /^(?:https?|wss?|ftp):|^[a-z][a-z0-9+.-]*:\/\//i.test(start);
}

/** More than a scheme and white space before it ever take. */
const MAX_SCHEME = 256;

/** Is it a path, whatever it stands under? */
export function isFileUrl(text: string): boolean {
  return FILE.test(
    text
      .replace(STRIPPED, '')
      .slice(0, 16)
      .replace(/[\t\r\n]/g, ''),
  );
}

/**
 * Every reading of a value; undefined in the list where one can't be known.
 *
 * Sources: WHATWG URL Standard; RFC 3986 section 3.
 */
export function readUrl(value: string): readonly (UrlReading | undefined)[] {
  const plain = plainReading(value);
  if (plain !== undefined) return [plain];
  if (value.length > MAX_URL || (value.length > MAX_WIDE_URL && /[^\x00-\x7f]/.test(value))) return UNKNOWN;
  const text = withScheme(value);
  if (text === undefined) return UNKNOWN;
  const readings = [...whatwg(text), ...rfc3986(text)];
  const [first] = readings;
  return readings.every((reading) => isSame(reading, first)) ? [first] : readings;
}

const UNKNOWN: readonly undefined[] = [undefined];

/** User information, host, port. */
const AUTHORITY = /^(?:[^@]*@)?(\[[^\]]*\]|[^:[\]@]*)(?::([0-9]*))?$/;

/** A value without a scheme is read as if `https://` stood before it. */
function withScheme(value: string): string | undefined {
  // The URL Standard passes over tabs and line breaks.
  const text = value.replace(STRIPPED, '').replace(/[\t\r\n]/g, '');
  if (text === '') return undefined;
  if (text.startsWith('//')) return `https:${value.replace(STRIPPED, '')}`;
  if (/^[/?#]/.test(text)) return undefined;
  if (!SCHEME.test(text)) return `https://${value}`;
  if (!NAME_AND_PORT.test(text)) return value;
  // `http:80` is a host to some parsers, and a name with a port to others.
  return Object.hasOwn(SCHEME_PORTS, text.slice(0, text.indexOf(':')).toLowerCase()) ? undefined : `https://${value}`;
}

/** `https://name:port/path` of plain ASCII, which all read alike: the usual case, in one pass. */
function plainReading(text: string): UrlReading | undefined {
  const length = text.length;
  if (length > MAX_URL) return undefined;
  const scheme = text.startsWith('https://') ? 'https' : text.startsWith('http://') ? 'http' : undefined;
  if (scheme === undefined) return undefined;
  const from = scheme.length + 3;
  let at = from;
  let label = from;
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    if ((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57) || unit === 45) continue;
    if (unit !== 46) break;
    if (at === label) return undefined;
    label = at + 1;
  }
  // The last label begins with a letter: no address, nothing in ACE form that has to be checked.
  if (at === label || at === from) return undefined;
  const first = text.charCodeAt(label);
  if (first < 97 || text.indexOf('xn--', from) >= 0) return undefined;
  const host = text.slice(from, at);
  let port = scheme === 'https' ? 443 : 80;
  if (text.charCodeAt(at) === 58) {
    const start = ++at;
    port = 0;
    for (; at < length; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (digit < 0 || digit > 9) break;
      port = port * 10 + digit;
    }
    if (at === start || port > 65535) return undefined;
  }
  const path = at;
  let end = length;
  if (at < length && text.charCodeAt(at) !== 47 && text.charCodeAt(at) !== 63 && text.charCodeAt(at) !== 35) {
    return undefined;
  }
  for (; at < length; at++) {
    const unit = text.charCodeAt(at);
    if (unit <= 32 || unit >= 127 || unit === 92) return undefined;
    // What the URL Standard resolves or escapes is read in its way as well.
    if (end === length && isResolved(text, at, unit)) return undefined;
    if (end === length && (unit === 63 || unit === 35)) end = at;
  }
  return { scheme, host, address: undefined, port, path: path === end ? '/' : text.slice(path, end) };
}

/** Is the path other than written, to a parser of URLs? */
function isResolved(text: string, at: number, unit: number): boolean {
  // % " < > ^ ` { }
  if (
    unit === 37 ||
    unit === 34 ||
    unit === 60 ||
    unit === 62 ||
    unit === 94 ||
    unit === 96 ||
    unit === 123 ||
    unit === 125
  )
    return true;
  if (unit !== 47) return false;
  const next = text.charCodeAt(at + 1);
  return next === 47 || next === 46;
}

function whatwg(text: string): (UrlReading | undefined)[] {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return [undefined];
  }
  const scheme = url.protocol.slice(0, -1);
  const path = url.pathname.startsWith('/') ? url.pathname : url.pathname === '' ? '/' : undefined;
  if (url.hostname === '') return [withoutHost(scheme, path)];
  // A host that the standard leaves alone, of a scheme that is not special, is read as those of others are.
  const hosts = hostForms(url.hostname);
  return hosts.flatMap((host) => withHost(scheme, host, url.port === '' ? undefined : Number(url.port), path));
}

function rfc3986(text: string): (UrlReading | undefined)[] {
  if (/[\s\p{Cc}]/u.test(text)) return [undefined];
  const [, scheme = '', authority, path = ''] = /^([^:]*):(?:\/\/([^/?#]*))?([^?#]*)/.exec(text) as RegExpExecArray;
  const name = scheme.toLowerCase();
  if (authority === undefined) {
    const isHierarchical = Object.hasOwn(SCHEME_PORTS, name);
    return [isHierarchical ? undefined : withoutHost(name, path.startsWith('/') ? path : undefined)];
  }
  if (authority.includes('\\')) return [undefined];
  const parts = AUTHORITY.exec(authority);
  if (!parts) return [undefined];
  const [, host = '', port] = parts;
  const number = port === undefined || port === '' ? undefined : Number(port);
  if (number !== undefined && number > 65535) return [undefined];
  const forms = host === '' ? [undefined] : hostForms(host);
  return forms.flatMap((form) => withHost(name, form, number, path === '' ? '/' : path));
}

function withoutHost(scheme: string, path: string | undefined): UrlReading {
  return { scheme, host: undefined, address: undefined, port: portOf(scheme, undefined), path };
}

/** With an IPv4 address inside an IPv6 address, one for each. */
function withHost(
  scheme: string,
  host: string | undefined,
  port: number | undefined,
  path: string | undefined,
): (UrlReading | undefined)[] {
  if (host === undefined) return [undefined];
  const address = parseAddress(host);
  const reading = { scheme, host, address, port: portOf(scheme, port), path };
  const inner = address && embeddedAddress(address);
  return inner ? [reading, { ...reading, host: inner.join('.'), address: inner }] : [reading];
}

function portOf(scheme: string, port: number | undefined): number {
  return port ?? (Object.hasOwn(SCHEME_PORTS, scheme) ? (SCHEME_PORTS[scheme] as number) : Number.NaN);
}

function isSame(a: UrlReading | undefined, b: UrlReading | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.scheme === b.scheme && a.host === b.host && Object.is(a.port, b.port) && a.path === b.path;
}
