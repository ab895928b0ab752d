import { PATH_NAMES, PATH_WORDS, URI_NAMES } from '../../data/path-keys.js';

/** What an argument name says of its value. */
export const NO_PATH = 0;
export const PATH = 1;
/** A path, and a `file:` URI there is only its path. */
export const URI = 2;

const known = new Map<string, number>();
/** Keys come from calls: remember a bounded number of them. */
const MAX_KNOWN = 4096;

/** NO_PATH, PATH or URI for an argument name, by the one table of path keys. */
export function pathKey(name: string): number {
  let kind = known.get(name);
  if (kind === undefined) {
    kind = classify(name);
    if (known.size < MAX_KNOWN && name.length <= 64) known.set(name, kind);
  }
  return kind;
}

/** Is the whole name, folded, `uri` or `url`? */
export function isUriKey(name: string): boolean {
  let is = uris.get(name);
  if (is === undefined) {
    is = URI_NAMES.has(foldKey(name));
    if (uris.size < MAX_KNOWN && name.length <= 64) uris.set(name, is);
  }
  return is;
}

const uris = new Map<string, boolean>();

/** How all path keys end: most other names are told by that. */
const ENDINGS: ReadonlySet<string> = new Set([...PATH_WORDS, ...PATH_NAMES].map((word) => word.slice(-3)));

function classify(name: string): number {
  const ending = name.slice(-3);
  // Separators do not count; letters beyond ASCII may fold to one.
  if (/^[\x00-,.-^`-\x7f]*$/.test(ending) && !ENDINGS.has(ending.toLowerCase())) return NO_PATH;
  const folded = foldKey(name);
  if (!PATH_NAMES.has(folded) && !PATH_WORDS.has(folded) && !PATH_WORDS.has(lastWord(name))) return NO_PATH;
  return URI_NAMES.has(folded) ? URI : PATH;
}

/** Names are compared in lower case, without `_` and `-`. */
export function foldKey(name: string): string {
  return name.replace(/[_-]/g, '').toLowerCase();
}

/** `filePath`, `file_path`, `FILE-PATH`, `XMLPath` → `path`. */
export function lastWord(name: string): string {
  const part = name.split(/[_-]+/).findLast((word) => word !== '') ?? '';
  const acronyms = /(?:^|[^A-Z])([A-Z]{2,}s)$/.exec(part); // fileURIs
  if (acronyms) return (acronyms[1] as string).toLowerCase();
  const words = part.replace(/([^A-Z])([A-Z])/g, '$1 $2').replace(/([A-Z])([A-Z][a-z])/g, '$1 $2');
  return words.slice(words.lastIndexOf(' ') + 1).toLowerCase();
}
