import { MAX_URL, MAX_URLS, MAX_WIDE_URL, SCHEME_PORTS, URL_WORDS } from '../../runtime/data/url-names.js';
import type { Mapping } from '../../runtime/types.js';
import type { Reading, UrlReading, UrlValue } from '../conditions/condition.js';
import { hostNames, parsedUrl } from '../conditions/host-name.js';
import { type Default, findByDefault, findBySelector, lastWord, stringsOf } from './arguments.js';
import { type PathWorld, readPath, readPrefix } from './paths.js';

/*
 * The URLs of a call (docs/language.md, URLs): each as the URL Standard reads it and as RFC 3986 does. null: unknown.
 */

const URLS: Default = { isNamed: (key) => URL_WORDS.has(lastWord(key)), isLoose: beginsAsUrl };

/** Paths of URLs are those of no machine. */
const WORLD: PathWorld = {
  roots: [],
  home: undefined,
  windows: false,
  foldCase: false,
  mac: false,
  hasUnknownRoots: false,
};

export function urlsOf(mapping: Mapping, args: unknown): UrlValue[] {
  const found =
    mapping.urls === undefined
      ? findByDefault(args, URLS)
      : mapping.urls.flatMap((selector) => findBySelector(args, selector));
  const texts = found.flatMap((one) => (typeof one === 'string' ? [null] : stringsOf(one.value)));
  const urls = texts.filter((text) => text === null || !isFile(text));
  const known = urls.filter((text) => text !== null);
  const values = known.slice(0, MAX_URLS).map(readUrl);
  // Nothing found is unknown, unless the mapping says that there is none.
  const isNothing = known.length === 0 && !mapping.noneIfAbsent && (mapping.urls === undefined || texts.length > 0);
  return urls.length > known.length || known.length > MAX_URLS || isNothing ? [...values, null] : values;
}

/** Does a string begin as a URL does? */
function beginsAsUrl(text: string): boolean {
  const start = bare(text.slice(0, 256));
  return /^(https?|wss?|ftp):/i.test(start) || /^[a-z][a-z0-9+.-]*:\/\//i.test(start);
}

function isFile(text: string): boolean {
  return /^file:/i.test(bare(text));
}

/** Without what parsers of URLs pass over. */
function bare(text: string): string {
  return text.replace(/^[\s\p{Cc}]+/u, '').replace(/[\t\n\r]/g, '');
}

/** Every reading of one value. */
export function readUrl(value: string): (UrlReading | null)[] {
  const text = bare(value);
  const isLong = value.length > MAX_URL || (value.length > MAX_WIDE_URL && /[^\x00-\x7f]/.test(value));
  if (isLong || text === '') return [null];
  if (text.startsWith('//')) return bothReadings(`https:${value.replace(/^[\s\p{Cc}]+/u, '')}`);
  if (text.startsWith('/') || text.startsWith('?') || text.startsWith('#')) return [null];
  if (!/^[a-z][a-z0-9+.-]*:/i.test(text)) return bothReadings(`https://${value}`);
  if (!/^[^/?#:]*:\d+([/?#]|$)/.test(text)) return bothReadings(value);
  // `http:80` is a host to some parsers, and a name with a port to others.
  const isSpecial = (text.split(':')[0] as string).toLowerCase() in SCHEME_PORTS;
  return isSpecial ? [null] : bothReadings(`https://${value}`);
}

function bothReadings(url: string): (UrlReading | null)[] {
  return [...asStandard(url), ...asRfc(url)];
}

/** The WHATWG URL Standard, as this very platform implements it. */
function asStandard(text: string): (UrlReading | null)[] {
  const url = parsedUrl(text);
  if (url === null) return [null];
  const { protocol, hostname, port, pathname } = url;
  const scheme = protocol.replace(/:$/, '');
  const path = pathname === '' ? '/' : pathname;
  return hostname === '' ? [hostless(scheme, path)] : reached(scheme, hostname, port, path);
}

/** RFC 3986, section 3 and appendix B. */
function asRfc(text: string): (UrlReading | null)[] {
  if (/[\s\p{Cc}]/u.test(text)) return [null];
  const scheme = text.slice(0, text.indexOf(':')).toLowerCase();
  const rest = text.slice(scheme.length + 1);
  const hierarchy = rest.split(/[?#]/)[0] as string;
  if (!hierarchy.startsWith('//')) return [scheme in SCHEME_PORTS ? null : hostless(scheme, hierarchy)];
  const slash = hierarchy.indexOf('/', 2);
  const authority = slash < 0 ? hierarchy.slice(2) : hierarchy.slice(2, slash);
  const path = slash < 0 ? '/' : hierarchy.slice(slash);
  const parts = authority.split('@');
  const hostAndPort = parts.at(-1) as string;
  if (parts.length > 2 || authority.includes('\\')) return [null];
  const [, host, port = ''] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d*))?$/.exec(hostAndPort) ?? [];
  if (host === undefined || host === '' || host.includes('%') || Number(port) > 65535) return [null];
  return reached(scheme, host, port, path);
}

function hostless(scheme: string, path: string): UrlReading {
  return { scheme, host: null, port: defaultPort(scheme), paths: pathsOf(path) };
}

/** One reading for each name that the host may have. */
function reached(scheme: string, host: string, port: string, path: string): (UrlReading | null)[] {
  const rest = { scheme, port: port === '' ? defaultPort(scheme) : Number(port), paths: pathsOf(path) };
  return hostNames(host).map((name) => (name === null ? null : { ...rest, host: name }));
}

function defaultPort(scheme: string): number | null {
  return Object.entries(SCHEME_PORTS).find(([name]) => name === scheme)?.[1] ?? null;
}

function pathsOf(path: string): UrlReading['paths'] {
  return path.startsWith('/') ? readPath(path, false, WORLD) : [null];
}

/** The readings of the prefixes of a `url_path`. */
export function urlPrefixes(texts: readonly string[]): (Reading | null)[] {
  return texts.flatMap((text) => readPrefix(text, WORLD));
}
