import { NETWORK_BLOCKS } from '../../../runtime/data/networks.js';
import { SCHEME_PORTS } from '../../../runtime/data/url-names.js';
import type { CallFacts, UrlValue } from '../../conditions/condition.js';
import { addressOf, canonicalHost } from '../../conditions/host-name.js';
import { hostMatches, parseHostPattern } from '../../conditions/host-pattern.js';
import { networkClasses } from '../../conditions/network-class.js';
import { urlPath } from '../../conditions/urls.js';
import { ANY_SQL } from '../../interpret/statements.js';
import { readUrl, urlPrefixes } from '../../interpret/urls.js';
import type { ParsedDomain, ParsedTest } from './parsed-domain.js';

/*
 * URLs for analysis: host names are trees read from the right, addresses intervals, schemes and ports sets, paths trees. Of
 * each part there is one value for all that the conditions can tell apart, and URLs are all their combinations.
 */

export const urlDomain: ParsedDomain = {
  factsOf: (value) => ({ urls: () => [value === null ? null : read(value as string)], urlPrefixes }),
  *candidates(tests) {
    const services = servicesOf(tests);
    const paths = pathsOf(tests);
    for (const host of hostsOf(tests)) {
      for (const [scheme, port] of services) for (const path of paths) yield `${scheme}://${host}${port}${path}`;
    }
    for (const scheme of dataOf<string>(tests, 'scheme')) if (!Object.hasOwn(SCHEME_PORTS, scheme)) yield `${scheme}:x`;
    yield null;
  },
  isComplete: () => true,
};

const readings = new Map<string, UrlValue>();
const MAX_KNOWN = 2000;

/** The same few are asked of again and again. */
function read(text: string): UrlValue {
  let value = readings.get(text);
  if (value === undefined) {
    value = readUrl(text);
    if (readings.size < MAX_KNOWN) readings.set(text, value);
  }
  return value;
}

function dataOf<T>(tests: readonly ParsedTest[], key: string): T[] {
  return [...new Set(tests.filter((test) => test.key === key).flatMap(({ data }) => data as readonly T[]))];
}

/** A letter that begins no word of the policy. */
const OTHER = 'other';

/** Of all that are alike, by what is said of them, the first. */
function firstOfEach<T>(values: readonly T[], sortOf: (value: T) => unknown): T[] {
  const found = new Map<string, T>();
  for (const value of values) {
    const sort = JSON.stringify(sortOf(value));
    if (!found.has(sort)) found.set(sort, value);
  }
  return [...found.values()];
}

/** Schemes with ports. */
function servicesOf(tests: readonly ParsedTest[]): (readonly [scheme: string, port: string])[] {
  const schemes = [...new Set(['https', 'http', ...dataOf<string>(tests, 'scheme'), 'ftp', 'gopher'])];
  const ports = dataOf<number>(tests, 'port');
  const other = [8080, 8081, 1, 2].find((port) => !ports.includes(port)) ?? 3;
  const all = schemes.flatMap((scheme) =>
    ['', ...[...ports, other].map((port) => `:${port}`)].map((port) => [scheme, port] as const),
  );
  return firstOfEach(all, ([scheme, port]) => [
    ...tests.filter(({ key }) => key === 'scheme').map(({ data }) => (data as readonly string[]).includes(scheme)),
    ...tests
      .filter(({ key }) => key === 'port')
      .map(({ data }) => {
        const number = port === '' ? SCHEME_PORTS[scheme] : Number(port.slice(1));
        return number === undefined ? null : (data as readonly number[]).includes(number);
      }),
  ]);
}

function pathsOf(tests: readonly ParsedTest[]): readonly string[] {
  const own = tests.filter(({ key }) => key === 'url_path');
  const prefixes = dataOf<string>(own, 'url_path').map((prefix) => encodeURI(prefix).replace(/\/+$/, ''));
  const all = ['/', ...prefixes.flatMap((prefix) => [prefix, `${prefix}/x`, `${prefix}x`]), `/${OTHER}`];
  return firstOfEach(all, (path) =>
    own.map(({ data }) =>
      urlPath.evaluate(
        data as readonly string[],
        urlDomain.factsOf(`https://x${path}`, ANY_SQL) as CallFacts,
        'permit',
      ),
    ),
  );
}

const known = new Map<string, readonly string[]>();

/** One host for all that the tests tell apart. */
function hostsOf(tests: readonly ParsedTest[]): readonly string[] {
  const own = tests.filter(({ key }) => key === 'host' || key === 'network');
  const key = JSON.stringify(own);
  let hosts = known.get(key);
  if (!hosts) {
    hosts = everyHost(own);
    if (known.size < MAX_KNOWN) known.set(key, hosts);
  }
  return hosts;
}

function everyHost(tests: readonly ParsedTest[]): string[] {
  const patterns = dataOf<string>(tests, 'host');
  const asksNetwork = tests.some(({ key }) => key === 'network');
  const names = patterns.flatMap((text) => {
    const pattern = parseHostPattern(text);
    if (pattern.kind === 'name') return [text, `${OTHER}.${text}`];
    if (pattern.kind === 'below') return [`www.${pattern.name}`, `a.b.${pattern.name}`, pattern.name];
    const inside = asksNetwork ? ofEachClass((host) => hostMatches(pattern, host)) : [];
    return [...bordersOf(text), ...inside];
  });
  const all = [...names, 'evil.example', ...(asksNetwork ? ofEachClass() : []), '93.184.216.34'];
  return firstOfEach(all, (host) => {
    const bare = host.replace(/^\[|\]$/g, '');
    return [patterns.map((text) => hostMatches(parseHostPattern(text), bare)), asksNetwork && networkClasses(bare)];
  });
}

const NAMES = ['localhost', 'metadata.google.internal', 'metadata.goog', 'intranet', 'x.internal', 'evil.example'];

/** A host of each set of classes that there is, of those that will do. */
function ofEachClass(isWanted: (host: string) => boolean = () => true): string[] {
  const hosts = firstOfEach(everyBorder().filter(isWanted), networkClasses);
  return hosts.map((host) => (host.includes(':') ? `[${host}]` : host));
}

let borders: readonly string[] | undefined;

function everyBorder(): readonly string[] {
  borders ??= [...NAMES, ...NETWORK_BLOCKS.flatMap(([block]) => bordersOf(block))].flatMap(
    (host) => canonicalHost(host) ?? [],
  );
  return borders;
}

/** The first and last address of a block, and those beside it. */
function bordersOf(block: string): string[] {
  const [start = '', length] = block.split('/');
  const address = addressOf(start);
  if (address === null) return [];
  const { value, bits } = address;
  const size = 1n << BigInt(bits - Number(length ?? bits));
  const all = [value, value + size - 1n, value - 1n, value + size];
  return all.filter((one) => one >= 0n && one < 1n << BigInt(bits)).map((one) => spelled(one, bits));
}

function spelled(value: bigint, bits: 32 | 128): string {
  if (bits === 32) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((value >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  return `[${groups.join(':')}]`;
}
