import { METADATA_NAMES, NETWORK_BLOCKS, PRIVATE_ENDINGS } from '../../data/networks.js';
import type { Facts } from '../facts/facts.js';
import { urlFact } from '../facts/url-fact.js';
import { PathReader } from '../paths/path-reader.js';
import { type Address, type AddressBlock, isInBlock, parseAddress, parseBlock } from '../urls/address.js';
import type { UrlReading } from '../urls/url-reader.js';
import { type Prefixes, readPrefixes, truthOfForms } from './path-prefix.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** The hosts of one condition. @internal */
interface Hosts {
  readonly names: ReadonlySet<string>;
  /** With a dot before each. */
  readonly endings: readonly string[];
  readonly blocks: readonly AddressBlock[];
}

/** The patterns of a `host`, in the form in which hosts compare. */
export function hosts(patterns: readonly string[]): Hosts {
  const endings = patterns.filter((pattern) => pattern.startsWith('*.')).map((pattern) => pattern.slice(1));
  const others = patterns.filter((pattern) => !pattern.startsWith('*.'));
  const isBlock = (text: string) => text.includes('/') || parseAddress(text) !== undefined;
  return {
    names: new Set(others.filter((text) => !isBlock(text))),
    endings,
    blocks: others.filter(isBlock).map(parseBlock),
  };
}

/** `host`. */
export function urlHost(f: Facts, { names, endings, blocks }: Hosts): number {
  return overUrls(f, ({ host, address }) => {
    if (host === undefined) return UNKNOWN;
    if (address !== undefined) return blocks.some((block) => isInBlock(address, block)) ? TRUE : FALSE;
    return names.has(host) || endings.some((ending) => host.endsWith(ending)) ? TRUE : FALSE;
  });
}

/** `network`. */
export function urlNetwork(f: Facts, classes: readonly string[]): number {
  return overUrls(f, ({ host, address }) => {
    if (host === undefined) return UNKNOWN;
    const own = address ? classesOfAddress(address) : classesOfName(host);
    return own.some((one) => classes.includes(one)) ? TRUE : FALSE;
  });
}

/** `scheme`. */
export const urlScheme = (f: Facts, schemes: readonly string[]): number =>
  overUrls(f, ({ scheme }) => (schemes.includes(scheme) ? TRUE : FALSE));

/** `port`. */
export const urlPort = (f: Facts, ports: readonly number[]): number =>
  overUrls(f, ({ port }) => (Number.isNaN(port) ? UNKNOWN : ports.includes(port) ? TRUE : FALSE));

/** The prefixes of a `url_path`. */
export const urlPaths = (prefixes: readonly string[]): Prefixes => readPrefixes(reader(), prefixes);

/** `url_path`. */
export function urlUnder(f: Facts, prefixes: Prefixes): number {
  return overUrls(f, ({ path }) => {
    if (path === undefined) return UNKNOWN;
    const paths = reader();
    const clean = paths.isClean(path) ? path : paths.tidied(path);
    return truthOfForms(clean === undefined ? paths.read(path, false) : [{ start: '', path: clean }], prefixes);
  });
}

/** Paths of URLs are those of no machine. */
let pathReader: PathReader | undefined;

function reader(): PathReader {
  pathReader ??= new PathReader({ platform: 'linux' }, 'sensitive');
  return pathReader;
}

/** The truth set over all values: a value's readings agree, or it is unknown. */
function overUrls(f: Facts, truthOf: (reading: UrlReading) => number): number {
  const { values, isUnknown } = urlFact(f);
  let truthSet = isUnknown ? UNKNOWN : 0;
  for (let i = 0; i < values.length; i++) {
    let truths = 0;
    for (const reading of values[i] as (typeof values)[0]) truths |= reading ? truthOf(reading) : UNKNOWN;
    truthSet |= truths === TRUE || truths === FALSE ? truths : UNKNOWN;
  }
  return truthSet;
}

let blocks: readonly (AddressBlock & { readonly classes: readonly string[] })[] | undefined;

/** Of the blocks that hold an address the longest says all. */
function classesOfAddress(address: Address): readonly string[] {
  blocks ??= NETWORK_BLOCKS.map(([block, classes]) => ({ ...parseBlock(block), classes: classes.split(' ') })).sort(
    (a, b) => b.bits - a.bits,
  );
  return blocks.find((block) => isInBlock(address, block))?.classes ?? PUBLIC;
}

const PUBLIC = ['public'];
const PRIVATE = ['private'];
const LOOPBACK = ['loopback'];

function classesOfName(name: string): readonly string[] {
  const own = classOfName(name);
  return METADATA_NAMES.has(name) ? [...own, 'metadata'] : own;
}

function classOfName(name: string): readonly string[] {
  const last = name.lastIndexOf('.');
  const label = name.slice(last + 1);
  if (label === 'localhost') return LOOPBACK;
  if (last < 0 || PRIVATE_ENDINGS.has(label)) return PRIVATE;
  return PRIVATE_ENDINGS.has(name.slice(name.lastIndexOf('.', last - 1) + 1)) ? PRIVATE : PUBLIC;
}
