import type { PathFact } from '../facts/path-fact.js';
import { isDrive, RELATIVE } from '../paths/path-form.js';
import type { PathReader } from '../paths/path-reader.js';
import { FALSE, TRUE, UNKNOWN } from './truth-set.js';

/** One glob of paths: segments with `*` and `?`, and `**` for any number of segments. @internal */
interface PathGlob {
  /** Where a path it matches starts (PathForm); null: anywhere, since the glob begins with `**`. */
  readonly start: string | null;
  readonly segments: readonly string[];
}

/** The globs of one condition, resolved for one machine; null: one that can't be. */
export type PathGlobs = readonly (PathGlob | null)[];

export function readGlobs(reader: PathReader, texts: readonly string[]): PathGlobs {
  return texts.flatMap((text) => readGlob(reader, text));
}

function readGlob(reader: PathReader, glob: string): (PathGlob | null)[] {
  const text = reader.folded(glob.normalize('NFC'));
  if (text.startsWith('**')) return [{ start: null, segments: segmentsOf(text) }];
  if (text.startsWith('~')) {
    if (reader.home === undefined || (text.length > 1 && text[1] !== '/')) return [null];
    return [{ start: '', segments: segmentsOf(reader.folded(reader.home) + text.slice(1)) }];
  }
  if (isDrive(text)) {
    const plain = text.replaceAll('\\', '/');
    return plain[2] === '/' ? [{ start: plain.slice(0, 2), segments: segmentsOf(plain.slice(2)) }] : [null];
  }
  if (text.startsWith('/')) return [{ start: '', segments: segmentsOf(text) }];
  const relative = segmentsOf(text);
  if (relative[0] === '..') return [null];
  if (reader.roots.length === 0) return [{ start: RELATIVE, segments: relative }];
  // The root's own segments are literal, whatever characters they hold.
  return reader.roots.map(({ start, path }) => ({
    start,
    segments: [
      ...path
        .split('/')
        .filter((segment) => segment !== '')
        .map(literal),
      ...relative,
    ],
  }));
}

/** A segment that matches only itself, marked so. */
function literal(segment: string): string {
  return `\0${segment}`;
}

function segmentsOf(text: string): string[] {
  const segments: string[] = [];
  for (const segment of text.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..' && segments.length > 0 && segments.at(-1) !== '..') segments.pop();
    else segments.push(segment);
  }
  return segments;
}

/** The truth set of `path_glob` over all values: a value's readings agree, or it is unknown. */
export function pathMatches(fact: PathFact, globs: PathGlobs): number {
  fact.spread();
  let truthSet = fact.isUnknown ? UNKNOWN : 0;
  let reading = 0;
  for (let value = 0; value < fact.values; value++) {
    let truths = fact.isUncertain[value] ? UNKNOWN : 0;
    for (; reading < (fact.ends[value] as number); reading++) {
      truths |= readingMatches(fact.starts[reading] as string, fact.paths[reading] as string, fact.tree, globs);
    }
    truthSet |= truths === TRUE || truths === FALSE ? truths : UNKNOWN;
  }
  return truthSet;
}

function readingMatches(start: string, path: string, tree: boolean, globs: PathGlobs): number {
  let result = FALSE;
  const segments = path === '' ? [] : path.slice(1).split('/');
  for (const glob of globs) {
    if (glob === null) {
      result = UNKNOWN;
      continue;
    }
    if (glob.start !== null && glob.start !== start) {
      if (glob.start === RELATIVE || start === RELATIVE || (glob.start !== '' && start.startsWith('//'))) {
        result = UNKNOWN;
        continue;
      }
      if (glob.start !== '' && start !== '') continue; // Two drives.
    }
    const { whole, below } = matchSegments(glob.segments, segments);
    const isSame = glob.start === null || glob.start === start;
    if (whole && isSame) return TRUE;
    if (whole || (tree && below)) result = UNKNOWN;
  }
  return result;
}

/** Does the glob match the whole path, and could it match something below it? */
function matchSegments(glob: readonly string[], path: readonly string[]): { whole: boolean; below: boolean } {
  let live = spread(glob, new Set([0]));
  for (const segment of path) {
    const next = new Set<number>();
    for (const at of live) {
      const part = glob[at];
      if (part === undefined) continue;
      if (part === '**') next.add(at);
      else if (segmentMatches(part, segment)) next.add(at + 1);
    }
    live = spread(glob, next);
    if (live.size === 0) return { whole: false, below: false };
  }
  return { whole: live.has(glob.length), below: [...live].some((at) => at < glob.length) };
}

/** `**` may span nothing. */
function spread(glob: readonly string[], live: Set<number>): Set<number> {
  for (const at of live) if (glob[at] === '**') live.add(at + 1);
  return live;
}

function segmentMatches(glob: string, segment: string): boolean {
  if (glob[0] === '\0') return glob.slice(1) === segment;
  let g = 0;
  let s = 0;
  let star = -1;
  let resume = 0;
  while (s < segment.length) {
    if (glob[g] === '*') {
      star = g++;
      resume = s;
    } else if (g < glob.length && (glob[g] === '?' || glob[g] === segment[s])) {
      g++;
      s++;
    } else if (star >= 0) {
      g = star + 1;
      s = ++resume;
    } else return false;
  }
  while (glob[g] === '*') g++;
  return g === glob.length;
}
